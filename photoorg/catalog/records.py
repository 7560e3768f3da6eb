"""What goes in and out of the catalog: frozen records, never rows."""

from dataclasses import dataclass, field
from typing import Any, Literal

TakenSource = Literal["exif", "name", "file"]
Role = Literal["main", "raw", "motion", "sidecar"]
CompanionRole = Literal["raw", "motion"]


@dataclass(frozen=True, slots=True)
class WatchFolder:
    """A folder the user asked to follow; `path` is relative to its volume, `mount` where that was last seen."""

    id: int
    volume_id: int
    volume_key: str
    mount: bytes
    path: bytes


@dataclass(frozen=True, slots=True)
class Vanished:
    """How many `files` of a watch folder are held because they vanished together, of how many that were there."""

    files: int
    there: int
    is_confirmed: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """Where a file is: a volume, a watch folder it was found through, and the path relative to the volume."""

    volume_id: int
    watch_folder_id: int
    path: bytes


@dataclass(frozen=True, slots=True)
class FileStat:
    """What one stat tells of a file; `inode` (or file id) as a signed 64-bit number, 0 where the system has none."""

    size_bytes: int
    mtime_ns: int
    ctime_ns: int
    inode: int

    @classmethod
    def of(cls, size_bytes: int, mtime_ns: int, ctime_ns: int, inode: int) -> "FileStat":
        """From what the system gives; inodes may use the highest of 64 bits, which SQLite's numbers do not have."""
        return cls(size_bytes, mtime_ns, ctime_ns, inode - (1 << 64) if inode >= 1 << 63 else inode)

    def columns(self) -> dict[str, int]:
        """By name; dataclasses.asdict takes ten times as long, and moved folders have many files."""
        return {
            "size_bytes": self.size_bytes,
            "mtime_ns": self.mtime_ns,
            "ctime_ns": self.ctime_ns,
            "inode": self.inode,
        }


@dataclass(frozen=True, slots=True)
class KnownFile:
    """A picture file as the catalog remembers it."""

    id: int
    photo_id: int | None
    place: Place
    stat: FileStat
    missing: bool
    failure_code: str | None
    picture_key: bytes | None
    role: Role = "main"


@dataclass(frozen=True, slots=True)
class Companion:
    """A file beside the main one of its photo; `file_id` is None for one the catalog does not know. It is not decoded."""

    file_id: int | None
    place: Place
    stat: FileStat
    role: CompanionRole


@dataclass(frozen=True, slots=True)
class PhotoFacts:
    """What a decoded file tells about its photo; see `media.facts` for the units."""

    format: str
    width: int
    height: int
    orientation: int
    taken_local: str | None
    taken_offset_min: int | None
    taken_source: TakenSource | None
    camera_make: str | None = None
    camera_model: str | None = None
    lens: str | None = None
    exposure_s: float | None = None
    f_number: float | None = None
    focal_length_mm: float | None = None
    iso: int | None = None
    latitude: float | None = None
    longitude: float | None = None
    altitude_m: float | None = None
    animated: bool = False


@dataclass(frozen=True, slots=True)
class ReadFile:
    """A picture file that was read and decoded; `file_id` is None for a path the catalog does not know.

    It is the main file of its photo, to which the `companions` belong.
    """

    file_id: int | None
    place: Place
    stat: FileStat
    content_hash: bytes
    picture_key: bytes
    facts: PhotoFacts
    companions: tuple[Companion, ...] = ()


@dataclass(frozen=True, slots=True)
class FailedFile:
    """A picture file that could not be read, with the code and parameters of its error.

    `companions` are those that it would have had.
    """

    file_id: int | None
    place: Place
    stat: FileStat
    code: str
    params: dict[str, Any] = field(default_factory=dict)
    companions: tuple[Companion, ...] = ()


@dataclass(frozen=True, slots=True)
class Photo:
    """A photo as the library shows it; `path` is absolute, `online` false while its disk or folder is not there.

    `companions` are the absolute paths of the other files that belong to it: its camera RAW, its video.
    """

    id: int
    path: bytes
    online: bool
    picture_key: bytes
    favourite: bool
    rating: int
    title: str
    caption: str
    facts: PhotoFacts
    companions: tuple[bytes, ...] = ()


@dataclass(frozen=True, slots=True)
class Failure:
    """A file that cannot be read: its absolute path and the code and parameters of the reason."""

    path: bytes
    code: str
    params: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Request:
    """What another program asks of the one that indexes."""

    id: int
    kind: str
    params: dict[str, Any]
