-- What links of the portal need. Owned by src/index/.

-- Tasks that were somebody's and are not any more: a link to one says so to them, and to nobody else. Triggers write it, in the
-- transaction of the change itself. The file is kept with it, because the task may be gone.
CREATE TABLE past_task (
  project    TEXT NOT NULL,
  user       INTEGER NOT NULL,
  task       INTEGER NOT NULL,
  file       INTEGER,
  PRIMARY KEY (project, user, task)
) STRICT, WITHOUT ROWID;
CREATE INDEX past_task_file ON past_task(file) WHERE file IS NOT NULL;
-- Before the row goes and takes its people along: afterwards nobody knows its file.
CREATE TRIGGER task_past BEFORE DELETE ON task BEGIN
  INSERT OR REPLACE INTO past_task (project, user, task, file)
    SELECT project, user, task, old.file FROM task_person WHERE task = old.id;
END;
CREATE TRIGGER task_person_past AFTER DELETE ON task_person WHEN EXISTS (SELECT 1 FROM task WHERE id = old.task) BEGIN
  INSERT OR REPLACE INTO past_task (project, user, task, file)
    SELECT old.project, old.user, old.task, file FROM task WHERE id = old.task;
END;
CREATE TRIGGER task_person_back AFTER INSERT ON task_person BEGIN
  DELETE FROM past_task WHERE project = new.project AND user = new.user AND task = new.task;
END;

-- An annotation is found by what stays of it over its edits.
CREATE INDEX annotation_root ON annotation(coalesce(root, id));
