-- name: begin
BEGIN IMMEDIATE;

-- name: begin_read
BEGIN;

-- name: commit
COMMIT;

-- name: rollback
ROLLBACK;

-- name: savepoint
SAVEPOINT unit;

-- name: release_savepoint
RELEASE unit;

-- name: rollback_to_savepoint
ROLLBACK TO unit;
