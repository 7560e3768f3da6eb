"""The bridge under stress: nothing lost, nothing twice, nothing after the end, all of it on the GUI thread."""

import threading

import pytest
from PySide6.QtCore import QThread

from photoorg.errors import Cancelled, DiskFull
from photoorg.jobs.job import CallJob, EditJob
from photoorg.ui.job_bridge import JobBridge

LANES = ("model", "interactive", "quick", "thumbnails", "pictures")


class CountingJob:
    """Reports progress `count` times and gives the count."""

    name = "count"

    def __init__(self, count, started=None):
        self._count = count
        self._started = started or threading.Event()

    def run(self, ctx):
        self._started.set()
        for number in range(self._count):
            ctx.check_cancelled()
            ctx.progress(number + 1, self._count, "Counting")
        return self._count


class EndlessJob:
    """Reports progress until it is cancelled."""

    name = "endless"

    def __init__(self):
        self.started = threading.Event()
        self.steps = 0

    def run(self, ctx):
        while True:
            ctx.check_cancelled()
            ctx.progress(self.steps, 0, "On and on")
            self.steps += 1
            self.started.set()


class Heard:
    """Notes what was called back, and on which thread."""

    def __init__(self):
        self.results, self.errors, self.progress, self.threads = [], [], [], set()

    def callbacks(self):
        return {
            "on_result": lambda result: self._note(self.results, result),
            "on_error": lambda error: self._note(self.errors, error),
            "on_progress": lambda event: self._note(self.progress, event),
        }

    def _note(self, where, value):
        self.threads.add(QThread.currentThread())
        where.append(value)


def fail(error):
    raise error


@pytest.fixture
def bridge(qapp):
    bridge = JobBridge()
    yield bridge
    assert bridge.close()


def test_thousands_of_events_from_several_threads_arrive_once_on_the_gui_thread(bridge, qtbot):
    heard = Heard()
    for number in range(200):
        bridge.submit(CountingJob(100), LANES[number % len(LANES)], **heard.callbacks())
    qtbot.waitUntil(lambda: len(heard.results) == 200)
    assert heard.results == [100] * 200
    assert heard.errors == []
    assert heard.threads == {bridge.thread()}


def test_only_the_newest_progress_is_told_and_none_after_the_end(bridge, qtbot):
    told = []
    job_id = bridge.submit(
        CountingJob(20_000),
        "model",
        on_progress=lambda event: told.append(event.done),
        on_result=lambda _result: told.append("end"),
    )
    qtbot.waitUntil(lambda: told[-1:] == ["end"])
    numbers = told[:-1]
    assert job_id == 1
    assert numbers == sorted(set(numbers))
    assert len(numbers) < 20_000


def test_a_flood_of_events_leaves_the_event_loop_its_turn(bridge, qtbot):
    job = EndlessJob()
    bridge.submit(job, "model", on_progress=lambda _event: None)
    seen = []
    bridge.submit(CallJob("short", lambda: "here"), "quick", on_result=seen.append)
    qtbot.waitUntil(lambda: seen == ["here"])


def test_a_cancelled_job_calls_nothing_back_even_if_it_had_finished(bridge, qtbot):
    heard, after = Heard(), []
    done = threading.Event()
    job_id = bridge.submit(CallJob("done", done.set), "quick", **heard.callbacks())
    assert done.wait(10)
    bridge.cancel(job_id)
    bridge.submit(CallJob("after", lambda: 1), "quick", on_result=after.append)
    qtbot.waitUntil(lambda: after == [1])
    assert heard.results == []


def test_a_job_that_ends_as_cancelled_by_itself_says_so(bridge, qtbot):
    def give_up():
        raise Cancelled

    errors = []
    bridge.submit(CallJob("give up", give_up), "quick", on_error=errors.append)
    qtbot.waitUntil(lambda: [type(error) for error in errors] == [Cancelled])


def test_random_cancels_leave_every_other_job_its_one_end(bridge, qtbot):
    heard = [Heard() for _ in range(300)]
    ids = [
        bridge.submit(CountingJob(50), LANES[number % len(LANES)], **one.callbacks())
        for number, one in enumerate(heard)
    ]
    for job_id in ids[::3]:
        bridge.cancel(job_id)
    kept = [one for number, one in enumerate(heard) if number % 3]
    qtbot.waitUntil(lambda: all(one.results == [50] for one in kept))
    assert all(one.results == [] for one in heard[::3])


def test_closing_in_the_middle_ends_all_jobs_and_calls_nothing_more(qapp, qtbot):
    bridge, heard = JobBridge(), Heard()
    jobs = [EndlessJob() for _ in LANES]
    for job, lane in zip(jobs, LANES, strict=True):
        bridge.submit(job, lane, **heard.callbacks())
    for _ in range(500):
        bridge.submit(CountingJob(1000), "quick", **heard.callbacks())
    assert all(job.started.wait(10) for job in jobs)
    assert bridge.close()
    told = len(heard.progress)
    steps = [job.steps for job in jobs]
    qapp.processEvents()
    assert (len(heard.progress), heard.results, heard.errors) == (told, [], [])
    assert [job.steps for job in jobs] == steps
    assert bridge.close()
    with pytest.raises(RuntimeError):
        bridge.submit(CountingJob(1), "quick")


def test_edits_that_wait_are_made_before_the_bridge_is_closed(qapp, qtbot):
    bridge, go_on, made = JobBridge(), threading.Event(), []
    bridge.submit(CallJob("slow", lambda: go_on.wait(10)), "quick")
    bridge.submit(EditJob("edit", lambda: made.append("edit")), "quick")
    bridge.submit(CallJob("look", lambda: made.append("look")), "quick")
    threading.Timer(0.1, go_on.set).start()
    assert bridge.close()
    assert made == ["edit"]


def test_closing_within_a_callback_is_fine(qapp, qtbot):
    bridge, heard = JobBridge(), Heard()
    closed = []
    bridge.submit(CallJob("close", lambda: None), "quick", on_result=lambda _none: closed.append(bridge.close()))
    bridge.submit(CountingJob(100), "interactive", **heard.callbacks())
    qtbot.waitUntil(lambda: closed == [True])
    told = heard.results.copy()
    qapp.processEvents()
    assert heard.results == told


def test_an_error_goes_to_its_job_or_else_to_the_signal(bridge, qtbot):
    heard = Heard()
    error, other = DiskFull(path="/here"), DiskFull(path="/there")
    bridge.submit(CallJob("fails", lambda: fail(error)), "quick", **heard.callbacks())
    with qtbot.waitSignal(bridge.failed) as signal:
        bridge.submit(CallJob("fails too", lambda: fail(other)), "quick")
    assert heard.errors == [error]
    assert signal.args == [other]


def test_a_callback_with_a_bug_does_not_stop_the_bridge(bridge, qtbot):
    seen = []
    with qtbot.captureExceptions() as exceptions:
        bridge.submit(CallJob("one", lambda: ValueError("a bug")), "quick", on_result=fail)
        bridge.submit(CallJob("two", lambda: 2), "quick", on_result=seen.append)
        qtbot.waitUntil(lambda: seen == [2])
    assert [kind for kind, *_ in exceptions] == [ValueError]


def test_without_jobs_the_bridge_sleeps(bridge, qtbot):
    seen = []
    bridge.submit(CallJob("one", lambda: 1), "quick", on_result=seen.append)
    qtbot.waitUntil(lambda: seen == [1])
    qtbot.waitUntil(lambda: not bridge._timer.isActive())
