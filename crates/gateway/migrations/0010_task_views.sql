-- Filters of "My tasks" that people gave a name, and which of them (and of those from the configuration) stand beside the tabs.
-- Owned by src/task_views.rs.
CREATE TABLE task_view (
  id         TEXT PRIMARY KEY,             -- UUID v7
  person     TEXT NOT NULL REFERENCES person(id) ON DELETE CASCADE,
  shows      TEXT NOT NULL                 -- model::api::tasks::NewTaskView, JSON: ids with the names they had when it was saved
) STRICT;
CREATE INDEX task_view_person ON task_view(person);

CREATE TABLE task_view_pin (
  person     TEXT NOT NULL REFERENCES person(id) ON DELETE CASCADE,
  view       TEXT NOT NULL,                -- of task_view, or of the configuration, where it may come and go
  PRIMARY KEY (person, view)
) STRICT, WITHOUT ROWID;
