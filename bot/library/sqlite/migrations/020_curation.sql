-- What people changed of stories, and which they took off their shelf.
BEGIN IMMEDIATE;

ALTER TABLE story ADD COLUMN kept_back TEXT NOT NULL DEFAULT '';  -- hand, withheld; '': not

CREATE TABLE edited (
    story INTEGER PRIMARY KEY REFERENCES story ON DELETE CASCADE,
    edits TEXT NOT NULL,                   -- JSON: what people changed, by field
    record TEXT NOT NULL                   -- what the file says, as in story
) STRICT;

PRAGMA user_version = 20;
COMMIT;
