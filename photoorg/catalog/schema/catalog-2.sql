-- Which photos changed, and at which revision: a window asks only for what is new since its last look.
CREATE TABLE photo_change (
    photo_id INTEGER PRIMARY KEY,        -- 0: so many that all are to be read again
    revision INTEGER NOT NULL
) STRICT;

CREATE INDEX photo_change_revision ON photo_change (revision);

-- The revision grows at the end of the transaction that these run in.
CREATE TRIGGER file_added AFTER INSERT ON file WHEN NEW.photo_id IS NOT NULL BEGIN
    INSERT INTO photo_change VALUES (NEW.photo_id, (SELECT revision + 1 FROM library))
    ON CONFLICT (photo_id) DO UPDATE SET revision = excluded.revision;
END;

CREATE TRIGGER file_changed
AFTER UPDATE OF volume_id, watch_folder_id, path, content_hash, picture_key, failure_code, missing_since_utc ON file
WHEN NEW.photo_id IS NOT NULL BEGIN
    INSERT INTO photo_change VALUES (NEW.photo_id, (SELECT revision + 1 FROM library))
    ON CONFLICT (photo_id) DO UPDATE SET revision = excluded.revision;
END;

CREATE TRIGGER file_forgotten AFTER DELETE ON file WHEN OLD.photo_id IS NOT NULL BEGIN
    INSERT INTO photo_change VALUES (OLD.photo_id, (SELECT revision + 1 FROM library))
    ON CONFLICT (photo_id) DO UPDATE SET revision = excluded.revision;
END;

CREATE TRIGGER photo_changed AFTER UPDATE ON photo BEGIN
    INSERT INTO photo_change VALUES (NEW.id, (SELECT revision + 1 FROM library))
    ON CONFLICT (photo_id) DO UPDATE SET revision = excluded.revision;
END;

CREATE TRIGGER watch_folder_shown_or_hidden AFTER UPDATE OF removed_utc ON watch_folder BEGIN
    INSERT INTO photo_change VALUES (0, (SELECT revision + 1 FROM library))
    ON CONFLICT (photo_id) DO UPDATE SET revision = excluded.revision;
END;

CREATE INDEX photo_favourite ON photo (id) WHERE favourite = 1;
