-- What a client gave to sign with and to be known by, sealed with the server's key.
ALTER TABLE agent_queue ADD COLUMN callback_secret TEXT;

-- What runs said of their end: once per attempt, in the transaction that ends it. A late one came after a cancel and changed nothing.
CREATE TABLE callbacks_in (
  job_id TEXT NOT NULL REFERENCES agent_queue(id),
  attempt INTEGER NOT NULL,
  body_hash TEXT NOT NULL,
  status TEXT NOT NULL,
  run_id TEXT,
  late INTEGER NOT NULL DEFAULT 0,
  received_at INTEGER NOT NULL,
  PRIMARY KEY (job_id, attempt)
) WITHOUT ROWID;

-- What is owed to receivers: written with the end of the job, so that neither is without the other.
CREATE TABLE outbox (
  id TEXT PRIMARY KEY,
  job_id TEXT NOT NULL UNIQUE REFERENCES agent_queue(id),
  event TEXT NOT NULL,
  url TEXT NOT NULL,
  host TEXT NOT NULL,
  body TEXT NOT NULL,
  tries INTEGER NOT NULL DEFAULT 0,
  tries_left INTEGER NOT NULL,
  last_status INTEGER,
  last_error TEXT,
  last_tried_at INTEGER,
  next_at INTEGER,
  delivered_at INTEGER,
  created_at INTEGER NOT NULL
);
CREATE INDEX outbox_due ON outbox(host, next_at) WHERE next_at IS NOT NULL;
CREATE INDEX outbox_age ON outbox(created_at) WHERE next_at IS NULL;
