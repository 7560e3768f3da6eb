"""Photos, texts and dates for the benchmark of searching, and the filters whose answers it checks."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
from clip_like import ClipLike
from numpy.typing import NDArray

Float16 = NDArray[np.float16]
Float32 = NDArray[np.float32]
Mask = NDArray[np.bool_]

QUERIES = 500
SHARES = {"50%": 0.5, "5%": 0.05, "0.1%": 0.001}
_FIRST_DAY = datetime(2010, 1, 1, 12, 0, 0)  # noqa: DTZ001  a camera's wall clock
_BLOCK = 20_000


class World:
    """images (n, dimension), texts (QUERIES, dimension), dates (n,) in days; from a file of make_vectors.py or drawn."""

    def __init__(self, file: Path | None, photos: int, dimension: int) -> None:
        if file is None:
            drawn = ClipLike(photos, dimension)
            self.images, self.texts, self.dates = (
                np.concatenate(list(drawn.photos())),
                drawn.texts(QUERIES),
                drawn.dates(),
            )
        else:
            with np.load(file) as stored:
                self.images, self.texts, self.dates = (stored[name] for name in ("images", "texts", "date"))
        if self.images.shape != (photos, dimension):
            raise SystemExit(f"{file} holds {self.images.shape}, not {(photos, dimension)}")

    def blocks(self) -> Iterator[Float16]:
        """The images, some at a time."""
        for start in range(0, len(self.images), _BLOCK):
            yield self.images[start : start + _BLOCK]

    def photos(self) -> tuple[NDArray[np.int64], Float32]:
        """Places and vectors of the photos that are asked about."""
        places = np.linspace(0, len(self.images) - 1, QUERIES).astype(np.int64)
        return places, self.images[places].astype(np.float32)

    def taken(self, number: int) -> str:
        """When the photo with this number was taken."""
        when = _FIRST_DAY + timedelta(days=int(self.dates[number]), seconds=number % 3600)
        return when.isoformat(timespec="seconds")


class Filters:
    """Masks over photos (n,): random ones; those nearest in time to a day, and those farthest from it."""

    def __init__(self, dates: NDArray[np.int64]) -> None:
        self._dates = dates
        chance = np.random.default_rng(7).random(len(dates))
        self._random = {name: chance < share for name, share in SHARES.items()}

    def around(self, day: int) -> dict[str, Mask | None]:
        """All filters for a query whose best photo was taken on this day."""
        distance = np.abs(self._dates - day)
        numbers = np.cumsum(np.bincount(distance))
        masks: dict[str, Mask | None] = {"all": None}
        for name, share in SHARES.items():
            masks[f"{name} at random"] = self._random[name]
            masks[f"{name} nearest in date"] = distance <= np.searchsorted(numbers, share * len(distance))
            masks[f"{name} farthest in date"] = distance > np.searchsorted(numbers, (1 - share) * len(distance)) - 1
        return masks
