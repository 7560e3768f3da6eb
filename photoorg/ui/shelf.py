"""The shelf: albums, smart albums and tags in the sidebar, with their counts."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from photoorg.amounts import counted
from photoorg.errors import PhotoorgError
from photoorg.jobs.job import CallJob, EditJob, JobContext
from photoorg.library import Album, Collection, Library
from photoorg.ui.job_bridge import JobBridge
from photoorg.ui.models.sidebar_model import ShelfItem
from photoorg.ui.search_control import RESULTS, Question
from photoorg.ui.views.sidebar import Sidebar

# Photos of smart albums are counted by searching: so long after the last change.
_COUNT_AFTER_MS = 4_000


@dataclass(frozen=True)
class _Kept:
    """Albums and tags as they are."""

    albums: Sequence[Album]
    tags: Sequence[ShelfItem]


class CountJob:
    """Counts the photos of smart albums, one search for each."""

    name = "count smart albums"

    def __init__(self, library: Library, albums: Sequence[Album]) -> None:
        self._library = library
        self._albums = albums

    def run(self, ctx: JobContext) -> dict[int, int]:
        """Album id -> photos."""
        counts = {}
        for album in self._albums:
            ctx.check_cancelled()
            count = self._count(album)
            if count is not None:
                counts[album.id] = count
        return counts

    def _count(self, album: Album) -> int | None:
        """None where it cannot be searched: what is wrong shows, with its reason, when the album is opened."""
        try:
            found = self._library.search(album.query or "", k=0, fold=album.folded, rest=RESULTS)
        except PhotoorgError:
            return None
        return found.ranking.count(album.cut_off)


class Shelf(QObject):
    """Keeps the sidebar's albums and tags in step with the library, and does what is asked of them."""

    collection_wanted = Signal(object)  # Collection
    question_wanted = Signal(object)  # Question
    read = Signal(object)  # the albums, as they are now
    edited = Signal()
    said = Signal(str)  # what happened, for the status bar
    failed = Signal(object)  # PhotoorgError

    def __init__(self, library: Library, bridge: JobBridge, sidebar: Sidebar) -> None:
        super().__init__(sidebar)
        self._library = library
        self._bridge = bridge
        self._sidebar = sidebar
        self._kept = _Kept((), ())
        self._counts: dict[int, int] = {}
        self._is_reading = self._is_counting = self._is_stopped = False
        self._is_outdated = False  # something was edited while it was read
        self._count_soon = QTimer(self, singleShot=True, interval=_COUNT_AFTER_MS)
        self._count_soon.timeout.connect(self._count)
        sidebar.item_chosen.connect(self._on_chosen)
        sidebar.item_renamed.connect(self._on_renamed)
        sidebar.item_deleted.connect(self._on_deleted)
        sidebar.photos_dropped.connect(self._on_photos_dropped)

    def look(self) -> None:
        """Read what there is now."""
        self._is_outdated = self._is_reading
        if self._is_reading or self._is_stopped:
            return
        self._is_reading = True
        call = CallJob("albums and tags", partial(_read, self._library))
        self._bridge.submit(call, "quick", on_result=self._on_read, on_error=self._on_failed)

    def stop(self) -> None:
        """Look no more."""
        self._is_stopped = True
        self._count_soon.stop()

    def _on_read(self, kept: _Kept) -> None:
        self._is_reading = False
        if self._is_outdated:
            self.look()
        self._kept = kept
        self._show()
        self.read.emit(kept.albums)
        if any(album.query is not None for album in kept.albums) and not self._count_soon.isActive():
            self._count_soon.start()

    def _on_failed(self, error: BaseException) -> None:
        self._is_reading = False
        self.failed.emit(error)

    def _count(self) -> None:
        if self._is_counting or self._is_stopped:
            return
        self._is_counting = True
        smart = [album for album in self._kept.albums if album.query is not None]
        self._bridge.submit(
            CountJob(self._library, smart), "loading", on_result=self._on_counted, on_error=self._on_not_counted
        )

    def _on_counted(self, counts: dict[int, int]) -> None:
        self._is_counting = False
        self._counts = counts
        self._show()

    def _on_not_counted(self, error: BaseException) -> None:
        self._is_counting = False
        if not isinstance(error, PhotoorgError):
            raise error

    def _show(self) -> None:
        self._sidebar.show_albums([_item(album, self._counts.get(album.id)) for album in self._kept.albums])
        self._sidebar.show_tags(self._kept.tags)

    def _on_chosen(self, item: ShelfItem) -> None:
        if item.kind == "album":
            self.collection_wanted.emit(Collection("album", album_id=item.id))
        elif item.kind == "tag":
            self.collection_wanted.emit(Collection("tag", tag_id=item.id))
        elif album := next((one for one in self._kept.albums if one.id == item.id), None):
            self.question_wanted.emit(Question(album.query or "", fold=album.folded, album=album))

    def _on_renamed(self, item: ShelfItem, name: str) -> None:
        tags, albums = self._library.tags, self._library.albums
        self._edit(
            partial(tags.rename, item.name, name) if item.kind == "tag" else partial(albums.rename, item.id, name)
        )

    def _on_deleted(self, item: ShelfItem) -> None:
        tags, albums = self._library.tags, self._library.albums
        self._edit(partial(tags.delete, item.name) if item.kind == "tag" else partial(albums.delete, item.id))

    def _on_photos_dropped(self, item: ShelfItem, photo_ids: list[int]) -> None:
        tags, albums = self._library.tags, self._library.albums
        self._edit(
            partial(tags.add, photo_ids, item.name) if item.kind == "tag" else partial(albums.add, item.id, photo_ids),
            f"{counted(len(photo_ids), 'photo', 'photos')} to “{item.name}”",
        )

    def _edit(self, edit: Callable[[], Any], done: str = "") -> None:
        job = EditJob("edit", edit)
        self._bridge.submit(job, "quick", on_result=lambda _: self._on_edited(done), on_error=self._on_edit_failed)

    def _on_edited(self, done: str) -> None:
        if done:
            self.said.emit(done)
        self.look()
        self.edited.emit()

    def _on_edit_failed(self, error: BaseException) -> None:
        self.look()  # a row that was renamed shows its old name again
        self.failed.emit(error)


def smart_item(album: Album) -> ShelfItem:
    """A saved search as the sidebar knows it."""
    return _item(album, None)


def _item(album: Album, count: int | None) -> ShelfItem:
    if album.query is None:
        return ShelfItem("album", album.id, album.name, album.photos)
    return ShelfItem("smart", album.id, album.name, count)


def _read(library: Library) -> _Kept:
    tags = [ShelfItem("tag", tag.id, tag.name, tag.photos) for tag in library.tags.list()]
    return _Kept(library.albums.list(), tags)
