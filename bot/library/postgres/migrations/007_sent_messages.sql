-- Each message belongs to one delivery, even where two of them say the same words.

CREATE TABLE sent_message (
    message bigint PRIMARY KEY,
    delivery bigint NOT NULL REFERENCES delivery ON DELETE CASCADE,
    number integer NOT NULL,                 -- which part of the delivery, from 0
    UNIQUE (delivery, number)
);
INSERT INTO sent_message (message, delivery, number)
    SELECT told.message::bigint, delivery.id, told.place - 1
    FROM delivery, jsonb_array_elements_text(messages::jsonb) WITH ORDINALITY
        AS told (message, place)
    ON CONFLICT DO NOTHING;
ALTER TABLE delivery DROP COLUMN messages;
ALTER TABLE delivery ADD COLUMN follows bigint;  -- the newest message when it was chosen
