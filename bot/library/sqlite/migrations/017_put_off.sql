-- How often a delivery was put off because Discord failed; it waits longer each time.
BEGIN IMMEDIATE;
ALTER TABLE delivery ADD COLUMN put_off INTEGER NOT NULL DEFAULT 0;
PRAGMA user_version = 17;
COMMIT;
