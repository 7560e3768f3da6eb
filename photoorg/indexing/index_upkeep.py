"""Keeps the vector index near the embeddings while a library is followed: in small parts, when there is nothing else to do."""

from collections.abc import Callable, Generator

from photoorg.indexing.index_child import catch_up_apart
from photoorg.indexing.tools import IndexTools
from photoorg.search.index_cache import IndexCache

# Building for long on all cores would be felt; exact search serves meanwhile.
_THREADS = 1


class IndexUpkeep:
    """Catches the index of one model at a time up."""

    def __init__(self) -> None:
        self._tools: IndexTools | None = None
        self._parts: Generator[None, None, None] | None = None

    def begin(self, tools: IndexTools, is_due: Callable[[IndexCache], bool]) -> None:
        """Begin to catch up, if it `is_due` and not under way. Raises DiskFull where that of another model cannot be saved."""
        if self._tools is not tools:
            self.stop()
        if self._parts is None and tools.model is not None:
            cache = IndexCache(tools.catalog, tools.index_dir, tools.model)
            if is_due(cache):
                self._tools = tools
                self._parts = catch_up_apart(tools) if cache.is_large() else cache.catch_up(_THREADS)

    def go_on(self) -> None:
        """Do a part of what was begun. Raises DiskFull."""
        if self._parts is not None and next(self._parts, self) is self:
            self._parts = None

    def stop(self) -> None:
        """Leave it; what was done is saved as far as that takes no time. Raises DiskFull."""
        parts, self._parts = self._parts, None
        if parts is not None:
            parts.close()
