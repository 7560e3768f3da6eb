"""Photos by their names, and which of them fit."""

import os
from dataclasses import replace

from filled_catalog import FACTS

from photoorg.catalog.records import Companion, FileStat, Place, ReadFile
from photoorg.search.language.expression import Phrase
from photoorg.search.photo_table import PhotoTables
from photoorg.search.selection import select


class NamedPhotos:
    """Photos by their names."""

    def __init__(self, filled):
        self.filled = filled
        self.catalog = filled.catalog
        self.tables = PhotoTables(self.catalog)
        self.ids = {}

    def store(self, path, *, folder=None, beside=(), size_bytes=1_000_000, **facts):
        folder = folder or self.filled.folder("home/pictures")
        place = Place(folder.volume_id, folder.id, os.path.join(folder.path, path.encode()))
        number = len(self.ids) + 1
        content = f"{number:016d}".encode()
        companions = tuple(
            Companion(None, replace(place, path=place.path + role.encode()), FileStat(1, 1, 1, 100 * number), role)
            for role in beside
        )
        stat = FileStat(size_bytes, 1, 1, number)
        unknown = {"taken_local": None, "taken_source": None, "width": 4000, "height": 3000}
        file = ReadFile(None, place, stat, content, content, replace(FACTS, **(unknown | facts)), companions)
        (self.ids[path],) = self.catalog.files.record_read([file]).new
        return self.ids[path]

    def edit(self, name, **values):
        for column, value in values.items():
            self.catalog.journal.set_photos([self.ids[name]], column, value)

    def fitting(self, *conditions, **more):
        """The names of photos that fit."""
        table = self.tables.current()
        mask = select(table, conditions, **more)
        assert mask.shape == (len(table),)
        names = {number: name for name, number in self.ids.items()}
        return {names[number] for number in table.photo_ids[mask].tolist()}

    def others(self, condition):
        """The names of photos that do not fit."""
        return self.fitting(without=[condition])

    def with_words(self, text):
        found = self.fitting(phrases=[Phrase(text)])
        assert found | self.fitting(without_phrases=[Phrase(text)]) == set(self.ids)
        assert not found & self.fitting(without_phrases=[Phrase(text)])
        return found
