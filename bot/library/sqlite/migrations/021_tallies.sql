-- How long the lists of a name are: one row for each shelf instead of one for each class;
-- and a block is found by its number in one look.
BEGIN IMMEDIATE;

ALTER TABLE tally RENAME TO tally_by_class;

CREATE TABLE tally (
    name INTEGER NOT NULL,                 -- 0: all stories
    shelf INTEGER NOT NULL,
    general INTEGER NOT NULL,              -- stories rated so at most
    teen INTEGER NOT NULL,
    mature INTEGER NOT NULL,
    explicit INTEGER NOT NULL,
    not_rated INTEGER NOT NULL,            -- all of them
    lists BLOB NOT NULL,                   -- each class with its stories and blocks: see tallies
    PRIMARY KEY (name, shelf)
) STRICT, WITHOUT ROWID;

INSERT INTO tally (name, shelf, general, teen, mature, explicit, not_rated, lists)
    SELECT name, shelf,
        sum(CASE WHEN class < 4 THEN stories ELSE 0 END),
        sum(CASE WHEN class < 8 THEN stories ELSE 0 END),
        sum(CASE WHEN class < 12 THEN stories ELSE 0 END),
        sum(CASE WHEN class < 16 THEN stories ELSE 0 END),
        sum(stories),
        packed_lists(class, stories, blocks)
    FROM tally_by_class GROUP BY name, shelf;

DROP TABLE tally_by_class;

ALTER TABLE block RENAME TO block_by_start;
DROP INDEX block_by_number;

CREATE TABLE block (                       -- drawn by their numbers, so these come first
    name INTEGER NOT NULL,
    shelf INTEGER NOT NULL,
    class INTEGER NOT NULL,
    number INTEGER NOT NULL,               -- from 0 without gaps, in no order
    start INTEGER NOT NULL,                -- no story of it has a smaller id
    stories INTEGER NOT NULL,
    PRIMARY KEY (name, shelf, class, number)
) STRICT, WITHOUT ROWID;
INSERT INTO block (name, shelf, class, number, start, stories)
    SELECT name, shelf, class, number, start, stories FROM block_by_start
    ORDER BY name, shelf, class, number;
DROP TABLE block_by_start;
CREATE UNIQUE INDEX block_by_start ON block (name, shelf, class, start);

PRAGMA user_version = 21;
COMMIT;
