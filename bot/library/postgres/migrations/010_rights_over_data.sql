-- What members decided, servers that were left, and whose channel was shown what.

CREATE TABLE member (
    id bigint PRIMARY KEY,
    preferences text NOT NULL,               -- JSON
    changed_at bigint NOT NULL
);

CREATE TABLE left_server (
    server bigint PRIMARY KEY,
    at bigint NOT NULL
);

ALTER TABLE shown ADD COLUMN server bigint;  -- NULL: direct messages
CREATE INDEX shown_by_server ON shown (server) WHERE server IS NOT NULL;
CREATE INDEX schedule_by_maker ON schedule (made_by);
