-- Where a memory comes from, and what people did to it. One that is deleted leaves its row, so that it is not learnt again.
ALTER TABLE project_memories ADD COLUMN source TEXT NOT NULL DEFAULT 'person';
ALTER TABLE project_memories ADD COLUMN job_id TEXT;
ALTER TABLE project_memories ADD COLUMN commit_id TEXT;
ALTER TABLE project_memories ADD COLUMN made_by TEXT;
ALTER TABLE project_memories ADD COLUMN edited_at INTEGER;
ALTER TABLE project_memories ADD COLUMN deleted_at INTEGER;
UPDATE project_memories SET id = lower(id), project_id = lower(project_id), ticket_id = lower(ticket_id),
  memory_type = CASE WHEN memory_type IN ('execution_success', 'execution_failure', 'pattern', 'insight', 'feedback', 'decision') THEN memory_type ELSE 'insight' END,
  created_at = CASE typeof(created_at) WHEN 'integer' THEN created_at ELSE coalesce(CAST(strftime('%s', created_at) AS INTEGER) * 1000, 0) END;
CREATE UNIQUE INDEX project_memories_job ON project_memories(job_id) WHERE job_id IS NOT NULL;
CREATE INDEX project_memories_newest ON project_memories(project_id, created_at DESC, id DESC) WHERE deleted_at IS NULL;

-- What tells a pattern again, whatever its words; null for those that somebody wrote.
ALTER TABLE learned_patterns ADD COLUMN key TEXT;
ALTER TABLE learned_patterns ADD COLUMN edited_at INTEGER;
ALTER TABLE learned_patterns ADD COLUMN forgotten_at INTEGER;
UPDATE learned_patterns SET id = lower(id), project_id = lower(project_id),
  pattern_type = CASE WHEN pattern_type IN ('file_structure', 'naming', 'test_convention', 'command', 'co_change', 'error_handling') THEN pattern_type ELSE 'other' END,
  success_count = coalesce(success_count, 0), failure_count = coalesce(failure_count, 0),
  last_used_at = CASE typeof(last_used_at) WHEN 'integer' THEN last_used_at ELSE CAST(strftime('%s', last_used_at) AS INTEGER) * 1000 END,
  created_at = CASE typeof(created_at) WHEN 'integer' THEN created_at ELSE coalesce(CAST(strftime('%s', created_at) AS INTEGER) * 1000, 0) END;
CREATE UNIQUE INDEX learned_patterns_key ON learned_patterns(project_id, key) WHERE key IS NOT NULL;

-- One row per pattern and landed job: nothing is counted twice, and every count can be followed back.
CREATE TABLE pattern_evidence (
  pattern_id TEXT NOT NULL REFERENCES learned_patterns(id),
  job_id TEXT NOT NULL,
  ticket_id TEXT NOT NULL,
  commit_id TEXT,
  held INTEGER NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (pattern_id, job_id)
) WITHOUT ROWID;

-- What attempts were given to start with. Read and changed are unknown until the job is over.
CREATE TABLE given_contexts (
  job_id TEXT NOT NULL,
  attempt INTEGER NOT NULL,
  project_id TEXT NOT NULL,
  tokens INTEGER NOT NULL,
  at INTEGER NOT NULL,
  judged_at INTEGER,
  changed_in_all INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (job_id, attempt)
) WITHOUT ROWID;
CREATE INDEX given_contexts_project ON given_contexts(project_id) WHERE judged_at IS NOT NULL;
CREATE TABLE given_sources (
  job_id TEXT NOT NULL,
  attempt INTEGER NOT NULL,
  place INTEGER NOT NULL,
  path TEXT NOT NULL,
  start_line INTEGER NOT NULL,
  end_line INTEGER NOT NULL,
  part TEXT NOT NULL,
  was_read INTEGER,
  was_changed INTEGER,
  PRIMARY KEY (job_id, attempt, place)
) WITHOUT ROWID;

-- What is owed to the memory: written with the end of a job or the move of its landing, so that neither is without the other.
CREATE TABLE lessons (
  job_id TEXT PRIMARY KEY REFERENCES agent_queue(id),
  project_id TEXT NOT NULL,
  stamp INTEGER NOT NULL DEFAULT 1,
  due_at INTEGER,
  tries_left INTEGER NOT NULL,
  error TEXT,
  settled_at INTEGER
) WITHOUT ROWID;
CREATE INDEX lessons_due ON lessons(due_at) WHERE due_at IS NOT NULL;
