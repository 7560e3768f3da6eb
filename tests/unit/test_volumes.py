"""Volumes: a file system keeps its key, and every path is found again from its volume."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from photoorg import volumes
from photoorg.volumes import Volume, mounted_volumes, real_path, volume_of

CHECKOUT = Path(__file__).parents[2]


def found_again(path):
    """The path put together from where its volume is mounted now."""
    volume = volume_of(path)
    return os.path.join(mounted_volumes()[volume.key].mount, volume.relative(path))


def test_a_path_is_found_again_from_its_volume(tmp_path):
    path = real_path(tmp_path) + b"/caf\xe9.jpg"
    assert found_again(path) == path


def test_the_key_of_a_volume_is_stable_and_the_same_for_all_its_paths(tmp_path):
    one, other = tmp_path / "one", tmp_path / "one" / "two"
    assert volume_of(real_path(one)) == volume_of(real_path(other)) == volume_of(real_path(tmp_path))


def test_relative_paths_begin_below_the_mount_point():
    disk, root = Volume("key", b"/media/disk"), Volume("key", b"/")
    paths = (b"/media/disk", b"/media/disk/a", b"/media/disk/a/b \xff")
    assert [disk.relative(path) for path in paths] == [b"", b"a", b"a/b \xff"]
    assert [root.relative(path) for path in (b"/", b"/a", b"/a/b")] == [b"", b"a", b"a/b"]


@pytest.mark.skipif(sys.platform == "win32", reason="symbolic links need rights on Windows")
def test_real_paths_are_free_of_links(tmp_path):
    (tmp_path / "folder").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "folder")
    assert real_path(tmp_path / "link" / "x") == real_path(tmp_path / "folder" / "x")


MOUNT_INFO = rb"""22 27 0:21 / /proc rw,relatime - proc proc rw
28 1 0:25 /@ / rw shared:1 master:2 - btrfs /dev/sda2 rw,subvol=/@
29 28 0:25 /@home /home rw - btrfs /dev/sda2 rw,subvol=/@home
30 28 8:17 / /media/My\040Disk rw - ext4 /dev/sdb1 rw
31 28 8:17 /pictures /mnt/pictures rw - ext4 /dev/sdb1 rw
32 28 0:50 / /mnt/nas rw - nfs4 server:/photos rw
33 28 0:51 / /mnt/back\134slash rw - tmpfs tmpfs rw
"""


@pytest.fixture
def computer(tmp_path, monkeypatch):
    """A Linux computer with btrfs subvolumes, a disk, a bind mount and a network share."""
    (tmp_path / "mountinfo").write_bytes(MOUNT_INFO)
    (tmp_path / "by-uuid").mkdir()
    for uuid, device in (("1111", "sda2"), ("2222", "sdb1")):
        (tmp_path / device).touch()
        (tmp_path / "by-uuid" / uuid).symlink_to(f"/dev/{device}")
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(volumes, "_MOUNT_INFO", str(tmp_path / "mountinfo"))
    monkeypatch.setattr(volumes, "_BY_UUID", str(tmp_path / "by-uuid"))


@pytest.mark.skipif(sys.platform == "win32", reason="paths of Linux")
@pytest.mark.parametrize(
    ("path", "volume"),
    [
        (b"/etc/passwd", Volume("uuid:1111:/@", b"/")),
        (b"/home/u/sea.jpg", Volume("uuid:1111:/@home", b"/home")),
        (b"/media/My Disk/sea.jpg", Volume("uuid:2222", b"/media/My Disk")),
        (b"/mnt/pictures/sea.jpg", Volume("uuid:2222:/pictures", b"/mnt/pictures")),
        (b"/mnt/nas/sea.jpg", Volume("net:server:/photos", b"/mnt/nas")),
        (b"/mnt/back\\slash/x", Volume("mount:tmpfs:/mnt/back\\slash", b"/mnt/back\\slash")),
        (b"/mnt/picturesque", Volume("uuid:1111:/@", b"/")),
    ],
)
def test_parts_of_a_file_system_that_are_mounted_apart_are_volumes_apart(computer, path, volume):
    assert volume_of(path) == volume
    assert found_again(path) == path


IN_OWN_MOUNTS = """
import json, os, subprocess, sys
from photoorg.volumes import mounted_volumes, volume_of
base = os.fsencode(sys.argv[1])
def mount(*words):
    subprocess.run(["mount", *map(os.fsdecode, words)], check=True)
def again(path):
    volume = volume_of(path)
    return os.path.join(mounted_volumes()[volume.key].mount, volume.relative(path)) == path
disk, bound, inner = (os.path.join(base, name) for name in (b"my disk", b"caf\\xe9", b"my disk/inner"))
os.mkdir(disk); os.mkdir(bound)
mount("-t", "tmpfs", "tmpfs", disk)
os.mkdir(inner)
os.mkdir(os.path.join(disk, b"pictures"))
mount("--bind", os.path.join(disk, b"pictures"), bound)
mount("-t", "tmpfs", "tmpfs", inner)
paths = [base, disk, bound, inner]
keys = [volume_of(path).key for path in paths]
result = {"mounts": [volume_of(path).mount == path for path in paths[1:]], "different": len(set(keys)),
          "again": [again(os.path.join(path, b"x.jpg")) for path in paths]}
subprocess.run(["umount", inner], check=True)
result["offline"] = keys[3] not in mounted_volumes()
print(json.dumps(result))
"""


def test_real_mounts_are_told_apart_and_come_and_go(tmp_path):
    if sys.platform != "linux":
        pytest.skip("mounts are made in a name space of Linux")
    command = ["unshare", "-m", sys.executable, "-c", IN_OWN_MOUNTS, str(tmp_path)]
    environment = os.environ | {"PYTHONPATH": str(CHECKOUT)}
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, env=environment)
    except FileNotFoundError:
        pytest.skip("needs unshare")
    if done.returncode:
        pytest.skip(f"needs root to mount: {done.stderr[-200:]}")
    assert json.loads(done.stdout) == {
        "mounts": [True] * 3,
        "different": 4,
        "again": [True] * 4,
        "offline": True,
    }
