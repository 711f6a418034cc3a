-- What people changed of stories, and which they took off their shelf.

ALTER TABLE story ADD COLUMN kept_back text NOT NULL DEFAULT '';  -- hand, withheld; '': not

CREATE TABLE edited (
    story bigint PRIMARY KEY REFERENCES story ON DELETE CASCADE,
    edits text NOT NULL,                   -- JSON: what people changed, by field
    record text NOT NULL                   -- what the file says, as in story
);
