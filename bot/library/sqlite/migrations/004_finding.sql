-- What filters ask for beside names, rating and length.
BEGIN IMMEDIATE;

ALTER TABLE story ADD COLUMN language TEXT NOT NULL DEFAULT '';  -- see prose.languages.code_of
ALTER TABLE story ADD COLUMN complete INTEGER;                   -- 1, 0 or not known
UPDATE story SET language = language_code(coalesce(record ->> '$.language', '')),
    complete = record ->> '$.complete';

PRAGMA user_version = 4;
COMMIT;
