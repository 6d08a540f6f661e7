-- name: i1_ends
SELECT 'I1: job ' || id || ' is ' || state || ' and completed_at is ' || coalesce(completed_at, 'null') AS violation FROM agent_queue
WHERE (state IN ('completed', 'failed', 'cancelled', 'timed_out')) <> (completed_at IS NOT NULL);

-- name: i2_project_cap
-- Jobs that started under an earlier, larger cap may go on.
SELECT 'I2: project ' || p.id || ' runs ' || count(*) || ' of ' || CASE WHEN p.worktree_enabled THEN p.max_parallel_agents ELSE 1 END AS violation
FROM agent_queue j JOIN projects p ON p.id = j.project_id
WHERE j.state IN ('dispatched', 'running', 'cancelling') AND j.fence > p.cap_since
GROUP BY p.id HAVING count(*) > CASE WHEN p.worktree_enabled THEN p.max_parallel_agents ELSE 1 END;

-- name: i2_global_cap
SELECT 'I2: ' || count(*) || ' jobs hold one of ' || @global_cap || ' slots' AS violation
FROM agent_queue WHERE state IN ('dispatched', 'running', 'cancelling') HAVING count(*) > @global_cap;

-- name: i3_attempts
SELECT 'I3: job ' || j.id || ' is at attempt ' || j.attempt || ' with ' || count(a.attempt) || ' rows, ' || coalesce(sum(a.finished_at IS NULL), 0) || ' open' AS violation
FROM agent_queue j LEFT JOIN agent_executions a ON a.job_id = j.id AND a.started_at IS NOT NULL
GROUP BY j.id
HAVING j.attempt <> sum(a.attempt IS NOT NULL) OR coalesce(sum(a.attempt IS NOT NULL AND a.finished_at IS NULL), 0) <> (j.state IN ('dispatched', 'running', 'cancelling'));

-- name: i4_fences
SELECT 'I4: attempt ' || a.attempt || ' of job ' || a.job_id || ' has fence ' || a.fence AS violation
FROM agent_executions a JOIN agent_queue j ON j.id = a.job_id
LEFT JOIN agent_executions b ON b.job_id = a.job_id AND b.attempt = a.attempt - 1
WHERE a.fence <= b.fence OR a.fence > j.fence OR a.fence > (SELECT value FROM counters WHERE name = 'fence');

-- name: i5_leases
SELECT 'I5: job ' || id || ' is ' || state || ' and its lease ends at ' || coalesce(lease_expires_at, 'null') AS violation FROM agent_queue
WHERE (state IN ('dispatched', 'running', 'cancelling')) <> (lease_expires_at IS NOT NULL);

-- name: i6_lanes
SELECT 'I6: lane ' || project_id || '/' || priority || ' counts ' || sum(ready) || ', queued are ' || sum(queued) AS violation
FROM (SELECT project_id, priority, ready, 0 AS queued FROM lanes
  UNION ALL SELECT project_id, priority, 0, 1 FROM agent_queue WHERE state = 'queued')
GROUP BY project_id, priority HAVING sum(ready) <> sum(queued);

-- name: i6_heads
SELECT 'I6: lane ' || l.project_id || '/' || l.priority || ' counts its age from ' || l.head_at AS violation
FROM lanes l
WHERE l.ready > 0 AND l.head_at IS NOT (SELECT j.queued_at FROM agent_queue j
  WHERE j.project_id = l.project_id AND j.priority = l.priority AND j.state = 'queued' ORDER BY j.seq LIMIT 1);

-- name: i7_dependencies
SELECT 'I7: job ' || j.id || ' is ' || j.state || ' though a dependency has not landed' AS violation
FROM agent_queue j JOIN ticket_dependencies d ON d.ticket_id = j.ticket_id JOIN tickets o ON o.id = d.depends_on_id
WHERE j.state IN ('queued', 'dispatched', 'running') AND o.landed_at IS NULL;

-- name: i8_callbacks
SELECT 'I8: job ' || j.id || ' is ' || j.state || ' and its end is owed to a receiver' AS violation FROM outbox o JOIN agent_queue j ON j.id = o.job_id WHERE j.completed_at IS NULL
UNION ALL
SELECT 'I8: job ' || j.id || ' has a callback of attempt ' || c.attempt || ' of ' || j.attempt FROM callbacks_in c JOIN agent_queue j ON j.id = c.job_id
LEFT JOIN agent_executions a ON a.job_id = c.job_id AND a.attempt = c.attempt
WHERE c.attempt > j.attempt OR (NOT c.late AND a.finished_at IS NULL);

-- name: i9_charges
SELECT 'I9: job ' || id || ' is charged ' || charged || ' of ' || max_attempts AS violation FROM agent_queue WHERE charged > max_attempts;

-- name: counters_true
SELECT 'counters: ' || c.name || ' says ' || c.value || ', there are ' || count(j.id) AS violation
FROM counters c LEFT JOIN agent_queue j ON j.completed_at IS NOT NULL AND j.status = c.name
WHERE c.name IN ('completed', 'failed', 'cancelled') GROUP BY c.name HAVING c.value <> count(j.id);

-- name: tickets_true
SELECT 'tickets: ' || t.id || ' is ' || t.status || ' and has ' || count(j.id) || ' unfinished jobs' AS violation
FROM tickets t LEFT JOIN agent_queue j ON j.ticket_id = t.id AND j.completed_at IS NULL
GROUP BY t.id HAVING count(j.id) > 1 OR (t.status = 'in_progress') <> (count(j.id) = 1);

-- name: landings_true
SELECT 'landings: ' || l.id || ' is ' || l.state || ' and its ticket is ' || t.status AS violation
FROM landings l JOIN tickets t ON t.id = l.ticket_id
WHERE (l.state = 'landed' AND t.landed_at IS NULL) OR (l.state IN ('queued', 'merging', 'testing', 'moving') AND t.status <> 'in_review');

-- name: i12_path
-- Of an adopted job only the end is known.
SELECT 'I12: job ' || job_id || ' went from ' || coalesce(from_state, 'nothing') || ' where it was ' || stood AS violation
FROM (SELECT job_id, from_state, lag(to_state) OVER (PARTITION BY job_id ORDER BY id) AS stood FROM job_history)
WHERE stood IS NOT NULL AND from_state IS NOT stood;

-- name: i12_end
SELECT 'I12: job ' || j.id || ' is ' || j.state || ' and its history ends with ' || coalesce(h.to_state, 'nothing') AS violation
FROM agent_queue j LEFT JOIN (SELECT job_id, to_state, max(id) FROM job_history GROUP BY job_id) h ON h.job_id = j.id
WHERE j.state IS NOT h.to_state;

-- name: history_moves
SELECT DISTINCT from_state, to_state FROM job_history;

-- name: ledger_true
SELECT 'ledger: job ' || j.id || ' says it used ' || j.usage || ', the ledger counts ' || coalesce(l.tokens, 0) || ' tokens and ' || coalesce(l.cost, 0) || ' billionths of a dollar' AS violation
FROM agent_queue j LEFT JOIN (SELECT job_id, sum(input_tokens + output_tokens) AS tokens, sum(cost) AS cost FROM ledger GROUP BY job_id) l ON l.job_id = j.id
WHERE json_extract(j.usage, '$.input_tokens') + json_extract(j.usage, '$.output_tokens') <> coalesce(l.tokens, 0)
  OR abs(coalesce(json_extract(j.usage, '$.cost_usd'), 0) * 1000000000 - coalesce(l.cost, 0)) > 1000;

-- name: tallies_true
SELECT 'tallies: ' || sum(tallied) || ' attempts are counted as ' || outcome || ', there are ' || sum(ended) AS violation
FROM (SELECT label AS outcome, sum(count) AS tallied, 0 AS ended FROM tallies WHERE name = 'attempt' GROUP BY label
  UNION ALL SELECT outcome, 0, count(*) FROM agent_executions WHERE outcome IS NOT NULL GROUP BY outcome)
GROUP BY outcome HAVING sum(tallied) <> sum(ended);

-- name: ledger_days_true
SELECT 'ledger: ' || day || ' counts ' || sum(tokens) || ' tokens and ' || sum(cost) || ' billionths of a dollar more than its rows' AS violation
FROM (SELECT day, project_id, agent, model, cost_source, rows, input_tokens + output_tokens AS tokens, cost, costs FROM ledger_days
  UNION ALL SELECT day, project_id, agent, model, coalesce(cost_source, ''), -count(*), -sum(input_tokens + output_tokens), -coalesce(sum(cost), 0), -count(cost) FROM ledger GROUP BY 1, 2, 3, 4, 5)
GROUP BY day, project_id, agent, model, cost_source HAVING sum(rows) <> 0 OR sum(tokens) <> 0 OR sum(cost) <> 0 OR sum(costs) <> 0;
