-- What servers decided about single stories, reports, what was posted, takedowns.
BEGIN IMMEDIATE;

CREATE TABLE server_story (
    server INTEGER NOT NULL,
    story INTEGER NOT NULL REFERENCES story ON DELETE CASCADE,
    hidden INTEGER NOT NULL,
    rating INTEGER,                        -- raised in this server; null: as it is
    link_only INTEGER NOT NULL,            -- somebody there says they wrote it
    PRIMARY KEY (server, story)
) STRICT, WITHOUT ROWID;
CREATE INDEX server_story_by_story ON server_story (story);

CREATE TABLE report (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,                    -- wrote, rating, tags, other
    story INTEGER NOT NULL,                -- the number stays when the story is gone
    title TEXT NOT NULL,
    server INTEGER,
    member INTEGER NOT NULL,
    words TEXT NOT NULL,
    at INTEGER NOT NULL,                   -- unix seconds
    decision TEXT NOT NULL                 -- '' while open
) STRICT;
CREATE INDEX report_open ON report (id) WHERE decision = '';
CREATE INDEX report_by_member ON report (member, kind, at);

CREATE TABLE posted (
    message INTEGER PRIMARY KEY,
    channel INTEGER NOT NULL,
    story INTEGER NOT NULL,                -- the number stays when the story is gone
    at INTEGER NOT NULL                    -- unix seconds
) STRICT;
CREATE INDEX posted_by_story ON posted (story, message);
CREATE INDEX posted_by_age ON posted (at);

CREATE TABLE takedown (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    story INTEGER NOT NULL,
    title TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    source TEXT NOT NULL,
    at INTEGER NOT NULL                    -- unix seconds
) STRICT;

PRAGMA user_version = 10;
COMMIT;
