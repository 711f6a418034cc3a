-- Files that hold several stories: archives, lines of JSON.
BEGIN IMMEDIATE;

ALTER TABLE file ADD COLUMN container TEXT NOT NULL DEFAULT '';  -- '': lies on a disk itself
ALTER TABLE file ADD COLUMN record INTEGER NOT NULL DEFAULT 0;   -- a line, from 1; 0: none
CREATE INDEX file_by_container ON file (shelf, container, source, record, path);

PRAGMA user_version = 5;
COMMIT;
