-- name: job
SELECT * FROM agent_queue WHERE id = @id;

-- name: job_attempts
SELECT * FROM agent_executions WHERE job_id = @id ORDER BY attempt;

-- name: jobs_page
SELECT * FROM agent_queue
WHERE seq < @before_seq
ORDER BY seq DESC LIMIT @limit;

-- name: jobs_page_of_project
SELECT * FROM agent_queue
WHERE project_id = @project_id AND seq < @before_seq
ORDER BY seq DESC LIMIT @limit;

-- name: jobs_page_of_status
-- A job that is ready shows as queued, not pending, where there is no room for it. Each half goes down the index, however many have ended.
SELECT * FROM agent_queue
WHERE status = @status AND (@project_id IS NULL OR project_id = @project_id) AND seq < @before_seq
  AND NOT (state = 'queued' AND (@full OR project_id IN (SELECT project_id FROM saturated_projects)))
UNION ALL
SELECT * FROM agent_queue
WHERE @status = 'queued' AND status = 'pending' AND (@project_id IS NULL OR project_id = @project_id) AND seq < @before_seq
  AND state = 'queued' AND (@full OR project_id IN (SELECT project_id FROM saturated_projects))
ORDER BY seq DESC LIMIT @limit;

-- name: jobs_page_of_ticket
SELECT * FROM agent_queue
WHERE ticket_id = @ticket_id AND (@project_id IS NULL OR project_id = @project_id)
  AND (@status IS NULL OR @status = CASE WHEN state = 'queued' AND (@full OR project_id IN (SELECT project_id FROM saturated_projects)) THEN 'queued' ELSE status END)
  AND seq < @before_seq
ORDER BY seq DESC LIMIT @limit;

-- name: jobs_active
-- The plus keeps SQLite from walking all of history in the order of seq, here and below.
SELECT * FROM agent_queue WHERE state IN ('dispatched', 'running', 'cancelling') ORDER BY +seq;

-- name: jobs_active_count
SELECT count(*) FROM agent_queue WHERE state IN ('dispatched', 'running', 'cancelling');

-- name: jobs_expired
SELECT * FROM agent_queue WHERE state IN ('dispatched', 'running', 'cancelling') AND lease_expires_at < @now ORDER BY +seq;

-- name: jobs_grace
UPDATE agent_queue SET lease_expires_at = @lease_expires_at WHERE state IN ('dispatched', 'running', 'cancelling');

-- name: jobs_retry_no_later
-- A quota is reset at an hour of the wall clock, so that one stays.
UPDATE agent_queue SET retry_at = min(retry_at, @retry_at) WHERE state = 'retry_wait' AND queued_reason IS NOT 'rate_limit';

-- name: jobs_due
SELECT * FROM agent_queue WHERE state IN ('pending', 'retry_wait') AND coalesce(retry_at, run_at) <= @now ORDER BY +seq;

-- name: projects_saturated
SELECT project_id FROM saturated_projects;

-- name: job_of_ticket_unfinished
SELECT * FROM agent_queue WHERE ticket_id = @ticket_id AND completed_at IS NULL;

-- name: job_insert
INSERT INTO agent_queue(id, seq, ticket_id, project_id, priority, state, phase, queued_reason, worktree_id, worker_id, prompt, branch_name,
  base_branch, base_commit, head_commit, callback_url, callback_secret, attempt, charged, max_attempts, launch_failures, fence, lease_expires_at, heartbeat_at,
  error_message, error_code, created_at, updated_at, queued_at, dispatched_at, started_at, completed_at, agent, agent_command, agent_script, model,
  executor, session_id, session, retry_of, continues, rework_of, message, retry_at, run_at, cancel_cause, cancel_reason, cancel_requested_at, outcome, late_success,
  question, max_cost_usd, usage, qa, qa_rounds, changed_files, pr_url, pr_number, created_by, trace)
VALUES (@id, @seq, @ticket_id, @project_id, @priority, @state, @phase, @queued_reason, @worktree_id, @worker_id, @prompt, @branch_name,
  @base_branch, @base_commit, @head_commit, @callback_url, @callback_secret, @attempt, @charged, @max_attempts, @launch_failures, @fence, @lease_expires_at, @heartbeat_at,
  @error_message, @error_code, @created_at, @updated_at, @queued_at, @dispatched_at, @started_at, @completed_at, @agent, @agent_command, @agent_script, @model,
  @executor, @session_id, @session, @retry_of, @continues, @rework_of, @message, @retry_at, @run_at, @cancel_cause, @cancel_reason, @cancel_requested_at, @outcome, @late_success,
  @question, @max_cost_usd, @usage, @qa, @qa_rounds, @changed_files, @pr_url, @pr_number, @created_by, @trace);

-- name: job_update
UPDATE agent_queue SET state = @state, phase = @phase, queued_reason = @queued_reason, worktree_id = @worktree_id, worker_id = @worker_id,
  base_branch = @base_branch, base_commit = @base_commit, head_commit = @head_commit, attempt = @attempt, charged = @charged,
  launch_failures = @launch_failures, fence = @fence, lease_expires_at = @lease_expires_at, heartbeat_at = @heartbeat_at,
  error_message = @error_message, error_code = @error_code, updated_at = @updated_at, queued_at = @queued_at, dispatched_at = @dispatched_at,
  started_at = @started_at, completed_at = @completed_at, session_id = @session_id, session = @session, retry_at = @retry_at, run_at = @run_at,
  cancel_cause = @cancel_cause, cancel_reason = @cancel_reason, cancel_requested_at = @cancel_requested_at, outcome = @outcome,
  late_success = @late_success, question = @question, usage = @usage, qa = @qa, qa_rounds = @qa_rounds, changed_files = @changed_files,
  pr_url = @pr_url, pr_number = @pr_number
WHERE id = @id AND state = @old_state AND fence = @old_fence;

-- name: job_beat
UPDATE agent_queue SET lease_expires_at = @lease_expires_at, heartbeat_at = @heartbeat_at WHERE id = @id AND state = @old_state AND fence = @old_fence;

-- name: job_usage
UPDATE agent_queue SET usage = @usage WHERE id = @id;

-- name: attempt_insert
INSERT INTO agent_executions(job_id, attempt, fence, worker_id, started_at) VALUES (@id, @attempt, @fence, @worker_id, @now);

-- name: attempt_end
UPDATE agent_executions SET finished_at = @now, outcome = @outcome, error = @error WHERE job_id = @id AND attempt = @attempt AND finished_at IS NULL;

-- name: tail_offset
SELECT tail_offset FROM agent_executions WHERE job_id = @id AND attempt = @attempt;

-- name: tail_offset_set
UPDATE agent_executions SET tail_offset = @offset WHERE job_id = @id AND attempt = @attempt;

-- name: history_insert
INSERT INTO job_history(job_id, at, from_state, to_state, attempt, fence) VALUES (@id, @now, @from_state, @to_state, @attempt, @fence);

-- name: counter
SELECT value FROM counters WHERE name = @name;

-- name: counter_next
UPDATE counters SET value = value + 1 WHERE name = @name RETURNING value;

-- name: counter_set
UPDATE counters SET value = @value WHERE name = @name;

-- name: lane_enter
INSERT INTO lanes(project_id, priority, ready, served, head_at)
VALUES (@project_id, @priority, 1, (SELECT value FROM counters WHERE name = 'served'), @head_at)
ON CONFLICT (project_id, priority) DO UPDATE SET
  ready = ready + 1,
  served = CASE WHEN ready = 0 THEN max(served, excluded.served) ELSE served END,
  head_at = (SELECT j.queued_at FROM agent_queue j WHERE j.project_id = excluded.project_id AND j.priority = excluded.priority AND j.state = 'queued' ORDER BY j.seq LIMIT 1);

-- name: lane_leave
UPDATE lanes SET ready = ready - 1,
  served = coalesce(@served, served),
  head_at = coalesce((SELECT j.queued_at FROM agent_queue j WHERE j.project_id = @project_id AND j.priority = @priority AND j.state = 'queued' ORDER BY j.seq LIMIT 1), head_at)
WHERE project_id = @project_id AND priority = @priority;

-- name: claim_pick
-- Per priority only the lane served longest ago and the one with the oldest head can win, so eight probes decide.
WITH levels(priority) AS (VALUES (3), (2), (1), (0)),
saturated AS MATERIALIZED (
  SELECT project_id FROM saturated_projects
  UNION
  SELECT project_id FROM ledger WHERE (@project_cost IS NOT NULL OR @project_tokens IS NOT NULL) AND day = @day
  GROUP BY project_id HAVING sum(cost) >= @project_cost OR sum(input_tokens + output_tokens) >= @project_tokens
  UNION
  SELECT p.id FROM projects p CROSS JOIN ledger l ON l.day = @day AND l.project_id = p.id WHERE p.max_cost_per_day IS NOT NULL
  GROUP BY p.id HAVING sum(l.cost) >= p.max_cost_per_day),
candidates(id) AS (
  SELECT (SELECT l.id FROM lanes l WHERE l.priority = v.priority AND l.ready > 0 AND l.project_id NOT IN (SELECT project_id FROM saturated) ORDER BY l.served LIMIT 1)
  FROM levels v
  UNION
  SELECT (SELECT l.id FROM lanes l WHERE l.priority = v.priority AND l.ready > 0 AND l.project_id NOT IN (SELECT project_id FROM saturated) ORDER BY l.head_at LIMIT 1)
  FROM levels v)
SELECT l.project_id, l.priority
FROM candidates c JOIN lanes l ON l.id = c.id
ORDER BY max(0, 3 - l.priority - max(0, @now - l.head_at) / @ageing_ms), l.served
LIMIT 1;

-- name: claim_head
SELECT * FROM agent_queue WHERE project_id = @project_id AND priority = @priority AND state = 'queued' ORDER BY seq LIMIT 1;

-- name: agent_limits
-- Those that are held back for another's limit don't count: they would hold each other for ever.
-- Both states are named, since the index of those that wait is of both: else all of history is read.
SELECT agent, agent_command, max(retry_at) AS until, error_code, error_message FROM agent_queue
WHERE state IN ('pending', 'retry_wait') AND state = 'retry_wait' AND queued_reason = 'rate_limit' AND error_code IN ('quota', 'rate_limit') AND coalesce(retry_at, run_at) > @now
GROUP BY agent, agent_command;

-- name: overlaps_due
UPDATE agent_queue SET retry_at = @now WHERE state IN ('pending', 'retry_wait') AND state = 'retry_wait' AND queued_reason = 'overlap' AND project_id = @project_id;

-- name: lane_recount
UPDATE lanes SET ready = (SELECT count(*) FROM agent_queue j WHERE j.project_id = lanes.project_id AND j.priority = lanes.priority AND j.state = 'queued')
WHERE project_id = @project_id AND priority = @priority;

-- name: stats_unfinished
SELECT project_id, state, priority, count(*) AS jobs, min(created_at) AS oldest FROM agent_queue WHERE completed_at IS NULL GROUP BY project_id, state, priority;

-- name: counters
SELECT name, value FROM counters;
