-- Where members are in the stories they read, and what they saved for later.

CREATE TABLE place (
    member bigint NOT NULL,
    story bigint NOT NULL REFERENCES story ON DELETE CASCADE,
    chapter integer NOT NULL,
    "offset" bigint NOT NULL,
    at bigint NOT NULL,                      -- unix seconds of the last turned page
    PRIMARY KEY (member, story)
);
CREATE INDEX place_by_age ON place (at);
CREATE INDEX place_by_story ON place (story);

CREATE TABLE saved (
    member bigint NOT NULL,
    story bigint NOT NULL REFERENCES story ON DELETE CASCADE,
    at bigint NOT NULL,
    PRIMARY KEY (member, story)
);
CREATE INDEX saved_by_story ON saved (story);
