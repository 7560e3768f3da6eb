"""Bounded look-ahead: workers stay busy while the encoder works, and memory does not grow with the library."""

import queue
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from itertools import islice
from typing import TypeVar

Item = TypeVar("Item")
Value = TypeVar("Value")

_CHECK_S = 0.2


def run_ahead(
    items: Iterable[Item],
    submit: Callable[[Item], "Future[Value]"],
    ahead: int,
    check: Callable[[], None],
) -> Iterator[tuple[Item, "Future[Value]"]]:
    """Each item with its finished future, in the order in which they finish; at most `ahead` are under way.

    `check` is called often, and may raise. The items' iterator may have more items again after it had none.
    """
    finished: queue.SimpleQueue[tuple[Item, Future[Value]]] = queue.SimpleQueue()
    waiting = iter(items)
    running = 0

    def start(item: Item) -> None:
        submit(item).add_done_callback(lambda future: finished.put((item, future)))

    def fill_up() -> int:
        started = 0
        for item in islice(waiting, ahead - running):
            start(item)
            started += 1
        return started

    running += fill_up()
    while running:
        check()
        running += fill_up()
        try:
            done = finished.get(timeout=_CHECK_S)
        except queue.Empty:
            continue
        yield done
        running -= 1
        running += fill_up()
