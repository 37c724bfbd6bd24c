-- What "My tasks" is asked by beyond the tasks: jobs with their people, what admins say of jobs, who took what, and issues.

-- Jobs as Diffgram has them. Owned by src/index/; read only through a scope of src/policy/.
CREATE TABLE job (
  id         INTEGER PRIMARY KEY,
  project    TEXT NOT NULL,
  name       TEXT NOT NULL,
  status     TEXT NOT NULL,                -- Diffgram's word: draft, active, complete, failed, …
  schema     INTEGER,                      -- its label schema
  rank       INTEGER NOT NULL              -- its place in Diffgram's list: 0 is the newest
) STRICT;
CREATE INDEX job_project ON job(project);

-- Who is on a job: from them come the tasks that somebody may take.
CREATE TABLE job_person (
  job        INTEGER NOT NULL REFERENCES job(id) ON DELETE CASCADE,
  user       INTEGER NOT NULL,
  part       INTEGER NOT NULL,             -- 1 assignee, 2 reviewer, 3 both
  PRIMARY KEY (job, user)
) STRICT, WITHOUT ROWID;

-- What admins say of a job in the portal. No reference to `job`: it outlives a reading that misses one. Owned by src/jobs/.
CREATE TABLE job_setting (
  job        INTEGER PRIMARY KEY,
  project    TEXT NOT NULL,
  guide      TEXT NOT NULL DEFAULT '',     -- how to do its tasks, plain text
  due        TEXT,                         -- until when
  claim_hours INTEGER                      -- who took a task and does nothing gives it back after that; NULL: never
) STRICT;

-- Tasks that people took for themselves, and are still theirs. Owned by src/claims/.
CREATE TABLE claim (
  task       INTEGER PRIMARY KEY,
  project    TEXT NOT NULL,
  user       INTEGER NOT NULL,
  at         TEXT NOT NULL,
  expires    TEXT                          -- NULL: never
) STRICT;
-- Tasks that people gave back because they are not for them: not offered to them again.
CREATE TABLE declined (
  project    TEXT NOT NULL,
  user       INTEGER NOT NULL,
  task       INTEGER NOT NULL,
  PRIMARY KEY (project, user, task)
) STRICT, WITHOUT ROWID;
-- Tasks that were given back while in progress: Diffgram never makes them available again, the portal does.
CREATE TABLE given_back (
  task       INTEGER PRIMARY KEY,
  project    TEXT NOT NULL
) STRICT;

-- Issues (Diffgram: discussions). Owned by src/index/; read only through a scope of src/policy/.
CREATE TABLE issue (
  id         INTEGER PRIMARY KEY,
  project    TEXT NOT NULL,
  title      TEXT NOT NULL,
  status     TEXT NOT NULL,                -- open or closed
  author     INTEGER,                      -- the member who wrote it
  frame      INTEGER,                      -- of a clip
  created    TEXT NOT NULL,
  print      TEXT NOT NULL                 -- as it was read: tells whether a new reading changes anything
) STRICT;
CREATE TABLE issue_place (
  issue      INTEGER NOT NULL REFERENCES issue(id) ON DELETE CASCADE,
  kind       TEXT NOT NULL,                -- task, file, job, annotation
  id         INTEGER NOT NULL,
  PRIMARY KEY (issue, kind, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX issue_place_of ON issue_place(kind, id);

-- Kept with the task, so that lists are asked by them without looking elsewhere.
ALTER TABLE task ADD COLUMN due TEXT;                               -- of its job; src/jobs/ writes it
ALTER TABLE task ADD COLUMN open_issues INTEGER NOT NULL DEFAULT 0; -- on it or its file; src/index/ counts them
CREATE INDEX task_job ON task(job);
DROP TRIGGER task_changed;
CREATE TRIGGER task_changed AFTER UPDATE OF project, file, job, dataset, status, updated, search, name_key, job_key, due, open_issues
ON task BEGIN
  DELETE FROM touched WHERE kind = 'task' AND id = new.id;
  INSERT INTO touched (kind, id) VALUES ('task', new.id);
END;

-- What became of tasks while the portal watched: Diffgram keeps no history that a key may read.
CREATE TABLE task_history (
  task       INTEGER NOT NULL REFERENCES task(id) ON DELETE CASCADE,
  at         TEXT NOT NULL,                -- when it was seen, or when Diffgram says it happened
  status     TEXT NOT NULL,
  PRIMARY KEY (task, at, status)
) STRICT, WITHOUT ROWID;
