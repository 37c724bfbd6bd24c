-- Plans of schemas on their way, and what schemas were. Owned by src/schema/.
CREATE TABLE schema_run (
  id         INTEGER PRIMARY KEY AUTOINCREMENT,
  schema     INTEGER NOT NULL,
  project    TEXT NOT NULL,
  number     INTEGER NOT NULL,             -- of the version that it makes
  state      TEXT NOT NULL,                -- 'running', 'paused', 'waiting', 'done' or 'stopped'
  reason     TEXT,                         -- why it is paused or waits
  until      TEXT,                         -- when it goes on by itself
  actor_name TEXT NOT NULL,
  why        TEXT NOT NULL,
  began      TEXT NOT NULL,
  ended      TEXT,
  base       TEXT NOT NULL,                -- model::schema::Schema, JSON: what the draft was looked at over
  draft      TEXT NOT NULL,                -- model::schema::SchemaDraft, JSON
  still      TEXT NOT NULL DEFAULT '[]',   -- what is left to be changed, once it halts: model::schema::SchemaChange, JSON
  audit      INTEGER NOT NULL              -- the line that says so
) STRICT;
-- One at a time: two plans in each other's way would leave what nobody wanted.
CREATE UNIQUE INDEX schema_run_open ON schema_run(schema) WHERE ended IS NULL;

-- The calls of a plan, stored before the first is made. 'begun' is written before a call, 'done' after it: what is begun and not
-- done when the gateway ends is looked up at Diffgram, so nothing is done twice.
CREATE TABLE schema_step (
  run        INTEGER NOT NULL REFERENCES schema_run(id) ON DELETE CASCADE,
  place      INTEGER NOT NULL,
  call       TEXT NOT NULL,                -- model::schema::SchemaStep, JSON
  state      TEXT NOT NULL DEFAULT 'waiting',
  made       INTEGER,                      -- the id of what it made
  at         TEXT,                         -- when it was done
  PRIMARY KEY (run, place)
) STRICT, WITHOUT ROWID;

-- What schemas were. Diffgram lists no archived schema: those that the portal knows are listed from here.
CREATE TABLE schema_version (
  schema     INTEGER NOT NULL,
  number     INTEGER NOT NULL,             -- counts up from 1
  project    TEXT NOT NULL,
  name       TEXT NOT NULL,
  at         TEXT NOT NULL,
  source     TEXT NOT NULL,                -- 'found', 'applied' or 'elsewhere'
  actor_name TEXT,
  why        TEXT NOT NULL,
  changes    INTEGER NOT NULL,             -- how many since the one before
  state      TEXT NOT NULL,                -- model::schema::Schema, JSON
  PRIMARY KEY (schema, number)
) STRICT;
CREATE INDEX schema_version_project ON schema_version(project, schema, number);
