-- What decides whether somebody may see a story, and whether it fits, beside its names: a
-- search asks that of thousands, and their rows are long.
BEGIN IMMEDIATE;

CREATE INDEX story_by_sight ON story (
    id, hidden_at, shelf, rating, rating_stated, words, link_only, language, complete
);

PRAGMA user_version = 22;
COMMIT;
