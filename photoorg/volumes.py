"""Volumes: file systems known by their UUID or serial, not by where they are mounted."""

import os
import plistlib
import re
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from photoorg.network_drives import is_network, share_key, share_of, share_with_key, windows_kind
from photoorg.probes import Probes

_BY_UUID = "/dev/disk/by-uuid"
_LOOK_AGAIN_S = 2.0
_ASK_FOLDERS_AGAIN_S = 5.0
_MOUNT_INFO = "/proc/self/mountinfo"


@dataclass(frozen=True)
class Volume:
    """A mounted file system: `key` survives remounting, `mount` is where it is mounted now."""

    key: str
    mount: bytes

    def relative(self, path: bytes) -> bytes:
        """The real path `path` relative to the mount point; b"" is the mount point itself."""
        return path.removeprefix(os.path.join(self.mount, b"")) if path != self.mount else b""


def volume_of(path: bytes) -> Volume:
    """The volume that holds the existing, real (symlink-free) `path`."""
    if sys.platform == "win32" and (share := share_of(os.fsdecode(path))) is not None:
        return Volume(share_key(share), path[: len(os.fsencode(share))])
    mounts = _mounts()
    mount = path
    while mount not in mounts and mount != os.path.dirname(mount):
        mount = os.path.dirname(mount)
    return Volume(_key(mount, mounts.get(mount, _Mount(b"", ""))), mount)


def mounted_volumes() -> dict[str, Volume]:
    """All volumes that are mounted now, by key; of several mounts of one volume the shortest path."""
    volumes: dict[str, Volume] = {}
    for mount, facts in sorted(_mounts().items(), key=lambda item: len(item[0]), reverse=True):
        key = _key(mount, facts)
        volumes[key] = Volume(key, mount)
    return volumes


def find_volume(volumes: Mapping[str, Volume], key: str) -> Volume | None:
    """A volume among those that are mounted; a share of Windows is where its name says, whether it answers or not."""
    if (found := volumes.get(key)) is None and (share := share_with_key(key)) is not None:
        return Volume(key, os.fsencode(share))
    return found


class Mounted:
    """The volumes that are mounted and the folders that are there, looked up again every few seconds: drives come and go."""

    def __init__(
        self,
        look: Callable[[], dict[str, Volume]] = mounted_volumes,
        clock: Callable[[], float] = time.monotonic,
        probes: Probes | None = None,
    ) -> None:
        self._look = look
        self._clock = clock
        self._probes = probes or Probes()
        self._known: tuple[float, dict[str, Volume]] | None = None
        self._folders: dict[bytes, tuple[float, bool]] = {}

    def look_again(self) -> None:
        """Answer from the system, not from memory, the next time."""
        self._known = None
        self._folders.clear()

    def has_folder(self, volume_key: str, path: bytes) -> bool:
        """Whether the folder `path` (relative to the volume) is there; one that does not answer is not."""
        volume = self.volume(volume_key)
        if volume is None:
            return False
        absolute = os.path.join(volume.mount, path)
        known = self._folders.get(absolute)
        if known is None or self._clock() - known[0] > _ASK_FOLDERS_AGAIN_S:
            is_there = self._probes.identity(absolute) is not None
            known = self._folders[absolute] = (self._clock(), is_there)
        return known[1]

    def volume(self, key: str) -> Volume | None:
        """The mounted volume with this key, or None."""
        known = self._known
        if known is None or self._clock() - known[0] > _LOOK_AGAIN_S:
            known = self._known = (self._clock(), self._look())
        return find_volume(known[1], key)


@dataclass(frozen=True)
class _Mount:
    """What is mounted; `root` is the part of the file system that shows, where that is not all of it.

    Bind mounts and btrfs subvolumes show parts: to us each part is a volume of its own, with its own relative paths.
    """

    device: bytes
    kind: str
    root: bytes = b""


def _mounts() -> dict[bytes, _Mount]:
    """What is mounted where now, by mount point."""
    if sys.platform == "linux":
        with open(_MOUNT_INFO, "rb") as lines:
            return dict(_parsed(line) for line in lines)
    else:
        import psutil

        found = psutil.disk_partitions(all=True)
        return {os.fsencode(p.mountpoint): _Mount(os.fsencode(p.device), windows_kind(p.fstype, p.opts)) for p in found}


def _parsed(line: bytes) -> tuple[bytes, _Mount]:
    """Mount point and facts from a line of mountinfo; its fields are in proc_pid_mountinfo(5)."""
    place, _, what = line.partition(b" - ")
    root, mount = (_unescaped(field) for field in place.split(b" ")[3:5])
    kind, device = what.split(b" ")[:2]
    return mount, _Mount(_unescaped(device), os.fsdecode(kind), b"" if root == b"/" else root)


def _unescaped(field: bytes) -> bytes:
    return re.sub(rb"\\([0-7]{3})", lambda octal: bytes([int(octal[1], 8)]), field)


def _key(mount: bytes, facts: _Mount) -> str:
    part = f":{os.fsdecode(facts.root)}" if facts.root else ""
    if is_network(facts.kind, os.fsdecode(facts.device)):
        # Letters of Windows are given to one share today and to another one tomorrow.
        device = (_windows_serial(mount) if sys.platform == "win32" else None) or os.fsdecode(facts.device)
        return f"net:{device}{part}"
    identity = _identity(mount, facts)
    return f"{identity}{part}" if identity else f"mount:{facts.kind}:{os.fsdecode(mount)}"


def _identity(mount: bytes, facts: _Mount) -> str | None:
    if sys.platform == "win32":
        return _windows_serial(mount)
    if sys.platform == "darwin":
        return _mac_uuid(mount)
    return _linux_uuid(facts.device) or _ext_fsid(mount, facts.kind)


def _linux_uuid(device: bytes) -> str | None:
    try:
        entries = list(os.scandir(_BY_UUID))
    except OSError:  # no udev, as in containers
        return None
    real = os.path.realpath(device)
    return next((f"uuid:{e.name}" for e in entries if os.fsencode(os.path.realpath(e.path)) == real), None)


def _ext_fsid(mount: bytes, kind: str) -> str | None:
    """ext2/3/4 fold their UUID into f_fsid (statfs(2)); other file systems put a device number there."""
    if not kind.startswith("ext"):
        return None
    try:
        return f"fsid:{os.statvfs(mount).f_fsid:016x}"
    except OSError:  # gone since the list was read, or not ours to see
        return None


def _mac_uuid(mount: bytes) -> str | None:
    command = ["/usr/sbin/diskutil", "info", "-plist", os.fsdecode(mount)]
    result = subprocess.run(command, capture_output=True, check=False)  # noqa: S603 - a fixed system program
    if result.returncode != 0:
        return None
    uuid = plistlib.loads(result.stdout).get("VolumeUUID")
    return f"uuid:{uuid}" if uuid else None


def _windows_serial(mount: bytes) -> str | None:
    import ctypes

    serial = ctypes.c_ulong()
    root = os.path.join(os.fsdecode(mount), "")
    windll = getattr(ctypes, "windll")  # noqa: B009 - exists on Windows only
    found = windll.kernel32.GetVolumeInformationW(root, None, 0, ctypes.byref(serial), None, None, None, 0)
    return f"serial:{serial.value:08x}" if found else None


def real_path(path: Path) -> bytes:
    """The absolute path without symbolic links, as bytes."""
    return os.path.realpath(os.fsencode(path))
