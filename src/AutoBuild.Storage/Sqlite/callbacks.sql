-- name: callbacks_in
SELECT * FROM callbacks_in WHERE job_id = @job_id ORDER BY attempt;

-- name: callback_in
SELECT * FROM callbacks_in WHERE job_id = @job_id AND attempt = @attempt;

-- name: callback_in_insert
INSERT INTO callbacks_in(job_id, attempt, body_hash, status, run_id, late, received_at)
VALUES (@job_id, @attempt, @body_hash, @status, @run_id, @late, @now) ON CONFLICT DO NOTHING;

-- name: outbox_insert
INSERT INTO outbox(id, job_id, event, url, host, body, tries_left, next_at, created_at)
VALUES (@id, @job_id, @event, @url, @host, @body, @tries_left, @now, @now);

-- name: outbox_of_job
SELECT o.*, j.callback_secret FROM outbox o JOIN agent_queue j ON j.id = o.job_id WHERE o.job_id = @job_id;

-- name: outbox_one
SELECT o.*, j.callback_secret FROM outbox o JOIN agent_queue j ON j.id = o.job_id WHERE o.id = @id;

-- name: outbox_due
-- A few of each host, so that a host with a long list leaves the others their turn.
SELECT o.*, j.callback_secret
FROM (SELECT id, row_number() OVER (PARTITION BY host ORDER BY next_at) AS place FROM outbox WHERE next_at <= @now) due
JOIN outbox o ON o.id = due.id JOIN agent_queue j ON j.id = o.job_id
WHERE due.place <= @per_host ORDER BY o.next_at LIMIT @limit;

-- name: outbox_tried
UPDATE outbox SET tries = tries + 1, tries_left = max(0, tries_left - 1), last_status = @status, last_error = @error, last_tried_at = @now,
  delivered_at = CASE WHEN @error IS NULL THEN @now ELSE delivered_at END,
  next_at = CASE WHEN tries_left > 1 THEN @next_at END
WHERE id = @id;

-- name: outbox_again
UPDATE outbox SET next_at = @now, tries_left = @tries_left WHERE id = @id AND job_id = @job_id;

-- name: outbox_prune
DELETE FROM outbox WHERE next_at IS NULL AND created_at < @before;
