-- What a task's page shows of issues and compound files.
ALTER TABLE issue ADD COLUMN description TEXT NOT NULL DEFAULT '';  -- HTML as Diffgram has it: sanitised when it is shown
ALTER TABLE issue ADD COLUMN author_name TEXT;                      -- NULL: an API key
-- `issue_place.kind` may also be `annotation_file`: the file an annotation is on.

ALTER TABLE file ADD COLUMN parent INTEGER;                         -- the compound file it is a part of
ALTER TABLE file ADD COLUMN ordinal INTEGER NOT NULL DEFAULT 0;     -- its place there
CREATE INDEX file_parent ON file(parent) WHERE parent IS NOT NULL;
