-- With whom a landing is tried, and how often the train sent its work back before it.
ALTER TABLE landings ADD COLUMN batch_id TEXT;
ALTER TABLE landings ADD COLUMN batch_size INTEGER;
ALTER TABLE landings ADD COLUMN batch_place INTEGER;
ALTER TABLE landings ADD COLUMN reworks INTEGER NOT NULL DEFAULT 0;
ALTER TABLE agent_queue ADD COLUMN rework_of TEXT;

-- What a train has learnt: how many it tries together.
CREATE TABLE trains (
  project_id TEXT NOT NULL REFERENCES projects(id),
  target_branch TEXT NOT NULL,
  batch_limit INTEGER NOT NULL,
  PRIMARY KEY (project_id, target_branch)
) WITHOUT ROWID;

-- Merged trees of the batch under way that failed.
CREATE TABLE red_trees (
  seq INTEGER PRIMARY KEY,
  project_id TEXT NOT NULL REFERENCES projects(id),
  target_branch TEXT NOT NULL,
  onto_commit TEXT NOT NULL,
  tree TEXT NOT NULL,
  qa TEXT,
  error TEXT NOT NULL
);
CREATE INDEX red_trees_train ON red_trees(project_id, target_branch);
