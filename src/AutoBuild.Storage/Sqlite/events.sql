-- name: event_insert
INSERT INTO events(kind, project_id, ticket_id, job_id, at, data) VALUES (@kind, @project_id, @ticket_id, @job_id, @at, @data) RETURNING id;

-- name: run_event_insert
INSERT INTO events(kind, project_id, ticket_id, job_id, at, data)
SELECT 'run.event', j.project_id, j.ticket_id, j.id, @at, @data FROM agent_queue j
WHERE j.id = @job_id
  AND NOT EXISTS (SELECT 1 FROM events e WHERE e.job_id = @job_id AND e.kind = 'run.event' AND e.at >= @second AND e.at < @second + 1000)
RETURNING id;

-- name: events_after
SELECT * FROM events
WHERE id > @after AND id <= @up_to
  AND (@project_id IS NULL OR project_id = @project_id)
  AND (@kind IS NULL OR kind = @kind)
ORDER BY id LIMIT @limit;

-- name: events_after_of_job
SELECT * FROM events
WHERE job_id = @job_id AND id > @after
  AND (@project_id IS NULL OR project_id = @project_id)
  AND (@kind IS NULL OR kind = @kind)
ORDER BY id LIMIT @limit;

-- name: events_last
SELECT max(coalesce((SELECT max(id) FROM events), 0), (SELECT value FROM counters WHERE name = 'events_pruned_to'));

-- name: events_first
SELECT coalesce((SELECT min(id) FROM events), 0);

-- name: events_prune_to
SELECT coalesce(max((SELECT coalesce(max(id), 0) FROM events WHERE at < @before), (SELECT max(id) FROM events) - @keep), 0);

-- name: events_prune
DELETE FROM events WHERE id <= @to;

-- name: idempotency
SELECT request_hash, made_id FROM idempotency WHERE principal = @principal AND route = @route AND key = @key;

-- name: idempotency_insert
INSERT INTO idempotency(principal, route, key, request_hash, made_id, created_at) VALUES (@principal, @route, @key, @request_hash, @made_id, @now);

-- name: answer
SELECT request_hash, status, location, body FROM answers WHERE principal = @principal AND route = @route AND key = @key;

-- name: answer_insert
INSERT INTO answers(principal, route, key, request_hash, status, location, body, created_at)
VALUES (@principal, @route, @key, @request_hash, @status, @location, @body, @now) ON CONFLICT DO NOTHING;

-- name: answers_prune
DELETE FROM answers WHERE created_at < @before;

-- name: idempotency_prune
DELETE FROM idempotency WHERE created_at < @before;
