-- Which files are gone: what is forgotten after each change of the folder is found by it.
BEGIN IMMEDIATE;

CREATE INDEX file_gone ON file (gone_at) WHERE gone_at IS NOT NULL;

PRAGMA user_version = 23;
COMMIT;
