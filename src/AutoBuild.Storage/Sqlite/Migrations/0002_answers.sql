-- The newest fence at the last change of the cap: jobs with an older one started under the cap before.
ALTER TABLE projects ADD COLUMN cap_since INTEGER NOT NULL DEFAULT 0;
UPDATE projects SET cap_since = (SELECT value FROM counters WHERE name = 'fence');

-- What was answered to a request that carried a key and made nothing that the store remembers by itself.
CREATE TABLE answers (
  principal TEXT NOT NULL,
  route TEXT NOT NULL,
  key TEXT NOT NULL,
  request_hash TEXT NOT NULL,
  status INTEGER NOT NULL,
  location TEXT,
  body TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (principal, route, key)
) WITHOUT ROWID;
CREATE INDEX answers_age ON answers(created_at);
CREATE INDEX idempotency_age ON idempotency(created_at);
