-- Who was detected in stories that do not say, and what people decided about it.

CREATE TABLE detected (
    story bigint NOT NULL REFERENCES story ON DELETE CASCADE,
    folded text COLLATE "C" NOT NULL,
    name text NOT NULL,
    number bigint NOT NULL,                -- its place in the story's list, from 0
    appears boolean NOT NULL,              -- false when only mentioned
    confidence bigint NOT NULL,            -- of 100
    mentions bigint NOT NULL,
    told text NOT NULL,                    -- JSON: other forms, evidence, a sentence
    PRIMARY KEY (story, folded)
);
CREATE INDEX detected_by_name ON detected (folded, story);

-- The other forms by which somebody detected goes in a story; look-ups know them.
CREATE TABLE other_name (
    folded text COLLATE "C" NOT NULL,
    name bigint NOT NULL REFERENCES name,
    story bigint NOT NULL REFERENCES story ON DELETE CASCADE,
    PRIMARY KEY (folded, name, story)
);
CREATE INDEX other_name_by_story ON other_name (story);
CREATE INDEX other_name_by_name ON other_name (name);

CREATE TABLE name_decision (
    shelf bigint NOT NULL,
    story bigint REFERENCES story ON DELETE CASCADE,  -- NULL: in every story
    folded text COLLATE "C" NOT NULL,
    name text NOT NULL,
    verdict text NOT NULL,
    becomes text NOT NULL,
    at bigint NOT NULL
);
CREATE UNIQUE INDEX name_decision_once ON name_decision (shelf, folded, coalesce(story, 0));
CREATE INDEX name_decision_by_story ON name_decision (story) WHERE story IS NOT NULL;
