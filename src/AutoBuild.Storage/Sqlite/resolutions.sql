-- name: resolution
SELECT * FROM resolutions WHERE id = @id AND project_id = @project_id;

-- name: resolution_by_key
SELECT * FROM resolutions WHERE project_id = @project_id AND key = @key;

-- name: resolutions_page
SELECT * FROM resolutions
WHERE project_id = @project_id AND (@before_at IS NULL OR (created_at, id) < (@before_at, @before_id))
ORDER BY created_at DESC, id DESC LIMIT @limit;

-- name: resolution_keep
-- A newer word on the same chunk holds, and begins its own count.
INSERT INTO resolutions(id, project_id, key, path, base_text, target_text, branch_text, answer, decided_by, who, landing_id, created_at)
VALUES (@id, @project_id, @key, @path, @base_text, @target_text, @branch_text, @answer, @decided_by, @who, @landing_id, @created_at)
ON CONFLICT (project_id, key) DO UPDATE SET
  id = excluded.id, path = excluded.path, base_text = excluded.base_text, target_text = excluded.target_text, branch_text = excluded.branch_text, answer = excluded.answer,
  decided_by = excluded.decided_by, who = excluded.who, landing_id = excluded.landing_id, created_at = excluded.created_at, uses = 0, used_at = NULL;

-- name: resolution_used
UPDATE resolutions SET uses = uses + 1, used_at = @now WHERE project_id = @project_id AND key = @key;

-- name: resolution_forget
DELETE FROM resolutions WHERE id = @id;

-- name: resolutions_prune
DELETE FROM resolutions WHERE project_id = @project_id AND id NOT IN (
  SELECT id FROM resolutions WHERE project_id = @project_id ORDER BY coalesce(used_at, created_at) DESC, id DESC LIMIT @most);
