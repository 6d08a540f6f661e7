-- name: adopt_rename
ALTER TABLE "{0}" RENAME TO "legacy_{0}";

-- name: adopt_add_column
ALTER TABLE "legacy_{0}" ADD COLUMN "{1}";

-- name: adopt_projects
INSERT INTO projects(id, name, description, repo_path, repo_url, github_repo_full_name, default_branch, max_parallel_agents, worktree_enabled,
  qa_enabled, memory_enabled, indexed_at, index_status, created_at, updated_at, deleted_at, scheduled_deletion_at)
SELECT lower(id), coalesce(name, github_repo_full_name, id), description, repo_path, repo_url, github_repo_full_name, default_branch,
  min(64, max(1, coalesce(max_parallel_agents, 3))), coalesce(worktree_enabled, 1), coalesce(qa_enabled, 1), coalesce(memory_enabled, 1),
  CAST(strftime('%s', indexed_at) AS INTEGER) * 1000, index_status,
  coalesce(CAST(strftime('%s', created_at) AS INTEGER) * 1000, @now), coalesce(CAST(strftime('%s', updated_at) AS INTEGER) * 1000, @now),
  CAST(strftime('%s', deleted_at) AS INTEGER) * 1000, CAST(strftime('%s', scheduled_deletion_at) AS INTEGER) * 1000
FROM legacy_projects;

-- name: adopt_tickets
INSERT INTO tickets(id, project_id, title, description, status, priority, position, branch_name, pr_url, pr_number, error_message, landed_at, created_at, updated_at)
SELECT lower(id), lower(project_id), coalesce(title, id), coalesce(description, ''),
  CASE WHEN status IN ('backlog', 'ready', 'in_review', 'completed', 'failed') THEN status WHEN status = 'in_progress' THEN 'ready' WHEN status = 'done' THEN 'completed' ELSE 'backlog' END,
  CASE WHEN typeof(priority) = 'integer' AND priority BETWEEN 0 AND 3 THEN priority
    WHEN priority = 'low' THEN 0 WHEN priority = 'high' THEN 2 WHEN priority IN ('critical', 'urgent') THEN 3 ELSE 1 END,
  coalesce(position, rowid), branch_name, pr_url, pr_number, error_message,
  CASE WHEN status IN ('completed', 'done') THEN coalesce(CAST(strftime('%s', updated_at) AS INTEGER) * 1000, @now) END,
  coalesce(CAST(strftime('%s', created_at) AS INTEGER) * 1000, @now), coalesce(CAST(strftime('%s', updated_at) AS INTEGER) * 1000, @now)
FROM legacy_tickets WHERE lower(project_id) IN (SELECT id FROM projects);

-- name: adopt_ticket_dependencies
INSERT INTO ticket_dependencies(ticket_id, depends_on_id, created_at)
SELECT lower(ticket_id), lower(coalesce(depends_on_id, depends_on_ticket_id, depends_on)), @now FROM legacy_ticket_dependencies
WHERE lower(ticket_id) IN (SELECT id FROM tickets) AND lower(coalesce(depends_on_id, depends_on_ticket_id, depends_on)) IN (SELECT id FROM tickets)
ON CONFLICT DO NOTHING;

-- name: adopt_agent_queue
-- What was under way then is not under way now, so unfinished jobs come over as cancelled and their tickets as ready.
INSERT INTO agent_queue(id, seq, ticket_id, project_id, priority, state, prompt, branch_name, charged, max_attempts, error_message, error_code,
  created_at, updated_at, dispatched_at, started_at, completed_at, worker_id, usage, cancel_reason)
SELECT lower(q.id), q.rowid, t.id, t.project_id, CASE WHEN q.priority BETWEEN 0 AND 3 THEN q.priority ELSE 1 END,
  CASE WHEN q.status IN ('completed', 'failed') THEN q.status ELSE 'cancelled' END,
  t.title, coalesce(t.branch_name, ''), CASE WHEN q.status IN ('completed', 'failed') THEN min(4, coalesce(q.retry_count, 0) + 1) ELSE 0 END, 4, q.error_message,
  CASE WHEN q.status IN ('completed', 'failed') THEN NULL ELSE 'cancelled' END,
  coalesce(CAST(strftime('%s', q.created_at) AS INTEGER) * 1000, @now), coalesce(CAST(strftime('%s', q.updated_at) AS INTEGER) * 1000, @now),
  CAST(strftime('%s', q.dispatched_at) AS INTEGER) * 1000, CAST(strftime('%s', q.started_at) AS INTEGER) * 1000,
  coalesce(CAST(strftime('%s', q.completed_at) AS INTEGER) * 1000, @now), q.worker_id,
  '{"input_tokens":0,"output_tokens":0,"cost_usd":0,"turns":0}', 'the database was taken over by a new version'
FROM legacy_agent_queue q JOIN tickets t ON t.id = lower(q.ticket_id);

-- name: adopt_worktrees
INSERT INTO worktrees(id, project_id, ticket_id, path, branch_name, status, created_at, last_used_at, cleanup_at)
SELECT lower(id), lower(project_id), (SELECT t.id FROM tickets t WHERE t.id = lower(ticket_id)), path, branch_name,
  CASE WHEN status IN ('merging', 'cleanup', 'deleted') THEN status ELSE 'active' END,
  coalesce(CAST(strftime('%s', created_at) AS INTEGER) * 1000, @now), coalesce(CAST(strftime('%s', last_used_at) AS INTEGER) * 1000, @now),
  CAST(strftime('%s', cleanup_at) AS INTEGER) * 1000
FROM legacy_worktrees WHERE lower(project_id) IN (SELECT id FROM projects);

-- name: adopt_ticket_jobs
UPDATE tickets SET job_id = (SELECT j.id FROM agent_queue j WHERE j.ticket_id = tickets.id ORDER BY j.seq DESC LIMIT 1);

-- name: adopt_history
INSERT INTO job_history(job_id, at, from_state, to_state, attempt, fence)
SELECT id, completed_at, CASE state WHEN 'cancelled' THEN 'pending' ELSE 'running' END, state, 0, 0 FROM agent_queue;

-- name: adopt_counters
UPDATE counters SET value = CASE name
  WHEN 'seq' THEN (SELECT coalesce(max(seq), 0) FROM agent_queue)
  ELSE (SELECT count(*) FROM agent_queue WHERE status = counters.name) END
WHERE name IN ('seq', 'completed', 'failed', 'cancelled');
