-- By what stories that are alike are found: the address they come from, and some of their words.
BEGIN IMMEDIATE;

CREATE TABLE likeness (
    mark INTEGER NOT NULL,                  -- see catalogue/likeness.py
    story INTEGER NOT NULL REFERENCES story ON DELETE CASCADE,
    PRIMARY KEY (mark, story)
) STRICT, WITHOUT ROWID;
CREATE INDEX likeness_by_story ON likeness (story);

PRAGMA user_version = 18;
COMMIT;
