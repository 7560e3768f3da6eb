"""After any changes on a disk, a scan brings the catalog to the same state, and photos keep their ids through renames."""

import hashlib
import os
import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from indexed_library import IndexedLibrary

from photoorg.catalog.records import FailedFile, PhotoFacts, ReadFile
from photoorg.indexing.diff import compare
from photoorg.indexing.scan import file_stat

FACTS = PhotoFacts("JPEG", 4, 3, 1, None, None, None)
NAMES = tuple(f"{folder}{name}.jpg" for folder in ("", "x/", "x/y/") for name in "abc")


def store_changes(library, *folders):
    """What an index job does, without decoding: a file that begins with "bad" cannot be read. Gives the diff."""
    folders = folders or (library.watch(),)
    known = {file.id: file for folder in folders for file in library.catalog.files.known_in(folder)}
    diff = compare(library.scan(*folders), known.values())
    library.catalog.files.mark_missing([file.id for file in diff.missing])
    library.catalog.files.move(diff.moves)
    contents = [(item, Path(os.fsdecode(item.path))) for item in diff.work]
    good = [(item, path) for item, path in contents if not path.read_bytes().startswith(b"bad")]
    bad = [item for item, path in contents if path.read_bytes().startswith(b"bad")]
    library.catalog.files.record_read([read_file(item, path) for item, path in good])
    library.catalog.files.record_failed([FailedFile(i.file_id, i.place, i.stat, "corrupt") for i in bad])
    return diff


def read_file(item, path) -> ReadFile:
    digest = hashlib.sha256(path.read_bytes()).digest()[:16]
    return ReadFile(item.file_id, item.place, file_stat(path.stat()), digest, digest, FACTS)


@pytest.fixture
def tree(library):
    """Writes a file with a content."""

    def write(name, content="1"):
        path = library.photos / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
        return path

    return write


def test_a_second_comparison_finds_nothing_to_do(library, tree):
    tree("a.jpg")
    tree("x/b.jpg", "2")
    assert len(store_changes(library).work) == 2
    diff = store_changes(library)
    assert (diff.work, diff.moves, diff.missing, diff.renamed) == ([], [], [], 0)


def test_the_newest_files_come_first(library, tree):
    for name, time_s in (("a", 5), ("b", 9), ("c", 7)):
        os.utime(tree(f"{name}.jpg"), (time_s, time_s))
    assert [os.path.basename(item.path) for item in store_changes(library).work] == [b"b.jpg", b"c.jpg", b"a.jpg"]


def test_a_moved_folder_is_recognised_without_reading(library, tree):
    for n in range(5):
        tree(f"old/{n}.jpg", str(n))
    store_changes(library)
    before = library.shown()
    (library.photos / "old").rename(library.photos / "new")
    diff = store_changes(library)
    assert (len(diff.work), diff.renamed, diff.missing) == (0, 5, [])
    assert library.shown() == {path.replace("old", "new"): photo for path, photo in before.items()}


def test_swapped_names_keep_their_photos(library, tree):
    one, other = tree("a.jpg", "1"), tree("b.jpg", "22")
    store_changes(library)
    before = library.shown()
    one.rename(one.with_suffix(".tmp"))
    other.rename(one)
    one.with_suffix(".tmp").rename(other)
    assert store_changes(library).renamed == 2
    after = library.shown()
    assert (after["photos/a.jpg"], after["photos/b.jpg"]) == (before["photos/b.jpg"], before["photos/a.jpg"])


def test_an_edited_file_stays_the_same_photo(library, tree):
    path = tree("a.jpg", "1")
    store_changes(library)
    before = library.shown()
    new = path.with_suffix(".tmp")
    new.write_text("edited", encoding="utf-8")
    new.rename(path)  # as careful programs save
    (item,) = store_changes(library).work
    assert item.file_id is not None
    assert library.shown() == before


def test_a_touched_file_is_read_again(library, tree):
    path = tree("a.jpg")
    store_changes(library)
    path.chmod(0o600)
    os.utime(path, (1, 1))
    assert [item.path for item in store_changes(library).work] == [os.fsencode(path)]


def test_a_renamed_file_that_cannot_be_read_is_no_moved_photo(library, tree):
    path = tree("a.jpg", "bad")
    store_changes(library)
    path.rename(path.with_name("b.jpg"))
    diff = store_changes(library)
    assert (diff.renamed, len(diff.moves), diff.work) == (0, 1, [])


def test_a_folder_that_cannot_be_listed_loses_nothing(library, tree):
    tree("x/a.jpg")
    tree("xy/b.jpg", "2")
    store_changes(library)
    folder = library.watch()
    shutil.rmtree(library.photos / "x")
    shutil.rmtree(library.photos / "xy")
    scan = library.scan(folder)
    scan.unlisted.append((folder.volume_id, folder.path + os.sep.encode() + b"x"))
    diff = compare(scan, library.catalog.files.known_in(folder))
    assert [os.path.basename(file.place.path) for file in diff.missing] == [b"b.jpg"]


def test_a_new_inner_watch_folder_takes_its_files_over_without_reading(library, tree):
    tree("x/a.jpg")
    outer = library.watch()
    store_changes(library)
    inner = library.watch(library.photos / "x")
    diff = store_changes(library, outer, inner)
    assert (diff.work, diff.missing, diff.renamed) == ([], [], 0)
    assert [file.place.watch_folder_id for file in library.catalog.files.known_in(inner)] == [inner.id]


class DiskAndCatalog(RuleBasedStateMachine):
    """Random changes on a real folder."""

    def __init__(self) -> None:
        super().__init__()
        self.root = Path(tempfile.mkdtemp())
        self.library = IndexedLibrary(self.root)
        self.library.watch()
        for folder in ("x", "x/y"):
            (self.library.photos / folder).mkdir()
        self.serial = 0

    def teardown(self) -> None:
        self.library.__exit__()
        shutil.rmtree(self.root)

    @initialize()
    def start(self) -> None:
        for name in NAMES[:4]:
            self.write(name)
        self.scan()

    def path(self, name: str) -> Path:
        return self.library.photos / name

    def content(self) -> str:
        self.serial += 1
        return f"content {self.serial}"

    @rule(name=st.sampled_from(NAMES))
    def write(self, name):
        """New, or edited in place: an edited file stays the photo that it was."""
        self.path(name).write_text(self.content(), encoding="utf-8")

    @rule(name=st.sampled_from(NAMES))
    def replace(self, name):
        """As careful programs save: a new file over the old name."""
        new = self.root / "new.tmp"
        new.write_text(self.content(), encoding="utf-8")
        new.replace(self.path(name))

    @rule(name=st.sampled_from(NAMES))
    def cannot_be_read(self, name):
        self.path(name).write_text("bad " + self.content(), encoding="utf-8")

    @rule(name=st.sampled_from(NAMES))
    def touch(self, name):
        if self.path(name).exists():
            self.serial += 1
            os.utime(self.path(name), (self.serial, self.serial))

    @rule(name=st.sampled_from(NAMES))
    def delete(self, name):
        self.path(name).unlink(missing_ok=True)

    @rule(name=st.sampled_from(NAMES), other=st.sampled_from(NAMES))
    def rename(self, name, other):
        if self.path(name).exists():
            self.path(name).replace(self.path(other))

    @rule(name=st.sampled_from(NAMES), other=st.sampled_from(NAMES))
    def swap(self, name, other):
        if self.path(name).exists() and self.path(other).exists() and name != other:
            aside = self.root / "aside.tmp"
            self.path(name).rename(aside)
            self.path(other).rename(self.path(name))
            aside.rename(self.path(other))

    @rule(name=st.sampled_from(NAMES), other=st.sampled_from(NAMES))
    def hard_link(self, name, other):
        if self.path(name).exists() and not self.path(other).exists():
            os.link(self.path(name), self.path(other))

    @rule(name=st.sampled_from(NAMES), other=st.sampled_from(NAMES))
    def copy(self, name, other):
        if self.path(name).exists() and name != other:
            shutil.copy2(self.path(name), self.path(other))

    @rule()
    def scan(self):
        store_changes(self.library)
        shown = {path.removeprefix("photos/"): photo for path, photo in self.library.shown().items()}
        assert shown.keys() == {name for name in NAMES if self.is_readable(name)}
        assert len(set(shown.values())) == len(shown)
        self.check_contents()

    @rule(name=st.sampled_from(NAMES), other=st.sampled_from(NAMES))
    def a_rename_between_two_scans_keeps_the_photo(self, name, other):
        self.scan()
        if not self.is_readable(name) or self.path(other).exists():
            return
        before = self.library.shown()
        linked = self.path(name).stat().st_nlink > 1
        self.path(name).rename(self.path(other))
        self.scan()
        if not linked:
            assert self.library.shown()[f"photos/{other}"] == before[f"photos/{name}"]

    @rule()
    def a_second_scan_has_nothing_to_do(self):
        self.scan()
        diff = store_changes(self.library)
        assert (diff.work, diff.moves, diff.missing) == ([], [], [])

    def is_readable(self, name) -> bool:
        return self.path(name).exists() and not self.path(name).read_bytes().startswith(b"bad")

    def check_contents(self) -> None:
        known = self.library.catalog.files.known_in(self.library.watch())
        for file in known:
            if not file.missing and file.failure_code is None:
                path = Path(os.fsdecode(os.path.join(self.library.watch().mount, file.place.path)))
                assert file.picture_key == hashlib.sha256(path.read_bytes()).digest()[:16]

    @invariant()
    def no_place_is_held_twice(self):
        files = [f for f in self.library.catalog.files.known_in(self.library.watch()) if not f.missing]
        assert len({file.place.path for file in files}) == len(files)


TestDiskAndCatalog = DiskAndCatalog.TestCase
TestDiskAndCatalog.settings = settings(
    max_examples=20, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True
)
