-- What the last import onto each shelf did, so that it can be undone.
BEGIN IMMEDIATE;

CREATE TABLE run (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    shelf INTEGER NOT NULL,
    what TEXT NOT NULL,                     -- the paths that were given
    at INTEGER NOT NULL,                    -- unix seconds
    last_at INTEGER NOT NULL,               -- when its last step was done
    undone_at INTEGER
) STRICT;
CREATE INDEX run_by_shelf ON run (shelf, id);

CREATE TABLE run_step (
    run INTEGER NOT NULL REFERENCES run ON DELETE CASCADE,
    number INTEGER NOT NULL,
    at INTEGER NOT NULL,
    told TEXT NOT NULL,                     -- JSON: files kept and gone, no text of stories
    PRIMARY KEY (run, number)
) STRICT, WITHOUT ROWID;

-- A story as it was before; it goes with the story, as when that is taken down.
CREATE TABLE run_image (
    run INTEGER NOT NULL REFERENCES run ON DELETE CASCADE,
    story INTEGER NOT NULL REFERENCES story ON DELETE CASCADE,
    image TEXT NOT NULL,                    -- JSON: see records.written_to_json
    PRIMARY KEY (run, story)
) STRICT;
CREATE INDEX run_image_by_story ON run_image (story);

PRAGMA user_version = 13;
COMMIT;
