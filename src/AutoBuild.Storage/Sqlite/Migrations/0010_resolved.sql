-- The files of a landing in which both sides met and that were settled, by whom and how; kept when it has landed.
ALTER TABLE landings ADD COLUMN resolved TEXT NOT NULL DEFAULT '[]';
