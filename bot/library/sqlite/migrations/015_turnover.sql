-- What finding remembers holds until this number changes: see memory.
BEGIN IMMEDIATE;

CREATE TABLE turnover (
    number INTEGER NOT NULL                -- goes up whenever stories or names change
) STRICT;
INSERT INTO turnover (number) VALUES (1);

CREATE TRIGGER story_changed AFTER UPDATE ON story BEGIN
    UPDATE turnover SET number = number + 1;
END;
CREATE TRIGGER name_changed AFTER UPDATE ON name BEGIN
    UPDATE turnover SET number = number + 1;
END;

PRAGMA user_version = 15;
COMMIT;
