-- Daily stories can come in the order in which they were published.

CREATE INDEX story_by_date
    ON story ((coalesce(record::json ->> 'published', '9999-12-31') COLLATE "C"), id);
