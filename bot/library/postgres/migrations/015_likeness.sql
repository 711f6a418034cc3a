-- By what stories that are alike are found: the address they come from, and some of their words.

CREATE TABLE likeness (
    mark bigint NOT NULL,                   -- see catalogue/likeness.py
    story bigint NOT NULL REFERENCES story ON DELETE CASCADE,
    PRIMARY KEY (mark, story)
);
CREATE INDEX likeness_by_story ON likeness (story);
