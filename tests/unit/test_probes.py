"""Probes: a folder that does not answer is waited for once, and for a moment only."""

import os
import threading
import time

from photoorg.probes import Probes
from photoorg.volumes import Mounted, Volume

LIMIT_S = 20


class HangingDrive:
    """Does not answer until it is told to."""

    def __init__(self) -> None:
        self.may_answer = threading.Event()
        self.asked = 0

    def __call__(self, path: bytes) -> tuple[int, int] | None:
        self.asked += 1
        if path == b"/net" and not self.may_answer.wait(LIMIT_S):
            return None
        return 1, 2


def test_a_folder_is_told_from_another_one_and_from_none(tmp_path):
    probes, folder = Probes(), tmp_path / "folder"
    path = os.fsencode(folder)
    assert probes.identity(path) is None
    folder.mkdir()
    first = probes.identity(path)
    assert first == (folder.stat().st_dev, folder.stat().st_ino)
    folder.rename(tmp_path / "other")
    folder.mkdir()
    assert probes.identity(path) not in {None, first}
    file = tmp_path / "file"
    file.touch()
    assert probes.identity(os.fsencode(file)) is None


def test_a_drive_that_hangs_is_asked_once_and_others_are_not_held_up():
    drive = HangingDrive()
    probes = Probes(drive)
    assert probes.identity(b"/net", timeout_s=0.05) is None
    started = time.monotonic()
    for _ in range(100):
        assert probes.identity(b"/net", timeout_s=0.05) is None
        assert probes.identity(b"/disk", timeout_s=LIMIT_S) == (1, 2)
    assert time.monotonic() - started < LIMIT_S
    assert drive.asked == 101
    drive.may_answer.set()
    assert probes.identity(b"/net", timeout_s=2 * LIMIT_S) == (1, 2)


def test_folders_are_asked_for_every_few_seconds_only():
    now, drive = [0.0], HangingDrive()
    disk = Volume("uuid:1", b"/disk")
    mounted = Mounted(lambda: {disk.key: disk}, lambda: now[0], Probes(drive))
    for _ in range(1000):
        assert mounted.has_folder("uuid:1", b"photos")
    assert drive.asked == 1
    assert not mounted.has_folder("uuid:2", b"photos")
    now[0] = 6.0
    assert mounted.has_folder("uuid:1", b"photos")
    mounted.look_again()
    assert mounted.has_folder("uuid:1", b"photos")
    assert drive.asked == 3
