-- Where members are in the stories they read, and what they saved for later.
BEGIN IMMEDIATE;

CREATE TABLE place (
    member INTEGER NOT NULL,
    story INTEGER NOT NULL REFERENCES story ON DELETE CASCADE,
    chapter INTEGER NOT NULL,
    offset INTEGER NOT NULL,
    at INTEGER NOT NULL,                   -- unix seconds of the last turned page
    PRIMARY KEY (member, story)
) STRICT, WITHOUT ROWID;
CREATE INDEX place_by_age ON place (at);
CREATE INDEX place_by_story ON place (story);

CREATE TABLE saved (
    member INTEGER NOT NULL,
    story INTEGER NOT NULL REFERENCES story ON DELETE CASCADE,
    at INTEGER NOT NULL,
    PRIMARY KEY (member, story)
) STRICT, WITHOUT ROWID;
CREATE INDEX saved_by_story ON saved (story);

PRAGMA user_version = 2;
COMMIT;
