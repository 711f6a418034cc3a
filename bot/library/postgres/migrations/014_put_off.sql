-- How often a delivery was put off because Discord failed; it waits longer each time.

ALTER TABLE delivery ADD COLUMN put_off bigint NOT NULL DEFAULT 0;
