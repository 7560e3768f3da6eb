"""What a walk finds: on real folders with everything that lies around in them."""

import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from pictures import write_jpeg

from photoorg.errors import Cancelled
from photoorg.indexing.scan import is_inside
from photoorg.indexing.scanner import Scanner

POSIX = pytest.mark.skipif(os.name != "posix", reason="needs links, FIFOs and sockets of POSIX")


def found(library, *folders) -> set[str]:
    scan = library.scan(*folders)
    return {os.path.relpath(os.fsdecode(f.path), library.photos) for f in scan.files.values()}


def skipped(library) -> dict[str, int]:
    return {reason: count for reason, count in library.scan().skipped.items() if count}


def empty(library, name) -> Path:
    path = library.photos / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()
    return path


def test_pictures_of_any_case_are_found_in_all_folders(library):
    for name in ("a.jpg", "B.JPEG", "deep/er/c.HeIc", "deep/d.Tiff", "e f.png"):
        empty(library, name)
    assert found(library) == {"a.jpg", "B.JPEG", "deep/er/c.HeIc", "deep/d.Tiff", "e f.png"}


def test_what_is_no_picture_is_counted_by_its_reason(library):
    for name in (
        "notes.txt",
        "jpg",
        "film.MP4",
        ".hidden.jpg",
        ".trash/a.jpg",
        "@eaDir/a.jpg",
        "My.photoslibrary/a.jpg",
    ):
        empty(library, name)
    assert not found(library)
    assert skipped(library) == {"not a picture": 2, "video (not supported yet)": 1, "hidden": 2, "ignored": 2}


def test_the_state_of_a_file_is_that_of_its_own_stat(library):
    status = library.picture("a.jpg").stat()
    (file,) = library.scan().files.values()
    assert (file.stat.size_bytes, file.stat.mtime_ns) == (status.st_size, status.st_mtime_ns)
    assert file.stat.inode % 2**64 == status.st_ino


@pytest.mark.parametrize("name", ["märz.jpg", "ma\u0308rz.jpg", "写真.jpg", "🏖.jpg", "a\nb.jpg", "a'b\"c.jpg"])
def test_names_in_any_script_are_found(library, name):
    try:
        empty(library, name)
    except OSError:
        pytest.skip("this file system does not take the name")
    assert len(library.scan().files) == 1


@POSIX
def test_names_that_are_not_utf8_are_found_as_their_bytes(library):
    name = b"caf\xe9.jpg"
    try:
        Path(os.fsdecode(os.path.join(os.fsencode(library.photos), name))).touch()
    except OSError:
        pytest.skip("this file system takes only Unicode names")
    (file,) = library.scan().files.values()
    assert os.path.basename(file.path) == name


@POSIX
def test_a_loop_of_links_ends(library):
    empty(library, "sub/a.jpg")
    (library.photos / "sub" / "up").symlink_to(library.photos)
    (library.photos / "sub" / "self").symlink_to("self")
    assert found(library) == {"sub/a.jpg"}
    assert skipped(library) == {"broken link": 1}


@POSIX
def test_a_folder_that_links_lead_to_as_well_is_walked_once(library):
    empty(library, "real/a.jpg")
    empty(library, "real/notes.txt")
    (library.photos / "again").symlink_to("real")
    assert found(library) == {"real/a.jpg"}
    assert skipped(library) == {"not a picture": 1}


@POSIX
def test_a_link_to_a_file_counts_as_the_file(library, tmp_path):
    outside = write_jpeg(tmp_path / "elsewhere" / "b.jpg", 1)
    empty(library, "a.jpg")
    (library.photos / "link.jpg").symlink_to("a.jpg")
    (library.photos / "out").symlink_to(outside)
    scan = library.scan()
    assert {os.path.basename(f.path) for f in scan.files.values()} == {b"a.jpg", b"b.jpg"}
    assert {f.place.watch_folder_id for f in scan.files.values()} == {library.watch().id}


@POSIX
def test_broken_links_are_counted(library):
    (library.photos / "gone.jpg").symlink_to("nowhere.jpg")
    assert not found(library)
    assert skipped(library) == {"broken link": 1}


@POSIX
def test_fifos_and_sockets_are_not_opened(library, monkeypatch):
    os.mkfifo(library.photos / "pipe.jpg")
    monkeypatch.chdir(library.photos)  # a socket's path is short
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("socket.jpg")
        (library.photos / "link.jpg").symlink_to("pipe.jpg")
        assert not found(library)
        assert skipped(library)["not a picture"] >= 2


SCAN_LOCKED = """
import sys
from pathlib import Path
from indexed_library import IndexedLibrary
with IndexedLibrary(Path(sys.argv[1])) as library:
    folder = library.watch()
    before = library.scan(folder)
    (library.photos / "locked").chmod(0)
    after = library.scan(folder)
    (library.photos / "locked").chmod(0o700)
    print(len(before.files), len(after.files), after.skipped["unreadable folder"], len(after.unlisted))
    library.photos.chmod(0)
    print(list(library.scan(folder).unreachable) == [folder.id])
    library.photos.chmod(0o700)
"""


@POSIX
def test_an_unreadable_folder_is_noted_and_the_rest_is_found(library, tmp_path):
    root = tmp_path / "open"
    for name in ("photos/a.jpg", "photos/locked/b.jpg"):
        write_jpeg(root / name, 1)
    # Root may list every folder, unless it gives up that right.
    give_up = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"] if os.geteuid() == 0 else []
    if give_up and shutil.which("setpriv") is None:
        pytest.skip("root can list every folder, and setpriv is not installed")
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([*sys.path, os.path.dirname(__file__)])}
    command = [*give_up, sys.executable, "-c", SCAN_LOCKED, str(root)]
    result = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert result.stdout.split() == ["2", "1", "1", "1", "True"], result.stderr


def test_a_root_that_is_gone_is_unreachable_and_the_others_are_scanned(library):
    empty(library, "here/a.jpg")
    (library.photos / "gone").mkdir()
    gone, here = library.watch(library.photos / "gone"), library.watch(library.photos / "here")
    (library.photos / "gone").rmdir()
    scan = library.scan(gone, here)
    assert list(scan.unreachable) == [gone.id]
    assert len(scan.files) == 1


def test_the_innermost_watch_folder_owns_a_file(library):
    outer = library.watch()
    for name in ("a.jpg", "in/b.jpg", "in/deep/c.jpg", "inside/d.jpg"):
        empty(library, name)
    inner, deep = library.watch(library.photos / "in"), library.watch(library.photos / "in" / "deep")
    for folders in ([outer, inner, deep], [deep, inner, outer], [outer]):
        owners = {os.path.basename(f.path): f.place.watch_folder_id for f in library.scan(*folders).files.values()}
        assert owners == {b"a.jpg": outer.id, b"b.jpg": inner.id, b"c.jpg": deep.id, b"d.jpg": outer.id}


def test_a_file_that_vanishes_while_it_is_looked_at_is_passed_over(library, monkeypatch):
    empty(library, "a.jpg")
    empty(library, "b.jpg")
    lstat = os.lstat

    def vanish(path):
        if path.endswith(b"a.jpg"):
            raise FileNotFoundError(path)
        return lstat(path)

    monkeypatch.setattr("photoorg.indexing.scanner.os.lstat", vanish)
    assert found(library) == {"b.jpg"}


def test_a_folder_that_vanishes_while_walking_is_not_unreadable(library, monkeypatch):
    (library.photos / "going").mkdir()
    empty(library, "a.jpg")
    scandir = os.scandir

    def vanish(path):
        if os.fsencode(path).endswith(b"going"):
            raise FileNotFoundError(path)
        return scandir(path)

    monkeypatch.setattr("photoorg.indexing.scanner.os.scandir", vanish)
    scan = library.scan()
    assert len(scan.files) == 1
    assert not scan.unlisted


def test_a_scan_can_be_cancelled(library):
    def cancelled(found):
        raise Cancelled

    folder = library.watch()
    with pytest.raises(Cancelled):
        Scanner(library.catalog.folders, cancelled).scan([(folder, os.path.join(folder.mount, folder.path))])


def test_inside_means_below():
    sep = os.sep.encode()
    assert is_inside(b"a" + sep + b"b", b"a")
    assert is_inside(b"a", b"")
    assert not is_inside(b"ab", b"a")
    assert not is_inside(b"a", b"a")


@pytest.mark.skipif(sys.platform != "linux", reason="lengths of Linux")
def test_a_path_that_is_too_long_hides_none_of_the_files_beside_it(library):
    deep = library.photos
    while len(os.fsencode(deep)) < 4070 - 255:
        deep /= "d" * 200
    deep /= "d" * (4070 - len(os.fsencode(deep)) - 1)
    for number in range(20):
        empty(library, deep / f"{number}.jpg")
    inside = os.open(deep, os.O_RDONLY)
    try:
        os.close(os.open("x" * 100 + ".jpg", os.O_CREAT, dir_fd=inside))
    finally:
        os.close(inside)
    assert len(found(library)) == 20
    assert skipped(library) == {"unreadable folder": 1}
