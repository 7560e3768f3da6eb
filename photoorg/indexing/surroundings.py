"""What goes on around a run of indexing: nothing, or a library that is followed while photos are read."""

from collections.abc import Container
from typing import Protocol

from photoorg.errors import UnreadableImage
from photoorg.indexing.work import WorkItem


class Surroundings(Protocol):
    """What a run asks while it works."""

    def attend(self) -> None:
        """Called often while photos are read; may add to what is to be read, and may raise."""
        ...

    def wants_an_end(self) -> bool:
        """Whether what waits to be embedded is to wait on: another model is in use, say."""
        ...

    def waits_for(self) -> str | None:
        """Why nothing is to be read now, in words for people; None if it may."""
        ...

    def settling(self) -> Container[bytes]:
        """The absolute paths to which something is happening just now: a run leaves them alone."""
        ...

    def puts_off(self, item: WorkItem, error: UnreadableImage | None) -> bool:
        """Whether a file that cannot be read (None: that broke the workers) is looked at again later, and not failed."""
        ...


class Unattended:
    """A disk that nobody follows: what cannot be read has failed."""

    def attend(self) -> None:
        """Nothing to do."""

    def wants_an_end(self) -> bool:
        """Never."""
        return False

    def waits_for(self) -> str | None:
        """A person asked for it: it goes on whatever else happens."""
        return None

    def settling(self) -> Container[bytes]:
        """Nobody knows; so none."""
        return ()

    def puts_off(self, item: WorkItem, error: UnreadableImage | None) -> bool:  # noqa: ARG002 - the protocol's signature
        """Never."""
        return False
