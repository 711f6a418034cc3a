-- What filters ask for beside names, rating and length. No library in PostgreSQL is
-- older than this, so there are no rows to fill.

ALTER TABLE story ADD COLUMN language text COLLATE "C" NOT NULL DEFAULT '';  -- languages.code_of
ALTER TABLE story ADD COLUMN complete boolean;                               -- null: not known
