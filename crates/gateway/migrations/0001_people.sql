-- People and their sessions. Owned by src/session/.
CREATE TABLE person (
  id         TEXT PRIMARY KEY,             -- UUID v7
  issuer     TEXT NOT NULL,
  subject    TEXT NOT NULL,
  email      TEXT,                         -- as the provider gave it
  email_verified INTEGER NOT NULL DEFAULT 0,
  name       TEXT NOT NULL,
  claims     TEXT NOT NULL DEFAULT '{}',   -- JSON: only the claims that roles and grants are made of
  created    TEXT NOT NULL,
  seen       TEXT NOT NULL,
  UNIQUE (issuer, subject)
) STRICT;

CREATE TABLE session (
  key        TEXT PRIMARY KEY,             -- SHA-256 of the cookie's value, hex: the value itself is nowhere
  person     TEXT NOT NULL REFERENCES person(id) ON DELETE CASCADE,
  sid        TEXT,                         -- the provider's session id, for back-channel logout
  id_token   TEXT,                         -- hint for RP-initiated logout
  created    TEXT NOT NULL,
  seen       TEXT NOT NULL
) STRICT;
CREATE INDEX session_person ON session(person);
CREATE INDEX session_sid ON session(sid) WHERE sid IS NOT NULL;
