-- Stories that somebody brought in Discord and that wait: for their librarian's word, or, as a
-- member's suggestion, for any librarian's.
BEGIN IMMEDIATE;

CREATE TABLE submission (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    server INTEGER NOT NULL,
    member INTEGER NOT NULL,
    kind TEXT NOT NULL,                     -- "added" or "suggested"
    state TEXT NOT NULL,                    -- "open", "waiting", "accepted" or "declined"
    facts TEXT NOT NULL,                    -- JSON: what is told of it without its text
    story INTEGER,                          -- what became of it; not kept in step with the shelf
    reason TEXT NOT NULL DEFAULT '',        -- why it was declined
    at INTEGER NOT NULL,                    -- unix seconds
    expires_at INTEGER NOT NULL
) STRICT;
CREATE INDEX submission_by_server ON submission (server, state, id);
CREATE INDEX submission_by_member ON submission (member, state);
CREATE INDEX submission_by_end ON submission (expires_at);

CREATE TABLE submission_story (
    submission INTEGER NOT NULL REFERENCES submission ON DELETE CASCADE,
    number INTEGER NOT NULL,
    member INTEGER NOT NULL,                -- as of the submission
    shown TEXT NOT NULL,                    -- the name of its file
    told TEXT NOT NULL,                     -- JSON: what the report says of it
    body TEXT NOT NULL,                     -- JSON: the story as it was read
    PRIMARY KEY (submission, number)
) STRICT;
CREATE INDEX submission_story_by_member ON submission_story (member);

PRAGMA user_version = 14;
COMMIT;
