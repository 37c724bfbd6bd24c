-- Datasets, their files, and what is drawn on them. Owned by src/index/; read only through a scope of src/policy/.
CREATE TABLE dataset (
  id         INTEGER PRIMARY KEY,
  project    TEXT NOT NULL,
  name       TEXT NOT NULL,
  name_key   TEXT NOT NULL,                -- folded, for asking
  listed     INTEGER NOT NULL              -- whether the last list of datasets had it; else only a task names it
) STRICT;
CREATE INDEX dataset_project ON dataset(project);

ALTER TABLE file ADD COLUMN name_key TEXT NOT NULL DEFAULT '';  -- folded, for asking and ordering
ALTER TABLE file ADD COLUMN created TEXT NOT NULL DEFAULT '';   -- empty while not known
ALTER TABLE file ADD COLUMN changed TEXT NOT NULL DEFAULT '';   -- empty while not known
ALTER TABLE file ADD COLUMN drawn TEXT;                         -- what `changed` was when it was read whole, with its annotations; NULL: never
ALTER TABLE file ADD COLUMN refused INTEGER NOT NULL DEFAULT 0; -- Diffgram did not give its annotations
-- What is to be read next.
CREATE INDEX file_undrawn ON file(project, id) WHERE drawn IS NULL OR drawn <> changed;
CREATE INDEX file_never_drawn ON file(id) WHERE kind = 'image' AND drawn IS NULL;

CREATE TABLE dataset_file (
  dataset    INTEGER NOT NULL REFERENCES dataset(id) ON DELETE CASCADE,
  file       INTEGER NOT NULL REFERENCES file(id) ON DELETE CASCADE,
  PRIMARY KEY (dataset, file)
) STRICT, WITHOUT ROWID;
CREATE INDEX dataset_file_file ON dataset_file(file, dataset);

CREATE TABLE label (
  project    TEXT NOT NULL,
  id         INTEGER NOT NULL,             -- the label file's id, which annotations carry
  name       TEXT NOT NULL,
  name_key   TEXT NOT NULL,
  color      TEXT NOT NULL,
  PRIMARY KEY (project, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE annotation (
  file       INTEGER NOT NULL REFERENCES file(id) ON DELETE CASCADE,
  n          INTEGER NOT NULL,             -- place in the reading
  id         INTEGER NOT NULL,
  root       INTEGER,
  label      INTEGER,
  predicted  INTEGER NOT NULL,             -- whether a model made it
  run        INTEGER,
  score      REAL,
  score_key  INTEGER,                      -- in millionths: how scores are compared
  geometry   TEXT NOT NULL,                -- JSON
  track      INTEGER,
  PRIMARY KEY (file, n)
) STRICT, WITHOUT ROWID;
-- Holds all that is asked for, so that the wide rows stay unread.
CREATE INDEX annotation_asked ON annotation(file, label, predicted, score_key, run, score);
CREATE INDEX annotation_label ON annotation(label, file);
CREATE INDEX annotation_run ON annotation(run, file) WHERE run IS NOT NULL;

ALTER TABLE model_run ADD COLUMN name_key TEXT NOT NULL DEFAULT '';

-- Projects whose datasets have been listed whole at least once.
CREATE TABLE file_sync (
  project    TEXT PRIMARY KEY,
  listed     TEXT NOT NULL                 -- when last
) STRICT, WITHOUT ROWID;

-- Queries that people gave a name. Owned by src/views.rs.
CREATE TABLE view (
  id         TEXT PRIMARY KEY,             -- UUID v7
  person     TEXT NOT NULL REFERENCES person(id) ON DELETE CASCADE,
  name       TEXT NOT NULL,
  q          TEXT NOT NULL
) STRICT;
CREATE INDEX view_person ON view(person);
