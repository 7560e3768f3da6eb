"""Forgetting: nothing of a photo stays in any file of the library, and everything of the others does."""

import os
import sqlite3
from contextlib import closing
from datetime import UTC, datetime

import numpy as np
import pytest
from catalog_samples import digest, failed, known, read, shown, store

from photoorg.catalog.backups import make_backup
from photoorg.catalog.catalog import Catalog
from photoorg.catalog.timeline import ALL_PHOTOS
from photoorg.errors import NothingToUndo

NOON = datetime(2026, 5, 6, 12, tzinfo=UTC)
SECRET = "hidden_treasure"
DIMENSION = 8


def derive(catalog, *pictures):
    """What an indexer writes for pictures."""
    keys = [digest(picture) for picture in pictures]
    model = catalog.embeddings.model_id("fingerprint", "mine", DIMENSION)
    catalog.embeddings.add(model, {key: np.eye(DIMENSION, dtype=np.float32)[0] for key in keys})
    catalog.embeddings.add_hashes(dict.fromkeys(keys, 5), 1)
    catalog.thumbnails.add({key: {160: b"jpeg of " + key, 480: b"large of " + key} for key in keys})


def remains_of(catalog, picture):
    """How many rows of each kind there are of a picture."""
    key = digest(picture)
    derived, thumbnails = catalog.embeddings._db, catalog.thumbnails._db
    return [
        derived.value("SELECT count(*) FROM embedding WHERE picture_key = :key", {"key": key}),
        derived.value("SELECT count(*) FROM perceptual_hash WHERE picture_key = :key", {"key": key}),
        thumbnails.value("SELECT count(*) FROM thumbnail WHERE picture_key = :key", {"key": key}),
    ]


def back_up(data_dir, now=NOON):
    with closing(sqlite3.connect(data_dir.catalog, isolation_level=None)) as source:
        return make_backup(source, data_dir.backups, "daily", now)


def files_with(data_dir, *needles):
    """Names of the files in the data folder that hold one of these byte strings anywhere."""
    paths = [path for path in data_dir.root.rglob("*") if path.is_file()]
    contents = {path.name: path.read_bytes() for path in paths}
    return sorted(name for name, content in contents.items() if any(needle in content for needle in needles))


def forget(catalog, *photo_ids):
    return catalog.forgetting.forget(catalog.forgetting.files_of(photo_ids))


def test_nothing_of_a_photo_stays_in_any_file(catalog, data_dir, folder):
    for number in range(400):
        store(catalog, read(folder, f"{number}.jpg", f"picture {number}"))
    photos = store(catalog, *[read(folder, f"{SECRET}{n}.jpg", f"{SECRET}{n}") for n in range(30)])
    for number in range(400, 800):
        store(catalog, read(folder, f"{number}.jpg", f"picture {number}"))
    derive(catalog, *[f"picture {n}" for n in range(200)], *[f"{SECRET}{n}" for n in range(30)])
    catalog.journal.set_photos(photos, "title", f"The {SECRET}")
    back_up(data_dir)
    keys = [digest(f"{SECRET}{n}") for n in range(30)]
    needles = [SECRET.encode(), *keys, *[digest(f"bytes of {SECRET}{n}") for n in range(30)]]
    assert len(files_with(data_dir, *needles)) >= 4
    assert forget(catalog, *photos) == 30
    assert files_with(data_dir, *needles) == [], "while the library is open"
    catalog.close()
    assert files_with(data_dir, *needles) == []


def test_nothing_stays_in_tags_albums_and_the_journal(catalog, data_dir, folder):
    one, two = store(catalog, read(folder, "one.jpg", "sea"), read(folder, "two.jpg", "hill"))
    album = catalog.albums.create("Holidays")
    catalog.albums.add(album, [one, two])
    catalog.tags.add([one], "sea")
    catalog.tags.remove([one], "sea")
    catalog.tags.add([one, two], "hill")
    catalog.search_history.remember(f"like:{SECRET}/one.jpg")
    backup = back_up(data_dir)
    forget(catalog, one)
    for path in (data_dir.catalog, backup.path):
        with closing(sqlite3.connect(path)) as connection:
            assert [row[0] for row in connection.execute("SELECT photo_id FROM album_photo")] == [two]
            assert [row[0] for row in connection.execute("SELECT photo_id FROM photo_tag")] == [two]
            about = connection.execute("SELECT before || after FROM journal_change").fetchall()
            assert not [row for row in about if f'"photo_id": {one},' in row[0]]
            assert connection.execute("SELECT * FROM search_history").fetchall() == []
    assert files_with(data_dir, SECRET.encode()) == []
    assert catalog.journal.undo().photo_ids == (two,)
    assert [catalog.journal.undo().action for _ in range(2)] == ["add tag", "add to album"]


def test_photos_are_forgotten_in_a_backup_of_a_version_without_tags(catalog, data_dir, folder):
    [photo] = store(catalog, read(folder, f"{SECRET}.jpg", "sea"))
    with closing(sqlite3.connect(back_up(data_dir).path)) as connection:
        for table in ("photo_tag", "tag", "album_photo", "album", "search_history"):
            connection.execute(f"DROP TABLE {table}")
        connection.commit()
    forget(catalog, photo)
    assert files_with(data_dir, SECRET.encode()) == []
    assert len(catalog.backups.all()) == 1, "it was not thrown away"


def test_an_earlier_name_does_not_stay_either(catalog, data_dir, folder):
    [photo] = store(catalog, read(folder, f"{SECRET}.jpg", "sea"))
    for number in range(300):
        store(catalog, read(folder, f"{number}.jpg", f"picture {number}"))
    file = known(catalog, folder)[f"{SECRET}.jpg".encode()]
    store(catalog, read(folder, "renamed.jpg", "sea", file_id=file.id))
    forget(catalog, photo)
    assert files_with(data_dir, SECRET.encode(), digest("sea"), b"renamed.jpg") == []


def test_what_a_copy_still_needs_stays(catalog, folder):
    one, two = store(catalog, read(folder, "one.jpg", "sea"), read(folder, "two.jpg", "sea"))
    store(catalog, read(folder, "hill.jpg", "hill"))
    derive(catalog, "sea", "hill")
    forget(catalog, one)
    assert remains_of(catalog, "sea") == [1, 1, 2]
    forget(catalog, two)
    assert remains_of(catalog, "sea") == [0, 0, 0]
    assert remains_of(catalog, "hill") == [1, 1, 2]
    assert list(shown(catalog)) == [b"/media/disk/pictures/hill.jpg"]


def test_the_journal_keeps_what_is_about_other_photos(catalog, folder):
    one, two = store(catalog, read(folder, "one.jpg", "sea"), read(folder, "two.jpg", "hill"))
    catalog.journal.set_photos([one], "title", "only one")
    catalog.journal.set_photos([one, two], "rating", 5)
    forget(catalog, one)
    assert catalog.journal.undo().row_ids == (two,)
    assert catalog.photos.by_ids([two])[two].rating == 0
    with pytest.raises(NothingToUndo):
        catalog.journal.undo()


def test_a_window_learns_that_photos_are_gone(catalog, folder):
    one, two = store(catalog, read(folder, "one.jpg", "sea"), read(folder, "two.jpg", "hill"))
    before = catalog.settings.revision
    forget(catalog, one)
    changes = catalog.timelines.changes(ALL_PHOTOS, before)
    assert one in changes.gone
    assert shown(catalog) == {b"/media/disk/pictures/two.jpg": two}


def test_the_backups_forget_too_and_keep_the_others(catalog, data_dir, folder):
    one, _ = store(catalog, read(folder, f"{SECRET}.jpg", "sea"), read(folder, "two.jpg", "hill"))
    catalog.journal.set_photos([one], "caption", SECRET)
    backups = [back_up(data_dir, NOON.replace(day=day)) for day in (6, 7)]
    forget(catalog, one)
    for backup in backups:
        assert SECRET.encode() not in backup.path.read_bytes()
        with closing(sqlite3.connect(backup.path)) as connection:
            assert connection.execute("SELECT path FROM file").fetchall() == [(b"pictures/two.jpg",)]
            assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert sorted(os.listdir(data_dir.backups)) == sorted(backup.path.name for backup in backups)


def test_a_damaged_backup_is_not_kept(catalog, data_dir, folder):
    [one] = store(catalog, read(folder, f"{SECRET}.jpg", "sea"))
    backup = back_up(data_dir)
    backup.path.write_bytes(b"garbage and " + SECRET.encode() * 500)
    forget(catalog, one)
    assert not backup.path.exists()


def test_missing_photos_are_those_without_any_file(catalog, folder):
    store(catalog, read(folder, "there.jpg", "sea"), read(folder, "gone.jpg", "hill"))
    catalog.files.record_failed([failed(folder, "broken.jpg"), failed(folder, "broken and gone.jpg")])
    files = known(catalog, folder)
    catalog.files.mark_missing([files[b"gone.jpg"].id, files[b"broken and gone.jpg"].id])
    missing = catalog.forgetting.missing_files()
    assert {os.path.basename(file.path) for file in missing} == {b"gone.jpg", b"broken and gone.jpg"}
    assert catalog.forgetting.forget(missing) == 1
    assert known(catalog, folder).keys() == {b"there.jpg", b"broken.jpg"}
    assert catalog.forgetting.missing_files() == []
    assert catalog.forgetting.forget([]) == 0


def test_photos_of_a_removed_folder_are_not_missing(catalog, volume, folder):
    store(catalog, read(folder, "gone.jpg", "hill"))
    catalog.files.mark_missing([known(catalog, folder)[b"gone.jpg"].id])
    catalog.folders.remove(folder)
    assert catalog.forgetting.missing_files() == []


def test_files_are_found_by_their_place_also_missing_and_unreadable_ones(catalog, folder, volume):
    store(catalog, read(folder, "gone.jpg", "hill"))
    catalog.files.mark_missing([known(catalog, folder)[b"gone.jpg"].id])
    catalog.files.record_failed([failed(folder, "broken.jpg")])
    for name in (b"gone.jpg", b"broken.jpg"):
        [file] = catalog.forgetting.files_at([(volume.key, b"pictures/" + name)])
        assert file.path == b"pictures/" + name
        assert file.is_followed is (name == b"broken.jpg")
    assert catalog.forgetting.files_at([(volume.key, b"pictures/unknown.jpg"), ("other", b"pictures/gone.jpg")]) == []


def test_a_removed_folder_is_forgotten_with_its_name(catalog, data_dir, volume):
    folder = catalog.folders.add(volume, SECRET.encode())
    other = catalog.folders.add(volume, b"other")
    store(catalog, read(folder, "a.jpg", "sea"), read(other, "b.jpg", "hill"))
    catalog.folders.remove(folder)
    back_up(data_dir)
    later = "9999-01-01"
    assert catalog.forgetting.removed_folders("2000-01-01") == 0
    assert catalog.forgetting.removed_folders(later) == 1
    catalog.forgetting.forget(catalog.forgetting.files_removed_before(later))
    catalog.forgetting.forget_removed_folders(later)
    assert list(shown(catalog)) == [b"/media/disk/other/b.jpg"]
    assert files_with(data_dir, SECRET.encode()) == []
    assert catalog.forgetting.removed_folders(later) == 0


def test_thousands_are_forgotten_in_short_writes(catalog, folder):
    for start in range(0, 2000, 500):
        catalog.files.record_read([read(folder, f"{n}.jpg", f"picture {n}") for n in range(start, start + 500)])
    derive(catalog, *[f"picture {n}" for n in range(2000)])
    ids = list(shown(catalog).values())
    waits = []

    def check():
        """Between two writes nobody waits for the lock."""
        assert catalog.files._db._depth == 0
        waits.append(1)

    assert catalog.forgetting.forget(catalog.forgetting.files_of(ids), check) == 2000
    assert len(waits) >= 40
    assert shown(catalog) == {}


def test_orphans_are_counted_and_removed(catalog, folder):
    store(catalog, read(folder, "a.jpg", "sea"))
    derive(catalog, "sea", "nobody's", "nobody's either")
    counts = catalog.remains.orphans()
    assert (counts.embeddings, counts.hashes, counts.thumbnails) == (2, 2, 2)
    assert catalog.remains.remove_orphans() == 2
    assert not catalog.remains.orphans().any
    assert remains_of(catalog, "sea") == [1, 1, 2]


def test_a_killed_forgetting_goes_on_where_it_stopped(data_dir, folder, catalog):
    class Killed(BaseException):
        pass

    photos = store(catalog, *[read(folder, f"{SECRET}{n}.jpg", f"{n}") for n in range(250)])
    derive(catalog, *[str(n) for n in range(250)])
    steps = []

    def check():
        steps.append(1)
        if len(steps) == 3:
            raise Killed

    with pytest.raises(Killed):
        catalog.forgetting.forget(catalog.forgetting.files_of(photos), check)
    catalog.close()
    with closing(Catalog(data_dir)) as again:
        assert len(shown(again)) == 50
        forget(again, *shown(again).values())
        again.remains.remove_orphans()
        again.forgetting.cut_logs()
        assert files_with(data_dir, SECRET.encode()) == []
        assert remains_of(again, "7") == [0, 0, 0]
