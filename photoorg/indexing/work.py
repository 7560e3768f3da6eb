"""A file to read."""

from dataclasses import dataclass

from photoorg.catalog.records import Companion, FileStat, Place


@dataclass(frozen=True, slots=True)
class WorkItem:
    """A file to read: `file_id` is None for one the catalog does not know yet.

    It is the main file of a photo, to which the `companions` belong if it can be read; if not, and with `has_rivals`, they
    belong to another picture of their name.
    """

    file_id: int | None
    path: bytes
    place: Place
    stat: FileStat
    companions: tuple[Companion, ...] = ()
    has_rivals: bool = False
