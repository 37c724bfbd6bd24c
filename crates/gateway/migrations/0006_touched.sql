-- What changed since the columns in memory were read (src/index/columns/). Triggers write it, in the transaction of the change
-- itself: nothing can be forgotten, and a restart or a cut transaction leaves no gap. Owned by src/index/.
CREATE TABLE touched (
  version    INTEGER PRIMARY KEY AUTOINCREMENT, -- grows with each change
  kind       TEXT NOT NULL,                     -- 'file' or 'task'
  id         INTEGER NOT NULL,
  UNIQUE (kind, id)
) STRICT;

-- What is drawn on a file is stored together with the time in `file.drawn`, so annotations need no trigger of their own.
-- Each first removes the older line: `OR REPLACE` would not hold where the statement around it says `OR IGNORE`.
CREATE TRIGGER file_came AFTER INSERT ON file BEGIN
  DELETE FROM touched WHERE kind = 'file' AND id = new.id;
  INSERT INTO touched (kind, id) VALUES ('file', new.id);
END;
CREATE TRIGGER file_changed AFTER UPDATE OF kind, name_key, created, changed, drawn ON file BEGIN
  DELETE FROM touched WHERE kind = 'file' AND id = new.id;
  INSERT INTO touched (kind, id) VALUES ('file', new.id);
END;
CREATE TRIGGER file_went AFTER DELETE ON file BEGIN
  DELETE FROM touched WHERE kind = 'file' AND id = old.id;
  INSERT INTO touched (kind, id) VALUES ('file', old.id);
END;
CREATE TRIGGER dataset_file_came AFTER INSERT ON dataset_file BEGIN
  DELETE FROM touched WHERE kind = 'file' AND id = new.file;
  INSERT INTO touched (kind, id) VALUES ('file', new.file);
END;
CREATE TRIGGER dataset_file_went AFTER DELETE ON dataset_file BEGIN
  DELETE FROM touched WHERE kind = 'file' AND id = old.file;
  INSERT INTO touched (kind, id) VALUES ('file', old.file);
END;
CREATE TRIGGER task_came AFTER INSERT ON task BEGIN
  DELETE FROM touched WHERE kind = 'task' AND id = new.id;
  INSERT INTO touched (kind, id) VALUES ('task', new.id);
END;
CREATE TRIGGER task_changed AFTER UPDATE OF project, file, dataset, updated, search, name_key, job_key ON task BEGIN
  DELETE FROM touched WHERE kind = 'task' AND id = new.id;
  INSERT INTO touched (kind, id) VALUES ('task', new.id);
END;
CREATE TRIGGER task_went AFTER DELETE ON task BEGIN
  DELETE FROM touched WHERE kind = 'task' AND id = old.id;
  INSERT INTO touched (kind, id) VALUES ('task', old.id);
END;
CREATE TRIGGER task_person_came AFTER INSERT ON task_person BEGIN
  DELETE FROM touched WHERE kind = 'task' AND id = new.task;
  INSERT INTO touched (kind, id) VALUES ('task', new.task);
END;
CREATE TRIGGER task_person_changed AFTER UPDATE ON task_person BEGIN
  DELETE FROM touched WHERE kind = 'task' AND id IN (old.task, new.task);
  INSERT INTO touched (kind, id) SELECT 'task', old.task UNION SELECT 'task', new.task;
END;
CREATE TRIGGER task_person_went AFTER DELETE ON task_person BEGIN
  DELETE FROM touched WHERE kind = 'task' AND id = old.task;
  INSERT INTO touched (kind, id) VALUES ('task', old.task);
END;
