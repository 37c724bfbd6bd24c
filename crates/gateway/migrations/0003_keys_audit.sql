-- Keys of host apps and scripts. Owned by src/keys/.
CREATE TABLE api_key (
  id         TEXT PRIMARY KEY,             -- UUID v7: names the key without being able to use it
  hash       TEXT NOT NULL UNIQUE,         -- SHA-256 of the key, hex: the key itself is nowhere
  name       TEXT NOT NULL,
  project    TEXT NOT NULL,
  scopes     TEXT NOT NULL,                -- JSON list of words
  created    TEXT NOT NULL,
  expires    TEXT,                         -- not usable from then on
  used       TEXT                          -- last use, to the minute
) STRICT;

-- Who changed what. Owned by src/audit/. A line is written before the change and completed once, after it.
CREATE TABLE audit (
  id         INTEGER PRIMARY KEY AUTOINCREMENT,
  at         TEXT NOT NULL,
  actor      TEXT NOT NULL,                -- 'person <id>', 'key <id>' or 'command'
  actor_name TEXT NOT NULL,
  project    TEXT NOT NULL,
  action     TEXT NOT NULL,
  subject    TEXT NOT NULL,
  detail     TEXT NOT NULL,                -- JSON
  request_id TEXT,
  outcome    TEXT,                         -- NULL while open
  ended      TEXT,
  result     TEXT                          -- JSON, what came of it
) STRICT;
CREATE INDEX audit_project ON audit(project, id);
-- Append-only: nothing is removed, and a line changes once, from open to ended.
CREATE TRIGGER audit_stays BEFORE DELETE ON audit BEGIN
  SELECT raise(ABORT, 'lines of the audit are not removed');
END;
CREATE TRIGGER audit_is_append_only BEFORE UPDATE ON audit
WHEN old.outcome IS NOT NULL OR new.outcome IS NULL OR new.id <> old.id OR new.at <> old.at OR new.actor <> old.actor
  OR new.actor_name <> old.actor_name OR new.project <> old.project OR new.action <> old.action OR new.subject <> old.subject
  OR new.detail <> old.detail OR new.request_id IS NOT old.request_id
BEGIN
  SELECT raise(ABORT, 'lines of the audit do not change');
END;

-- Answers to writes with an Idempotency-Key: sending the same again gives the same answer. Owned by src/idempotency.rs.
CREATE TABLE idempotent (
  actor      TEXT NOT NULL,
  route      TEXT NOT NULL,
  key        TEXT NOT NULL,
  body       TEXT NOT NULL,                -- SHA-256 of the request's body, hex
  at         TEXT NOT NULL,
  status     INTEGER,                      -- NULL while under way
  answer     TEXT,
  PRIMARY KEY (actor, route, key)
) STRICT, WITHOUT ROWID;
