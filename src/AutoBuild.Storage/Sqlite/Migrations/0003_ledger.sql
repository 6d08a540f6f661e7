-- What agents used, while they use it: one row per attempt, day (UTC), model and session; seq is the newest event counted in it.
-- Costs are billionths of a dollar, null where unknown; a model, session or agent that is not known is empty.
CREATE TABLE ledger (
  job_id TEXT NOT NULL REFERENCES agent_queue(id),
  attempt INTEGER NOT NULL,
  day TEXT NOT NULL,
  model TEXT NOT NULL,
  session_id TEXT NOT NULL,
  project_id TEXT NOT NULL,
  ticket_id TEXT NOT NULL,
  agent TEXT NOT NULL,
  seq INTEGER NOT NULL,
  input_tokens INTEGER NOT NULL,
  cached_input_tokens INTEGER NOT NULL,
  cache_write_tokens INTEGER NOT NULL,
  output_tokens INTEGER NOT NULL,
  reasoning_tokens INTEGER NOT NULL,
  unpriced_tokens INTEGER NOT NULL,
  cost INTEGER,
  cost_source TEXT,
  turns INTEGER NOT NULL,
  PRIMARY KEY (job_id, attempt, day, model, session_id)
) WITHOUT ROWID;
CREATE INDEX ledger_day ON ledger(day, project_id, cost, input_tokens, output_tokens);
CREATE INDEX ledger_ticket ON ledger(ticket_id, cost, input_tokens, output_tokens);
CREATE INDEX ledger_project ON ledger(project_id);
CREATE INDEX ledger_session ON ledger(session_id) WHERE session_id <> '';

-- Until now a cost that nobody knew was written as 0.
UPDATE agent_queue SET usage = json_set(usage, '$.cost_usd', NULL, '$.unpriced_tokens', json_extract(usage, '$.input_tokens') + json_extract(usage, '$.output_tokens'))
WHERE json_extract(usage, '$.cost_usd') = 0 AND json_extract(usage, '$.input_tokens') + json_extract(usage, '$.output_tokens') > 0;

INSERT INTO ledger(job_id, attempt, day, model, session_id, project_id, ticket_id, agent, seq,
  input_tokens, cached_input_tokens, cache_write_tokens, output_tokens, reasoning_tokens, unpriced_tokens, cost, cost_source, turns)
SELECT id, attempt, strftime('%Y-%m-%d', coalesce(completed_at, updated_at) / 1000, 'unixepoch'), coalesce(model, ''), '', project_id, ticket_id, coalesce(agent, ''), 0,
  json_extract(usage, '$.input_tokens'), 0, 0, json_extract(usage, '$.output_tokens'), 0, coalesce(json_extract(usage, '$.unpriced_tokens'), 0),
  CAST(round(json_extract(usage, '$.cost_usd') * 1000000000) AS INTEGER), CASE WHEN json_extract(usage, '$.cost_usd') IS NOT NULL THEN 'agent' END,
  coalesce(json_extract(usage, '$.turns'), 0)
FROM agent_queue
WHERE json_extract(usage, '$.input_tokens') + json_extract(usage, '$.output_tokens') > 0 OR json_extract(usage, '$.cost_usd') > 0;
