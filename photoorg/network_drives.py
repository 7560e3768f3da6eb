"""Network drives and their like: file systems that others change without the system telling a program that watches."""

import ntpath

# By the beginning of the kind, as mountinfo (Linux) or the list of mounts (macOS) has it.
_NETWORK_KINDS = (
    *("nfs", "cifs", "smb", "afp", "webdav", "davfs", "ncpfs", "ftp"),
    *("ceph", "glusterfs", "lustre", "beegfs", "orangefs", "gpfs", "afs", "coda", "ocfs2", "gfs2"),
    # What a virtual machine sees of its host's disk, Windows' drives in WSL among it.
    *("9p", "drvfs", "virtiofs", "vboxsf", "vmhgfs", "prl_fs"),
    *("fuse.sshfs", "fuse.rclone", "fuse.ceph", "fuse.glusterfs", "fuse.vmhgfs", "fuse.davfs", "fuse.curlftpfs"),
    *(
        "fuse.s3fs",
        "fuse.gcsfuse",
        "fuse.goofys",
        "fuse.juicefs",
        "fuse.onedriver",
        "fuse.google-drive",
        "fuse.seadrive",
    ),
    *("fuse.gvfsd-fuse", "fuse.kio-fuse", "fuse.jmtpfs", "fuse.smbnetfs", "fuse.afp", "macfuse", "osxfuse"),
)
_REMOTE = "remote "
# Any other FUSE file system may show what changes behind it: mergerfs, encrypted folders. (NTFS is a "fuseblk".)
_SILENT_KEYS = ("net:", "mount:fuse.", "mount:fuse:")
_UNC = "net:\\\\"


def is_network(kind: str, device: str = "") -> bool:
    """Whether a kind of file system is a network's; davfs2 shows up as plain "fuse" with an address."""
    return kind.lower().startswith((_REMOTE, *_NETWORK_KINDS)) or (kind == "fuse" and "://" in device)


def windows_kind(file_system: str, options: str) -> str:
    """The kind of a drive of Windows, which says "remote" among its options (GetDriveType: DRIVE_REMOTE)."""
    return f"{_REMOTE}{file_system}" if "remote" in options.split(",") else file_system


def is_silent(volume_key: str) -> bool:
    """Whether changes on a volume may come without an event: then one has to look."""
    return volume_key.startswith(_SILENT_KEYS)


def share_of(path: str) -> str | None:
    r"""The share \\server\name that a Windows path without a drive letter is on; None for other paths."""
    drive = ntpath.splitdrive(path)[0].replace("/", "\\")
    if not drive.startswith("\\\\") or drive.startswith(("\\\\?\\", "\\\\.\\")):
        return None
    return drive.lower()  # Windows does not tell cases apart


def share_key(share: str) -> str:
    """The key of a share's volume."""
    return f"net:{share}"


def share_with_key(volume_key: str) -> str | None:
    """The share that a volume key is made of: the system does not list shares, so it is asked for by its path."""
    return volume_key.removeprefix("net:") if volume_key.startswith(_UNC) else None
