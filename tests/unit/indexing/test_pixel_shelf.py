"""Pixels that wait on the disk: they come back as they were, or not at all."""

import errno
import os
from pathlib import Path

import numpy as np
import pytest
from stub_encoder import PIXELS, stub_model

from photoorg.indexing import pixel_shelf
from photoorg.indexing.pixel_shelf import PixelShelf

MODEL = stub_model()


def pixels(seed):
    return np.random.default_rng(seed).integers(0, 256, (PIXELS, PIXELS, 3), np.uint8)


def pictures(*seeds):
    return {bytes([seed]) * 16: pixels(seed) for seed in seeds}


@pytest.fixture
def shelves(tmp_path):
    return tmp_path / "shelf"


@pytest.fixture
def shelf(shelves):
    return PixelShelf(shelves, MODEL)


def same(one, other):
    return list(one) == list(other) and all(np.array_equal(one[key], other[key]) for key in one)


def test_what_is_put_there_comes_back_in_its_order(shelf, shelves):
    assert shelf.put(pictures(3, 1))
    assert shelf.put(pictures(2))
    assert same(shelf.first(2), pictures(3, 1))
    shelf.drop(list(pictures(3, 1)))
    assert same(shelf.first(5), pictures(2))
    assert (len(shelf), bytes([2]) * 16 in shelf, bytes([3]) * 16 in shelf) == (1, True, False)
    assert len(list((shelves / MODEL.fingerprint[:32]).iterdir())) == 1


def test_an_empty_shelf_leaves_no_folder(shelf, shelves):
    shelf.put(pictures(1, 2))
    shelf.drop(list(pictures(1, 2)))
    assert not shelves.exists()
    assert shelf.put(pictures(3))


def test_it_outlives_the_program(shelf, shelves):
    shelf.put(pictures(2))
    os.utime(next(shelves.rglob("*.pixels")), (1, 1))
    shelf.put(pictures(1))
    assert same(PixelShelf(shelves, MODEL).first(5), pictures(2, 1))


@pytest.mark.parametrize("damage", [lambda data: data[:-7], lambda data: bytes(len(data)), lambda _: b""])
def test_what_is_damaged_is_dropped(shelf, shelves, damage):
    shelf.put(pictures(1))
    file = next(shelves.rglob("*.pixels"))
    file.write_bytes(damage(file.read_bytes()))
    shelf.put(pictures(2))
    assert same(shelf.first(5), pictures(2))
    assert len(shelf) == 1
    assert not file.exists()


def test_what_was_taken_away_is_dropped(shelf, shelves):
    shelf.put(pictures(1, 2))
    for file in shelves.rglob("01*.pixels"):
        file.unlink()
    assert same(shelf.first(5), pictures(2))


def test_files_of_others_are_no_pixels(shelf, shelves):
    shelf.put(pictures(1))
    for name in ("notes.txt", "zz.pixels", "abc.pixels"):
        (shelves / MODEL.fingerprint[:32] / name).write_bytes(b"x")
    assert len(PixelShelf(shelves, MODEL)) == 1


def test_a_full_shelf_takes_nothing(shelf, monkeypatch):
    monkeypatch.setattr(pixel_shelf, "_MOST_BYTES", 2 * (PIXELS * PIXELS * 3 + 4))
    assert not shelf.put(pictures(1, 2, 3))
    assert len(shelf) == 0
    assert shelf.put(pictures(1, 2))
    assert not shelf.put(pictures(3))
    shelf.drop(list(pictures(1)))
    assert shelf.put(pictures(3))


def test_a_nearly_full_disk_takes_nothing(shelf, monkeypatch):
    monkeypatch.setattr(pixel_shelf, "_SHARE_OF_FREE_SPACE", 0.0)
    assert not shelf.put(pictures(1))


def test_a_full_disk_takes_nothing(shelf, shelves, monkeypatch):
    write = Path.write_bytes

    def until_it_is_full(path, data):
        if path.name.startswith("02"):
            write(path, data[:5])
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return write(path, data)

    monkeypatch.setattr(Path, "write_bytes", until_it_is_full)
    assert not shelf.put(pictures(1, 2, 3))
    assert len(shelf) == len(list(shelves.rglob("*.pixels"))) == 0


def test_the_shelves_of_other_models_go(shelf, shelves):
    other = PixelShelf(shelves, stub_model("other"))
    other.put(pictures(1))
    shelf.put(pictures(2))
    shelf.drop_others()
    assert [folder.name for folder in shelves.iterdir()] == [MODEL.fingerprint[:32]]
    assert len(PixelShelf(shelves, stub_model("other"))) == 0


def test_a_shelf_that_was_never_used(shelf):
    shelf.drop_others()
    shelf.drop(list(pictures(1)))
    assert (len(shelf), shelf.first(5)) == (0, {})


def test_what_a_crash_left_half_written_is_not_there_and_is_laid_aside_again(shelf, shelves):
    shelf.put(pictures(1, 2))
    torn = next(path for path in shelves.rglob("*.pixels") if path.stem == (bytes([2]) * 16).hex())
    torn.write_bytes(torn.read_bytes()[:50])
    after = PixelShelf(shelves, MODEL)
    assert (len(after), bytes([2]) * 16 in after) == (1, False)
    assert after.put(pictures(2))
    assert same(after.first(5), pictures(1, 2))
