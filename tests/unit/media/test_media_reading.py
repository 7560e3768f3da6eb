import os
import socket
import sys

import pytest
from media_samples import decode, drawn, encoded

from photoorg.errors import EmptyFile, FileNotReadable, FileReadFailed, FileTooLarge, FileVanished
from photoorg.media.reading import DecodeLimits, read_file


def read(path, limits=DecodeLimits()):  # noqa: B008
    return read_file(os.fsencode(path), limits)


def test_bytes_come_with_the_state_of_their_file(tmp_path):
    path = tmp_path / "a.jpg"
    path.write_bytes(b"12345")
    file, status = read(path), path.stat()
    assert (file.data, file.size_bytes, file.inode) == (b"12345", 5, status.st_ino)
    assert (file.mtime_ns, file.ctime_ns) == (status.st_mtime_ns, status.st_ctime_ns)


def test_names_may_be_any_bytes(tmp_path):
    path = os.fsencode(tmp_path) + b"/\xff\xe9 \xe5\x86\x99.png"
    try:
        with open(path, "wb") as file:
            file.write(encoded(drawn(), "PNG"))
    except OSError:
        pytest.skip("this file system wants UTF-8 names")
    assert decode(os.fsdecode(path)).facts.width == 300


def test_a_missing_file_vanished(tmp_path):
    with pytest.raises(FileVanished):
        read(tmp_path / "gone.jpg")
    (tmp_path / "file").write_bytes(b"x")
    with pytest.raises(FileVanished):
        read(tmp_path / "file" / "below.jpg")


def test_an_empty_file_is_named_as_such(tmp_path):
    (tmp_path / "a.jpg").touch()
    with pytest.raises(EmptyFile):
        read(tmp_path / "a.jpg")


def test_a_file_over_the_limit_is_not_read(tmp_path):
    path = tmp_path / "a.jpg"
    path.touch()
    os.truncate(path, 3_000_000_000)
    with pytest.raises(FileTooLarge, match="3000 MB, more than the limit of 1074 MB"):
        read(path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs FIFOs")
def test_fifos_sockets_and_folders_neither_block_nor_pass(tmp_path):
    os.mkfifo(tmp_path / "fifo.jpg")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "s.jpg"))
        for name in ("fifo.jpg", "s.jpg", "."):
            with pytest.raises(FileReadFailed, match="not a regular file"):
                read(tmp_path / name)


@pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX links")
def test_a_loop_of_links_is_an_error_of_reading(tmp_path):
    (tmp_path / "a.jpg").symlink_to(tmp_path / "b.jpg")
    (tmp_path / "b.jpg").symlink_to(tmp_path / "a.jpg")
    with pytest.raises(FileReadFailed, match="symbolic links"):
        read(tmp_path / "a.jpg")


@pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX permissions")
def test_a_file_without_permission_says_so(tmp_path):
    path = tmp_path / "a.jpg"
    path.write_bytes(b"x")
    path.chmod(0)
    user = os.geteuid()
    if user == 0:
        os.seteuid(65534)
    try:
        with pytest.raises(FileNotReadable):
            read(path)
    finally:
        os.seteuid(user)
