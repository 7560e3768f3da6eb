"""From files to photos: which file is the main one of its photo, and which are beside it.

What is found decides: a camera RAW belongs to the picture of its name in its folder, the video of a live photo too.
A RAW that has lost its picture, or never had one that can be read, is read and stands for itself.
"""

from dataclasses import dataclass, field, replace

from photoorg.catalog.records import Companion, KnownFile
from photoorg.indexing.pairing import Group, role_of
from photoorg.indexing.scan import FoundFile
from photoorg.indexing.work import WorkItem


@dataclass(frozen=True, slots=True)
class Match:
    """A file that was found, and what the catalog knows of it: the same file unless `is_to_be_read`."""

    found: FoundFile
    known: KnownFile | None
    is_to_be_read: bool = False

    @property
    def has_failed(self) -> bool:
        """Whether it is known that it cannot be read."""
        return not self.is_to_be_read and self.known is not None and self.known.failure_code is not None

    @property
    def is_photo_that_moved(self) -> bool:
        """Whether a match at another place means that a photo has moved: not only a file of one."""
        known, group = self.known, self.found.group
        if known is None or known.role != "main" or known.failure_code is not None:
            return False
        return group is None or self.found.place.path in group.mains


@dataclass
class Families:
    """Takes matches in any order; `finish` after the last one.

    Gives what is to be read, the attachments (photo id, companion), the paths of all that are companions, the ids of
    videos that were companions and are none any more, and those of photos of which a RAW is to be read that was beside.
    """

    work: list[WorkItem] = field(default_factory=list)
    attachments: list[tuple[int, Companion]] = field(default_factory=list)
    companions: set[bytes] = field(default_factory=set)
    strays: list[int] = field(default_factory=list)
    going_on: set[int] = field(default_factory=set)
    _open: dict[tuple[int, bytes], dict[bytes, Match]] = field(default_factory=dict)

    def add(self, match: Match) -> None:
        """One more file; a group of files is put together when it is complete."""
        group, place = match.found.group, match.found.place
        if group is None:
            self._stand_alone(match)
            return
        key = place.volume_id, group.mains[0]
        members = self._open.setdefault(key, {})
        members[place.path] = match
        if len(members) == len(group.mains) + len(group.companions):
            del self._open[key]
            self._put_together(group, members)

    def finish(self) -> None:
        """Put together what is not complete: some of its files still change."""
        for members in self._open.values():
            group = next(iter(members.values())).found.group
            assert group is not None
            self._put_together(group, members)
        self._open.clear()

    def _put_together(self, group: Group, members: dict[bytes, Match]) -> None:
        chosen = next((path for path in group.mains if path not in members or not members[path].has_failed), None)
        for path in group.mains:
            if path in members and path != chosen:
                self._stand_alone(members[path])
        beside = [members[path] for path in group.companions if path in members]
        if chosen is None:
            for match in beside:
                if role_of(match.found.path) == "raw":
                    self._stand_alone(match)
                elif match.known is not None:
                    self.strays.append(match.known.id)
        elif chosen in members:  # else nobody knows yet what it will be
            others = (path for path in group.mains if path != chosen)
            self._attach(
                members[chosen], beside, any(path in members and not members[path].has_failed for path in others)
            )

    def _attach(self, main: Match, beside: list[Match], has_rivals: bool) -> None:
        companions = [_companion(match) for match in beside]
        self.companions.update(match.found.path for match in beside)
        if main.is_to_be_read:
            self.work.append(replace(_work(main), companions=tuple(companions), has_rivals=has_rivals))
            return
        assert main.known is not None
        assert main.known.photo_id is not None
        for match, companion in zip(beside, companions, strict=True):
            if not _belongs(match, main.known.photo_id, companion):
                self.attachments.append((main.known.photo_id, companion))

    def _stand_alone(self, match: Match) -> None:
        if match.is_to_be_read or (match.known is not None and match.known.role != "main"):
            self.work.append(_work(match))
            if match.known is not None and match.known.photo_id is not None and match.known.role != "main":
                self.going_on.add(match.known.photo_id)


def _belongs(match: Match, photo_id: int, companion: Companion) -> bool:
    known = match.known
    return known is not None and not match.is_to_be_read and (known.photo_id, known.role) == (photo_id, companion.role)


def _companion(match: Match) -> Companion:
    role, found = role_of(match.found.path), match.found
    assert role is not None
    return Companion(match.known.id if match.known else None, found.place, found.stat, role)


def _work(match: Match) -> WorkItem:
    found = match.found
    return WorkItem(match.known.id if match.known else None, found.path, found.place, found.stat)
