"""Copies of the catalog: when they are made, what is kept, and that nothing half-made stays."""

import os
import resource
import sqlite3
import threading
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest
from catalog_samples import answer_of, read, store

from photoorg.catalog.backups import DAILY, KEPT, Backups, backups_in, half_made, make_backup, problem_of
from photoorg.errors import Cancelled, CatalogCorrupt, DataFolderUnusable

NOON = datetime(2026, 5, 6, 12, tzinfo=UTC)


class Clock:
    """A clock that a test sets."""

    def __init__(self):
        self.now = NOON

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def backups(data_dir, catalog, folder, clock):
    store(catalog, read(folder, "first.jpg", "first"))
    return Backups(data_dir.catalog, data_dir.backups, clock)


def test_the_first_copy_is_made_at_once_and_the_next_after_a_day_with_changes(backups, catalog, clock):
    catalog.settings.put("a", "1")
    first = backups.make_daily()
    assert (first.kind, first.made) == (DAILY, NOON)
    assert backups.make_daily() is None
    catalog.settings.put("a", "2")
    clock.now += timedelta(hours=23)
    assert backups.make_daily() is None
    clock.now += timedelta(hours=1)
    second = backups.make_daily()
    assert backups.all() == [second, first]
    clock.now += timedelta(days=30)
    assert backups.make_daily() is None, "nothing changed"


def test_a_copy_is_one_sound_file_with_what_was_there(backups, catalog, folder):
    store(catalog, read(folder, "a.jpg"))
    backup = backups.make_daily()
    assert problem_of(backup.path) == ""
    assert os.listdir(backup.path.parent) == [backup.path.name]
    with closing(sqlite3.connect(backup.path)) as connection:
        assert connection.execute("SELECT path FROM file WHERE id = 2").fetchone() == (b"pictures/a.jpg",)
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("delete",)


def test_a_catalog_without_photos_is_not_copied(data_dir, catalog):
    catalog.settings.put("a", "1")
    assert catalog.backups.make_daily() is None


def test_seven_of_each_kind_are_kept(backups, catalog, clock, data_dir):
    for day in range(KEPT + 3):
        catalog.settings.put("day", str(day))
        clock.now = NOON + timedelta(days=day)
        assert backups.make_daily() is not None
        with closing(sqlite3.connect(data_dir.catalog)) as source:
            make_backup(source, data_dir.backups, "v2", clock.now)
    for kind in (DAILY, "v2"):
        made = [backup.made for backup in backups.all() if backup.kind == kind]
        assert made == [NOON + timedelta(days=day) for day in range(KEPT + 2, 2, -1)]


def test_copies_from_the_future_do_not_stop_new_ones(backups, catalog, clock):
    clock.now = NOON + timedelta(days=4000)
    for _ in range(KEPT):
        catalog.settings.put("when", str(clock.now))
        backups.make_daily()
        clock.now += timedelta(days=1)
    clock.now = NOON
    catalog.settings.put("when", "now")
    made = backups.make_daily()
    assert made is not None
    assert made.path.exists()


def test_a_copy_is_of_one_state_while_others_write(backups, catalog, data_dir, folder):
    """Each write puts the same into two settings; a copy in steps must never see one without the other."""
    for number in range(300):
        store(catalog, read(folder, f"{number}.jpg", f"picture {number}"))
    steps = []

    def write():
        steps.append(1)
        with catalog.settings._db.transaction():
            catalog.settings.put("one", str(len(steps)))
            catalog.settings.put("two", str(len(steps)))

    write()
    with closing(sqlite3.connect(data_dir.catalog, isolation_level=None)) as source, pytest.MonkeyPatch.context() as m:
        m.setattr("photoorg.catalog.backups._PAGES_AT_ONCE", 5)
        backup = make_backup(source, data_dir.backups, DAILY, NOON, write)
    assert len(steps) > 5
    with closing(sqlite3.connect(backup.path)) as copy:
        values = [row[0] for row in copy.execute("SELECT value FROM setting WHERE key IN ('one', 'two')")]
    assert values == ["1", "1"]
    assert catalog.settings.get("two") == str(len(steps))


def test_a_click_does_not_wait_for_a_copy(backups, catalog, folder):
    [photo] = store(catalog, read(folder, "a.jpg"))
    done = threading.Event()

    def check():
        if not done.is_set():
            thread = threading.Thread(target=lambda: (catalog.journal.set_photos([photo], "rating", 3), done.set()))
            thread.start()
            assert done.wait(30)
            thread.join()

    assert backups.make_daily(check) is not None
    assert catalog.photos.by_ids([photo])[photo].rating == 3


def test_a_cancelled_copy_leaves_nothing(backups, data_dir):
    def check():
        raise Cancelled

    with pytest.raises(Cancelled):
        backups.make_daily(check)
    assert os.listdir(data_dir.backups) == []


def test_a_copy_that_is_not_sound_is_not_kept_and_pushes_none_out(backups, catalog, clock, data_dir, folder):
    for number in range(200):
        store(catalog, read(folder, f"{number}.jpg", f"picture {number}"))
    good = backups.make_daily()
    catalog.close()
    damage(data_dir.catalog)
    clock.now += timedelta(days=1)
    with pytest.raises(CatalogCorrupt) as raised:
        backups.make_daily()
    assert str(data_dir.catalog) in str(raised.value)
    assert backups.all() == [good]
    assert os.listdir(data_dir.backups) == [good.path.name]


def damage(path):
    """Garbage in the middle of a closed file."""
    content = bytearray(path.read_bytes())
    for page in range(8, len(content) // 4096, 3):
        content[page * 4096 : page * 4096 + 4096] = os.urandom(4096)
    path.write_bytes(content)


def test_what_a_killed_program_left_is_removed_after_a_while(backups, catalog, data_dir):
    data_dir.backups.mkdir()
    old, fresh = (data_dir.backups / f"catalog-daily-{name}.sqlite.new" for name in ("old", "fresh"))
    for path in (old, fresh):
        path.write_bytes(b"half")
    backups._clock = lambda: datetime.now(UTC)
    os.utime(old, (1, 1))
    assert half_made(data_dir.backups, datetime.now(UTC)) == [old]
    backups.make_daily()
    assert not old.exists()
    assert fresh.exists()


def test_other_files_in_the_folder_are_left_alone(backups, data_dir):
    data_dir.backups.mkdir()
    mine = data_dir.backups / "catalog-mine.sqlite"
    mine.write_bytes(b"mine")
    backups.make_daily()
    assert mine.exists()
    assert mine not in [backup.path for backup in backups.all()]


def test_without_a_place_for_it_the_error_is_clear(backups, data_dir):
    data_dir.backups.write_text("a file is in the way")
    with pytest.raises(DataFolderUnusable):
        backups.make_daily()


FULL = """
import json, resource, sys
from pathlib import Path
from photoorg.catalog.catalog import Catalog
from photoorg.errors import PhotoorgError
from photoorg.paths import DataDir
from photoorg.volumes import Volume
data = DataDir(Path(sys.argv[1]))
catalog = Catalog(data)
from catalog_samples import read, store
store(catalog, read(catalog.folders.add(Volume("uuid:1", b"/media/disk"), b"p"), "a.jpg"))
resource.setrlimit(resource.RLIMIT_FSIZE, (30_000, resource.RLIM_INFINITY))
seen = []
try:
    catalog.backups.make_daily()
except PhotoorgError as error:
    seen.append(error.code)
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
left = [path.name for path in data.backups.iterdir()]
catalog.settings.put("goes", "on")
made = catalog.backups.make_daily() is not None
catalog.close()
print(json.dumps({"seen": seen, "left": left, "made": made}))
"""

SMALL_DISK = """
import json, os, subprocess, sys
from pathlib import Path
from photoorg.catalog.catalog import Catalog
from photoorg.errors import PhotoorgError
from photoorg.paths import DataDir
from photoorg.volumes import Volume
disk = Path(sys.argv[1])
subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(disk)], check=True)
catalog = Catalog(DataDir(disk))
from catalog_samples import read, store
store(catalog, read(catalog.folders.add(Volume("uuid:1", b"/media/disk"), b"p"), "a.jpg"))
catalog.settings.put("much", "x" * 400_000)
filler = disk / "filler"
with filler.open("wb", buffering=0) as stream:
    try:
        while True:
            stream.write(bytes(4096))
    except OSError:
        pass
with filler.open("rb+") as stream:
    stream.truncate(filler.stat().st_size - 100_000)
seen = []
try:
    catalog.backups.make_daily()
except PhotoorgError as error:
    seen.append(error.code)
left = [path.name for path in DataDir(disk).backups.iterdir()]
filler.unlink()
made = catalog.backups.make_daily() is not None
catalog.close()
print(json.dumps({"seen": seen, "left": left, "made": made}))
"""


@pytest.mark.skipif(not hasattr(resource, "RLIMIT_FSIZE"), reason="needs limits of file sizes")
def test_a_copy_that_does_not_fit_leaves_nothing_and_work_goes_on(tmp_path):
    answer = answer_of(FULL, tmp_path)
    assert answer["seen"] in (["disk-full"], ["data-folder-unusable"])
    assert (answer["left"], answer["made"]) == ([], True)


def test_a_full_disk_leaves_nothing_of_a_copy_and_work_goes_on(tmp_path, own_mounts):
    answer = answer_of(SMALL_DISK, tmp_path, prefix=own_mounts)
    assert answer == {"seen": ["disk-full"], "left": [], "made": True}


def test_nothing_is_listed_where_there_is_no_folder(tmp_path):
    assert backups_in(tmp_path / "nowhere") == []
