"""What the watcher notes of real changes on a real file system."""

import errno
import os
import shutil
import struct
import sys
import threading
import time
from pathlib import Path

import pytest
from pictures import jpeg_bytes, write_jpeg

from photoorg.indexing import watcher as watcher_module
from photoorg.indexing.settling import Settled, Settling
from photoorg.indexing.watcher import CHECK_S, OFFLINE_CHECK_S, POLL_S, RESCAN_S, Watcher
from photoorg.probes import Probes, identity

LINUX = pytest.mark.skipif(sys.platform != "linux", reason="inotify")
LIMIT_S = 100


class Clock:
    """The watcher's clock; the settling has the real one."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


class Followed:
    """A library whose folders are followed; collects what settles."""

    def __init__(self, library, probes: Probes | None = None) -> None:
        self.library = library
        self.clock = Clock()
        self.settling = Settling()
        self.watcher = Watcher(self.settling, self.clock, probes)
        self.paths: set[str] = set()
        self.roots: set[str] = set()

    def follow(self) -> None:
        self.watcher.follow(self.library.catalog.folders.all())

    def check(self, after_s: float = CHECK_S) -> None:
        self.clock.now += after_s
        self.watcher.check()

    def until(self, condition) -> None:
        """Collect what settles until a condition holds."""
        deadline = time.monotonic() + LIMIT_S
        while not condition():
            assert time.monotonic() < deadline, (self.paths, self.roots)
            self.settling.wait(0.1)
            self._take()

    def until_seen(self, *names: str) -> None:
        self.until(lambda: self.paths >= set(names))

    def until_lost(self, *roots: str) -> None:
        self.until(lambda: self.roots >= set(roots))

    def forget_what_was_seen(self) -> None:
        self._take()
        self.paths.clear()
        self.roots.clear()

    def _take(self) -> Settled:
        settled = self.settling.take()
        self.paths |= {os.path.relpath(os.fsdecode(path), self.library.photos) for path in settled.paths}
        self.roots |= {os.path.relpath(os.fsdecode(root), self.library.root) for root in settled.roots}
        return settled


@pytest.fixture
def followed(library):
    library.watch()
    library.picture("a.jpg")
    library.picture("x/b.jpg")
    followed = Followed(library)
    with followed.watcher:
        followed.follow()
        followed.until_lost("photos")
        followed.forget_what_was_seen()
        yield followed


@pytest.fixture
def photos(library) -> Path:
    return library.photos


def emitter(followed):
    (watch,) = followed.watcher._watches.values()
    (found,) = watch.observer.emitters
    return found


def test_new_files_are_seen(followed, photos):
    write_jpeg(photos / "new.jpg", 1)
    write_jpeg(photos / "x" / "new.jpg", 2)
    followed.until_seen("new.jpg", "x/new.jpg")


def test_a_file_that_replaces_another_is_seen(followed, photos):
    write_jpeg(photos / ".tmp", 1).replace(photos / "a.jpg")
    followed.until_seen("a.jpg")


def test_both_ends_of_a_rename_and_of_a_move_are_seen_at_once(followed, photos):
    (photos / "a.jpg").rename(photos / "c.jpg")
    (photos / "x" / "b.jpg").rename(photos / "b.jpg")
    followed.until(lambda: followed.paths)
    assert followed.paths >= {"a.jpg", "c.jpg", "x/b.jpg", "b.jpg"}


@LINUX
def test_ignored_folders_are_not_watched_and_rules_that_change_are_followed(followed, photos):
    (photos / "x" / "y").mkdir()
    (photos / "n" / "deep").mkdir(parents=True)
    rules = photos / ".photoorgignore"
    rules.write_text("x/y", encoding="utf-8")
    (photos / "n" / ".nomedia").touch()
    followed.until_lost("photos")
    followed.until_seen("n")
    assert folders(followed) == {".", "x", "n"}
    rules.write_text("/x", encoding="utf-8")
    (photos / "n" / ".nomedia").unlink()
    followed.until(lambda: folders(followed) == {".", "n", "n/deep"})
    followed.watcher.ignore(["deep"])
    followed.until(lambda: folders(followed) == {".", "n"})


def folders(followed) -> set[str]:
    """The folders that are watched, relative to the watch folder."""
    return {os.path.relpath(os.fsdecode(path), followed.library.photos) for path in emitter(followed)._folders.values()}


def test_a_renamed_folder_is_two_changes(followed, photos):
    (photos / "x").rename(photos / "y")
    followed.until_seen("x", "y")
    write_jpeg(photos / "y" / "new.jpg", 3)
    followed.until_seen("y/new.jpg")
    assert "x/new.jpg" not in followed.paths


def test_deleted_files_and_folders_are_seen(followed, photos):
    (photos / "a.jpg").unlink()
    shutil.rmtree(photos / "x")
    followed.until_seen("a.jpg", "x")


def test_folders_made_at_once_with_their_files_are_seen(followed, photos):
    for n in range(20):
        os.makedirs(photos / f"{n}" / "deep" / "er")
        (photos / f"{n}" / "deep" / "er" / "a.jpg").write_bytes(jpeg_bytes(n))
    followed.until(lambda: all(f"{n}" in followed.paths for n in range(20)))
    followed.forget_what_was_seen()
    write_jpeg(photos / "7" / "deep" / "er" / "later.jpg", 1)
    followed.until_seen("7/deep/er/later.jpg")


def test_a_folder_that_leaves_and_comes_back_is_followed(followed, photos):
    outside = followed.library.root / "outside"
    for _ in range(3):
        (photos / "x").rename(outside)
        (photos / "x").mkdir()
        (photos / "x").rmdir()
        write_jpeg(outside / "unseen.jpg", 1)
        outside.rename(photos / "x")
    followed.until_seen("x")
    followed.forget_what_was_seen()
    write_jpeg(photos / "x" / "new.jpg", 2)
    followed.until_seen("x/new.jpg")
    assert emitter(followed).is_alive()


def test_raw_files_and_videos_that_may_belong_to_a_picture_are_seen(followed, photos):
    for name in ("b.CR2", "b.MOV", "c.mp4"):
        (photos / name).write_bytes(b"beside a picture")
    followed.until_seen("b.CR2", "b.MOV", "c.mp4")
    followed.forget_what_was_seen()
    (photos / "b.MOV").rename(photos / "c.MOV")
    (photos / "c.mp4").unlink()
    followed.until_seen("b.MOV", "c.MOV", "c.mp4")


def test_what_is_hidden_or_no_picture_is_not_seen(followed, photos):
    (photos / "notes.txt").write_text("x", encoding="utf-8")
    (photos / ".hidden").mkdir()
    write_jpeg(photos / ".hidden" / "a.jpg", 1)
    write_jpeg(photos / "new.jpg", 2)
    followed.until_seen("new.jpg")
    assert not {name for name in followed.paths if "hidden/" in name or name.endswith("txt")}


@LINUX
def test_a_slow_writer_is_waited_for(followed, photos):
    pause = threading.Event()
    with (photos / "slow.jpg").open("wb", buffering=0) as stream:
        stream.write(b"a")
        write_jpeg(photos / "x" / "new.jpg", 1)
        followed.until_seen("x/new.jpg")
        assert followed.settling.is_being_written(os.fsencode(photos / "slow.jpg"))
        pause.wait(0.5)
        stream.write(b"b")
        followed._take()
        assert "slow.jpg" not in followed.paths
    followed.until_seen("slow.jpg")


@LINUX
def test_links_want_a_look_at_everything_and_what_they_lead_to_is_followed(followed, photos):
    outside = followed.library.root / "outside"
    write_jpeg(outside / "deep" / "a.jpg", 1)
    (photos / "link").symlink_to(outside)
    followed.until_lost("photos")
    followed.forget_what_was_seen()
    write_jpeg(outside / "deep" / "b.jpg", 2)
    followed.until_seen("../outside/deep/b.jpg")
    (photos / "link").unlink()
    followed.until_lost("photos")


@LINUX
def test_an_overflow_of_the_kernels_queue_wants_a_look_at_everything(followed, photos):
    (photos / "unseen").mkdir()
    followed.until_seen("unseen")
    emitter(followed).handle(struct.pack("iIII", -1, 0x4000, 0, 0))
    followed.until_lost("photos")
    followed.forget_what_was_seen()
    write_jpeg(photos / "unseen" / "a.jpg", 1)
    followed.until_seen("unseen/a.jpg")


@LINUX
def test_a_real_overflow_wants_a_look_at_everything(followed, photos):
    limit = int(Path("/proc/sys/fs/inotify/max_queued_events").read_text(encoding="ascii"))
    if limit > 50_000:
        pytest.skip("the queue of this system is too long to fill")
    reader, handle, full = emitter(followed), emitter(followed).handle, threading.Event()
    # The thread is held while it has something in hand: then nobody reads.
    reader.handle = lambda data: (full.wait(LIMIT_S), handle(data))
    one, other = photos / "a.jpg", photos / "b.jpg"
    for _ in range(limit):
        one.rename(other)
        one, other = other, one
    full.set()
    followed.until_lost("photos")
    followed.forget_what_was_seen()
    write_jpeg(photos / "new.jpg", 1)
    followed.until_seen("new.jpg")


def test_a_watch_that_died_is_made_again(followed, photos):
    emitter(followed).stop()
    followed.until(lambda: not emitter(followed).is_alive())
    followed.check()
    followed.until_lost("photos")
    write_jpeg(photos / "new.jpg", 1)
    followed.until_seen("new.jpg")


def test_a_folder_that_is_gone_is_offline_until_it_comes_back(followed, photos):
    folder = followed.library.watch()
    photos.rename(followed.library.root / "unplugged")
    assert followed.watcher.folder_at(os.fsencode(photos)) is None
    followed.check()
    assert not followed.watcher.roots
    (followed.library.root / "unplugged").rename(photos)
    followed.forget_what_was_seen()
    followed.check(OFFLINE_CHECK_S)
    followed.until_lost("photos")
    assert followed.watcher.folder_at(os.fsencode(photos)).id == folder.id
    write_jpeg(photos / "new.jpg", 1)
    followed.until_seen("new.jpg")


def test_a_folder_that_was_replaced_is_watched_anew(followed, photos):
    photos.rename(followed.library.root / "old")
    write_jpeg(photos / "a.jpg", 1)
    assert followed.watcher.folder_at(os.fsencode(photos)) is None
    followed.check()
    followed.until_lost("photos")
    followed.forget_what_was_seen()
    write_jpeg(photos / "new.jpg", 1)
    followed.until_seen("new.jpg")


def test_folders_are_added_and_removed(followed, photos):
    other = followed.library.root / "other"
    other.mkdir()
    added = followed.library.watch(other)
    followed.follow()
    followed.until_lost("other")
    assert "photos" not in followed.roots
    assert followed.watcher.root_of(os.fsencode(other / "a.jpg")) == os.fsencode(other)
    followed.library.catalog.folders.remove(added)
    followed.follow()
    assert followed.watcher.roots == [os.fsencode(photos)]
    assert followed.watcher.root_of(os.fsencode(other / "a.jpg")) is None


def test_everything_is_looked_at_now_and_then(followed):
    followed.check(RESCAN_S / 2)
    assert not followed.settling.take().roots
    followed.check(RESCAN_S / 2)
    assert followed.settling.take().roots


def test_a_folder_that_cannot_be_watched_is_looked_at_often(library, monkeypatch):
    def refuse(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(watcher_module, "_observe", refuse)
    library.watch()
    followed = Followed(library)
    with followed.watcher:
        followed.follow()
        followed.until_lost("photos")
        followed.check(POLL_S - 1)
        assert not followed.settling.take().roots
        followed.check()
        assert followed.settling.take().roots


@LINUX
def test_a_folder_of_which_only_a_part_can_be_watched_is_looked_at_often(followed, photos, monkeypatch, caplog):
    from photoorg.indexing import inotify_emitter

    def refuse(*_):
        inotify_emitter.ctypes.set_errno(errno.ENOSPC)
        return -1

    monkeypatch.setattr(inotify_emitter, "inotify_add_watch", refuse)
    (photos / "new").mkdir()
    followed.until_seen("new")
    caplog.set_level("INFO", "photoorg")
    followed.check()
    assert "max_user_watches" in caplog.text
    for after_s in (0, POLL_S):
        followed.check(after_s)
        assert followed.settling.take().roots


def refusing(number):
    def refuse(*_):
        raise OSError(number, os.strerror(number))

    return refuse


@pytest.mark.parametrize(
    ("number", "name"), [(errno.ENOSPC, "fs.inotify.max_user_watches"), (errno.EMFILE, "fs.inotify.max_user_instances")]
)
def test_a_limit_of_the_system_is_explained(library, monkeypatch, number, name):
    monkeypatch.setattr(watcher_module, "_observe", refusing(number))
    library.watch()
    followed = Followed(library)
    with followed.watcher:
        followed.follow()
        (notice,) = followed.watcher.notices()
        assert (notice.params["path"], notice.params["name"]) == (str(library.photos), name)
        assert f"sudo sysctl {name}=" in notice.hint_text


def test_another_reason_is_no_limit(library, monkeypatch):
    monkeypatch.setattr(watcher_module, "_observe", refusing(errno.EACCES))
    library.watch()
    followed = Followed(library)
    with followed.watcher:
        followed.follow()
        assert followed.watcher.notices() == []


def test_a_network_drive_is_looked_at_often_and_the_slower_it_is_the_later(library, monkeypatch):
    monkeypatch.setattr(watcher_module, "is_silent", lambda _key: True)
    folder = library.watch()
    followed = Followed(library)
    with followed.watcher:
        followed.follow()
        followed.until_lost("photos")
        followed.check(POLL_S)
        assert followed.settling.take().roots
        followed.watcher.note_look([folder.id], took_s=60.0)
        followed.check(15 * 60.0)
        assert not followed.settling.take().roots
        followed.check(5 * 60.0)
        assert followed.settling.take().roots


def test_a_folder_from_which_much_vanished_is_looked_at_often(followed):
    folder = followed.library.watch()
    followed.watcher.look_often([folder.id])
    followed.check(POLL_S)
    assert followed.settling.take().roots
    followed.watcher.look_often([])
    followed.check(POLL_S)
    assert not followed.settling.take().roots
    followed.watcher.look_at([folder.id, 999])
    assert followed.settling.take().roots


def test_a_drive_that_hangs_does_not_hold_the_others_up(library, monkeypatch):
    """It is offline until it answers."""
    other = library.root / "network"
    other.mkdir()
    answers = threading.Event()
    monkeypatch.setattr(Probes.identity, "__defaults__", (0.5,))

    def look(path):
        return identity(path) if path != os.fsencode(other) or answers.wait(LIMIT_S) else None

    library.watch(other)
    library.watch()
    followed = Followed(library, Probes(look))
    with followed.watcher:
        followed.follow()
        assert followed.watcher.roots == [os.fsencode(library.photos)]
        followed.until_lost("photos")
        write_jpeg(library.photos / "new.jpg", 1)
        followed.until_seen("new.jpg")
        answers.set()
        followed.until(lambda: (followed.check(OFFLINE_CHECK_S), len(followed.watcher.roots) == 2)[1])
