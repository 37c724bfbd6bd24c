-- What the explorer's conditions are answered by beyond labels, runs and scores. Owned by src/index/.
ALTER TABLE annotation ADD COLUMN shape INTEGER NOT NULL DEFAULT 11;  -- place in query::Shape::ALL; 11: other
ALTER TABLE annotation ADD COLUMN frame INTEGER;                      -- on which frame of a video, from 0
-- `annotation.n` is, on videos, a million times the frame and the place on it.

-- What was answered on annotations, by the ids of the schemas.
CREATE TABLE answer (
  file       INTEGER NOT NULL REFERENCES file(id) ON DELETE CASCADE,
  n          INTEGER NOT NULL,             -- the annotation
  k          INTEGER NOT NULL,             -- place among its answers
  attribute  INTEGER NOT NULL,
  choice     INTEGER,                      -- the option that was chosen
  said       TEXT,                         -- else the text, number, day or time, folded
  PRIMARY KEY (file, n, k)
) STRICT, WITHOUT ROWID;

-- The questions of the schemas and their options, by name.
CREATE TABLE attribute (
  project    TEXT NOT NULL,
  id         INTEGER NOT NULL,
  name       TEXT NOT NULL,                -- what people read: the question, or the name where there is none
  name_key   TEXT NOT NULL,                -- folded
  inner_key  TEXT NOT NULL,                -- Diffgram's own name of it, folded
  PRIMARY KEY (project, id)
) STRICT, WITHOUT ROWID;
CREATE TABLE attribute_option (
  project    TEXT NOT NULL,
  attribute  INTEGER NOT NULL,
  id         INTEGER NOT NULL,
  name       TEXT NOT NULL,
  name_key   TEXT NOT NULL,
  PRIMARY KEY (project, attribute, id)
) STRICT, WITHOUT ROWID;

-- How many of what two sides drew on a file they both drew. Runs by their ids, the smaller first; people are 0.
CREATE TABLE disagreement (
  file       INTEGER NOT NULL REFERENCES file(id) ON DELETE CASCADE,
  one        INTEGER NOT NULL,
  other      INTEGER NOT NULL,
  matched    INTEGER NOT NULL,             -- pairs
  drawn      INTEGER NOT NULL,             -- by both together
  PRIMARY KEY (file, one, other)
) STRICT, WITHOUT ROWID;

-- Frames of videos are read in stretches, after the pictures, and again after a while: nothing tells that they changed.
ALTER TABLE file ADD COLUMN next_frame INTEGER NOT NULL DEFAULT 0;    -- where the reading goes on
ALTER TABLE file ADD COLUMN frames_read TEXT;                         -- when it was at the end last; NULL: never
ALTER TABLE file ADD COLUMN frames_due INTEGER NOT NULL DEFAULT 0;    -- whether they are to be read, whenever that was
CREATE INDEX file_frames ON file(project, wanted DESC, id DESC) WHERE kind = 'video';

ALTER TABLE file ADD COLUMN open_issues INTEGER NOT NULL DEFAULT 0;   -- on it or on what is drawn on it
UPDATE file SET open_issues = (
  SELECT count(DISTINCT i.id) FROM issue_place p JOIN issue i ON i.id = p.issue
  WHERE p.kind IN ('file', 'annotation_file') AND p.id = file.id AND i.project = file.project AND i.status = 'open');

CREATE INDEX file_issues ON file(id) WHERE open_issues > 0;

-- What else the columns in memory hold of a file.
DROP TRIGGER file_changed;
CREATE TRIGGER file_changed AFTER UPDATE OF kind, name_key, created, changed, drawn, width, height, frame_count, frame_rate,
  frames_read, next_frame, open_issues ON file BEGIN
  DELETE FROM touched WHERE kind = 'file' AND id = new.id;
  INSERT INTO touched (kind, id) VALUES ('file', new.id);
END;

-- Answers and disagreements were not kept before: everything that can be drawn on is read once more. What was drawn stays until then.
UPDATE file SET drawn = NULL;
