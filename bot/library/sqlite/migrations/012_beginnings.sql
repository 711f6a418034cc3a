-- What is offered while somebody types: names by how often they are used, titles by words.
BEGIN IMMEDIATE;

CREATE TABLE name_use (
    name INTEGER PRIMARY KEY,
    stories INTEGER NOT NULL               -- on any shelf, not hidden
) STRICT;

CREATE TABLE beginning (
    kind TEXT NOT NULL,
    letters TEXT NOT NULL,                 -- '' to six, of the name or of a word in it
    later INTEGER NOT NULL,                -- 0: the name starts with them
    rank INTEGER NOT NULL,                 -- the most used first: see beginnings.rank_of
    name INTEGER NOT NULL,
    PRIMARY KEY (kind, letters, later, rank, name)
) STRICT, WITHOUT ROWID;

CREATE VIRTUAL TABLE titles USING fts5(
    words, content='', tokenize='ascii', detail='none', columnsize=0, prefix='1 2 3 4 5 6'
);

DROP INDEX story_by_title;
CREATE INDEX story_by_title ON story (title_key, id);

DELETE FROM index_version;  -- all of it is made when the library is opened next

PRAGMA user_version = 12;
COMMIT;
