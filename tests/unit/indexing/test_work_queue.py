"""The queue of files to read: what changes now comes first, and each path is there once."""

from photoorg.catalog.records import FileStat, Place
from photoorg.indexing.diff import WorkItem
from photoorg.indexing.work_queue import WorkQueue


def item(name: str, size: int = 1) -> WorkItem:
    path = f"/photos/{name}".encode()
    return WorkItem(None, path, Place(1, 1, path[1:]), FileStat(size, 1, 1, 1))


def names(queue: WorkQueue) -> str:
    return "".join(taken.path.decode()[-1] for taken in queue)


def test_new_work_at_the_front_comes_first_in_its_own_order():
    queue = WorkQueue()
    queue.add([item("a"), item("b")])
    queue.add_first([item("c"), item("d")])
    assert names(queue) == "cdab"


def test_a_path_is_there_once_and_its_newest_state_counts():
    queue = WorkQueue()
    queue.add([item("a"), item("b", 1)])
    queue.add([item("b", 2)])
    queue.add_first([item("b", 3)])
    assert len(queue) == 2
    assert [taken.stat.size_bytes for taken in queue] == [3, 1]


def test_what_is_under_way_is_not_read_twice_unless_it_changed():
    queue = WorkQueue()
    queue.add([item("a", 1)])
    running = next(queue)
    queue.add([item("a", 1)])
    queue.add_first([item("a", 1)])
    assert not list(queue)
    queue.add([item("a", 2)])
    assert list(queue) == [item("a", 2)]
    queue.finish(running)


def test_the_queue_counts_what_is_not_finished_and_can_grow_after_it_was_empty():
    queue = WorkQueue()
    queue.add([item("a")])
    (running,) = queue
    assert len(queue) == 1
    queue.finish(running)
    assert len(queue) == 0
    queue.add([item("b"), item("c")])
    assert names(queue) == "bc"
    queue.clear()
    assert len(queue) == 0


def test_what_is_dropped_is_not_read_and_not_wanted_if_it_was_under_way():
    queue = WorkQueue()
    queue.add([item("a"), item("b"), item("c")])
    running = next(queue)
    queue.drop([b"/photos/a", b"/photos/b", b"/photos/unknown"])
    assert queue.is_dropped(running)
    assert names(queue) == "c"
    queue.add([item("a")])
    queue.finish(running)
    assert not queue.is_dropped(running)
    assert names(queue) == "a"
