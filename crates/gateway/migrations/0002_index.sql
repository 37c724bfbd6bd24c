-- What is known about Diffgram. Owned by src/index/; read only through a scope of src/policy/. All of it can be read again
-- from Diffgram, so nothing here is precious; every row carries its project.
CREATE TABLE project (
  id         TEXT PRIMARY KEY,
  name       TEXT NOT NULL
) STRICT;

CREATE TABLE member (
  project    TEXT NOT NULL,
  user       INTEGER NOT NULL,
  member     INTEGER NOT NULL,
  email      TEXT NOT NULL,                -- folded for matching (see index::fold::email)
  name       TEXT NOT NULL,
  roles      TEXT NOT NULL,                -- JSON array of Diffgram's words
  PRIMARY KEY (project, user)
) STRICT, WITHOUT ROWID;
CREATE INDEX member_email ON member(email);

CREATE TABLE job (
  project    TEXT NOT NULL,
  id         INTEGER NOT NULL,
  name       TEXT NOT NULL,
  status     TEXT NOT NULL,
  PRIMARY KEY (project, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE model_run (
  project    TEXT NOT NULL,
  id         INTEGER NOT NULL,
  name       TEXT NOT NULL,
  PRIMARY KEY (project, id)
) STRICT, WITHOUT ROWID;

-- A task as Diffgram tells it: job, dataset and file stand in the row, because a list shows them all and a page of rows is
-- compared with what is here.
CREATE TABLE task (
  id           INTEGER PRIMARY KEY,        -- unique per Diffgram install
  project      TEXT NOT NULL,
  status       TEXT NOT NULL,
  job          INTEGER NOT NULL,
  job_name     TEXT NOT NULL,
  dataset      INTEGER,
  dataset_name TEXT,
  file         INTEGER NOT NULL,
  file_name    TEXT NOT NULL,
  file_kind    TEXT NOT NULL,
  file_width   INTEGER,
  file_height  INTEGER,
  file_frames  INTEGER,
  file_rate    REAL,
  file_thumb   INTEGER NOT NULL,
  assignees    TEXT NOT NULL,              -- JSON array of user ids, ascending
  reviewers    TEXT NOT NULL,              -- the same
  created      TEXT NOT NULL,              -- RFC 3339 with six digits, UTC: text order is time order
  updated      TEXT NOT NULL,
  completed    TEXT,
  mark         TEXT,                       -- the cheap reading this row was last compared with
  pass         INTEGER NOT NULL,           -- the full reading that last met it
  missing      INTEGER NOT NULL DEFAULT 0  -- how many good sweeps in a row did not have it
) STRICT;
CREATE INDEX task_file ON task(file);
CREATE INDEX task_job ON task(project, job);
CREATE INDEX task_pass ON task(project, pass);

-- Whose task it is, with all that lists select and sort by: a person's list is one range of one table, and its predicate
-- (project, user) is the scope. Derived from `task`, written in the same transaction.
CREATE TABLE task_person (
  project    TEXT NOT NULL,
  user       INTEGER NOT NULL,
  task       INTEGER NOT NULL REFERENCES task(id) ON DELETE CASCADE,
  part       TEXT NOT NULL,                -- assignee, reviewer or both
  tab        TEXT,                         -- model::task::Tab::of; NULL when archived
  updated    TEXT NOT NULL,
  name_key   TEXT NOT NULL,                -- folded file name
  job_key    TEXT NOT NULL,                -- folded job name
  search     TEXT NOT NULL,                -- folded names and ids, see index::fold
  PRIMARY KEY (project, user, task)
) STRICT, WITHOUT ROWID;
CREATE INDEX task_person_task ON task_person(task);
CREATE INDEX task_person_updated ON task_person(project, user, updated, task, tab);
CREATE INDEX task_person_name ON task_person(project, user, name_key, task, tab);
CREATE INDEX task_person_job ON task_person(project, user, job_key, name_key, task, tab);

-- How far reading has come, so that a killed gateway goes on where it was.
CREATE TABLE sync_state (
  project    TEXT PRIMARY KEY,
  members    INTEGER NOT NULL DEFAULT 0,   -- 1: the members have been read at least once
  phase      TEXT NOT NULL DEFAULT 'live', -- live, archived, done
  pass       INTEGER NOT NULL DEFAULT 1,   -- number of the full reading under way, or of the last one
  page       INTEGER NOT NULL DEFAULT 0,   -- its next page
  total      INTEGER NOT NULL DEFAULT 0,   -- how many tasks its list has
  as_of      TEXT                          -- when everything was last known to be true
) STRICT;
