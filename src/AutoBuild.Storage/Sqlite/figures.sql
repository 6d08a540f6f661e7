-- name: tally
INSERT INTO tallies(name, label, detail, count) VALUES (@name, @label, @detail, 1) ON CONFLICT (name, label, detail) DO UPDATE SET count = count + 1;

-- name: tallies
SELECT name, label, detail, count FROM tallies;

-- name: ledger_total_add
INSERT INTO ledger_totals(agent, model, input_tokens, cached_input_tokens, cache_write_tokens, output_tokens, reasoning_tokens, unpriced_tokens, cost, turns)
VALUES (@agent, @model, @input_tokens, @cached_input_tokens, @cache_write_tokens, @output_tokens, @reasoning_tokens, @unpriced_tokens, coalesce(@cost, 0), @turns)
ON CONFLICT (agent, model) DO UPDATE SET
  input_tokens = input_tokens + excluded.input_tokens,
  cached_input_tokens = cached_input_tokens + excluded.cached_input_tokens,
  cache_write_tokens = cache_write_tokens + excluded.cache_write_tokens,
  output_tokens = output_tokens + excluded.output_tokens,
  reasoning_tokens = reasoning_tokens + excluded.reasoning_tokens,
  unpriced_tokens = unpriced_tokens + excluded.unpriced_tokens,
  cost = cost + excluded.cost,
  turns = turns + excluded.turns;

-- name: ledger_totals
SELECT agent AS key, model AS name, input_tokens, cached_input_tokens, cache_write_tokens, output_tokens, reasoning_tokens, unpriced_tokens, cost, NULL AS cost_source, turns
FROM ledger_totals ORDER BY input_tokens + output_tokens DESC, agent, model;

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
