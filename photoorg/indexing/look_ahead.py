"""Bounded look-ahead: workers stay busy while the encoder works, and memory does not grow with the library."""

import queue
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from itertools import islice
from typing import TypeVar

Item = TypeVar("Item")
Value = TypeVar("Value")

_CANCEL_CHECK_S = 0.25


def run_ahead(
    items: Iterable[Item],
    submit: Callable[[Item], "Future[Value]"],
    ahead: int,
    check_cancelled: Callable[[], None],
) -> Iterator[tuple[Item, "Future[Value]"]]:
    """Each item with its finished future, in the order in which they finish; at most `ahead` are under way."""
    finished: queue.SimpleQueue[tuple[Item, Future[Value]]] = queue.SimpleQueue()
    waiting = iter(items)

    def start(item: Item) -> None:
        submit(item).add_done_callback(lambda future: finished.put((item, future)))

    running = 0
    for item in islice(waiting, ahead):
        start(item)
        running += 1
    while running:
        yield _next(finished, check_cancelled)
        running -= 1
        for item in islice(waiting, 1):
            start(item)
            running += 1


def _next(finished: "queue.SimpleQueue[Value]", check_cancelled: Callable[[], None]) -> Value:
    while True:
        check_cancelled()
        try:
            return finished.get(timeout=_CANCEL_CHECK_S)
        except queue.Empty:
            continue
