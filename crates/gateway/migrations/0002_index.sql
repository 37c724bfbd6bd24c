-- What is known about Diffgram. Owned by src/index/; read only through a scope of src/policy/.
CREATE TABLE member (
  project    TEXT NOT NULL,
  user       INTEGER NOT NULL,             -- how tasks name them
  member     INTEGER NOT NULL,             -- how jobs name them
  email      TEXT NOT NULL,                -- folded for matching (session::claims::fold_email)
  name       TEXT NOT NULL,
  PRIMARY KEY (project, user)
) STRICT, WITHOUT ROWID;
CREATE INDEX member_email ON member(email);

CREATE TABLE file (
  id         INTEGER PRIMARY KEY,
  project    TEXT NOT NULL,
  name       TEXT NOT NULL,
  kind       TEXT NOT NULL,
  width      INTEGER,
  height     INTEGER,
  frame_count INTEGER,
  frame_rate REAL,
  has_thumb  INTEGER NOT NULL
) STRICT;

CREATE TABLE task (
  id         INTEGER PRIMARY KEY,
  project    TEXT NOT NULL,
  file       INTEGER NOT NULL REFERENCES file(id),
  job        INTEGER NOT NULL,
  job_name   TEXT NOT NULL,
  dataset    INTEGER,
  dataset_name TEXT,
  status     TEXT NOT NULL,
  created    TEXT NOT NULL,
  updated    TEXT NOT NULL,
  completed  TEXT,
  search     TEXT NOT NULL,                -- folded words of all that can be searched for (index::fold)
  name_key   TEXT NOT NULL,                -- folded file name, for ordering
  job_key    TEXT NOT NULL,                -- folded job name, for ordering
  print      TEXT NOT NULL,                -- the row as read: tells whether a new reading changes anything
  pass       INTEGER NOT NULL DEFAULT 0,   -- the full reading that saw it last
  missing    INTEGER NOT NULL DEFAULT 0    -- full readings in a row that did not see it
) STRICT;
CREATE INDEX task_file ON task(file);
CREATE INDEX task_pass ON task(project, pass);

-- Who has to do with a task: the ground of every scope.
CREATE TABLE task_person (
  project    TEXT NOT NULL,
  user       INTEGER NOT NULL,
  task       INTEGER NOT NULL REFERENCES task(id) ON DELETE CASCADE,
  part       INTEGER NOT NULL,             -- 1 assignee, 2 reviewer, 3 both
  tab        INTEGER NOT NULL,             -- where model::task::Tab::of puts it: 0 to do, 1 in review, 2 done, 3 only in all
  PRIMARY KEY (project, user, task)
) STRICT, WITHOUT ROWID;
CREATE INDEX task_person_task ON task_person(task);

CREATE TABLE model_run (
  id         INTEGER PRIMARY KEY,
  project    TEXT NOT NULL,
  name       TEXT NOT NULL
) STRICT;

CREATE TABLE sync_state (
  project    TEXT PRIMARY KEY,
  name       TEXT NOT NULL,
  members_read TEXT,                       -- when the members were read last
  complete   INTEGER NOT NULL DEFAULT 0,   -- whether one full reading has ended well
  pass       INTEGER NOT NULL DEFAULT 1,   -- the full reading under way, or the last one
  next_page  INTEGER NOT NULL DEFAULT 0,   -- where it goes on after a restart
  total      INTEGER NOT NULL DEFAULT 0,   -- how many tasks Diffgram says there are
  as_of      TEXT                          -- when all was known to be true
) STRICT;

-- Small values of this install, such as the key that seals cookies.
CREATE TABLE setting (
  name       TEXT PRIMARY KEY,
  value      TEXT NOT NULL
) STRICT, WITHOUT ROWID;
