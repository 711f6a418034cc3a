-- Which version of our code made the lists and the index; beside the notes, which are copied.
BEGIN IMMEDIATE;

CREATE TABLE index_version (
    version TEXT NOT NULL
) STRICT;
DELETE FROM note WHERE key = 'finding';

PRAGMA user_version = 9;
COMMIT;
