"""Pictures to look at: full or scaled down, upright, decoded in a worker process of their own."""

import threading
from concurrent.futures import CancelledError
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from functools import partial
from typing import Final, Self

from PIL import Image

from photoorg.errors import Cancelled, DecoderCrashed
from photoorg.media.completeness import decode_completed
from photoorg.media.opened_picture import open_picture
from photoorg.media.opening import readable_errors
from photoorg.media.pixels import Upright, decode_upright, scale_for_long_side
from photoorg.media.reading import DecodeLimits, Size, read_file
from photoorg.media.worker_pool import WorkerPool

LONG_SIDE_LIMIT: Final = 8192
PIXEL_LIMIT: Final = 50_500_000  # as many as today's largest common sensors have; 200 MB on the screen


@dataclass(frozen=True)
class Picture:
    """Upright pixels: `rgb` has 3 bytes per pixel and rows without padding. `full_*` is the size of the full picture."""

    width: int
    height: int
    rgb: bytes
    full_width: int
    full_height: int


def render_picture(path: bytes, at_least: int | None, limits: DecodeLimits) -> Picture:
    """Decode a file for looking at it; with `at_least` its long side has that many pixels or more, where it has them.

    None means all pixels, up to LONG_SIDE_LIMIT and PIXEL_LIMIT. Raises FileVanished, or UnreadableImage.
    """
    file = read_file(path, limits)
    with readable_errors(file.data):
        decode = partial(_decode_bytes, path=path, at_least=at_least, limits=limits)
        image, full_size = decode_completed(file.data, decode)
        return Picture(image.width, image.height, image.tobytes(), *full_size)


def _decode_bytes(data: bytes, *, path: bytes, at_least: int | None, limits: DecodeLimits) -> tuple[Image.Image, Size]:
    """The pixels to show, and the size of the full picture."""
    with open_picture(data, path, limits, lambda size: at_least is not None and max(size) >= at_least) as opened:
        size = opened.image.size
        most = _largest_size(size)
        wanted = max(most) if at_least is None else min(at_least, max(most))
        picture = decode_upright(opened.image, scale_for_long_side(size, wanted), opened.orientation)
        return picture.in_srgb(_bounded(picture)), opened.full_size


def _bounded(picture: Upright) -> Image.Image:
    size = _largest_size(picture.image.size)
    if size == picture.image.size:
        return picture.image
    return picture.image.resize(size, Image.Resampling.BICUBIC, picture.box)


def _largest_size(size: Size) -> Size:
    """The size itself, or the largest one of its aspect ratio within the limits."""
    width, height = size
    factor = min(1.0, LONG_SIDE_LIMIT / max(size), (PIXEL_LIMIT / (width * height)) ** 0.5)
    return max(1, int(width * factor)), max(1, int(height * factor))


class PictureRenderer:
    """Renders pictures in one worker process, which starts when it is first needed and is kept until `close`."""

    def __init__(self, timeout_s: float, memory_limit_bytes: int, limits: DecodeLimits) -> None:
        self._lock = threading.Lock()
        self._pool: WorkerPool[int | None, Picture] = WorkerPool(
            render_picture, 1, timeout_s, memory_limit_bytes, limits, in_background=False
        )
        self._is_closed = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def warm_up(self) -> None:
        """Start the worker and wait until it is ready. Raises RuntimeError if it does not start."""
        self._pool.warm_up()

    def render(self, path: bytes, at_least: int | None = None) -> Picture:
        """The picture in a file, as `render_picture` gives it. Raises FileVanished, UnreadableImage, after `close` Cancelled."""
        try:
            with self._lock:
                if self._is_closed:
                    raise Cancelled
                future = self._pool.submit(path, at_least)
            return future.result()
        except CancelledError:
            raise Cancelled from None
        except BrokenProcessPool as error:
            raise DecoderCrashed from error

    def close(self) -> None:
        """End the worker now; whoever waits for a picture gets Cancelled. May be called twice."""
        with self._lock:
            self._is_closed = True
        self._pool.close()
