-- Views of "Files" keep how they show their files, some stand in a person's menu, and host apps give views to people.
-- Owned by src/views.rs.
ALTER TABLE view ADD COLUMN look TEXT NOT NULL DEFAULT '{}';   -- model::api::explorer::ViewLook, JSON

CREATE TABLE view_pin (
  person     TEXT NOT NULL REFERENCES person(id) ON DELETE CASCADE,
  view       TEXT NOT NULL,                -- of view, of query_view or of the configuration, where it may come and go
  PRIMARY KEY (person, view)
) STRICT, WITHOUT ROWID;

CREATE TABLE query_view (
  project    TEXT NOT NULL,                -- of the key that wrote it
  id         TEXT NOT NULL,                -- the host app's own name for it
  link       TEXT NOT NULL UNIQUE,         -- names it in links: not to be guessed from another project
  shows      TEXT NOT NULL,                -- model::api::explorer::NewQueryView, JSON
  PRIMARY KEY (project, id)
) STRICT, WITHOUT ROWID;
