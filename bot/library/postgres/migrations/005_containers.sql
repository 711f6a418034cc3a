-- Files that hold several stories: archives, lines of JSON.

ALTER TABLE file ADD COLUMN container text COLLATE "C" NOT NULL DEFAULT '';  -- '': lies on a disk
ALTER TABLE file ADD COLUMN record integer NOT NULL DEFAULT 0;  -- a line, from 1; 0: none
CREATE INDEX file_by_container ON file (shelf, container, source, record, path);
