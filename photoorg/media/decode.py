"""One read and one scaled decode of a photo give all that photoorg stores about its file."""

import time
from dataclasses import dataclass
from functools import partial

from PIL import Image

from photoorg.media.completeness import decode_completed
from photoorg.media.facts import Facts, read_facts
from photoorg.media.hashes import content_hash, perceptual_hash, picture_key
from photoorg.media.model_pixels import Pixels, model_pixels
from photoorg.media.opened_picture import open_picture
from photoorg.media.opening import readable_errors
from photoorg.media.pixels import Upright, decode_upright, is_enough, scale_for
from photoorg.media.reading import DecodeLimits, read_file
from photoorg.media.thumbnails import LONG_SIDES, thumbnail_size, to_jpeg
from photoorg.model_input import ModelInput

__all__ = ["DecodeLimits", "DecodedPhoto", "Facts", "decode_photo"]


@dataclass(frozen=True)
class DecodedPhoto:
    """All about one file: hashes, its state on disk when it was read, facts, thumbnails (long side -> JPEG).

    `pixels` is the model's input, uint8 RGB of shape (size, size, 3), None without a model. `perceptual_hash` is a
    signed 64-bit integer. `seconds` is the time that the decoding took.
    """

    content_hash: bytes
    picture_key: bytes
    size_bytes: int
    mtime_ns: int
    ctime_ns: int
    inode: int
    facts: Facts
    thumbnails: dict[int, bytes]
    perceptual_hash: int
    pixels: Pixels | None
    seconds: float


def decode_photo(path: bytes, model_input: ModelInput | None, limits: DecodeLimits) -> DecodedPhoto:
    """Read and decode one file. Raises FileVanished, or UnreadableImage with a reason for a person."""
    started = time.perf_counter()
    file = read_file(path, limits)
    with readable_errors(file.data):
        decode = partial(_decode_bytes, path=path, mtime_ns=file.mtime_ns, model_input=model_input, limits=limits)
        facts, picture = decode_completed(file.data, decode)
        large, small = _thumbnails(picture)
        return DecodedPhoto(
            content_hash=content_hash(file.data),
            picture_key=picture_key(file.data, facts.orientation),
            size_bytes=file.size_bytes,
            mtime_ns=file.mtime_ns,
            ctime_ns=file.ctime_ns,
            inode=file.inode,
            facts=facts,
            thumbnails={min(LONG_SIDES): to_jpeg(small), max(LONG_SIDES): to_jpeg(large)},
            perceptual_hash=perceptual_hash(small),
            pixels=model_pixels(picture, model_input) if model_input else None,
            seconds=time.perf_counter() - started,
        )


def _decode_bytes(
    data: bytes, *, path: bytes, mtime_ns: int, model_input: ModelInput | None, limits: DecodeLimits
) -> tuple[Facts, Upright]:
    with open_picture(data, path, limits, partial(is_enough, model_input=model_input)) as opened:
        facts = read_facts(opened, path, mtime_ns)
        return facts, decode_upright(opened.image, scale_for(opened.image.size, model_input), opened.orientation)


def _thumbnails(picture: Upright) -> tuple[Image.Image, Image.Image]:
    """The large one from the picture, the small one from the large one."""
    small_size, large_size = (thumbnail_size(picture.width, picture.height, side) for side in LONG_SIDES)
    large = picture.in_srgb(picture.image.resize(large_size, Image.Resampling.BICUBIC, picture.box))
    # The gap makes Pillow average 3 x 3 blocks first, which leaves little or nothing to resample.
    return large, large.resize(small_size, Image.Resampling.BOX, reducing_gap=1.0)
