"""What filters mean, once their values are understood: conditions on the facts of a photo."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Comparison = Literal["=", "<", "<=", ">", ">="]
Orientation = Literal["landscape", "portrait", "square", "panorama"]
# What `is:` and `has:` ask for.
Trait = Literal[
    "favourite",
    "rated",
    "offline",
    "raw",
    "live",
    "animated",
    "gps",
    "title",
    "caption",
    "tag",
    "album",
    "camera",
    "date",
]
SizeUnit = Literal["bytes", "megapixels", "pixels"]


@dataclass(frozen=True)
class Taken:
    """Taken from `start` on and before `end`, in the camera's wall clock; None leaves a side open."""

    start: datetime | None
    end: datetime | None


@dataclass(frozen=True)
class InFolder:
    """In a folder, or one below it. `names` are names of folders one in another, folded (NFC, casefold), `*` for any letters:

    ("trips", "italy") fits every photo below a folder italy in a folder trips. An absolute path starts with "".
    """

    names: tuple[str, ...]


@dataclass(frozen=True)
class Named:
    """Has a tag, is in an album, or was made with a camera or lens of this name; folded, `*` for any letters.

    Tags and albums are compared whole; of a camera (make and model) or lens some words in a row suffice.
    """

    kind: Literal["tag", "album", "camera", "lens"]
    name: str


@dataclass(frozen=True)
class OfType:
    """The format of the main file, such as "jpeg" or "heif", in lower case."""

    format: str


@dataclass(frozen=True)
class Rated:
    """Has so many stars."""

    comparison: Comparison
    stars: int


@dataclass(frozen=True)
class Has:
    """Has a trait."""

    trait: Trait


@dataclass(frozen=True)
class Near:
    """Taken within a distance of a place; degrees north and east."""

    latitude: float
    longitude: float
    distance_km: float


@dataclass(frozen=True)
class Oriented:
    """As shown: wider than high, higher than wide, as wide as high, or at least twice as wide as high."""

    orientation: Orientation


@dataclass(frozen=True)
class Sized:
    """The size of the main file in bytes, of the picture in megapixels, or its longer side in pixels."""

    comparison: Comparison
    amount: float
    unit: SizeUnit


Condition = Taken | InFolder | Named | OfType | Rated | Has | Near | Oriented | Sized
