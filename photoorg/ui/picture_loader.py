"""Pictures for the viewer: the wanted one first, then its neighbours, from the background into a small cache."""

from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

from PySide6.QtCore import QObject, QSize, Qt, Signal
from PySide6.QtGui import QImage, QPixmap

from photoorg.errors import PhotoorgError
from photoorg.jobs.job import CallJob
from photoorg.library import Photo, Picture
from photoorg.ui.job_bridge import JobBridge

RenderPicture = Callable[[Photo, int | None], Picture]
"""From a photo and the pixels its long side should have at least (None: all) to its picture."""

_CACHE_BYTES: Final = 256 * 2**20
_BYTES_PER_PIXEL: Final = 4
_SMALLEST_HALVED: Final = 1600  # pixels of the long side
_Key = tuple[int, bytes]  # photo id, picture key: a changed picture is another one


@dataclass(frozen=True)
class LoadedPicture:
    """A picture that can be painted, in several sizes, the largest first; `full_size` is that of the full picture."""

    pixmaps: tuple[QPixmap, ...]
    full_size: QSize


@dataclass(frozen=True)
class _Wish:
    photo: Photo
    at_least: int | None  # pixels of the long side; None: all

    @property
    def key(self) -> _Key:
        return self.photo.id, self.photo.picture_key


@dataclass(frozen=True)
class _Cached:
    picture: LoadedPicture
    asked: int | None

    @property
    def size_bytes(self) -> int:
        return sum(pixmap.width() * pixmap.height() * _BYTES_PER_PIXEL for pixmap in self.picture.pixmaps)

    def is_enough_for(self, at_least: int | None) -> bool:
        """Whether asking again would not give more pixels than are wanted."""
        size = self.picture.pixmaps[0].size()
        if self.asked is None or size == self.picture.full_size:
            return True
        return at_least is not None and max(size.width(), size.height()) >= at_least


@dataclass(frozen=True)
class _Rendered:
    images: list[QImage]
    full_size: QSize


class PictureLoader(QObject):
    """Asks for one picture at a time: the wanted one before those that may be wanted next."""

    loaded = Signal(int)  # the id of the wanted photo
    failed = Signal(int, object)  # the id of the wanted photo, and the error

    def __init__(
        self,
        bridge: JobBridge,
        picture: RenderPicture,
        parent: QObject | None = None,
        *,
        cache_bytes: int = _CACHE_BYTES,
    ) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._render = picture
        self._cache_bytes = cache_bytes
        self._cache: OrderedDict[_Key, _Cached] = OrderedDict()  # the latest used last
        self._looked_at: _Key | None = None
        self._near: set[_Key] = set()
        self._wanted: _Wish | None = None
        self._next: list[_Wish] = []
        self._running: _Wish | None = None

    def picture(self, photo: Photo) -> LoadedPicture | None:
        """What is in the cache of a photo, with however many pixels."""
        cached = self._cache.get((photo.id, photo.picture_key))
        return cached.picture if cached else None

    def want(self, photo: Photo, at_least: int | None) -> bool:
        """Load this picture before all others, unless it is there; tells whether `loaded` or `failed` will follow."""
        wish = _Wish(photo, at_least)
        self._looked_at = wish.key
        self._wanted = None if self._has(wish) else wish
        self._start_next()
        return self._wanted is not None

    def prefetch(self, wishes: Sequence[tuple[Photo, int | None]]) -> None:
        """Load these (photo, pixels at least) when nothing else is to be done; earlier ones are forgotten."""
        self._next = [_Wish(photo, at_least) for photo, at_least in wishes]
        self._near = {wish.key for wish in self._next}
        self._start_next()

    def release(self) -> None:
        """Nothing is looked at any more: forget wishes and pictures."""
        self._looked_at = self._wanted = None
        self._next.clear()
        self._near.clear()
        self._cache.clear()

    def _has(self, wish: _Wish) -> bool:
        cached = self._cache.get(wish.key)
        return cached is not None and cached.is_enough_for(wish.at_least)

    def _start_next(self) -> None:
        if self._running is not None:
            return
        self._next = [wish for wish in self._next if not self._has(wish)]
        wish = self._wanted or (self._next.pop(0) if self._next else None)
        if wish is not None:
            self._start(wish)

    def _start(self, wish: _Wish) -> None:
        self._running = wish
        job = CallJob("show picture", partial(_rendered, self._render, wish))
        self._bridge.submit(job, "pictures", on_result=self._on_rendered, on_error=self._on_failed)

    def _on_rendered(self, rendered: _Rendered) -> None:
        wish, is_wanted = self._ended()
        if wish.key == self._looked_at or wish.key in self._near:  # else it comes too late
            self._keep(wish, _Cached(_painted(rendered), wish.at_least))
        if is_wanted and self._wanted and self._has(self._wanted):
            self._wanted = None
        self._start_next()
        if is_wanted:
            self.loaded.emit(wish.photo.id)

    def _on_failed(self, error: BaseException) -> None:
        wish, is_wanted = self._ended()
        if is_wanted:
            self._wanted = None
        self._start_next()
        if is_wanted:
            self.failed.emit(wish.photo.id, error)
        if not isinstance(error, PhotoorgError):
            raise error  # a bug

    def _ended(self) -> tuple[_Wish, bool]:
        """The wish that was running, and whether its picture is the wanted one."""
        wish, self._running = self._running, None
        assert wish is not None
        return wish, self._wanted is not None and self._wanted.key == wish.key

    def _keep(self, wish: _Wish, cached: _Cached) -> None:
        self._cache[wish.key] = cached
        self._cache.move_to_end(wish.key)
        for key in [key for key in self._cache if key != self._looked_at]:
            if sum(one.size_bytes for one in self._cache.values()) <= self._cache_bytes:
                break
            del self._cache[key]


def _rendered(render: RenderPicture, wish: _Wish) -> _Rendered:
    """In the background: the picture in the format that a pixmap takes over as it is."""
    picture = render(wish.photo, wish.at_least)
    row_bytes = picture.width * 3
    image = QImage(picture.rgb, picture.width, picture.height, row_bytes, QImage.Format.Format_RGB888)
    images = [image.convertToFormat(QImage.Format.Format_RGB32)]
    while max(images[-1].width(), images[-1].height()) > _SMALLEST_HALVED:
        images.append(_halved(images[-1]))
    return _Rendered(images, QSize(picture.full_width, picture.full_height))


def _halved(image: QImage) -> QImage:
    """Averaged well, which painting a picture much smaller than it is does not do."""
    half = QSize(max(1, image.width() // 2), max(1, image.height() // 2))
    return image.scaled(half, Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation)


def _painted(rendered: _Rendered) -> LoadedPicture:
    return LoadedPicture(tuple(QPixmap.fromImage(image) for image in rendered.images), rendered.full_size)
