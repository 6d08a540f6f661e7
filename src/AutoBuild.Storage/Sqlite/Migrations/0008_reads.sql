-- A list of the failed among a hundred thousand that went well.
CREATE INDEX jobs_status ON agent_queue(status, seq DESC);
