-- What finding rests on.

CREATE INDEX name_by_folded ON name (folded);
DROP INDEX story_by_length;
CREATE INDEX story_by_length ON story (words, id);
CREATE INDEX story_hidden ON story (hidden_at) WHERE hidden_at IS NOT NULL;
