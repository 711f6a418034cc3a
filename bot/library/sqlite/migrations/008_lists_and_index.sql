-- What finding rests on: lists of every name, and the index of words. Both are made of
-- the stories there are when the library is opened next: see index.bring_up.
BEGIN IMMEDIATE;

CREATE TABLE listed (
    name INTEGER NOT NULL,                 -- 0: all stories
    shelf INTEGER NOT NULL,
    class INTEGER NOT NULL,                -- rating and length: see lists.class_of
    story INTEGER NOT NULL,
    PRIMARY KEY (name, shelf, class, story)
) STRICT, WITHOUT ROWID;

CREATE TABLE tally (
    name INTEGER NOT NULL,
    shelf INTEGER NOT NULL,
    class INTEGER NOT NULL,
    stories INTEGER NOT NULL,              -- in this list
    blocks INTEGER NOT NULL,               -- it is cut into; 0: it is short
    PRIMARY KEY (name, shelf, class)
) STRICT, WITHOUT ROWID;

CREATE TABLE block (
    name INTEGER NOT NULL,
    shelf INTEGER NOT NULL,
    class INTEGER NOT NULL,
    start INTEGER NOT NULL,                -- no story of it has a smaller id
    number INTEGER NOT NULL,               -- from 0 without gaps, in no order
    stories INTEGER NOT NULL,
    PRIMARY KEY (name, shelf, class, start)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX block_by_number ON block (name, shelf, class, number);

CREATE TABLE shard (
    number INTEGER PRIMARY KEY             -- of the table words_N, which index.py makes
) STRICT;

-- Who carries a name is now in the lists; here is which names a story carries.
CREATE TABLE names_of_story (
    story INTEGER NOT NULL REFERENCES story ON DELETE CASCADE,
    name INTEGER NOT NULL,
    appears INTEGER NOT NULL DEFAULT 1,    -- characters: 0 when only mentioned
    PRIMARY KEY (story, name)
) STRICT, WITHOUT ROWID;
INSERT INTO names_of_story (story, name, appears)
    SELECT story, name, appears FROM story_name ORDER BY story, name;
DROP TABLE story_name;
ALTER TABLE names_of_story RENAME TO story_name;

CREATE INDEX name_by_folded ON name (folded);
DROP INDEX story_by_length;
CREATE INDEX story_by_length ON story (words, id);
CREATE INDEX story_hidden ON story (hidden_at) WHERE hidden_at IS NOT NULL;

PRAGMA user_version = 8;
COMMIT;
