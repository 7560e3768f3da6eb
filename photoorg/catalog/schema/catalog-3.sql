-- A photo may have several files: a camera RAW or a video beside its picture. Those are not decoded and have no hashes.
-- SQLite changes a CHECK only with the table; facts first, as dropping the files would take theirs along.
DROP VIEW shown;

CREATE TABLE new_file (
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
    CHECK (failure_code IS NOT NULL OR photo_id IS NOT NULL),
    CHECK (role != 'main' OR failure_code IS NOT NULL OR (content_hash IS NOT NULL AND picture_key IS NOT NULL))
) STRICT;

INSERT INTO new_file SELECT * FROM file;
-- Ids of files that were deleted are not used again: backups may still know those.
DELETE FROM sqlite_sequence WHERE name = 'new_file';
INSERT INTO sqlite_sequence SELECT 'new_file', seq FROM sqlite_sequence WHERE name = 'file';

CREATE TABLE new_facts (
    file_id INTEGER PRIMARY KEY REFERENCES new_file (id) ON DELETE CASCADE,
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
    altitude_m REAL,
    animated INTEGER NOT NULL DEFAULT 0 CHECK (animated IN (0, 1))  -- the first of its pictures is shown
) STRICT;

INSERT INTO new_facts SELECT *, 0 FROM facts;
DROP TABLE facts;
DROP TABLE file;
ALTER TABLE new_file RENAME TO file;
ALTER TABLE new_facts RENAME TO facts;

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
-- Whether a picture is still needed by any file: asked when photos are forgotten.
CREATE INDEX file_picture ON file (picture_key) WHERE picture_key IS NOT NULL;

-- The few files that are not main ones.
CREATE INDEX file_beside ON file (photo_id) WHERE role != 'main';

CREATE VIEW shown AS
SELECT file.photo_id AS photo_id, file.id AS file_id, file.picture_key AS picture_key,
       file.volume_id AS volume_id, file.path AS path, file.watch_folder_id AS watch_folder_id
FROM file JOIN watch_folder ON watch_folder.id = file.watch_folder_id
WHERE file.role = 'main' AND file.failure_code IS NULL AND file.missing_since_utc IS NULL
  AND watch_folder.removed_utc IS NULL;

CREATE TRIGGER file_added AFTER INSERT ON file WHEN NEW.photo_id IS NOT NULL BEGIN
    INSERT INTO photo_change VALUES (NEW.photo_id, (SELECT revision + 1 FROM library))
    ON CONFLICT (photo_id) DO UPDATE SET revision = excluded.revision;
END;

CREATE TRIGGER file_changed
AFTER UPDATE OF photo_id, role, volume_id, watch_folder_id, path, content_hash, picture_key, failure_code, missing_since_utc
ON file WHEN NEW.photo_id IS NOT NULL BEGIN
    INSERT INTO photo_change VALUES (NEW.photo_id, (SELECT revision + 1 FROM library))
    ON CONFLICT (photo_id) DO UPDATE SET revision = excluded.revision;
END;

CREATE TRIGGER file_forgotten AFTER DELETE ON file WHEN OLD.photo_id IS NOT NULL BEGIN
    INSERT INTO photo_change VALUES (OLD.photo_id, (SELECT revision + 1 FROM library))
    ON CONFLICT (photo_id) DO UPDATE SET revision = excluded.revision;
END;

-- So many files of a folder were gone at once that nothing was marked missing: how many, until a person has decided.
ALTER TABLE watch_folder ADD COLUMN vanished_files INTEGER NOT NULL DEFAULT 0;
-- A person said that they are really gone: the next scan marks them.
ALTER TABLE watch_folder ADD COLUMN vanishing_confirmed INTEGER NOT NULL DEFAULT 0 CHECK (vanishing_confirmed IN (0, 1));

-- The files themselves: they stay shown, and are no longer held when they are found again or anything else becomes of them.
CREATE TABLE vanished_file (
    file_id INTEGER PRIMARY KEY REFERENCES file (id) ON DELETE CASCADE,
    watch_folder_id INTEGER NOT NULL REFERENCES watch_folder (id)
) STRICT;

CREATE INDEX vanished_file_folder ON vanished_file (watch_folder_id);

CREATE TRIGGER file_vanished AFTER INSERT ON vanished_file BEGIN
    UPDATE watch_folder SET vanished_files = vanished_files + 1 WHERE id = NEW.watch_folder_id;
    INSERT INTO photo_change SELECT photo_id, (SELECT revision + 1 FROM library) FROM file
    WHERE id = NEW.file_id AND photo_id IS NOT NULL
    ON CONFLICT (photo_id) DO UPDATE SET revision = excluded.revision;
END;

CREATE TRIGGER file_no_longer_vanished AFTER DELETE ON vanished_file BEGIN
    UPDATE watch_folder
    SET vanishing_confirmed = iif(vanished_files > 1, vanishing_confirmed, 0), vanished_files = vanished_files - 1
    WHERE id = OLD.watch_folder_id;
    INSERT INTO photo_change SELECT photo_id, (SELECT revision + 1 FROM library) FROM file
    WHERE id = OLD.file_id AND photo_id IS NOT NULL
    ON CONFLICT (photo_id) DO UPDATE SET revision = excluded.revision;
END;

CREATE TRIGGER vanished_file_decided AFTER UPDATE OF volume_id, path, mtime_ns, missing_since_utc ON file BEGIN
    DELETE FROM vanished_file WHERE file_id = NEW.id;
END;
