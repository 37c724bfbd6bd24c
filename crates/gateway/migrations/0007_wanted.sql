-- Files that somebody has a task on are read before the others. Kept with the file, so that what is to be read next is found
-- without going through all that is not read yet. Owned by src/index/.
ALTER TABLE file ADD COLUMN wanted INTEGER NOT NULL DEFAULT 0;
UPDATE file SET wanted = 1 WHERE id IN (SELECT t.file FROM task t JOIN task_person tp ON tp.task = t.id);
DROP INDEX file_undrawn;
CREATE INDEX file_undrawn ON file(project, wanted DESC, id DESC) WHERE drawn IS NULL OR drawn <> changed;
