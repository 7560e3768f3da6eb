"""Volumes: file systems known by their UUID or serial, not by where they are mounted."""

import os
import plistlib
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

_BY_UUID = "/dev/disk/by-uuid"
_NETWORK_FILE_SYSTEMS = ("nfs", "cifs", "smb", "fuse.sshfs", "afp", "9p", "davfs")


@dataclass(frozen=True)
class Volume:
    """A mounted file system: `key` survives remounting, `mount` is where it is mounted now."""

    key: str
    mount: bytes

    def relative(self, path: bytes) -> bytes:
        """The real path `path` relative to the mount point; b"" is the mount point itself."""
        return os.path.relpath(path, self.mount) if path != self.mount else b""


def volume_of(path: bytes) -> Volume:
    """The volume that holds the existing, real (symlink-free) `path`."""
    mounts = _mounts()
    mount = path
    while mount not in mounts and mount != os.path.dirname(mount):
        mount = os.path.dirname(mount)
    device, kind = mounts.get(mount, (b"", ""))
    return Volume(_key(mount, device, kind), mount)


def mounted_volumes() -> dict[str, Volume]:
    """All volumes that are mounted now, by key; of several mounts of one volume the shortest path."""
    volumes: dict[str, Volume] = {}
    for mount in sorted(_mounts(), key=len, reverse=True):
        device, kind = _mounts()[mount]
        key = _key(mount, device, kind)
        volumes[key] = Volume(key, mount)
    return volumes


def _mounts() -> dict[bytes, tuple[bytes, str]]:
    """Mount point -> (device, kind of file system)."""
    import psutil

    # Partitions whose device is hidden (containers) are listed only with all=True.
    found = psutil.disk_partitions(all=True)
    return {os.fsencode(p.mountpoint): (os.fsencode(p.device), p.fstype) for p in found}


def _key(mount: bytes, device: bytes, kind: str) -> str:
    if kind.lower().startswith(_NETWORK_FILE_SYSTEMS):
        return f"net:{os.fsdecode(device)}"
    identity = _identity(mount, device, kind)
    return identity or f"mount:{kind}:{os.fsdecode(mount)}"


def _identity(mount: bytes, device: bytes, kind: str) -> str | None:
    if sys.platform == "win32":
        return _windows_serial(mount)
    if sys.platform == "darwin":
        return _mac_uuid(mount)
    return _linux_uuid(device) or _ext_fsid(mount, kind)


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
    return f"fsid:{os.statvfs(mount).f_fsid:016x}"


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
