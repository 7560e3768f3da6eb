"""What the cells of a grid show: photos and their thumbnails, loaded in the background, newest wishes first."""

import logging
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QImage, QPixmap

from photoorg.errors import PhotoorgError
from photoorg.jobs.job import CallJob
from photoorg.library import Photo
from photoorg.ui.cell_cache import RecentlyUsed, Thumbnail, ThumbnailCache
from photoorg.ui.job_bridge import JobBridge
from photoorg.ui.thumbnail_pixels import decode, long_side_for

PhotosById = Callable[[Sequence[int]], dict[int, Photo]]
Thumbnails = Callable[[Sequence[bytes], Any], dict[bytes, bytes]]
Wish = tuple[int, int]  # photo id, side in device pixels

_PIXMAP_BYTES = 48 << 20  # some nine full screens
_PHOTOS = 8_000
_BATCH = 16
_PHOTO_BATCH = 200
_BATCHES_AHEAD = 2  # the lane goes on with the second one while the first one's cells are shown
_REST_MS, _LONGEST_REST_MS = 2_000, 60_000

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Cell:
    """What can be drawn of a photo. `photo` None: not known yet; `pixmap` None: not there yet, or `missing` in the store.

    The pixmap shows the whole picture; its short side is about the side asked for, or another one for a moment.
    """

    photo: Photo | None
    pixmap: QPixmap | None
    missing: bool = False


@dataclass(frozen=True)
class _Loaded:
    photos: dict[int, Photo]
    images: dict[Wish, tuple[bytes, QImage | None]]


class CellLoader(QObject):
    """Gives cells from its caches at once and loads what is not there in the background.

    After an error of the library it rests for some seconds, then longer, and says so in the log once.
    """

    loaded = Signal(object)
    """A set of photo ids that can be drawn, or drawn better, now."""

    def __init__(
        self, bridge: JobBridge, photos_by_id: PhotosById, thumbnails: Thumbnails, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._photos_by_id = photos_by_id
        self._thumbnails = thumbnails
        self._photos: RecentlyUsed[int, Photo] = RecentlyUsed(_PHOTOS)
        self._cache = ThumbnailCache(_PIXMAP_BYTES)
        self._unknown: RecentlyUsed[int, None] = RecentlyUsed(_PHOTOS)
        self._wishes: OrderedDict[Wish, None] = OrderedDict()  # in the order in which they are served
        self._outdated: OrderedDict[int, None] = OrderedDict()
        self._in_flight: dict[int, Sequence[Wish]] = {}
        self._is_closed = False
        self._wake = _single_shot(self, self._on_woken)
        self._rest = _single_shot(self, self._on_rested)
        self._rest_ms = _REST_MS
        self._photos_failed = False

    # --- what views ask ---

    def cell(self, photo_id: int, side: int) -> Cell:
        """What is there of a photo for a square of `side` device pixels; what is not there is loaded before all else."""
        photo = self._photos.get(photo_id)
        thumbnail = self._cache.get(photo_id, side)
        if photo is None or thumbnail is None or thumbnail.picture_key != photo.picture_key:
            self._wish((photo_id, side))
        if thumbnail is None:
            return Cell(photo, self._cache.other_pixmap(photo_id))
        return Cell(photo, thumbnail.pixmap, thumbnail.pixmap is None)

    def photo(self, photo_id: int) -> Photo | None:
        """A photo, if it is cached."""
        return self._photos.get(photo_id)

    def want_only(self, photo_ids: Sequence[int], side: int) -> None:
        """Load these cells, in this order; wishes for others of this side are dropped: they scrolled away."""
        self._cache.kept = frozenset(photo_ids)
        others = [wish for wish in self._wishes if wish[1] != side]
        wanted = [wish for photo_id in photo_ids if self._is_open(wish := (photo_id, side))]
        self._wishes = OrderedDict.fromkeys(others + wanted)
        self._start()

    def renew(self, photo_ids: Iterable[int]) -> None:
        """Read photos again that have changed; what is cached of them is shown until then."""
        for photo_id in photo_ids:
            self._unknown.drop(photo_id)
            self._cache.forget_missing(photo_id)
            if photo_id in self._photos:
                self._outdated[photo_id] = None
        self._start()

    def renew_all(self) -> None:
        """Read all photos again: those that were shown last at once, others when they are asked for."""
        self._photos.shrink(_PHOTO_BATCH)
        self._unknown.shrink(0)
        self.renew(self._photos.keys())

    def close(self) -> None:
        """Load nothing any more; call it before the bridge is closed."""
        self._is_closed = True
        self._wishes.clear()
        self._outdated.clear()
        self._rest.stop()

    # --- wishes ---

    def _wish(self, wish: Wish) -> None:
        if wish not in self._wishes and self._is_open(wish):
            self._wishes[wish] = None
            self._wishes.move_to_end(wish, last=False)
            self._start()

    def _is_open(self, wish: Wish) -> bool:
        """Whether a cell is neither there nor being loaded."""
        photo_id, side = wish
        if photo_id in self._unknown or any(wish in wishes for wishes in self._in_flight.values()):
            return False
        photo, thumbnail = self._photos.get(photo_id), self._cache.get(photo_id, side)
        return photo is None or thumbnail is None or thumbnail.picture_key != photo.picture_key

    def _start(self) -> None:
        # Not at once: a whole viewport's wishes come one by one while it is painted.
        if not self._is_closed and not self._wake.isActive():
            self._wake.start(0)

    def _on_woken(self) -> None:
        while len(self._in_flight) < _BATCHES_AHEAD and not self._is_closed:
            photo_ids, wishes = self._next_batch()
            if not photo_ids and not wishes:
                break
            self._submit(photo_ids, wishes)

    def _next_batch(self) -> tuple[Sequence[int], Sequence[Wish]]:
        """Photos to read and cells to load; during a rest photos only, whose facts may be there without thumbnails."""
        if not self._rest.isActive():
            return _take(self._outdated, _PHOTO_BATCH), _take(self._wishes, _BATCH)
        if self._photos_failed or self._in_flight:
            return [], []
        unseen = (i for i, _ in self._wishes if i not in self._photos and i not in self._unknown)
        return _take(self._outdated, _PHOTO_BATCH) + list(islice(unseen, _PHOTO_BATCH)), []

    def _submit(self, photo_ids: Sequence[int], wishes: Sequence[Wish]) -> None:
        """Load photos that have changed, and cells."""
        ids = list(dict.fromkeys([*photo_ids, *(photo_id for photo_id, _ in wishes)]))
        have = {wish: entry.picture_key for wish in wishes if (entry := self._cache.get(*wish))}
        call = _Load(self._photos_by_id, self._thumbnails, ids, wishes, have)
        job_id = self._bridge.submit(
            CallJob("cells", call),
            "thumbnails",
            on_result=lambda loaded: self._on_loaded(job_id, ids, loaded),
            on_error=lambda error: self._on_failed(job_id, photo_ids, error),
        )
        self._in_flight[job_id] = wishes

    # --- answers ---

    def _on_loaded(self, job_id: int, photo_ids: Sequence[int], loaded: _Loaded) -> None:
        if self._in_flight.pop(job_id):
            self._rest_ms = _REST_MS
        for photo_id in photo_ids:
            self._note_photo(photo_id, loaded.photos.get(photo_id))
        for (photo_id, side), (picture_key, image) in loaded.images.items():
            pixmap = None if image is None else QPixmap.fromImage(image)
            self._cache.put(photo_id, side, Thumbnail(picture_key, pixmap))
        self._start()
        self.loaded.emit(set(photo_ids))

    def _note_photo(self, photo_id: int, photo: Photo | None) -> None:
        if photo is None:  # gone since; its row will go as well
            self._photos.drop(photo_id)
            self._unknown.put(photo_id, None)
        else:
            self._photos.put(photo_id, photo)

    def _on_failed(self, job_id: int, photo_ids: Sequence[int], error: BaseException) -> None:
        """Try again after a rest: with what is still wanted then, in its order."""
        wishes = self._in_flight.pop(job_id)
        if self._is_closed:
            return
        self._wishes.update(dict.fromkeys(wishes))
        self._outdated.update(dict.fromkeys(photo_ids))
        self._photos_failed = self._photos_failed or not wishes
        self._begin_rest(error)
        self._start()

    def _begin_rest(self, error: BaseException) -> None:
        if self._rest.isActive():
            return
        if self._rest_ms == _REST_MS:
            bug = None if isinstance(error, PhotoorgError) else error
            logger.warning("photos cannot be shown for now: %s", error, exc_info=bug)
        self._rest.start(self._rest_ms)
        self._rest_ms = min(2 * self._rest_ms, _LONGEST_REST_MS)

    def _on_rested(self) -> None:
        self._photos_failed = False
        self._start()


@dataclass(frozen=True)
class _Load:
    """The call that runs in the background."""

    photos_by_id: PhotosById
    thumbnails: Thumbnails
    photo_ids: Sequence[int]
    wishes: Sequence[Wish]
    have: dict[Wish, bytes]

    def __call__(self) -> _Loaded:
        photos = self.photos_by_id(self.photo_ids)
        keys = {wish: photos[wish[0]].picture_key for wish in self.wishes if wish[0] in photos}
        missing = {wish: key for wish, key in keys.items() if self.have.get(wish) != key}
        return _Loaded(photos, {wish: (key, image) for wish, key, image in self._images(missing)})

    def _images(self, keys: dict[Wish, bytes]) -> Iterable[tuple[Wish, bytes, QImage | None]]:
        for long_side in {long_side_for(side) for _, side in keys}:
            wishes = [wish for wish in keys if long_side_for(wish[1]) == long_side]
            jpegs = self.thumbnails(list({keys[wish] for wish in wishes}), long_side)
            for wish in wishes:
                jpeg = jpegs.get(keys[wish])
                yield wish, keys[wish], None if jpeg is None else decode(jpeg, wish[1])


def _take(queue: OrderedDict[Any, None], most: int) -> list[Any]:
    taken = list(islice(queue, most))
    for item in taken:
        del queue[item]
    return taken


def _single_shot(parent: QObject, slot: Callable[[], None]) -> QTimer:
    timer = QTimer(parent)
    timer.setSingleShot(True)
    timer.timeout.connect(slot)
    return timer
