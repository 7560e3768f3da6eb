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
from photoorg.media.facts import stored_orientation
from photoorg.media.opening import open_image, readable_errors
from photoorg.media.pixels import Upright, decode_rgb, scale_for_long_side, upright
from photoorg.media.reading import DecodeLimits, read_file
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
        picture = decode_completed(file.data, partial(_decode_bytes, at_least=at_least, limits=limits))
        image = picture.image
        return Picture(image.width, image.height, image.tobytes(), picture.width, picture.height)


def _decode_bytes(data: bytes, *, at_least: int | None, limits: DecodeLimits) -> Upright:
    with open_image(data, limits) as image:
        size = image.size
        most = _largest_size(size)
        wanted = max(most) if at_least is None else min(at_least, max(most))
        scale = scale_for_long_side(size, wanted)
        pixels = decode_rgb(image, scale)
        return _bounded(upright(pixels, size, scale, stored_orientation(image)))


def _bounded(picture: Upright) -> Upright:
    size = _largest_size(picture.image.size)
    if size == picture.image.size:
        return picture
    image = picture.image.resize(size, Image.Resampling.BICUBIC, picture.box)
    return Upright(image, (0.0, 0.0, float(image.width), float(image.height)), picture.width, picture.height)


def _largest_size(size: tuple[int, int]) -> tuple[int, int]:
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
