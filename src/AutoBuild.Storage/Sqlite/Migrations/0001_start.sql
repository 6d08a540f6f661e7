-- Times are INTEGER milliseconds since 1970 UTC, ids are lower-case UUIDs, lists and reports are JSON.

CREATE TABLE IF NOT EXISTS users (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  email TEXT,
  role TEXT NOT NULL DEFAULT 'member',
  created_at INTEGER NOT NULL
);

CREATE TABLE projects (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  description TEXT,
  repo_path TEXT,
  repo_url TEXT,
  github_repo_full_name TEXT,
  default_branch TEXT,
  max_parallel_agents INTEGER NOT NULL DEFAULT 3,
  worktree_enabled INTEGER NOT NULL DEFAULT 1,
  qa_enabled INTEGER NOT NULL DEFAULT 1,
  memory_enabled INTEGER NOT NULL DEFAULT 1,
  landing TEXT NOT NULL DEFAULT 'manual',
  agent TEXT,
  executor TEXT NOT NULL DEFAULT 'local',
  indexed_at INTEGER,
  index_status TEXT,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  deleted_at INTEGER,
  scheduled_deletion_at INTEGER
);
CREATE INDEX projects_newest ON projects(created_at DESC, id DESC);

CREATE TABLE tickets (
  id TEXT PRIMARY KEY,
  project_id TEXT NOT NULL REFERENCES projects(id),
  title TEXT NOT NULL,
  description TEXT NOT NULL DEFAULT '',
  status TEXT NOT NULL DEFAULT 'backlog',
  priority INTEGER NOT NULL DEFAULT 1 CHECK (priority BETWEEN 0 AND 3),
  position REAL NOT NULL DEFAULT 0,
  agent TEXT,
  agent_command TEXT,
  agent_script TEXT,
  model TEXT,
  base_branch TEXT,
  labels TEXT NOT NULL DEFAULT '[]',
  landing TEXT,
  max_cost_usd TEXT,
  touches TEXT NOT NULL DEFAULT '[]',
  branch_name TEXT,
  pr_url TEXT,
  pr_number INTEGER,
  error_message TEXT,
  note TEXT,
  job_id TEXT,
  needs_you TEXT,
  landed_at INTEGER,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  deleted_at INTEGER
);
CREATE INDEX tickets_newest ON tickets(created_at DESC, id DESC);
CREATE INDEX tickets_position ON tickets(project_id, position);
CREATE INDEX tickets_project ON tickets(project_id, created_at DESC, id DESC);

CREATE TABLE ticket_dependencies (
  ticket_id TEXT NOT NULL REFERENCES tickets(id),
  depends_on_id TEXT NOT NULL REFERENCES tickets(id),
  created_at INTEGER NOT NULL,
  PRIMARY KEY (ticket_id, depends_on_id)
) WITHOUT ROWID;
CREATE INDEX ticket_dependents ON ticket_dependencies(depends_on_id);

CREATE VIEW ticket_cards AS
SELECT t.*,
  (SELECT group_concat(d.depends_on_id) FROM ticket_dependencies d WHERE d.ticket_id = t.id) AS depends_on,
  (SELECT group_concat(d.depends_on_id) FROM ticket_dependencies d JOIN tickets o ON o.id = d.depends_on_id
    WHERE d.ticket_id = t.id AND o.landed_at IS NULL) AS blocked_by
FROM tickets t;

CREATE TABLE agent_queue (
  id TEXT PRIMARY KEY,
  seq INTEGER NOT NULL UNIQUE,
  ticket_id TEXT NOT NULL REFERENCES tickets(id),
  project_id TEXT NOT NULL REFERENCES projects(id),
  priority INTEGER NOT NULL DEFAULT 1 CHECK (priority BETWEEN 0 AND 3),
  state TEXT NOT NULL CHECK (state IN ('pending', 'blocked', 'queued', 'dispatched', 'running', 'cancelling', 'retry_wait', 'completed', 'failed', 'cancelled', 'timed_out')),
  status TEXT GENERATED ALWAYS AS (CASE state WHEN 'retry_wait' THEN 'pending' WHEN 'queued' THEN 'pending' WHEN 'blocked' THEN 'queued'
    WHEN 'cancelling' THEN 'running' WHEN 'timed_out' THEN 'failed' ELSE state END) VIRTUAL,
  phase TEXT,
  queued_reason TEXT,
  worktree_id TEXT,
  worker_id TEXT,
  prompt TEXT NOT NULL,
  branch_name TEXT NOT NULL,
  base_branch TEXT,
  base_commit TEXT,
  head_commit TEXT,
  callback_url TEXT,
  attempt INTEGER NOT NULL DEFAULT 0,
  charged INTEGER NOT NULL DEFAULT 0,
  retry_count INTEGER GENERATED ALWAYS AS (max(0, charged - 1)) VIRTUAL,
  max_attempts INTEGER NOT NULL,
  launch_failures INTEGER NOT NULL DEFAULT 0,
  fence INTEGER NOT NULL DEFAULT 0,
  lease_expires_at INTEGER,
  heartbeat_at INTEGER,
  error_message TEXT,
  error_code TEXT,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  queued_at INTEGER,
  dispatched_at INTEGER,
  started_at INTEGER,
  completed_at INTEGER,
  agent TEXT,
  agent_command TEXT,
  agent_script TEXT,
  model TEXT,
  executor TEXT NOT NULL DEFAULT 'local',
  session_id TEXT,
  retry_of TEXT,
  continues TEXT,
  message TEXT,
  retry_at INTEGER,
  run_at INTEGER,
  cancel_cause TEXT,
  cancel_reason TEXT,
  cancel_requested_at INTEGER,
  outcome TEXT,
  late_success INTEGER NOT NULL DEFAULT 0,
  question TEXT,
  max_cost_usd TEXT,
  usage TEXT NOT NULL,
  qa TEXT,
  qa_rounds INTEGER NOT NULL DEFAULT 0,
  changed_files TEXT NOT NULL DEFAULT '[]',
  pr_url TEXT,
  pr_number INTEGER,
  created_by TEXT
);
CREATE INDEX jobs_project ON agent_queue(project_id, seq DESC);
CREATE INDEX jobs_ticket ON agent_queue(ticket_id, seq DESC);
CREATE INDEX jobs_ready ON agent_queue(project_id, priority, seq) WHERE state = 'queued';
CREATE INDEX jobs_active ON agent_queue(project_id, lease_expires_at) WHERE state IN ('dispatched', 'running', 'cancelling');
CREATE INDEX jobs_unfinished ON agent_queue(project_id, state, priority, created_at) WHERE completed_at IS NULL;
CREATE INDEX jobs_waiting ON agent_queue(coalesce(retry_at, run_at)) WHERE state IN ('pending', 'retry_wait');

CREATE VIEW saturated_projects AS
SELECT p.id AS project_id
FROM (SELECT project_id, count(*) AS running FROM agent_queue WHERE state IN ('dispatched', 'running', 'cancelling') GROUP BY project_id) a
JOIN projects p ON p.id = a.project_id
WHERE a.running >= CASE WHEN p.worktree_enabled THEN p.max_parallel_agents ELSE 1 END;

-- One row per project and priority that ever waited: makes a claim independent of how many jobs wait.
CREATE TABLE lanes (
  id INTEGER PRIMARY KEY,
  project_id TEXT NOT NULL REFERENCES projects(id),
  priority INTEGER NOT NULL,
  ready INTEGER NOT NULL CHECK (ready >= 0),
  served INTEGER NOT NULL DEFAULT 0,
  head_at INTEGER NOT NULL,
  UNIQUE (project_id, priority)
);
CREATE INDEX lanes_round_robin ON lanes(priority, served) WHERE ready > 0;
CREATE INDEX lanes_ageing ON lanes(priority, head_at) WHERE ready > 0;

CREATE TABLE agent_executions (
  job_id TEXT NOT NULL REFERENCES agent_queue(id),
  attempt INTEGER NOT NULL,
  fence INTEGER NOT NULL UNIQUE,
  worker_id TEXT,
  started_at INTEGER NOT NULL,
  finished_at INTEGER,
  outcome TEXT,
  error TEXT,
  tail_offset INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (job_id, attempt)
) WITHOUT ROWID;
CREATE UNIQUE INDEX attempts_open ON agent_executions(job_id) WHERE finished_at IS NULL;

-- Every change of a job's state, never changed nor deleted.
CREATE TABLE job_history (
  id INTEGER PRIMARY KEY,
  job_id TEXT NOT NULL REFERENCES agent_queue(id),
  at INTEGER NOT NULL,
  from_state TEXT,
  to_state TEXT NOT NULL,
  attempt INTEGER NOT NULL,
  fence INTEGER NOT NULL
);
CREATE INDEX job_history_moves ON job_history(from_state, to_state);
CREATE UNIQUE INDEX job_history_ends ON job_history(job_id) WHERE to_state IN ('completed', 'failed', 'cancelled', 'timed_out');

CREATE TABLE counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
INSERT INTO counters(name, value) VALUES
  ('seq', 0), ('fence', 0), ('served', 0), ('position', 0), ('events_pruned_to', 0), ('paused', 0),
  ('completed', 0), ('failed', 0), ('cancelled', 0);

CREATE TABLE landings (
  id TEXT PRIMARY KEY,
  project_id TEXT NOT NULL REFERENCES projects(id),
  job_id TEXT NOT NULL REFERENCES agent_queue(id),
  ticket_id TEXT NOT NULL REFERENCES tickets(id),
  target_branch TEXT NOT NULL,
  branch_name TEXT NOT NULL,
  commit_id TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('queued', 'merging', 'testing', 'moving', 'landed', 'conflict', 'red', 'ejected', 'cancelled')),
  position INTEGER NOT NULL,
  conflicts TEXT NOT NULL DEFAULT '[]',
  qa TEXT,
  onto_commit TEXT,
  merged_commit TEXT,
  error TEXT,
  approved_by TEXT,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  landed_at INTEGER
);
CREATE UNIQUE INDEX landings_job ON landings(job_id) WHERE state <> 'cancelled';
CREATE INDEX landings_train ON landings(project_id, target_branch, position) WHERE state IN ('queued', 'merging', 'testing', 'moving');
CREATE INDEX landings_ticket ON landings(ticket_id);
CREATE INDEX landings_newest ON landings(created_at DESC, id DESC);

CREATE TABLE paused_trains (
  project_id TEXT NOT NULL REFERENCES projects(id),
  target_branch TEXT NOT NULL,
  PRIMARY KEY (project_id, target_branch)
) WITHOUT ROWID;

CREATE TABLE worktrees (
  id TEXT PRIMARY KEY,
  project_id TEXT NOT NULL REFERENCES projects(id),
  ticket_id TEXT REFERENCES tickets(id),
  job_id TEXT REFERENCES agent_queue(id),
  path TEXT NOT NULL,
  branch_name TEXT NOT NULL,
  base_commit TEXT,
  status TEXT NOT NULL DEFAULT 'active',
  port_base INTEGER,
  disk_bytes INTEGER,
  created_at INTEGER NOT NULL,
  last_used_at INTEGER NOT NULL,
  cleanup_at INTEGER
);
CREATE INDEX worktrees_kept ON worktrees(created_at DESC, id DESC) WHERE status <> 'deleted';

CREATE TABLE events (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  kind TEXT NOT NULL,
  project_id TEXT,
  ticket_id TEXT,
  job_id TEXT,
  at INTEGER NOT NULL,
  data TEXT NOT NULL
);
CREATE INDEX events_job ON events(job_id, id) WHERE job_id IS NOT NULL;
CREATE INDEX events_runs ON events(job_id, at) WHERE kind = 'run.event';
CREATE INDEX events_at ON events(at);

CREATE TABLE idempotency (
  principal TEXT NOT NULL,
  route TEXT NOT NULL,
  key TEXT NOT NULL,
  request_hash TEXT NOT NULL,
  made_id TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (principal, route, key)
) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS code_embeddings (
  id TEXT PRIMARY KEY,
  project_id TEXT REFERENCES projects(id),
  file_path TEXT NOT NULL,
  content TEXT NOT NULL,
  content_hash TEXT NOT NULL,
  embedding BLOB NOT NULL,
  chunk_index INTEGER DEFAULT 0,
  language TEXT,
  created_at INTEGER,
  updated_at INTEGER
);
CREATE INDEX IF NOT EXISTS code_embeddings_project ON code_embeddings(project_id);

CREATE TABLE IF NOT EXISTS project_memories (
  id TEXT PRIMARY KEY,
  project_id TEXT REFERENCES projects(id),
  ticket_id TEXT REFERENCES tickets(id),
  memory_type TEXT NOT NULL,
  content TEXT NOT NULL,
  embedding BLOB,
  created_at INTEGER
);
CREATE INDEX IF NOT EXISTS project_memories_project ON project_memories(project_id);

CREATE TABLE IF NOT EXISTS learned_patterns (
  id TEXT PRIMARY KEY,
  project_id TEXT REFERENCES projects(id),
  pattern_type TEXT NOT NULL,
  pattern_content TEXT NOT NULL,
  success_count INTEGER DEFAULT 1,
  failure_count INTEGER DEFAULT 0,
  last_used_at INTEGER,
  created_at INTEGER
);
CREATE INDEX IF NOT EXISTS learned_patterns_project ON learned_patterns(project_id);
