-- name: landing
SELECT * FROM landings WHERE id = @id;

-- name: landing_of_job
SELECT * FROM landings WHERE job_id = @job_id AND state <> 'cancelled';

-- name: landings_page
SELECT * FROM landings
WHERE (@project_id IS NULL OR project_id = @project_id)
  AND (@state IS NULL OR state = @state)
  AND (@job_id IS NULL OR job_id = @job_id)
  AND (@before_at IS NULL OR (created_at, id) < (@before_at, @before_id))
ORDER BY created_at DESC, id DESC LIMIT @limit;

-- name: train_heads
SELECT l.* FROM landings l
WHERE l.state IN ('queued', 'merging', 'testing', 'moving')
  AND NOT EXISTS (SELECT 1 FROM landings f WHERE f.project_id = l.project_id AND f.target_branch = l.target_branch
    AND f.state IN ('queued', 'merging', 'testing', 'moving') AND f.position < l.position)
  AND NOT EXISTS (SELECT 1 FROM paused_trains p WHERE p.project_id = l.project_id AND p.target_branch = l.target_branch)
ORDER BY l.position;

-- name: train
SELECT * FROM landings WHERE project_id = @project_id AND target_branch = @target_branch AND state IN ('queued', 'merging', 'testing', 'moving')
ORDER BY position;

-- name: landing_insert
INSERT INTO landings(id, project_id, job_id, ticket_id, target_branch, branch_name, commit_id, state, position, conflicts, resolved, qa, onto_commit,
  merged_commit, batch_id, batch_size, batch_place, reworks, error, approved_by, created_at, updated_at, landed_at)
VALUES (@id, @project_id, @job_id, @ticket_id, @target_branch, @branch_name, @commit_id, @state, @position, @conflicts, @resolved, @qa, @onto_commit,
  @merged_commit, @batch_id, @batch_size, @batch_place, @reworks, @error, @approved_by, @created_at, @updated_at, @landed_at);

-- name: landing_update
UPDATE landings SET target_branch = @target_branch, commit_id = @commit_id, state = @state, position = @position, conflicts = @conflicts, resolved = @resolved, qa = @qa,
  onto_commit = @onto_commit, merged_commit = @merged_commit, batch_id = @batch_id, batch_size = @batch_size, batch_place = @batch_place, reworks = @reworks, error = @error, approved_by = @approved_by, updated_at = @updated_at, landed_at = @landed_at
WHERE id = @id AND state = @old_state;

-- name: train_pause
INSERT INTO paused_trains(project_id, target_branch) VALUES (@project_id, @target_branch) ON CONFLICT DO NOTHING;

-- name: train_resume
DELETE FROM paused_trains WHERE project_id = @project_id AND target_branch = @target_branch;

-- name: train_paused
SELECT count(*) FROM paused_trains WHERE project_id = @project_id AND target_branch = @target_branch;

-- name: train_limit
SELECT coalesce(max(batch_limit), 0) FROM trains WHERE project_id = @project_id AND target_branch = @target_branch;

-- name: train_limit_set
INSERT INTO trains(project_id, target_branch, batch_limit) VALUES (@project_id, @target_branch, @limit)
ON CONFLICT DO UPDATE SET batch_limit = excluded.batch_limit;

-- name: red_trees
SELECT * FROM red_trees WHERE project_id = @project_id AND target_branch = @target_branch ORDER BY seq;

-- name: red_tree_add
INSERT INTO red_trees(project_id, target_branch, onto_commit, tree, qa, error) VALUES (@project_id, @target_branch, @onto_commit, @tree, @qa, @error);

-- name: red_trees_forget
DELETE FROM red_trees WHERE project_id = @project_id AND target_branch = @target_branch;
