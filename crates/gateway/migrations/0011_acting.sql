-- Batches: many tasks given to people, or taken away, at once. Kept so that progress survives a reload and undo knows what was
-- before. Owned by src/batches/.
CREATE TABLE batch (
  id         TEXT PRIMARY KEY,             -- UUID v7
  person     TEXT NOT NULL REFERENCES person(id) ON DELETE CASCADE,
  at         TEXT NOT NULL,
  relation   TEXT NOT NULL,                -- assignee, reviewer
  clear      INTEGER NOT NULL,             -- whether everybody else is removed too
  undoes     TEXT                          -- the batch that this one puts back
) STRICT;
CREATE INDEX batch_person ON batch(person, at);
CREATE TABLE batch_task (
  batch      TEXT NOT NULL REFERENCES batch(id) ON DELETE CASCADE,
  task       INTEGER NOT NULL,
  project    TEXT,                         -- as it was when it was looked at; NULL: not in sight
  file       INTEGER,
  add_users  TEXT NOT NULL,                -- JSON: who is to be added
  remove_users TEXT NOT NULL,              -- JSON: who is to be removed
  outcome    TEXT,                         -- NULL: waits; done, or why not
  added      TEXT NOT NULL DEFAULT '[]',   -- JSON: who really was
  removed    TEXT NOT NULL DEFAULT '[]',
  PRIMARY KEY (batch, task)
) STRICT, WITHOUT ROWID;

-- What happened to people's tasks while the portal watched: given to them, sent back. Owned by src/index/.
CREATE TABLE news (
  id         INTEGER PRIMARY KEY AUTOINCREMENT,
  project    TEXT NOT NULL,
  user       INTEGER NOT NULL,
  task       INTEGER NOT NULL REFERENCES task(id) ON DELETE CASCADE,
  kind       TEXT NOT NULL,                -- assigned, sent_back
  at         TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ'))
) STRICT;
CREATE INDEX news_user ON news(project, user, id);
CREATE INDEX news_task ON news(task);

-- Sessions of admins who look through somebody's eyes. No reference to `session`: the audit is told how it ended. Owned by
-- src/session/.
CREATE TABLE see_as (
  session    TEXT PRIMARY KEY,             -- the session's key
  project    TEXT NOT NULL,                -- where the person is a member
  user       INTEGER NOT NULL,
  until      TEXT NOT NULL,
  line       INTEGER NOT NULL              -- of the audit
) STRICT;
