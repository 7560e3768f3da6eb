"""Files and facts to fill catalogs with; run as a program it writes the tiny real catalog of the current version."""

import contextlib
import hashlib
import json
import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

from photoorg.catalog.catalog import Catalog
from photoorg.catalog.records import FailedFile, FileStat, PhotoFacts, Place, ReadFile
from photoorg.paths import DataDir
from photoorg.volumes import Volume

CHECKOUT = Path(__file__).parents[3]
FACTS = PhotoFacts("JPEG", 4000, 3000, 1, "2024-05-06T07:08:09.000", 120, "exif", camera_make="Canon", iso=200)
STAT = FileStat(1000, 2000, 3000, 4000)


def digest(text):
    return hashlib.sha256(text.encode()).digest()


def place(folder, name):
    path = name if isinstance(name, bytes) else os.fsencode(name)
    return Place(folder.volume_id, folder.id, os.path.join(folder.path, path))


def read(folder, name, picture="sea", *, content=None, file_id=None, stat=STAT, facts=FACTS):
    """A file that was read; files of one picture have the same bytes unless `content` says otherwise."""
    content_hash = digest(content if content is not None else f"bytes of {picture}")
    return ReadFile(file_id, place(folder, name), stat, content_hash, digest(picture), facts)


def failed(folder, name, *, file_id=None, stat=STAT, code="corrupt"):
    return FailedFile(file_id, place(folder, name), stat, code, {"detail": "why"})


def store(catalog, *files):
    """Store read files one by one and give the ids of their photos."""
    ids = []
    for file in files:
        recorded = catalog.files.record_read([file])
        ids += recorded.new + recorded.changed + recorded.moved + recorded.unchanged
    return ids


def known(catalog, folder):
    """Path below the folder -> what the catalog knows; of missing files too, under their last path."""
    prefix = os.path.join(folder.path, b"")
    return {file.place.path.removeprefix(prefix): file for file in catalog.files.known_in(folder)}


def shown(catalog):
    """Path below the mount point -> photo id, for all shown photos."""
    return {photo.path: photo.id for photo in catalog.photos.all()}


def inode(number):
    return replace(STAT, inode=number)


@contextlib.contextmanager
def child(script, *args, prefix=()):
    """A process that runs a script beside us; it is killed at the end if it still runs."""
    environment = os.environ | {"PYTHONPATH": os.pathsep.join((str(CHECKOUT), str(Path(__file__).parent)))}
    with subprocess.Popen(
        [*prefix, sys.executable, "-W", "error", "-c", script, *map(str, args)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
    ) as process:
        try:
            yield process
        finally:
            process.send_signal(signal.SIGKILL)


def answer_of(script, *args, prefix=()):
    """What a script prints as JSON in a process of its own."""
    with child(script, *args, prefix=prefix) as process:
        out, err = process.communicate(timeout=60)
    assert process.returncode == 0, err
    return json.loads(out)


def fill(catalog):
    """The contents of the tiny catalogs in tests/data."""
    folder = catalog.folders.add(Volume("uuid:1234", b"/media/disk"), b"pictures")
    beach, forest = store(catalog, read(folder, "beach.jpg", "beach"), read(folder, b"for\xeat.jpg", "forest"))
    catalog.files.record_failed([failed(folder, "broken.jpg")])
    catalog.journal.set_photos([beach, forest], "favourite", 1)
    catalog.journal.set_photos([forest], "title", "Into the woods")
    catalog.settings.put("active_model", "demo")
    catalog.requests.leave("index", {"folders": None})


def _write_tiny_catalog(target):
    with tempfile.TemporaryDirectory() as scratch:
        data = DataDir(Path(scratch))
        catalog = Catalog(data)
        fill(catalog)
        catalog.close()
        connection = sqlite3.connect(data.catalog, isolation_level=None)
        connection.execute("PRAGMA journal_mode = DELETE")
        connection.execute("PRAGMA page_size = 512")
        connection.execute("VACUUM")
        connection.close()
        target.write_bytes(data.catalog.read_bytes())


if __name__ == "__main__":
    _write_tiny_catalog(CHECKOUT / "tests" / "data" / "catalogs" / f"{sys.argv[1]}.sqlite")
