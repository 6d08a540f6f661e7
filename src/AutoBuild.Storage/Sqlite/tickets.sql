-- name: ticket
SELECT * FROM ticket_cards WHERE id = @id;

-- name: tickets_page
SELECT * FROM ticket_cards
WHERE deleted_at IS NULL
  AND (@status IS NULL OR status = @status)
  AND (@before_at IS NULL OR (created_at, id) < (@before_at, @before_id))
ORDER BY created_at DESC, id DESC LIMIT @limit;

-- name: tickets_page_of_project
SELECT * FROM ticket_cards
WHERE project_id = @project_id AND deleted_at IS NULL
  AND (@status IS NULL OR status = @status)
  AND (@before_at IS NULL OR (created_at, id) < (@before_at, @before_id))
ORDER BY created_at DESC, id DESC LIMIT @limit;

-- name: ticket_last_position
SELECT coalesce(max(position), 0) AS position FROM tickets WHERE project_id = @project_id;

-- name: ticket_insert
INSERT INTO tickets(id, project_id, title, description, status, priority, position, agent, agent_command, agent_script, model, base_branch, labels,
  landing, max_cost_usd, touches, branch_name, pr_url, pr_number, error_message, note, job_id, needs_you, landed_at, created_at, updated_at, deleted_at)
VALUES (@id, @project_id, @title, @description, @status, @priority, @position, @agent, @agent_command, @agent_script, @model, @base_branch, @labels,
  @landing, @max_cost_usd, @touches, @branch_name, @pr_url, @pr_number, @error_message, @note, @job_id, @needs_you, @landed_at, @created_at, @updated_at, @deleted_at);

-- name: ticket_update
UPDATE tickets SET title = @title, description = @description, status = @status, priority = @priority, position = @position, agent = @agent,
  agent_command = @agent_command, agent_script = @agent_script, model = @model, base_branch = @base_branch, labels = @labels, landing = @landing,
  max_cost_usd = @max_cost_usd, touches = @touches, branch_name = @branch_name, pr_url = @pr_url, pr_number = @pr_number,
  error_message = @error_message, note = @note, job_id = @job_id, needs_you = @needs_you, landed_at = @landed_at, updated_at = @updated_at,
  deleted_at = @deleted_at
WHERE id = @id;

-- name: ticket_busy
SELECT EXISTS (SELECT 1 FROM agent_queue WHERE ticket_id = @id AND completed_at IS NULL)
  OR EXISTS (SELECT 1 FROM landings WHERE ticket_id = @id AND state IN ('queued', 'merging', 'testing', 'moving'));

-- name: ticket_resting_landings
SELECT * FROM landings WHERE ticket_id = @id AND state IN ('conflict', 'red', 'ejected');

-- name: dependency_insert
INSERT INTO ticket_dependencies(ticket_id, depends_on_id, created_at) VALUES (@ticket_id, @depends_on_id, @now) ON CONFLICT DO NOTHING;

-- name: dependency_delete
DELETE FROM ticket_dependencies WHERE ticket_id = @ticket_id AND depends_on_id = @depends_on_id;

-- name: dependencies_clear
DELETE FROM ticket_dependencies WHERE ticket_id = @ticket_id;

-- name: dependency_reaches
WITH RECURSIVE reached(id) AS (
  SELECT @from_id
  UNION
  SELECT d.depends_on_id FROM reached r JOIN ticket_dependencies d ON d.ticket_id = r.id)
SELECT EXISTS (SELECT 1 FROM reached WHERE id = @to_id);

-- name: dependents
SELECT t.* FROM ticket_cards t JOIN ticket_dependencies d ON d.ticket_id = t.id WHERE d.depends_on_id = @id AND t.deleted_at IS NULL;

-- name: dependencies_stuck
SELECT o.* FROM ticket_dependencies d JOIN ticket_cards o ON o.id = d.depends_on_id
WHERE d.ticket_id = @id AND o.landed_at IS NULL
  AND (o.status IN ('failed', 'completed') OR o.deleted_at IS NOT NULL
    OR (o.status IN ('ready', 'backlog') AND EXISTS (SELECT 1 FROM agent_queue j WHERE j.id = o.job_id AND j.state = 'cancelled')))
ORDER BY o.created_at, o.id;
