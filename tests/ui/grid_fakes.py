"""A library in memory for the tests of the grid, which counts what it is asked."""

import io
import threading

import numpy as np
from PIL import Image

from photoorg.catalog.records import PhotoFacts
from photoorg.library import Photo, Timeline, TimelineChanges
from photoorg.ui.cell_loader import CellLoader
from photoorg.ui.job_bridge import JobBridge
from photoorg.ui.models.photo_list_model import PhotoListModel


def jpeg(size=(160, 120), colour="teal"):
    data = io.BytesIO()
    Image.new("RGB", size, colour).save(data, "JPEG")
    return data.getvalue()


def photo(photo_id, **changes):
    facts = PhotoFacts("JPEG", 4000, 3000, 1, "2026-11-21 10:00:00", None, "exif")
    fields = {
        "id": photo_id,
        "path": b"/photos/IMG_%04d.jpg" % photo_id,
        "online": True,
        "picture_key": b"%d" % photo_id,
        "favourite": False,
        "rating": 0,
        "title": "",
        "caption": "",
        "facts": facts,
    }
    return Photo(**(fields | changes))


class MemoryLibrary:
    """Photos and thumbnails; `error` is raised by both calls, `thumbnail_error` by the second."""

    def __init__(self, count=1000):
        self.photos = {photo_id: photo(photo_id) for photo_id in range(1, count + 1)}
        self.without_thumbnail = set()
        self.error = self.thumbnail_error = None
        self.asked_photos, self.asked_thumbnails = [], []
        self.gate = threading.Event()
        self.gate.set()

    def photos_by_id(self, ids):
        self.gate.wait(5)
        self.asked_photos.append(list(ids))
        if self.error:
            raise self.error
        return {i: self.photos[i] for i in ids if i in self.photos}

    def thumbnails(self, keys, long_side):
        self.asked_thumbnails.append((list(keys), long_side))
        if error := self.error or self.thumbnail_error:
            raise error
        size = (long_side, long_side * 3 // 4)
        return {key: jpeg(size) for key in keys if key not in self.without_thumbnail}


class Grid:
    """A library, the bridge, loader and model over it."""

    def __init__(self, count=1000):
        self.library = MemoryLibrary(count)
        self.bridge = JobBridge()
        self.cells = CellLoader(self.bridge, self.library.photos_by_id, self.library.thumbnails)
        self.model = PhotoListModel(self.cells)

    def close(self):
        self.cells.close()
        assert self.bridge.close()


def timeline(times):
    """From {photo id: taken}."""
    rows = sorted(((taken, photo_id) for photo_id, taken in times.items()), reverse=True)
    return Timeline(1, np.array([i for _, i in rows], np.int64), np.array([t for t, _ in rows], np.int64))


def days(count, per_day, newest=20261128):
    """`count` photos, `per_day` on each day; the highest id is the newest."""
    return {count - row: (newest - row // per_day) * 10**9 + 10**8 - row for row in range(count)}


def changes(gone=(), there=None):
    return TimelineChanges(2, np.array(sorted(gone), np.int64), timeline(there or {}))
