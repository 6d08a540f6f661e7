-- Counts facts that are charted, by name and up to two labels, so that no reader of figures has to look at what is over.
CREATE TABLE tallies (
  name TEXT NOT NULL,
  label TEXT NOT NULL,
  detail TEXT NOT NULL DEFAULT '',
  count INTEGER NOT NULL,
  PRIMARY KEY (name, label, detail)
) WITHOUT ROWID;
INSERT INTO tallies(name, label, count) SELECT 'attempt', outcome, count(*) FROM agent_executions WHERE outcome IS NOT NULL GROUP BY outcome;
INSERT INTO tallies(name, label, count) SELECT 'result', coalesce(json_extract(qa, '$.verdict'), 'not_run'), count(*) FROM agent_queue
  WHERE outcome IN ('changed', 'qa_failed') AND state IN ('completed', 'failed') GROUP BY 2;
INSERT INTO tallies(name, label, count) SELECT 'landing', state, count(*) FROM landings WHERE state IN ('landed', 'conflict', 'red', 'ejected', 'cancelled') GROUP BY state;

-- The ledger summed up; costs are billionths of a dollar.
CREATE TABLE ledger_totals (
  agent TEXT NOT NULL,
  model TEXT NOT NULL,
  input_tokens INTEGER NOT NULL,
  cached_input_tokens INTEGER NOT NULL,
  cache_write_tokens INTEGER NOT NULL,
  output_tokens INTEGER NOT NULL,
  reasoning_tokens INTEGER NOT NULL,
  unpriced_tokens INTEGER NOT NULL,
  cost INTEGER NOT NULL,
  turns INTEGER NOT NULL,
  PRIMARY KEY (agent, model)
) WITHOUT ROWID;
INSERT INTO ledger_totals(agent, model, input_tokens, cached_input_tokens, cache_write_tokens, output_tokens, reasoning_tokens, unpriced_tokens, cost, turns)
SELECT agent, model, sum(input_tokens), sum(cached_input_tokens), sum(cache_write_tokens), sum(output_tokens), sum(reasoning_tokens), sum(unpriced_tokens),
  coalesce(sum(cost), 0), sum(turns)
FROM ledger GROUP BY agent, model;

-- The W3C traceparent of the request that submitted the job, where traces are kept.
ALTER TABLE agent_queue ADD COLUMN trace TEXT;
