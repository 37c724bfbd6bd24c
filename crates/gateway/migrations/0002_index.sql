-- What is known about Diffgram. Owned by src/index/; read only through a scope of src/policy/.
CREATE TABLE project (
  id         TEXT PRIMARY KEY,
  name       TEXT NOT NULL
) STRICT;

CREATE TABLE member (
  project    TEXT NOT NULL,
  user       INTEGER NOT NULL,
  member     INTEGER NOT NULL,
  email      TEXT NOT NULL,                -- folded for matching (see index::fold)
  name       TEXT NOT NULL,
  roles      TEXT NOT NULL,                -- JSON array of Diffgram's words
  PRIMARY KEY (project, user)
) STRICT, WITHOUT ROWID;
CREATE INDEX member_email ON member(email);
