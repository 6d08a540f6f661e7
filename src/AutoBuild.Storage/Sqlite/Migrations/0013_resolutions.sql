-- What people and models put in the place of chunks, once it has landed; offered again where the same chunk comes back.
CREATE TABLE resolutions (
  id TEXT PRIMARY KEY,
  project_id TEXT NOT NULL REFERENCES projects(id),
  key TEXT NOT NULL,
  path TEXT NOT NULL,
  base_text TEXT NOT NULL,
  target_text TEXT NOT NULL,
  branch_text TEXT NOT NULL,
  answer TEXT NOT NULL,
  decided_by TEXT NOT NULL,
  who TEXT,
  landing_id TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  uses INTEGER NOT NULL DEFAULT 0,
  used_at INTEGER,
  UNIQUE (project_id, key)
) WITHOUT ROWID;
CREATE INDEX resolutions_newest ON resolutions(project_id, created_at, id);
