-- name: ledger_add
-- An event that was counted is not counted again. The newest word on where a cost comes from holds for all of the row.
INSERT INTO ledger(job_id, attempt, day, model, session_id, project_id, ticket_id, agent, seq,
  input_tokens, cached_input_tokens, cache_write_tokens, output_tokens, reasoning_tokens, unpriced_tokens, cost, cost_source, turns)
VALUES (@job_id, @attempt, @day, @model, @session_id, @project_id, @ticket_id, @agent, @seq,
  @input_tokens, @cached_input_tokens, @cache_write_tokens, @output_tokens, @reasoning_tokens, @unpriced_tokens, @cost, @cost_source, @turns)
ON CONFLICT (job_id, attempt, day, model, session_id) DO UPDATE SET
  seq = excluded.seq,
  input_tokens = input_tokens + excluded.input_tokens,
  cached_input_tokens = cached_input_tokens + excluded.cached_input_tokens,
  cache_write_tokens = cache_write_tokens + excluded.cache_write_tokens,
  output_tokens = output_tokens + excluded.output_tokens,
  reasoning_tokens = reasoning_tokens + excluded.reasoning_tokens,
  unpriced_tokens = unpriced_tokens + excluded.unpriced_tokens,
  cost = CASE WHEN cost IS NULL AND excluded.cost IS NULL THEN NULL ELSE coalesce(cost, 0) + coalesce(excluded.cost, 0) END,
  cost_source = coalesce(excluded.cost_source, cost_source),
  turns = turns + excluded.turns
WHERE excluded.seq > ledger.seq;

-- name: ledger_of_job
SELECT '' AS key, NULL AS name, sum(input_tokens) AS input_tokens, sum(cached_input_tokens) AS cached_input_tokens, sum(cache_write_tokens) AS cache_write_tokens,
  sum(output_tokens) AS output_tokens, sum(reasoning_tokens) AS reasoning_tokens, sum(unpriced_tokens) AS unpriced_tokens, sum(cost) AS cost,
  CASE WHEN min(cost_source) = max(cost_source) THEN min(cost_source) WHEN min(cost_source) IS NOT NULL THEN 'mixed' END AS cost_source, sum(turns) AS turns
FROM ledger WHERE job_id = @job_id HAVING count(*) > 0;

-- name: ledger_of_attempt
SELECT '' AS key, NULL AS name, sum(input_tokens) AS input_tokens, sum(cached_input_tokens) AS cached_input_tokens, sum(cache_write_tokens) AS cache_write_tokens,
  sum(output_tokens) AS output_tokens, sum(reasoning_tokens) AS reasoning_tokens, sum(unpriced_tokens) AS unpriced_tokens, sum(cost) AS cost,
  CASE WHEN min(cost_source) = max(cost_source) THEN min(cost_source) WHEN min(cost_source) IS NOT NULL THEN 'mixed' END AS cost_source, sum(turns) AS turns
FROM ledger WHERE job_id = @job_id AND attempt = @attempt HAVING count(*) > 0;

-- name: ledger_of_session
SELECT '' AS key, NULL AS name, sum(input_tokens) AS input_tokens, sum(cached_input_tokens) AS cached_input_tokens, sum(cache_write_tokens) AS cache_write_tokens,
  sum(output_tokens) AS output_tokens, sum(reasoning_tokens) AS reasoning_tokens, sum(unpriced_tokens) AS unpriced_tokens, sum(cost) AS cost,
  CASE WHEN min(cost_source) = max(cost_source) THEN min(cost_source) WHEN min(cost_source) IS NOT NULL THEN 'mixed' END AS cost_source, sum(turns) AS turns
FROM ledger WHERE session_id = @session_id AND session_id <> '' HAVING count(*) > 0;

-- name: ledger_by
-- Names are looked up once for a heading, not for every row under it.
SELECT u.*, CASE @group_by WHEN 'project' THEN (SELECT p.name FROM projects p WHERE p.id = u.key) END AS name
FROM (
  SELECT CASE @group_by WHEN 'day' THEN day WHEN 'model' THEN model WHEN 'project' THEN project_id ELSE agent END AS key,
    sum(input_tokens) AS input_tokens, sum(cached_input_tokens) AS cached_input_tokens, sum(cache_write_tokens) AS cache_write_tokens,
    sum(output_tokens) AS output_tokens, sum(reasoning_tokens) AS reasoning_tokens, sum(unpriced_tokens) AS unpriced_tokens,
    CASE WHEN sum(costs) > 0 THEN sum(cost) END AS cost,
    CASE WHEN min(nullif(cost_source, '')) = max(nullif(cost_source, '')) THEN max(cost_source) WHEN max(cost_source) <> '' THEN 'mixed' END AS cost_source, sum(turns) AS turns
  FROM ledger_days
  WHERE (@project_id IS NULL OR project_id = @project_id) AND (@from_day IS NULL OR day >= @from_day) AND (@to_day IS NULL OR day <= @to_day)
  GROUP BY 1 HAVING sum(input_tokens + output_tokens) > 0 OR sum(cost) > 0) u
ORDER BY u.key;

-- name: ledger_by_ticket
-- The sums by day know no ticket.
SELECT u.*, CASE @group_by WHEN 'project' THEN (SELECT p.name FROM projects p WHERE p.id = u.key) WHEN 'ticket' THEN (SELECT t.title FROM tickets t WHERE t.id = u.key) END AS name
FROM (
  SELECT CASE @group_by WHEN 'day' THEN l.day WHEN 'model' THEN l.model WHEN 'project' THEN l.project_id WHEN 'ticket' THEN l.ticket_id ELSE l.agent END AS key,
    sum(l.input_tokens) AS input_tokens, sum(l.cached_input_tokens) AS cached_input_tokens, sum(l.cache_write_tokens) AS cache_write_tokens,
    sum(l.output_tokens) AS output_tokens, sum(l.reasoning_tokens) AS reasoning_tokens, sum(l.unpriced_tokens) AS unpriced_tokens, sum(l.cost) AS cost,
    CASE WHEN min(l.cost_source) = max(l.cost_source) THEN min(l.cost_source) WHEN min(l.cost_source) IS NOT NULL THEN 'mixed' END AS cost_source, sum(l.turns) AS turns
  FROM ledger l
  WHERE (@project_id IS NULL OR l.project_id = @project_id) AND (@ticket_id IS NULL OR l.ticket_id = @ticket_id)
    AND (@from_day IS NULL OR l.day >= @from_day) AND (@to_day IS NULL OR l.day <= @to_day)
  GROUP BY 1 HAVING sum(l.input_tokens + l.output_tokens) > 0 OR sum(l.cost) > 0) u
ORDER BY u.key;

-- name: spent_of_ticket
SELECT coalesce(sum(cost), 0) AS cost, coalesce(sum(input_tokens + output_tokens), 0) AS tokens FROM ledger WHERE ticket_id = @ticket_id;

-- name: spent_of_project
SELECT coalesce(sum(cost), 0) AS cost, coalesce(sum(input_tokens + output_tokens), 0) AS tokens FROM ledger WHERE day = @day AND project_id = @project_id;

-- name: spent_of_day
SELECT coalesce(sum(cost), 0) AS cost, coalesce(sum(input_tokens + output_tokens), 0) AS tokens FROM ledger WHERE day = @day;

-- name: spent_by_project
SELECT l.project_id, coalesce(sum(l.cost), 0) AS cost, sum(l.input_tokens + l.output_tokens) AS tokens, p.max_cost_per_day
FROM ledger l JOIN projects p ON p.id = l.project_id WHERE l.day = @day GROUP BY l.project_id;

-- name: spent_by_capped_project
SELECT l.project_id, coalesce(sum(l.cost), 0) AS cost, sum(l.input_tokens + l.output_tokens) AS tokens, p.max_cost_per_day
FROM projects p CROSS JOIN ledger l ON l.day = @day AND l.project_id = p.id WHERE p.max_cost_per_day IS NOT NULL GROUP BY l.project_id;
