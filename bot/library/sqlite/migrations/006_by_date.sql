-- Daily stories can come in the order in which they were published.
BEGIN IMMEDIATE;

CREATE INDEX story_by_date ON story (coalesce(record ->> '$.published', '9999-12-31'), id);

PRAGMA user_version = 6;
COMMIT;
