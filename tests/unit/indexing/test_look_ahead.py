"""Bounded look-ahead over futures that the test finishes by hand."""

from concurrent.futures import Future

import pytest

from photoorg.errors import Cancelled
from photoorg.indexing.look_ahead import run_ahead


class Workers:
    """Hands out futures and finishes them when told."""

    def __init__(self) -> None:
        self.futures: dict[int, Future] = {}

    def submit(self, item: int) -> Future:
        self.futures[item] = Future()
        return self.futures[item]

    def finish(self, *items: int) -> None:
        for item in items:
            self.futures[item].set_result(item * 10)

    @property
    def open(self) -> list[int]:
        return [item for item, future in self.futures.items() if not future.done()]


def never() -> None:
    """Nobody cancels."""


def test_results_come_in_the_order_in_which_they_finish():
    workers, finishing = Workers(), iter([2, 0, 1])
    results = run_ahead(range(3), workers.submit, 3, lambda: workers.finish(next(finishing)))
    assert [(item, future.result()) for item, future in results] == [(2, 20), (0, 0), (1, 10)]


@pytest.mark.parametrize("ahead", [1, 3, 50])
def test_never_more_than_the_bound_are_under_way(ahead):
    workers, most = Workers(), []

    def check():
        most.append(len(workers.open))
        if workers.open:
            workers.finish(workers.open[-1])

    done = [item for item, _ in run_ahead(range(20), workers.submit, ahead, check)]
    assert sorted(done) == list(range(20))
    assert max(most) == min(ahead, 20)


def test_nothing_new_starts_while_results_wait_to_be_taken():
    workers = Workers()

    def submit(item):
        future = workers.submit(item)
        workers.finish(item)
        return future

    results = run_ahead(range(100), submit, 4, never)
    next(results)
    assert len(workers.futures) == 4
    next(results)
    assert len(workers.futures) == 5


def test_failures_are_results_too():
    failed = Future()
    failed.set_exception(ValueError("no"))
    ((item, future),) = run_ahead(["x"], lambda _: failed, 2, never)
    assert item == "x"
    assert isinstance(future.exception(), ValueError)


def test_cancelling_ends_the_wait():
    workers, checks = Workers(), iter([None, None, Cancelled()])

    def check():
        if error := next(checks):
            raise error

    with pytest.raises(Cancelled):
        list(run_ahead(range(5), workers.submit, 2, check))
    assert len(workers.futures) == 2


def test_no_items_give_no_results():
    assert list(run_ahead([], lambda _: Future(), 2, never)) == []


def test_items_that_come_while_others_are_under_way_fill_the_workers():
    workers, items = Workers(), OpenEnded([1])

    def check():
        if workers.futures.keys() == {1}:
            items.waiting += [2, 3, 4]
        elif workers.open:
            workers.finish(workers.open[0])

    results = run_ahead(items, workers.submit, 3, check)
    assert [item for item, _ in results] == [1, 2, 3, 4]
    assert not items.waiting


class OpenEnded:
    """An iterator that may have more items again after it had none."""

    def __init__(self, waiting) -> None:
        self.waiting = waiting

    def __iter__(self):
        return self

    def __next__(self):
        if not self.waiting:
            raise StopIteration
        return self.waiting.pop(0)
