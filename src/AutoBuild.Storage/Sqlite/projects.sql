-- name: project
SELECT * FROM projects WHERE id = @id;

-- name: projects_page
SELECT * FROM projects
WHERE (deleted_at IS NOT NULL) = @deleted
  AND (@source IS NULL OR repo_path = @source OR repo_url = @source OR github_repo_full_name = @source)
  AND (@before_at IS NULL OR (created_at, id) < (@before_at, @before_id))
ORDER BY created_at DESC, id DESC LIMIT @limit;

-- name: project_insert
INSERT INTO projects(id, name, description, repo_path, repo_url, github_repo_full_name, default_branch, max_parallel_agents, worktree_enabled,
  qa_enabled, memory_enabled, landing, agent, executor, created_at, updated_at, indexed_at, index_status, deleted_at, scheduled_deletion_at,
  max_cost_per_day)
VALUES (@id, @name, @description, @repo_path, @repo_url, @github_repo_full_name, @default_branch, @max_parallel_agents, @worktree_enabled,
  @qa_enabled, @memory_enabled, @landing, @agent, @executor, @created_at, @updated_at, @indexed_at, @index_status, @deleted_at, @scheduled_deletion_at,
  @max_cost_per_day);

-- name: project_update
UPDATE projects SET name = @name, description = @description, default_branch = @default_branch,
  cap_since = CASE WHEN (max_parallel_agents, worktree_enabled) <> (@max_parallel_agents, @worktree_enabled)
    THEN (SELECT value FROM counters WHERE name = 'fence') ELSE cap_since END, max_parallel_agents = @max_parallel_agents,
  worktree_enabled = @worktree_enabled, qa_enabled = @qa_enabled, memory_enabled = @memory_enabled, landing = @landing, agent = @agent,
  executor = @executor, max_cost_per_day = @max_cost_per_day, updated_at = @updated_at, deleted_at = @deleted_at, scheduled_deletion_at = @scheduled_deletion_at
WHERE id = @id;

-- name: project_slots_held
SELECT (SELECT count(*) FROM agent_queue WHERE project_id = @id AND state IN ('dispatched', 'running', 'cancelling'))
  + (SELECT count(*) FROM landings WHERE project_id = @id AND state IN ('merging', 'testing', 'moving'));

-- name: project_unfinished_jobs
SELECT id FROM agent_queue WHERE project_id = @id AND completed_at IS NULL ORDER BY seq;

-- name: project_queued_landings
SELECT * FROM landings WHERE project_id = @id AND state = 'queued' ORDER BY position;
