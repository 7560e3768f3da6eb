"""What a library contains, as completion asks for it."""

from collections.abc import Sequence

from photoorg.search.name_counts import NameCounts, camera_counts, folder_counts, label_counts, lens_counts, type_counts
from photoorg.search.photo_table import PhotoTable


class LibraryValues:
    """Names with their numbers of photos; see `completion.Values`. `smart_albums` are names, whose photos nobody counts here."""

    def __init__(self, table: PhotoTable, smart_albums: Sequence[str]) -> None:
        self._table = table
        self._smart_albums = smart_albums

    def folders(self) -> NameCounts:
        """Folders, by their path from a watch folder on."""
        return folder_counts(self._table)

    def albums(self) -> NameCounts:
        """Albums, those that fill themselves last."""
        return [*label_counts(self._table, "album"), *((name, 0) for name in self._smart_albums)]

    def tags(self) -> NameCounts:
        """Tags."""
        return label_counts(self._table, "tag")

    def cameras(self) -> NameCounts:
        """Cameras: make and model."""
        return camera_counts(self._table)

    def lenses(self) -> NameCounts:
        """Lenses."""
        return lens_counts(self._table)

    def types(self) -> NameCounts:
        """Formats of main files."""
        return type_counts(self._table)
