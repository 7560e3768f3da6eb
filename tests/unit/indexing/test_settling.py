"""When a change has settled, with a clock that the test moves."""

import pytest

from photoorg.indexing.settling import QUIET_S, SILENT_S, Settling

ROOT = b"/photos"


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def settling(clock):
    return Settling(clock)


def taken(settling, clock, after_s: float = 0.0) -> set[bytes]:
    clock.now += after_s
    return set(settling.take().paths)


def test_a_path_settles_when_nothing_happened_to_it_for_a_moment(settling, clock):
    settling.note(ROOT, b"/photos/a.jpg")
    assert not taken(settling, clock, QUIET_S / 2)
    settling.note(ROOT, b"/photos/a.jpg")
    assert not taken(settling, clock, 0.9 * QUIET_S)
    assert taken(settling, clock, 0.2 * QUIET_S) == {b"/photos/a.jpg"}
    assert not settling.take()


def test_what_settled_knows_its_root(settling, clock):
    settling.note(ROOT, b"/photos/a.jpg")
    clock.now += QUIET_S
    assert settling.take().paths == {b"/photos/a.jpg": ROOT}


def test_a_file_that_is_written_to_waits_until_it_is_closed(settling, clock):
    settling.note_writing(ROOT, b"/photos/a.jpg")
    assert settling.is_being_written(b"/photos/a.jpg")
    assert not taken(settling, clock, 0.9 * SILENT_S)
    settling.note(ROOT, b"/photos/a.jpg")
    assert not settling.is_being_written(b"/photos/a.jpg")
    assert taken(settling, clock, QUIET_S) == {b"/photos/a.jpg"}


def test_a_file_that_is_not_closed_is_tried_when_it_is_silent(settling, clock):
    settling.note_writing(ROOT, b"/photos/a.jpg")
    assert taken(settling, clock, SILENT_S) == {b"/photos/a.jpg"}
    assert settling.is_being_written(b"/photos/a.jpg")


def test_new_attributes_do_not_close_a_file(settling, clock):
    settling.note_writing(ROOT, b"/photos/a.jpg")
    settling.note_touched(ROOT, b"/photos/a.jpg")
    settling.note_touched(ROOT, b"/photos/b.jpg")
    assert taken(settling, clock, QUIET_S) == {b"/photos/b.jpg"}


def test_both_ends_of_a_move_settle_together(settling, clock):
    settling.note(ROOT, b"/photos/a.jpg")
    clock.now += 0.1 * QUIET_S
    settling.note(b"/others", b"/others/a.jpg")
    assert taken(settling, clock, 0.95 * QUIET_S) == {b"/photos/a.jpg", b"/others/a.jpg"}


def test_a_file_being_written_does_not_settle_along_with_others(settling, clock):
    settling.note_writing(ROOT, b"/photos/slow.jpg")
    clock.now += SILENT_S - QUIET_S - 0.1
    settling.note(ROOT, b"/photos/a.jpg")
    assert taken(settling, clock, QUIET_S) == {b"/photos/a.jpg"}


def test_a_folder_that_moves_away_takes_its_open_files_along(settling):
    settling.note_writing(ROOT, b"/photos/x/slow.jpg")
    settling.note_writing(ROOT, b"/photos/xy.jpg")
    settling.note(ROOT, b"/photos/x")
    assert not settling.is_being_written(b"/photos/x/slow.jpg")
    assert settling.is_being_written(b"/photos/xy.jpg")


def test_looking_again_waits_unless_something_happens(settling, clock):
    settling.look_again(ROOT, b"/photos/a.jpg", 10)
    assert not taken(settling, clock, 9)
    settling.note(ROOT, b"/photos/a.jpg")
    settling.look_again(ROOT, b"/photos/a.jpg", 10)
    assert taken(settling, clock, QUIET_S) == {b"/photos/a.jpg"}


def test_a_lost_root_is_due_at_once_or_at_the_earliest_time_that_was_named(settling, clock):
    settling.lose(ROOT, in_s=30)
    settling.lose(ROOT, in_s=5)
    settling.lose(ROOT, in_s=60)
    assert not settling.take().roots
    clock.now += 5
    assert settling.take().roots == {ROOT}
    settling.lose(ROOT)
    assert settling.take().roots == {ROOT}


def test_a_root_that_is_forgotten_has_no_changes(settling, clock):
    settling.note(ROOT, b"/photos/a.jpg")
    settling.note(b"/others", b"/others/a.jpg")
    settling.lose(ROOT)
    settling.forget(ROOT)
    clock.now += QUIET_S
    settled = settling.take()
    assert (settled.paths, settled.roots) == ({b"/others/a.jpg": b"/others"}, set())


def test_what_settles_covers_all_below_it(settling):
    assert b"/photos/x/a.jpg" not in settling.pending()
    settling.note(ROOT, b"/photos/x")
    pending = settling.pending()
    assert b"/photos/x" in pending
    assert b"/photos/x/y/a.jpg" in pending
    assert b"/photos/xy/a.jpg" not in pending
    assert b"/photos" not in pending


def test_waiting_ends_in_time_and_at_once_when_something_is_due():
    settling = Settling()
    settling.wait(0.01)
    settling.lose(ROOT)
    settling.wait(60)


def test_what_is_to_be_looked_at_again_may_be_looked_at_by_others(settling, clock):
    settling.look_again(ROOT, b"/photos/a.jpg", 10)
    assert b"/photos/a.jpg" not in settling.pending()
    assert taken(settling, clock, 10) == {b"/photos/a.jpg"}
    settling.look_again(ROOT, b"/photos/a.jpg", 10)
    settling.forget(ROOT)
    assert not taken(settling, clock, 10)
