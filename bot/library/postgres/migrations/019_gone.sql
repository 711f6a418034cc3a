-- What is gone is forgotten after a while, without looking at what is there.

CREATE INDEX file_gone ON file (gone_at) WHERE gone_at IS NOT NULL;
