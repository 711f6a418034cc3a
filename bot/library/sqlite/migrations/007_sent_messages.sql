-- Each message belongs to one delivery, even where two of them say the same words.
BEGIN IMMEDIATE;

CREATE TABLE sent_message (
    message INTEGER PRIMARY KEY,
    delivery INTEGER NOT NULL REFERENCES delivery ON DELETE CASCADE,
    number INTEGER NOT NULL,               -- which part of the delivery, from 0
    UNIQUE (delivery, number)
) STRICT;
INSERT OR IGNORE INTO sent_message (message, delivery, number)
    SELECT told.value, delivery.id, told.key FROM delivery, json_each(delivery.messages) AS told;
ALTER TABLE delivery DROP COLUMN messages;
ALTER TABLE delivery ADD COLUMN follows INTEGER;  -- the newest message when it was chosen

PRAGMA user_version = 7;
COMMIT;
