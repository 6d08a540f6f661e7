-- name: worktree
SELECT * FROM worktrees WHERE id = @id;

-- name: worktrees_kept
SELECT * FROM worktrees WHERE status <> 'deleted' AND (@project_id IS NULL OR project_id = @project_id) ORDER BY created_at DESC, id DESC;

-- name: worktree_insert
INSERT INTO worktrees(id, project_id, ticket_id, job_id, path, branch_name, base_commit, status, port_base, disk_bytes, created_at, last_used_at, cleanup_at)
VALUES (@id, @project_id, @ticket_id, @job_id, @path, @branch_name, @base_commit, @status, @port_base, @disk_bytes, @created_at, @last_used_at, @cleanup_at);

-- name: worktree_update
UPDATE worktrees SET status = @status, last_used_at = @last_used_at, cleanup_at = @cleanup_at WHERE id = @id AND status = @old_status;
