-- Signing in inside host apps. Owned by src/embed/.
CREATE TABLE embed_pass (
  hash       TEXT PRIMARY KEY,             -- SHA-256 of the token or ticket, hex: the value itself is nowhere
  kind       TEXT NOT NULL,                -- 'token' of a host's backend, or 'ticket' of the sign-in window
  host       TEXT NOT NULL,                -- good in this one only
  person     TEXT NOT NULL REFERENCES person(id) ON DELETE CASCADE,
  project    TEXT,                         -- only this one; NULL: all of theirs
  most       TEXT NOT NULL,                -- their role is this at the most
  sid        TEXT,                         -- the provider's session id of the session that asked for a ticket
  expires    TEXT NOT NULL                 -- not good from then on
) STRICT, WITHOUT ROWID;

-- A session in a frame: bound to its host, and perhaps less than the person's own.
ALTER TABLE session ADD COLUMN host TEXT;     -- NULL: at top level
ALTER TABLE session ADD COLUMN project TEXT;  -- only this one; NULL: all of theirs
ALTER TABLE session ADD COLUMN most TEXT;     -- their role is this at the most; NULL: their own
