-- name: tally
INSERT INTO tallies(name, label, detail, count) VALUES (@name, @label, @detail, 1) ON CONFLICT (name, label, detail) DO UPDATE SET count = count + 1;

-- name: tallies
SELECT name, label, detail, count FROM tallies;

-- name: figures_usage
SELECT agent AS key, model AS name, sum(input_tokens) AS input_tokens, sum(cached_input_tokens) AS cached_input_tokens, sum(cache_write_tokens) AS cache_write_tokens,
  sum(output_tokens) AS output_tokens, sum(reasoning_tokens) AS reasoning_tokens, sum(unpriced_tokens) AS unpriced_tokens, sum(cost) AS cost, NULL AS cost_source, sum(turns) AS turns
FROM ledger_days GROUP BY agent, model ORDER BY sum(input_tokens + output_tokens) DESC, agent, model;

-- name: figures_jobs
SELECT u.project_id, p.name, u.state, u.priority, u.jobs, u.oldest
FROM (SELECT project_id, state, priority, count(*) AS jobs, min(created_at) AS oldest FROM agent_queue WHERE completed_at IS NULL GROUP BY project_id, state, priority) u
JOIN projects p ON p.id = u.project_id;

-- name: figures_worktrees
SELECT status AS label, count(*) AS count FROM worktrees WHERE status <> 'deleted' GROUP BY status;

-- name: figures_landings
SELECT state AS label, count(*) AS count FROM landings WHERE state IN ('queued', 'merging', 'testing', 'moving') GROUP BY state;

-- name: figures_callbacks
SELECT count(*) FROM outbox WHERE next_at IS NOT NULL;
