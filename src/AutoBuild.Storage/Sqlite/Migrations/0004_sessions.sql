-- In which session the agent of the last attempt worked: fresh, resumed or fresh_with_summary.
ALTER TABLE agent_queue ADD COLUMN session TEXT;
