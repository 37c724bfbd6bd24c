-- Whether a task can be taken hangs on whether it was given back, too: the columns in memory hear of it (0006).
CREATE TRIGGER given_back_came AFTER INSERT ON given_back BEGIN
  DELETE FROM touched WHERE kind = 'task' AND id = new.task;
  INSERT INTO touched (kind, id) VALUES ('task', new.task);
END;
CREATE TRIGGER given_back_went AFTER DELETE ON given_back BEGIN
  DELETE FROM touched WHERE kind = 'task' AND id = old.task;
  INSERT INTO touched (kind, id) VALUES ('task', old.task);
END;

-- How task and file were when the task was taken: tells whether anything was done since.
ALTER TABLE claim ADD COLUMN seen TEXT NOT NULL DEFAULT '';
