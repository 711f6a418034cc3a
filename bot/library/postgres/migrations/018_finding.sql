-- What finding rests on. The new tables hold nothing of their own: see index.py, which fills them.

CREATE TABLE index_version (version text NOT NULL);

CREATE TABLE word_index (
    story bigint PRIMARY KEY REFERENCES story ON DELETE CASCADE,
    words tsvector NOT NULL,               -- tokens of title (A), names (B) and text
    told text COLLATE "C" NOT NULL,        -- the same tokens as they follow each other
    is_cut boolean NOT NULL                -- words does not hold all of them
);
CREATE INDEX word_index_by_word ON word_index USING gin (words);

-- The first letters of every word, behind 0 where a title or name begins so, else behind 1.
CREATE TABLE title_beginning (
    story bigint PRIMARY KEY REFERENCES story ON DELETE CASCADE,
    letters text[] COLLATE "C" NOT NULL
);
CREATE INDEX title_beginning_by_letters ON title_beginning USING gin (letters);
CREATE TABLE name_beginning (
    name bigint PRIMARY KEY REFERENCES name ON DELETE CASCADE,
    letters text[] COLLATE "C" NOT NULL
);
CREATE INDEX name_beginning_by_letters ON name_beginning USING gin (letters);

-- How many stories that are not hidden carry a name: by what decides who sees them, and in all.
CREATE TABLE tally (
    name bigint NOT NULL,                  -- 0: of all stories
    shelf bigint NOT NULL,
    rating smallint NOT NULL,
    rating_stated boolean NOT NULL,
    stories integer NOT NULL,
    PRIMARY KEY (name, shelf, rating, rating_stated)
) WITH (fillfactor = 70);
CREATE TABLE name_use (
    name bigint PRIMARY KEY REFERENCES name ON DELETE CASCADE,
    kind text COLLATE "C" NOT NULL,
    stories integer NOT NULL,
    rank smallint NOT NULL GENERATED ALWAYS AS (-width_bucket(stories, ARRAY[  -- beginnings.rank_of
        1, 4, 16, 64, 256, 1024, 4096, 16384, 65536, 262144, 1048576, 4194304
    ])) STORED
) WITH (fillfactor = 70);
CREATE INDEX name_use_by_rank ON name_use (kind, rank, name);
CREATE INDEX name_by_key ON name (kind, key);

DROP INDEX story_by_title;
CREATE INDEX story_by_title ON story (title_key, id);
CREATE INDEX story_by_shelf ON story (shelf, id);
CREATE INDEX story_by_rating ON story (rating, id);
CREATE INDEX story_by_language ON story (language, id);
-- In an order that is none, for drawing by lot.
CREATE INDEX story_by_lot ON story (hashint8extended(id, 0));
CREATE INDEX story_name_by_lot ON story_name (name, hashint8extended(story, 0)) WHERE appears;
