"""Files whose content is in a cloud: they are not fetched. The system's answers are fabricated; the files are real."""

import os
import shutil
from types import SimpleNamespace

import pytest
from indexed_library import IndexedLibrary, context, counts
from stub_encoder import StubEncoder, stub_model

from photoorg.indexing import scanner
from photoorg.indexing.discovery import Discovery
from photoorg.indexing.placeholders import is_online_only, name_of_stub
from photoorg.indexing.scan import ONLINE_ONLY, Part


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"st_file_attributes": 0x20}, False),  # an archive bit
        ({"st_file_attributes": 0x400000 | 0x200 | 0x20}, True),  # OneDrive, online only
        ({"st_file_attributes": 0x80000 | 0x20}, False),  # OneDrive, "always keep on this device"
        ({"st_file_attributes": 0x100000 | 0x20}, False),  # unpinned, and still there
        ({"st_file_attributes": 0x40000}, True),
        ({"st_file_attributes": 0x1000}, True),
        ({"st_flags": 0}, False),
        ({"st_flags": 0x8000}, False),  # hidden
        ({"st_flags": 0x40000000 | 0x20}, True),  # dataless
        ({"st_size": 5_000_000, "st_blocks": 0}, False),  # Linux: says nothing
    ],
)
def test_what_the_system_says_about_a_placeholder(facts, expected):
    assert is_online_only(SimpleNamespace(**facts)) is expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (b".IMG_1.HEIC.icloud", b"IMG_1.HEIC"),
        (b".a.jpg.icloud", b"a.jpg"),
        (b".notes.txt.icloud", None),
        (b"a.jpg.icloud", None),
        (b".icloud", None),
        (b"..icloud", None),
        (b".a.jpg", None),
    ],
)
def test_the_stubs_of_older_macs(name, expected):
    assert name_of_stub(name) == expected


@pytest.fixture
def cloud(monkeypatch) -> set[bytes]:
    """Inodes of the files that are in the cloud only."""
    away: set[int] = set()
    monkeypatch.setattr(scanner, "is_online_only", lambda status: status.st_ino in away)
    return away


@pytest.fixture
def three(library, cloud) -> IndexedLibrary:
    library.watch()
    for name in ("a.jpg", "b.jpg", "x/c.jpg"):
        library.picture(name)
    library.index()
    return library


def evict(library, cloud, name: str) -> None:
    """As a cloud does it: other times of change, perhaps; the same file."""
    path = library.photos / name
    os.chmod(path, 0o640)
    cloud.add(path.stat().st_ino)


def test_a_new_placeholder_is_left_out_until_it_is_there(library, cloud):
    library.watch()
    library.picture("a.jpg")
    evict(library, cloud, "a.jpg")
    report = library.index()
    assert (counts(report), report.skipped[ONLINE_ONLY]) == ({}, 1)
    cloud.clear()
    report = library.index()
    assert counts(report) == {"files": 1, "photos": 1, "new": 1, "embedded": 1}
    assert not report.skipped.get(ONLINE_ONLY)


def test_a_photo_that_was_evicted_stays_as_it_is(three, cloud):
    before = three.shown()
    evict(three, cloud, "a.jpg")
    encoded = three.encoder.encoded_images
    assert counts(three.index()) == {"files": 3, "photos": 3, "unchanged": 3}
    assert (three.shown(), three.encoder.encoded_images) == (before, encoded)


def test_evicted_photos_are_not_read_for_another_model(three, cloud):
    evict(three, cloud, "a.jpg")
    other = StubEncoder(stub_model("other"))
    three.index(encoder=other)
    assert other.encoded_images == 2
    cloud.clear()
    three.index(encoder=other)
    assert other.encoded_images == 3


def test_an_evicted_photo_that_moves_is_the_same_photo(three, cloud):
    before = three.shown()
    evict(three, cloud, "a.jpg")
    (three.photos / "a.jpg").rename(three.photos / "x" / "moved.jpg")
    report = three.index()
    assert (report.moved, report.missing, report.skipped[ONLINE_ONLY]) == (1, 0, 0)
    assert three.shown()["photos/x/moved.jpg"] == before["photos/a.jpg"]


def test_what_is_fetched_again_is_read_again(three, cloud):
    evict(three, cloud, "a.jpg")
    three.index()
    three.picture("a.jpg", seed=99)
    cloud.clear()
    assert three.index().changed == 1


def test_a_stub_stands_for_its_photo(three):
    before = three.shown()
    (three.photos / "a.jpg").rename(three.root / "in the cloud")
    (three.photos / ".a.jpg.icloud").write_bytes(b"bplist00")
    (three.photos / ".new.jpg.icloud").write_bytes(b"bplist00")
    folder, root = three.watch(), os.fsencode(three.photos)
    part = Part(folder, root, os.path.join(root, b"a.jpg"))
    Discovery(three.catalog, three.encoder.model, tuple).look_at_parts(context(), [part])
    assert three.shown() == before
    report = three.index()
    assert (report.missing, report.skipped[ONLINE_ONLY], report.skipped["hidden"]) == (0, 1, 0)
    assert three.shown() == before


def test_a_placeholder_that_is_deleted_is_missing(three, cloud):
    evict(three, cloud, "a.jpg")
    three.index()
    (three.photos / "a.jpg").unlink()
    assert three.index().missing == 1


@pytest.mark.parametrize("evicted", ["a.jpg", "copy.jpg"])
def test_of_an_evicted_photo_a_copy_is_read_for_another_model(three, cloud, evicted):
    shutil.copy(three.photos / "a.jpg", three.photos / "copy.jpg")
    three.index()
    evict(three, cloud, evicted)
    other = StubEncoder(stub_model("other"))
    three.index(encoder=other)
    assert other.encoded_images == 3
