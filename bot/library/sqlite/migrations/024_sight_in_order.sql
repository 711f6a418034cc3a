-- With what is seldom asked for first, a story is looked up by its id alone: shelves behind
-- it made two look-ups of each, and a list of them first.
BEGIN IMMEDIATE;

DROP INDEX story_by_sight;
CREATE INDEX story_by_sight ON story (
    id, language, complete, words, link_only, rating_stated, rating, shelf, hidden_at
);

PRAGMA user_version = 24;
COMMIT;
