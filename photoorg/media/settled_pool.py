"""Decode workers with the limits of the user's settings."""

from photoorg.media.reading import DecodeLimits
from photoorg.media.rendering import PictureRenderer
from photoorg.media.worker_pool import DecodePool
from photoorg.settings import Settings

_MEGAPIXEL = 1_000_000
_MEGABYTE = 1_000_000


def decode_pool(settings: Settings, workers: int | None = None) -> DecodePool:
    """A pool of `workers` processes; None means as many as the settings say."""
    return DecodePool(
        workers or settings.worker_count,
        timeout_s=settings.decode_timeout_s,
        memory_limit_bytes=settings.decode_memory_megabytes * _MEGABYTE,
        limits=_limits(settings),
    )


def picture_renderer(settings: Settings) -> PictureRenderer:
    """A renderer of pictures to look at."""
    return PictureRenderer(settings.decode_timeout_s, settings.decode_memory_megabytes * _MEGABYTE, _limits(settings))


def _limits(settings: Settings) -> DecodeLimits:
    return DecodeLimits(
        pixels=settings.pixel_limit_megapixels * _MEGAPIXEL, file_bytes=settings.file_limit_megabytes * _MEGABYTE
    )
