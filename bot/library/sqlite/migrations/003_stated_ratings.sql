-- Whether somebody stated a story's rating: some servers trust no other.
BEGIN IMMEDIATE;

ALTER TABLE story ADD COLUMN rating_stated INTEGER NOT NULL DEFAULT 0;
UPDATE story SET rating_stated = coalesce(json_extract(record, '$.rating_origin'), 'stated') = 'stated';

PRAGMA user_version = 3;
COMMIT;
