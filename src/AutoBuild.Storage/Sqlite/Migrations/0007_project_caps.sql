-- What a project may cost in a day of UTC, in billionths of a dollar; null bounds nothing.
ALTER TABLE projects ADD COLUMN max_cost_per_day INTEGER;
CREATE INDEX projects_capped ON projects(id) WHERE max_cost_per_day IS NOT NULL;
