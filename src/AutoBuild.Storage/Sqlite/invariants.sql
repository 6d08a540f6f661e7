-- name: i1_ends
SELECT 'I1: job ' || j.id || ' is ' || j.state || ' and completed_at is ' || coalesce(j.completed_at, 'null') AS violation FROM agent_queue j
WHERE (j.state IN ('completed', 'failed', 'cancelled', 'timed_out')) <> (j.completed_at IS NOT NULL)
  OR (j.completed_at IS NOT NULL AND NOT EXISTS (SELECT 1 FROM job_history h WHERE h.job_id = j.id AND h.to_state = j.state));

-- name: i2_project_cap
-- Jobs that started under an earlier, larger cap may go on.
SELECT 'I2: project ' || p.id || ' runs ' || count(*) || ' of ' || p.max_parallel_agents AS violation
FROM agent_queue j JOIN projects p ON p.id = j.project_id
WHERE j.state IN ('dispatched', 'running', 'cancelling') AND j.dispatched_at > p.updated_at
GROUP BY p.id HAVING count(*) > p.max_parallel_agents;

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

-- name: i7_dependencies
SELECT 'I7: job ' || j.id || ' is ' || j.state || ' though a dependency has not landed' AS violation
FROM agent_queue j JOIN ticket_dependencies d ON d.ticket_id = j.ticket_id JOIN tickets o ON o.id = d.depends_on_id
WHERE j.state IN ('queued', 'dispatched', 'running') AND o.landed_at IS NULL;

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

-- name: history_moves
SELECT DISTINCT from_state, to_state FROM job_history;
