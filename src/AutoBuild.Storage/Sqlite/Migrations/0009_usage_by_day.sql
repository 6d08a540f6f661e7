-- The ledger summed up by day, so that what was used and cost is told without reading all of it. Held by triggers: a word on a row of the ledger
-- may replace an earlier one, and then both sides of the sum change. A row goes with the last that is summed up in it.
CREATE TABLE ledger_days (
  day TEXT NOT NULL,
  project_id TEXT NOT NULL,
  agent TEXT NOT NULL,
  model TEXT NOT NULL,
  cost_source TEXT NOT NULL,
  rows INTEGER NOT NULL,
  input_tokens INTEGER NOT NULL,
  cached_input_tokens INTEGER NOT NULL,
  cache_write_tokens INTEGER NOT NULL,
  output_tokens INTEGER NOT NULL,
  reasoning_tokens INTEGER NOT NULL,
  unpriced_tokens INTEGER NOT NULL,
  cost INTEGER NOT NULL,
  costs INTEGER NOT NULL,
  turns INTEGER NOT NULL,
  PRIMARY KEY (day, project_id, agent, model, cost_source)
) WITHOUT ROWID;
INSERT INTO ledger_days
SELECT day, project_id, agent, model, coalesce(cost_source, ''), count(*), sum(input_tokens), sum(cached_input_tokens), sum(cache_write_tokens), sum(output_tokens),
  sum(reasoning_tokens), sum(unpriced_tokens), coalesce(sum(cost), 0), count(cost), sum(turns)
FROM ledger GROUP BY 1, 2, 3, 4, 5;

-- Its numbers are sums of these.
DROP TABLE ledger_totals;

-- What is written here is added: a row that is taken away is one with all its numbers below 0.
CREATE VIEW ledger_days_added AS SELECT * FROM ledger_days;
CREATE TRIGGER ledger_days_add INSTEAD OF INSERT ON ledger_days_added BEGIN
  INSERT INTO ledger_days
  VALUES (new.day, new.project_id, new.agent, new.model, new.cost_source, new.rows, new.input_tokens, new.cached_input_tokens, new.cache_write_tokens,
    new.output_tokens, new.reasoning_tokens, new.unpriced_tokens, new.cost, new.costs, new.turns)
  ON CONFLICT (day, project_id, agent, model, cost_source) DO UPDATE SET
    rows = rows + excluded.rows,
    input_tokens = input_tokens + excluded.input_tokens,
    cached_input_tokens = cached_input_tokens + excluded.cached_input_tokens,
    cache_write_tokens = cache_write_tokens + excluded.cache_write_tokens,
    output_tokens = output_tokens + excluded.output_tokens,
    reasoning_tokens = reasoning_tokens + excluded.reasoning_tokens,
    unpriced_tokens = unpriced_tokens + excluded.unpriced_tokens,
    cost = cost + excluded.cost,
    costs = costs + excluded.costs,
    turns = turns + excluded.turns;
  DELETE FROM ledger_days
  WHERE rows = 0 AND day = new.day AND project_id = new.project_id AND agent = new.agent AND model = new.model AND cost_source = new.cost_source;
END;

CREATE TRIGGER ledger_inserted AFTER INSERT ON ledger BEGIN
  INSERT INTO ledger_days_added VALUES (new.day, new.project_id, new.agent, new.model, coalesce(new.cost_source, ''), 1, new.input_tokens, new.cached_input_tokens, new.cache_write_tokens,
    new.output_tokens, new.reasoning_tokens, new.unpriced_tokens, coalesce(new.cost, 0), (new.cost IS NOT NULL), new.turns);
END;
CREATE TRIGGER ledger_updated AFTER UPDATE ON ledger BEGIN
  INSERT INTO ledger_days_added VALUES (old.day, old.project_id, old.agent, old.model, coalesce(old.cost_source, ''), -1, -old.input_tokens, -old.cached_input_tokens, -old.cache_write_tokens,
    -old.output_tokens, -old.reasoning_tokens, -old.unpriced_tokens, -coalesce(old.cost, 0), -(old.cost IS NOT NULL), -old.turns);
  INSERT INTO ledger_days_added VALUES (new.day, new.project_id, new.agent, new.model, coalesce(new.cost_source, ''), 1, new.input_tokens, new.cached_input_tokens, new.cache_write_tokens,
    new.output_tokens, new.reasoning_tokens, new.unpriced_tokens, coalesce(new.cost, 0), (new.cost IS NOT NULL), new.turns);
END;
CREATE TRIGGER ledger_deleted AFTER DELETE ON ledger BEGIN
  INSERT INTO ledger_days_added VALUES (old.day, old.project_id, old.agent, old.model, coalesce(old.cost_source, ''), -1, -old.input_tokens, -old.cached_input_tokens, -old.cache_write_tokens,
    -old.output_tokens, -old.reasoning_tokens, -old.unpriced_tokens, -coalesce(old.cost, 0), -(old.cost IS NOT NULL), -old.turns);
END;
