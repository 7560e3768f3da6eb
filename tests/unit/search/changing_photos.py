"""Photos that change, and a table of them."""

from dataclasses import replace

import numpy as np
from filled_catalog import FACTS

from photoorg.catalog.records import FileStat, Place, ReadFile
from photoorg.search.photo_table import PhotoTables


class ChangingPhotos:
    """Puts photos into a catalog, changes them, and keeps a table of them."""

    def __init__(self, filled):
        self.filled = filled
        self.catalog = filled.catalog
        self.tables = PhotoTables(self.catalog)
        self.stored = 0

    def store(self, path="a.jpg", key=None, folder=None, file_id=None, **facts):
        """A new photo, or what a file is now; gives the id."""
        self.stored += 1
        folder = folder or self.filled.folder()
        place = Place(folder.volume_id, folder.id, folder.path + b"/" + path.encode())
        content = f"{self.stored:016d}".encode()
        file = ReadFile(
            file_id, place, FileStat(self.stored, 1, 1, self.stored), content, key or content, replace(FACTS, **facts)
        )
        recorded = self.catalog.files.record_read([file])
        (photo_id,) = recorded.new + recorded.changed + recorded.moved + recorded.unchanged
        return photo_id

    def many(self, count):
        return [self.store(f"{number}.jpg") for number in range(count)]

    def known(self, folder=None):
        """Photo id -> file."""
        return {file.photo_id: file for file in self.catalog.files.known_in(folder or self.filled.folder())}

    def forget(self, photo_ids):
        self.catalog.forgetting.forget(self.catalog.forgetting.files_of(photo_ids))

    def check(self):
        """The current table, which is the one that would be read anew."""
        table = self.tables.current()
        assert contents(table) == contents(PhotoTables(self.catalog).current())
        return table


def contents(table):
    """Photo id -> all that a table knows of it."""
    found = {}
    for part, there in zip(table.parts, table.there_of, strict=True):
        lines = part.texts.chosen(np.ones(len(part), np.bool_)).split(b"\n")[1:]
        for row in np.flatnonzero(there).tolist():
            photo_id = int(part.photo_ids[row])
            assert photo_id not in found
            found[photo_id] = (
                lines[row],
                table.names.folders.known()[part.folders[row]],
                table.names.cameras.known()[part.cameras[row]],
                table.names.lenses.known()[part.lenses[row]],
                table.names.formats.known()[part.formats[row]],
                *(str(getattr(part, name)[row]) for name in ("picture_keys", "taken", "ratings", "sizes_bytes")),
                *(str(getattr(part, name)[row]) for name in ("widths", "heights", "latitudes", "longitudes")),
                *(bool(getattr(part, name)[row]) for name in ("favourite", "animated", "with_raw", "with_motion")),
                *(bool(getattr(part, name)[row]) for name in ("with_title", "with_caption", "held")),
                *(labels_of(pairs, photo_id) for pairs in table.labels.values()),
            )
    return found


def labels_of(pairs, photo_id):
    names = {label.id: label.name for label in pairs.labels}
    return sorted(names[number] for number in pairs.label_ids[pairs.photo_ids == photo_id].tolist())
