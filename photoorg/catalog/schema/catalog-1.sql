-- The truth about people's work and places.
CREATE TABLE library (
    id TEXT NOT NULL,
    created_utc TEXT NOT NULL,
    revision INTEGER NOT NULL DEFAULT 0  -- grows with every write
) STRICT;

INSERT INTO library (id, created_utc) VALUES (lower(hex(randomblob(16))), strftime('%Y-%m-%dT%H:%M:%SZ', 'now'));

CREATE TABLE setting (
    key TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE volume (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    key TEXT NOT NULL UNIQUE,            -- UUID or serial
    mount BLOB NOT NULL,                 -- where it was last seen
    seen_utc TEXT NOT NULL
) STRICT;

CREATE TABLE watch_folder (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    volume_id INTEGER NOT NULL REFERENCES volume (id),
    path BLOB NOT NULL,                  -- relative to the volume
    path_text TEXT NOT NULL,
    added_utc TEXT NOT NULL,
    removed_utc TEXT,                    -- its photos are hidden, what people did is kept
    scanned_utc TEXT,
    UNIQUE (volume_id, path)
) STRICT;

CREATE TABLE photo (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    added_utc TEXT NOT NULL,
    taken_local TEXT,                    -- the camera's wall clock
    taken_offset_min INTEGER,            -- from UTC, where known
    taken_source TEXT CHECK (taken_source IN ('exif', 'name', 'file')),
    favourite INTEGER NOT NULL DEFAULT 0 CHECK (favourite IN (0, 1)),
    rating INTEGER NOT NULL DEFAULT 0 CHECK (rating BETWEEN 0 AND 5),
    title TEXT NOT NULL DEFAULT '',
    caption TEXT NOT NULL DEFAULT ''
) STRICT;

CREATE INDEX photo_taken ON photo (taken_local);

CREATE TABLE file (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    photo_id INTEGER REFERENCES photo (id) ON DELETE CASCADE,  -- NULL: could never be read
    volume_id INTEGER NOT NULL REFERENCES volume (id),
    watch_folder_id INTEGER NOT NULL REFERENCES watch_folder (id),
    path BLOB NOT NULL,                  -- relative to the volume
    path_text TEXT NOT NULL,             -- for display
    path_key TEXT NOT NULL,              -- NFC, casefold: for finding
    role TEXT NOT NULL DEFAULT 'main' CHECK (role IN ('main', 'raw', 'motion', 'sidecar')),
    kind TEXT NOT NULL DEFAULT 'picture' CHECK (kind IN ('picture', 'video', 'sidecar')),
    size_bytes INTEGER NOT NULL,
    mtime_ns INTEGER NOT NULL,
    ctime_ns INTEGER NOT NULL,
    inode INTEGER NOT NULL,              -- or the file id; as a signed number
    content_hash BLOB,
    picture_key BLOB,
    failure_code TEXT,                   -- why it could not be read; not tried again until it changes
    failure_params TEXT,
    missing_since_utc TEXT,
    CHECK (failure_code IS NOT NULL OR (photo_id IS NOT NULL AND content_hash IS NOT NULL AND picture_key IS NOT NULL))
) STRICT;

CREATE UNIQUE INDEX file_place ON file (volume_id, path) WHERE missing_since_utc IS NULL;
CREATE INDEX file_photo ON file (photo_id);
CREATE INDEX file_lost_place ON file (volume_id, path) WHERE missing_since_utc IS NOT NULL;
CREATE INDEX file_lost_content ON file (content_hash) WHERE missing_since_utc IS NOT NULL;
-- The files of the view `shown`, with all that counting them asks for: it does not touch the table.
CREATE INDEX file_shown ON file (picture_key, watch_folder_id, photo_id, role, failure_code, missing_since_utc)
WHERE role = 'main' AND failure_code IS NULL AND missing_since_utc IS NULL;
CREATE INDEX file_lost_picture ON file (picture_key) WHERE missing_since_utc IS NOT NULL;
CREATE INDEX file_folder ON file (watch_folder_id);
CREATE INDEX file_failed ON file (watch_folder_id) WHERE failure_code IS NOT NULL;

CREATE TABLE facts (
    file_id INTEGER PRIMARY KEY REFERENCES file (id) ON DELETE CASCADE,
    format TEXT NOT NULL,
    width INTEGER NOT NULL,              -- pixels, as shown (after orientation)
    height INTEGER NOT NULL,
    orientation INTEGER NOT NULL,
    camera_make TEXT,
    camera_model TEXT,
    lens TEXT,
    exposure_s REAL,
    f_number REAL,
    focal_length_mm REAL,
    iso INTEGER,
    latitude REAL,
    longitude REAL,
    altitude_m REAL
) STRICT;

-- A photo that the library shows: its main file is there (or on a volume that is offline) and can be read.
-- (A file without a failure has a photo, says the table's CHECK.)
CREATE VIEW shown AS
SELECT file.photo_id AS photo_id, file.id AS file_id, file.picture_key AS picture_key,
       file.volume_id AS volume_id, file.path AS path, file.watch_folder_id AS watch_folder_id
FROM file JOIN watch_folder ON watch_folder.id = file.watch_folder_id
WHERE file.role = 'main' AND file.failure_code IS NULL AND file.missing_since_utc IS NULL
  AND watch_folder.removed_utc IS NULL;

-- Every change a user makes is one undoable entry.
CREATE TABLE journal (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    made_utc TEXT NOT NULL,
    action TEXT NOT NULL,
    undone_utc TEXT
) STRICT;

CREATE INDEX journal_undone ON journal (id) WHERE undone_utc IS NOT NULL;

CREATE TABLE journal_change (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    journal_id INTEGER NOT NULL REFERENCES journal (id) ON DELETE CASCADE,
    table_name TEXT NOT NULL,
    row_id INTEGER NOT NULL,
    before TEXT NOT NULL,                -- JSON object: column -> value
    after TEXT NOT NULL
) STRICT;

CREATE INDEX journal_change_entry ON journal_change (journal_id);

-- What a program without the indexer's lease asks of the one that holds it.
CREATE TABLE request (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    made_utc TEXT NOT NULL,
    kind TEXT NOT NULL,
    params TEXT NOT NULL,                -- JSON
    done_utc TEXT,
    result TEXT                          -- JSON
) STRICT;
