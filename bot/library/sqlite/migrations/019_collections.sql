-- Collections: named sets of stories on a shelf.
BEGIN IMMEDIATE;

CREATE TABLE collection (
    id INTEGER PRIMARY KEY AUTOINCREMENT,  -- never reused: old buttons hold it
    shelf INTEGER NOT NULL,                -- 0: the operator's; else a server
    name TEXT NOT NULL,
    folded TEXT NOT NULL,
    key TEXT NOT NULL,                     -- for finding by words: see words.search_key
    stated TEXT NOT NULL,                  -- what files call it, folded: a new name changes nothing
    UNIQUE (shelf, folded)
) STRICT;
CREATE INDEX collection_by_stated ON collection (shelf, stated);

CREATE TABLE collected (
    collection INTEGER NOT NULL REFERENCES collection ON DELETE CASCADE,
    story INTEGER NOT NULL REFERENCES story ON DELETE CASCADE,
    placed TEXT NOT NULL,                  -- file, hand; out: taken out, whatever the file says
    PRIMARY KEY (collection, story)
) STRICT, WITHOUT ROWID;
CREATE INDEX collected_by_story ON collected (story, collection);

CREATE TRIGGER collected_added AFTER INSERT ON collected BEGIN
    UPDATE turnover SET number = number + 1;
END;
CREATE TRIGGER collected_changed AFTER UPDATE ON collected BEGIN
    UPDATE turnover SET number = number + 1;
END;
CREATE TRIGGER collected_removed AFTER DELETE ON collected BEGIN
    UPDATE turnover SET number = number + 1;
END;

PRAGMA user_version = 19;
COMMIT;
