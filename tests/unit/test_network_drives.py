"""Which file systems change without a word, by the names that systems give them."""

import pytest

from photoorg.network_drives import is_network, is_silent, share_key, share_of, share_with_key, windows_kind
from photoorg.volumes import Volume, find_volume


@pytest.mark.parametrize(
    "kind",
    [
        *(
            "nfs",
            "nfs4",
            "cifs",
            "smb3",
            "smbfs",
            "9p",
            "drvfs",
            "virtiofs",
            "vboxsf",
            "vmhgfs",
            "afpfs",
            "webdav",
            "ceph",
        ),
        *("fuse.sshfs", "fuse.rclone", "fuse.vmhgfs-fuse", "fuse.gvfsd-fuse", "fuse.kio-fuse", "macfuse", "davfs2"),
    ],
)
def test_network_drives(kind):
    assert is_network(kind)
    assert is_network(kind.upper())


@pytest.mark.parametrize(
    "kind",
    ["ext4", "btrfs", "xfs", "zfs", "apfs", "hfs", "ntfs", "NTFS", "exfat", "vfat", "fuseblk", "tmpfs", "overlay"],
)
def test_disks(kind):
    assert not is_network(kind)
    assert not is_silent(f"mount:{kind}:/photos")


def test_a_web_folder_is_a_network_drive_though_it_says_nothing_of_it():
    assert is_network("fuse", "https://cloud.example/dav")
    assert not is_network("fuse", "/dev/fuse")


@pytest.mark.parametrize(
    "key", ["net:nas:/photos", "mount:fuse.mergerfs:/pool", "mount:fuse.gocryptfs:/x", "mount:fuse:/y"]
)
def test_what_may_change_without_a_word(key):
    assert is_silent(key)


def test_drives_of_windows():
    assert is_network(windows_kind("NTFS", "rw,remote"))
    assert not is_network(windows_kind("NTFS", "rw,fixed"))
    assert not is_network(windows_kind("exFAT", "rw,removable"))


@pytest.mark.parametrize(
    ("path", "share"),
    [
        (r"\\NAS\Photos\2024\a.jpg", r"\\nas\photos"),
        (r"\\nas\photos", r"\\nas\photos"),
        ("//nas/photos/x", r"\\nas\photos"),
        (r"C:\Users\x", None),
        (r"\\?\C:\Users\x", None),
        ("/home/x", None),
    ],
)
def test_the_share_of_a_path(path, share):
    assert share_of(path) == share


def test_a_share_is_found_by_its_key_alone():
    key = share_key(r"\\nas\photos")
    assert share_with_key(key) == r"\\nas\photos"
    assert find_volume({}, key) == Volume(key, rb"\\nas\photos")
    assert is_silent(key)
    assert find_volume({}, "net:nas:/photos") is None
    disk = Volume("uuid:1", b"/media/disk")
    assert find_volume({disk.key: disk}, disk.key) is disk
