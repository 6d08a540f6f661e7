-- name: busy_timeout
PRAGMA busy_timeout = 10000;

-- name: checkpoint
PRAGMA wal_checkpoint(TRUNCATE);

-- name: busy_at_once
PRAGMA busy_timeout = 0;

-- name: journal_wal
PRAGMA journal_mode = WAL;

-- name: synchronous_full
PRAGMA synchronous = FULL;

-- name: synchronous_normal
PRAGMA synchronous = NORMAL;

-- name: query_only
PRAGMA query_only = ON;

-- name: foreign_keys_on
PRAGMA foreign_keys = ON;

-- name: foreign_keys_off
PRAGMA foreign_keys = OFF;

-- name: legacy_alter_on
-- A renamed table must not take the references of others with it.
PRAGMA legacy_alter_table = ON;

-- name: legacy_alter_off
PRAGMA legacy_alter_table = OFF;

-- name: quick_check
PRAGMA quick_check(1);

-- name: snapshot
VACUUM INTO @file;

-- name: schema_tables
SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%';

-- name: schema_applied
SELECT name, checksum FROM schema_version ORDER BY version;

-- name: schema_version_make
CREATE TABLE IF NOT EXISTS schema_version (version INTEGER PRIMARY KEY, name TEXT NOT NULL, checksum TEXT NOT NULL, applied_at INTEGER NOT NULL);

-- name: schema_version_add
INSERT INTO schema_version(version, name, checksum, applied_at) VALUES (@version, @name, @checksum, @at);

-- name: table_columns
SELECT name FROM pragma_table_info(@table_name);

-- name: indexes_of
SELECT name FROM sqlite_master WHERE type = 'index' AND tbl_name = @table_name AND sql IS NOT NULL;

-- name: max_pages
PRAGMA max_page_count = {0};
