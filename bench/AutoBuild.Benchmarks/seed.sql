-- Multiplies the one ticket and the one finished job that are there into 10,000 and 100,000, with all that a job leaves behind.
CREATE TEMP TABLE n AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000) SELECT i FROM n;
CREATE TEMP TABLE first AS SELECT j.*, t.title AS title, t.description AS description FROM agent_queue j JOIN tickets t ON t.id = j.ticket_id ORDER BY j.seq LIMIT 1;
CREATE TEMP TABLE place AS SELECT id, row_number() OVER (ORDER BY created_at, id) - 1 AS number FROM projects;

INSERT INTO tickets(id, project_id, title, description, status, priority, position, labels, touches, branch_name, job_id, needs_you, created_at, updated_at)
SELECT printf('00000000-0000-7000-8000-%012x', n.i), p.id, f.title || ' ' || n.i, f.description, 'in_review', n.i % 4, n.i, '["bench"]', '["src/**"]', 'autobuild/' || n.i,
  printf('00000000-0000-7000-8001-%012x', 90000 + n.i), '{"kind":"land","sentence":"The work passed its checks; approve it to land."}', f.created_at - 700000000 + n.i * 60000, f.updated_at
FROM n JOIN first f JOIN place p ON p.number = n.i % (SELECT count(*) FROM place) WHERE n.i <= 10000;

INSERT INTO agent_queue(id, seq, ticket_id, project_id, priority, state, worker_id, prompt, branch_name, base_branch, base_commit, head_commit, attempt, charged, max_attempts,
  fence, created_at, updated_at, queued_at, dispatched_at, started_at, completed_at, agent, session_id, outcome, usage, qa, changed_files, created_by)
SELECT printf('00000000-0000-7000-8001-%012x', n.i), f.seq + n.i, printf('00000000-0000-7000-8000-%012x', 1 + (n.i - 1) % 10000), p.id, n.i % 4, f.state, f.worker_id,
  f.prompt, 'autobuild/' || n.i, 'main', f.base_commit, f.head_commit, 1, 1, f.max_attempts, f.fence + n.i, f.created_at - 700000000 + n.i * 6000,
  f.updated_at, f.queued_at, f.dispatched_at, f.started_at, f.completed_at, 'claude', f.session_id, f.outcome,
  json_set(f.usage, '$.input_tokens', 40000, '$.cached_input_tokens', 30000, '$.cache_write_tokens', 1000, '$.output_tokens', 2000, '$.cost_usd', 0.09, '$.cost_source', 'agent', '$.turns', 12), f.qa, f.changed_files, 'bench'
FROM n JOIN first f JOIN place p ON p.number = (1 + (n.i - 1) % 10000) % (SELECT count(*) FROM place);

INSERT INTO agent_executions(job_id, attempt, fence, worker_id, started_at, finished_at, outcome)
SELECT id, 1, fence, worker_id, started_at, completed_at, 'completed' FROM agent_queue WHERE created_by = 'bench';

INSERT INTO job_history(job_id, at, from_state, to_state, attempt, fence)
SELECT j.id, j.completed_at, m.from_state, m.to_state, 1, j.fence FROM agent_queue j JOIN (
  SELECT h.id, h.from_state, h.to_state FROM job_history h JOIN first f ON f.id = h.job_id) m WHERE j.created_by = 'bench' ORDER BY j.seq, m.id;

INSERT INTO ledger(job_id, attempt, day, model, session_id, project_id, ticket_id, agent, seq, input_tokens, cached_input_tokens, cache_write_tokens, output_tokens,
  reasoning_tokens, unpriced_tokens, cost, cost_source, turns)
SELECT j.id, 1, strftime('%Y-%m-%d', j.created_at / 1000, 'unixepoch'), 'claude-sonnet-4-5', 'session', j.project_id, j.ticket_id, 'claude', 9,
  40000, 30000, 1000, 2000, 0, 0, 90000000, 'agent', 12
FROM agent_queue j WHERE j.created_by = 'bench';

INSERT INTO landings(id, project_id, job_id, ticket_id, target_branch, branch_name, commit_id, state, position, created_at, updated_at, landed_at)
SELECT printf('00000000-0000-7000-8002-%012x', n.i), j.project_id, j.id, j.ticket_id, 'main', j.branch_name, 'c0ffee', 'ejected', n.i, j.created_at, j.updated_at, NULL
FROM n JOIN agent_queue j ON j.id = printf('00000000-0000-7000-8001-%012x', n.i) WHERE n.i <= 10000;

INSERT INTO worktrees(id, project_id, ticket_id, job_id, path, branch_name, base_commit, status, created_at, last_used_at)
SELECT printf('00000000-0000-7000-8003-%012x', n.i), j.project_id, j.ticket_id, j.id, '/srv/trees/' || n.i, j.branch_name, 'c0ffee', 'deleted', j.created_at, j.updated_at
FROM n JOIN agent_queue j ON j.id = printf('00000000-0000-7000-8001-%012x', n.i);

-- What a million and a week leave of it: a change of each job.
INSERT INTO events(kind, project_id, ticket_id, job_id, at, data)
SELECT 'job.changed', j.project_id, j.ticket_id, j.id, f.updated_at, e.data
FROM agent_queue j JOIN first f JOIN (SELECT data FROM events WHERE kind = 'job.changed' ORDER BY id DESC LIMIT 1) e WHERE j.created_by = 'bench';

UPDATE counters SET value = value + 100000 WHERE name IN ('seq', 'fence', 'completed');
DROP TABLE n;
DROP TABLE first;
DROP TABLE place;
