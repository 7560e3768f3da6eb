-- Tags by hand or by the program, albums by hand or by a saved search, and what was searched for.
CREATE TABLE tag (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL UNIQUE,       -- NFC, casefold
    made_utc TEXT NOT NULL
) STRICT;

CREATE TABLE photo_tag (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    photo_id INTEGER NOT NULL REFERENCES photo (id) ON DELETE CASCADE,
    tag_id INTEGER NOT NULL REFERENCES tag (id) ON DELETE CASCADE,
    source TEXT NOT NULL DEFAULT 'hand' CHECK (source IN ('hand', 'auto')),
    score REAL,                          -- of an auto tag, 0..1
    UNIQUE (tag_id, photo_id)
) STRICT;

CREATE INDEX photo_tag_photo ON photo_tag (photo_id);

CREATE TABLE album (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL UNIQUE,       -- NFC, casefold
    made_utc TEXT NOT NULL,
    query TEXT,                          -- a saved search: such an album fills itself
    cut_off REAL NOT NULL DEFAULT 0.5,   -- the least relevance of its photos
    folded INTEGER NOT NULL DEFAULT 1 CHECK (folded IN (0, 1))  -- copies count as one
) STRICT;

CREATE TABLE album_photo (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    album_id INTEGER NOT NULL REFERENCES album (id) ON DELETE CASCADE,
    photo_id INTEGER NOT NULL REFERENCES photo (id) ON DELETE CASCADE,
    UNIQUE (album_id, photo_id)
) STRICT;

CREATE INDEX album_photo_photo ON album_photo (photo_id);

CREATE TABLE search_history (
    query TEXT PRIMARY KEY,
    searched_utc TEXT NOT NULL,
    times INTEGER NOT NULL DEFAULT 1
) STRICT, WITHOUT ROWID;

CREATE TRIGGER photo_tagged AFTER INSERT ON photo_tag BEGIN
    INSERT INTO photo_change VALUES (NEW.photo_id, (SELECT revision + 1 FROM library))
    ON CONFLICT (photo_id) DO UPDATE SET revision = excluded.revision;
END;

CREATE TRIGGER photo_untagged AFTER DELETE ON photo_tag BEGIN
    INSERT INTO photo_change VALUES (OLD.photo_id, (SELECT revision + 1 FROM library))
    ON CONFLICT (photo_id) DO UPDATE SET revision = excluded.revision;
END;

CREATE TRIGGER photo_put_into_album AFTER INSERT ON album_photo BEGIN
    INSERT INTO photo_change VALUES (NEW.photo_id, (SELECT revision + 1 FROM library))
    ON CONFLICT (photo_id) DO UPDATE SET revision = excluded.revision;
END;

CREATE TRIGGER photo_taken_from_album AFTER DELETE ON album_photo BEGIN
    INSERT INTO photo_change VALUES (OLD.photo_id, (SELECT revision + 1 FROM library))
    ON CONFLICT (photo_id) DO UPDATE SET revision = excluded.revision;
END;
