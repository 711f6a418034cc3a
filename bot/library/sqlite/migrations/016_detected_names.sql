-- Who was detected in stories that do not say, and what people decided about it.
BEGIN IMMEDIATE;

CREATE TABLE detected (
    story INTEGER NOT NULL REFERENCES story ON DELETE CASCADE,
    folded TEXT NOT NULL,
    name TEXT NOT NULL,
    number INTEGER NOT NULL,               -- its place in the story's list, from 0
    appears INTEGER NOT NULL,              -- 0 when only mentioned
    confidence INTEGER NOT NULL,           -- of 100
    mentions INTEGER NOT NULL,
    told TEXT NOT NULL,                    -- JSON: other forms, evidence, a sentence
    PRIMARY KEY (story, folded)
) STRICT, WITHOUT ROWID;
CREATE INDEX detected_by_name ON detected (folded, story);

-- The other forms by which somebody detected goes in a story; look-ups know them.
CREATE TABLE other_name (
    folded TEXT NOT NULL,
    name INTEGER NOT NULL REFERENCES name,
    story INTEGER NOT NULL REFERENCES story ON DELETE CASCADE,
    PRIMARY KEY (folded, name, story)
) STRICT, WITHOUT ROWID;
CREATE INDEX other_name_by_story ON other_name (story);
CREATE INDEX other_name_by_name ON other_name (name);

CREATE TABLE name_decision (
    shelf INTEGER NOT NULL,
    story INTEGER REFERENCES story ON DELETE CASCADE,  -- NULL: in every story
    folded TEXT NOT NULL,
    name TEXT NOT NULL,
    verdict TEXT NOT NULL,
    becomes TEXT NOT NULL,
    at INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX name_decision_once ON name_decision (shelf, folded, coalesce(story, 0));
CREATE INDEX name_decision_by_story ON name_decision (story) WHERE story IS NOT NULL;

PRAGMA user_version = 16;
COMMIT;
