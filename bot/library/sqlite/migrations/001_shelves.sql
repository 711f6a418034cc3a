-- Stories, their text and names, files, what rooms were shown, servers, schedules.
BEGIN IMMEDIATE;

CREATE TABLE story (
    id INTEGER PRIMARY KEY AUTOINCREMENT,  -- never reused: old buttons hold it
    shelf INTEGER NOT NULL,                -- 0: the operator's; else a server
    title TEXT NOT NULL,
    title_folded TEXT NOT NULL,            -- for exact look-ups and order
    title_key TEXT NOT NULL,               -- for finding by words: see words.search_key
    rating INTEGER NOT NULL,
    words INTEGER NOT NULL,
    chapters INTEGER NOT NULL,
    link_only INTEGER NOT NULL DEFAULT 0,
    record TEXT NOT NULL,                  -- all metadata as JSON
    opening TEXT NOT NULL,
    fingerprint TEXT NOT NULL,             -- sha256 of the folded words
    added_at INTEGER NOT NULL,             -- unix seconds, as all times here
    updated_at INTEGER NOT NULL,
    hidden_at INTEGER
) STRICT;
CREATE INDEX story_by_title ON story (title_folded, id);
CREATE INDEX story_by_length ON story (words);
CREATE INDEX story_by_fingerprint ON story (shelf, fingerprint);

CREATE TABLE chapter (
    story INTEGER NOT NULL REFERENCES story ON DELETE CASCADE,
    number INTEGER NOT NULL,               -- from 0
    title TEXT,
    summary TEXT NOT NULL,
    notes TEXT NOT NULL,
    end_notes TEXT NOT NULL,
    length INTEGER NOT NULL,               -- characters
    wall INTEGER NOT NULL,                 -- 1: its paragraphs were found by reflow
    reflow_version INTEGER NOT NULL,
    pagination_version INTEGER NOT NULL,
    PRIMARY KEY (story, number)
) STRICT, WITHOUT ROWID;

-- The original text in parts of whole paragraphs, about 8 KB each.
CREATE TABLE part (
    story INTEGER NOT NULL,
    chapter INTEGER NOT NULL,
    start INTEGER NOT NULL,                -- offset in the chapter
    text TEXT NOT NULL,
    blocks TEXT NOT NULL,                  -- JSON, offsets in the chapter
    PRIMARY KEY (story, chapter, start),
    FOREIGN KEY (story, chapter) REFERENCES chapter ON DELETE CASCADE
) STRICT;

CREATE TABLE page (
    story INTEGER NOT NULL,
    chapter INTEGER NOT NULL,
    start INTEGER NOT NULL,
    number INTEGER NOT NULL,               -- from 1
    PRIMARY KEY (story, chapter, start),
    FOREIGN KEY (story, chapter) REFERENCES chapter ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE TABLE name (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,
    folded TEXT NOT NULL,
    key TEXT NOT NULL,
    name TEXT NOT NULL,
    UNIQUE (kind, folded)
) STRICT;

CREATE TABLE story_name (
    name INTEGER NOT NULL REFERENCES name,
    story INTEGER NOT NULL REFERENCES story ON DELETE CASCADE,
    appears INTEGER NOT NULL DEFAULT 1,    -- characters: 0 when only mentioned
    PRIMARY KEY (name, story)
) STRICT, WITHOUT ROWID;
CREATE INDEX story_name_by_story ON story_name (story, name);

CREATE TABLE file (
    shelf INTEGER NOT NULL,
    source TEXT NOT NULL,
    path TEXT NOT NULL,
    size INTEGER NOT NULL,
    modified INTEGER NOT NULL,
    digest TEXT NOT NULL,
    context TEXT NOT NULL,
    outcome TEXT NOT NULL,
    report TEXT NOT NULL,
    story INTEGER REFERENCES story ON DELETE SET NULL,
    gone_at INTEGER,
    PRIMARY KEY (shelf, source, path)
) STRICT, WITHOUT ROWID;
CREATE INDEX file_by_story ON file (story);

CREATE TABLE shown (
    room INTEGER NOT NULL,                 -- a channel, or a member in direct messages
    story INTEGER NOT NULL REFERENCES story ON DELETE CASCADE,
    at INTEGER NOT NULL,                   -- unix microseconds: order within a second counts
    PRIMARY KEY (room, story)
) STRICT, WITHOUT ROWID;
CREATE INDEX shown_by_story ON shown (story);
CREATE INDEX shown_by_age ON shown (at);

CREATE TABLE note (
    key TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE server (
    id INTEGER PRIMARY KEY,
    settings TEXT NOT NULL,                -- JSON
    changed_at INTEGER NOT NULL
) STRICT;

CREATE TABLE schedule (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    server INTEGER,
    channel INTEGER,
    member INTEGER,
    made_by INTEGER NOT NULL,
    rule TEXT NOT NULL,
    content TEXT NOT NULL,
    next_due INTEGER,
    paused TEXT NOT NULL DEFAULT '',
    last_day TEXT,                         -- the newest local day claimed or skipped
    made_at INTEGER NOT NULL,
    CHECK ((member IS NULL) = (channel IS NOT NULL AND server IS NOT NULL))
) STRICT;
CREATE INDEX schedule_by_due ON schedule (next_due) WHERE paused = '' AND next_due IS NOT NULL;
CREATE INDEX schedule_by_server ON schedule (server, id);
CREATE INDEX schedule_by_member ON schedule (member, id);

CREATE TABLE delivery (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    schedule INTEGER NOT NULL REFERENCES schedule ON DELETE CASCADE,
    due INTEGER NOT NULL,
    story INTEGER REFERENCES story ON DELETE SET NULL,
    part TEXT NOT NULL DEFAULT '{}',
    nonce TEXT NOT NULL DEFAULT '',
    messages TEXT NOT NULL DEFAULT '[]',
    state TEXT NOT NULL,
    claimed_until INTEGER NOT NULL,
    UNIQUE (schedule, due)
) STRICT;
CREATE INDEX delivery_open ON delivery (claimed_until) WHERE state = 'claimed';
CREATE INDEX delivery_by_story ON delivery (story);

PRAGMA application_id = 1179210309;  -- "FIRE"
PRAGMA user_version = 1;
COMMIT;
