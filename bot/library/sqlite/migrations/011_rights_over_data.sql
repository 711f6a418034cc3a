-- What members decided, servers that were left, and whose channel was shown what.
BEGIN IMMEDIATE;

CREATE TABLE member (
    id INTEGER PRIMARY KEY,
    preferences TEXT NOT NULL,             -- JSON
    changed_at INTEGER NOT NULL
) STRICT;

CREATE TABLE left_server (
    server INTEGER PRIMARY KEY,
    at INTEGER NOT NULL
) STRICT;

ALTER TABLE shown ADD COLUMN server INTEGER;  -- NULL: direct messages
CREATE INDEX shown_by_server ON shown (server) WHERE server IS NOT NULL;
CREATE INDEX schedule_by_maker ON schedule (made_by);

PRAGMA user_version = 11;
COMMIT;
