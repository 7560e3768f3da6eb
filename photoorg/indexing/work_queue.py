"""What is to be read: a queue that grows at its front, because what changes now is wanted first."""

from collections import OrderedDict
from collections.abc import Iterable, Sequence

from photoorg.indexing.work import WorkItem


class WorkQueue:
    """Files to read, each path once. An iterator that may have more items again after it had none."""

    def __init__(self) -> None:
        self._waiting: OrderedDict[bytes, WorkItem] = OrderedDict()
        self._running: dict[bytes, WorkItem] = {}
        self._dropped: dict[bytes, WorkItem] = {}

    def __iter__(self) -> "WorkQueue":
        return self

    def __next__(self) -> WorkItem:
        if not self._waiting:
            raise StopIteration
        path, item = self._waiting.popitem(last=False)
        self._running[path] = item
        return item

    def __len__(self) -> int:
        """How many are not finished: those that wait, and those under way."""
        return len(self._waiting) + len(self._running)

    def add(self, items: Iterable[WorkItem]) -> None:
        """Add at the end; what is planned already keeps its turn."""
        for item in items:
            if self._running.get(item.path) != item:
                self._waiting[item.path] = item

    def add_first(self, items: Sequence[WorkItem]) -> None:
        """Add before all others, in this order."""
        for item in reversed(items):
            if self._running.get(item.path) != item:
                self._waiting[item.path] = item
                self._waiting.move_to_end(item.path, last=False)

    def drop(self, paths: Iterable[bytes]) -> None:
        """These are not to be read after all; what is under way of them is not wanted any more."""
        if not self._waiting and not self._running:
            return
        for path in paths:
            self._waiting.pop(path, None)
            if (item := self._running.pop(path, None)) is not None:
                self._dropped[path] = item

    def is_dropped(self, item: WorkItem) -> bool:
        """Whether an item that was under way is not wanted any more."""
        return self._dropped.get(item.path) is item

    def finish(self, item: WorkItem) -> None:
        """The item is no longer under way."""
        if self.is_dropped(item):
            del self._dropped[item.path]
        if self._running.get(item.path) is item:
            del self._running[item.path]

    def clear(self) -> None:
        """Forget what waits and what was under way."""
        self._waiting.clear()
        self._running.clear()
