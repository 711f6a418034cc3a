-- Whether somebody stated a story's rating: some servers trust no other.

ALTER TABLE story ADD COLUMN rating_stated boolean NOT NULL DEFAULT false;
UPDATE story SET rating_stated = coalesce(record::json ->> 'rating_origin', 'stated') = 'stated';
