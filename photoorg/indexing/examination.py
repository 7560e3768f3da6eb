"""An examination: a look at one thing that may be wrong, and how it is mended."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Check:
    """What was looked at, whether it is well, and what was found, for people; `repaired` says what was done about it."""

    name: str
    ok: bool
    detail: str
    repaired: str | None = None


@dataclass(frozen=True)
class Found:
    """What a look gave; `count` is how much there is to mend, which need not be a fault."""

    ok: bool
    detail: str
    count: int = 0


@dataclass(frozen=True)
class Examination:
    """`mend` does something about what was found and says what; None where only a person can."""

    name: str
    look: Callable[[], Found]
    mend: Callable[[], str] | None = None

    def check(self) -> Check:
        """Look, and change nothing."""
        found = self.look()
        return Check(self.name, found.ok, found.detail)

    def check_and_mend(self) -> Check:
        """Look; where there is something to mend, mend it and look again."""
        found = self.look()
        if self.mend is None or not found.count:
            return Check(self.name, found.ok, found.detail)
        done = self.mend()
        return replace(self.check(), repaired=done)


def check_all(examinations: Iterable[Examination], *, repair: bool) -> list[Check]:
    """The checks in their order."""
    return [e.check_and_mend() if repair else e.check() for e in examinations]
