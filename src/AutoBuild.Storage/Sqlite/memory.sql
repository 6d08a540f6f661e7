-- name: memory
SELECT * FROM project_memories WHERE id = @id AND deleted_at IS NULL;

-- name: memories_list
SELECT * FROM project_memories
WHERE project_id = @project_id AND deleted_at IS NULL AND (@type IS NULL OR memory_type = @type) AND (@ticket_id IS NULL OR ticket_id = @ticket_id)
ORDER BY created_at DESC, id DESC LIMIT @limit;

-- name: memories_count
SELECT count(*) FROM project_memories
WHERE project_id = @project_id AND deleted_at IS NULL AND (@type IS NULL OR memory_type = @type) AND (@ticket_id IS NULL OR ticket_id = @ticket_id);

-- name: memory_add
INSERT INTO project_memories(id, project_id, ticket_id, memory_type, content, source, made_by, created_at)
VALUES (@id, @project_id, @ticket_id, @type, @content, @source, @made_by, @now);

-- name: memory_edit
UPDATE project_memories SET content = coalesce(@content, content), memory_type = coalesce(@type, memory_type), edited_at = @now WHERE id = @id;

-- name: memory_delete
UPDATE project_memories SET content = '', commit_id = NULL, made_by = NULL, deleted_at = @now WHERE id = @id;

-- name: memory_learn
-- A job is one memory, which says how far it has come; what a person changed or deleted stays so.
INSERT INTO project_memories(id, project_id, ticket_id, memory_type, content, source, job_id, commit_id, created_at)
VALUES (@id, @project_id, (SELECT t.id FROM tickets t WHERE t.id = @ticket_id), @type, @content, 'run', @job_id, @commit_id, @at)
ON CONFLICT (job_id) WHERE job_id IS NOT NULL DO UPDATE SET
  memory_type = excluded.memory_type, content = excluded.content, commit_id = excluded.commit_id, created_at = excluded.created_at
WHERE edited_at IS NULL AND deleted_at IS NULL;

-- name: pattern
SELECT * FROM learned_patterns WHERE id = @id AND forgotten_at IS NULL;

-- name: pattern_by_key
SELECT * FROM learned_patterns WHERE project_id = @project_id AND key = @key;

-- name: patterns_list
SELECT * FROM learned_patterns
WHERE project_id = @project_id AND forgotten_at IS NULL AND (@type IS NULL OR pattern_type = @type)
ORDER BY success_count DESC, last_used_at DESC, id LIMIT @limit;

-- name: patterns_count
SELECT count(*) FROM learned_patterns WHERE project_id = @project_id AND forgotten_at IS NULL AND (@type IS NULL OR pattern_type = @type);

-- name: pattern_provenance
SELECT * FROM pattern_evidence WHERE pattern_id = @id ORDER BY at DESC, job_id LIMIT @limit;

-- name: pattern_add
INSERT INTO learned_patterns(id, project_id, pattern_type, pattern_content, success_count, failure_count, created_at, key)
VALUES (@id, @project_id, @type, @content, 0, 0, @now, @key);

-- name: pattern_evidence_add
INSERT INTO pattern_evidence(pattern_id, job_id, ticket_id, commit_id, held, at) VALUES (@id, @job_id, @ticket_id, @commit_id, @held, @at) ON CONFLICT DO NOTHING;

-- name: pattern_count
UPDATE learned_patterns SET success_count = success_count + @held, failure_count = failure_count + 1 - @held,
  last_used_at = CASE WHEN @held THEN max(coalesce(last_used_at, 0), @at) ELSE last_used_at END
WHERE id = @id;

-- name: pattern_edit
UPDATE learned_patterns SET pattern_content = @content, edited_at = @now WHERE id = @id;

-- name: pattern_forget
UPDATE learned_patterns SET forgotten_at = @now WHERE id = @id;

-- name: given_drop
DELETE FROM given_contexts WHERE job_id = @job_id AND attempt = @attempt;

-- name: given_sources_drop
DELETE FROM given_sources WHERE job_id = @job_id AND attempt = @attempt;

-- name: given_add
INSERT INTO given_contexts(job_id, attempt, project_id, tokens, at) VALUES (@job_id, @attempt, @project_id, @tokens, @at);

-- name: given_source_add
INSERT INTO given_sources(job_id, attempt, place, path, start_line, end_line, part) VALUES (@job_id, @attempt, @place, @path, @start_line, @end_line, @part);

-- name: given_of_job
SELECT * FROM given_contexts WHERE job_id = @job_id ORDER BY attempt;

-- name: given_sources
SELECT * FROM given_sources WHERE job_id = @job_id AND attempt = @attempt ORDER BY place;

-- name: given_judge
UPDATE given_contexts SET judged_at = @now, changed_in_all = @changed_in_all WHERE job_id = @job_id AND attempt = @attempt;

-- name: given_source_judge
UPDATE given_sources SET was_read = @was_read, was_changed = @was_changed WHERE job_id = @job_id AND attempt = @attempt AND place = @place;

-- name: usefulness_runs
SELECT count(*) AS runs, coalesce(sum(changed_in_all), 0) AS changed_in_all FROM given_contexts WHERE project_id = @project_id AND judged_at IS NOT NULL;

-- name: usefulness_files
SELECT count(*) AS given, coalesce(sum(f.was_read), 0) AS was_read, coalesce(sum(f.was_changed), 0) AS was_changed, coalesce(sum(max(coalesce(f.was_read, 0), f.was_changed)), 0) AS used
FROM (SELECT max(gs.was_read) AS was_read, max(gs.was_changed) AS was_changed
  FROM given_contexts g JOIN given_sources gs ON gs.job_id = g.job_id AND gs.attempt = g.attempt
  WHERE g.project_id = @project_id AND g.judged_at IS NOT NULL
  GROUP BY g.job_id, g.attempt, gs.path) f;

-- name: lesson_happened
-- Nothing of a project that remembers nothing. What happens to a job after it was told makes its lesson due again.
INSERT INTO lessons(job_id, project_id, due_at, tries_left)
SELECT j.id, j.project_id, @now, @tries_left FROM agent_queue j JOIN projects p ON p.id = j.project_id WHERE j.id = @job_id AND p.memory_enabled
ON CONFLICT (job_id) DO UPDATE SET stamp = stamp + 1, due_at = excluded.due_at, tries_left = excluded.tries_left, error = NULL;

-- name: lessons_due
SELECT * FROM lessons WHERE due_at <= @now ORDER BY due_at, job_id LIMIT @limit;

-- name: lesson_settle
UPDATE lessons SET due_at = NULL, error = NULL, settled_at = @now WHERE job_id = @job_id AND stamp = @stamp;

-- name: lesson_postpone
UPDATE lessons SET tries_left = tries_left - @counts, due_at = CASE WHEN tries_left > @counts THEN @due_at END, error = @error WHERE job_id = @job_id AND stamp = @stamp;
