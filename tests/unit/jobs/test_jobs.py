"""Jobs, lanes and the runner: every job ends exactly once, whatever happens."""

import queue
import random
import signal
import threading
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor

import pytest

from photoorg.errors import Cancelled, DiskFull
from photoorg.jobs.blocking import run_blocking
from photoorg.jobs.events import ENDS, JobCancelled, JobFailed, JobFinished, JobProgress, JobStarted
from photoorg.jobs.job import RATE_WINDOW_S, JobContext, RateMeter
from photoorg.jobs.runner import JobRunner

PATIENCE_S = 100


class Calling:
    """A job that calls a function with its context."""

    def __init__(self, call, name="test"):
        self.name = name
        self._call = call

    def run(self, ctx):
        return self._call(ctx)


def wait_until_cancelled(ctx):
    """Work without end that checks for cancellation."""
    while True:
        ctx._cancelled.wait(PATIENCE_S)
        ctx.check_cancelled()


def raising(error):
    def run(_ctx):
        raise error

    return Calling(run)


@pytest.fixture
def events():
    return queue.SimpleQueue()


@pytest.fixture
def runner(events):
    runner = JobRunner(events.put)
    yield runner
    assert runner.close(PATIENCE_S)


def all_of(events):
    taken = []
    while not events.empty():
        taken.append(events.get())
    return taken


def until_end(events):
    """The events up to and with the next end."""
    taken = []
    while not taken or not isinstance(taken[-1], ENDS):
        taken.append(events.get(timeout=PATIENCE_S))
    return taken


def test_a_job_starts_reports_and_finishes(runner, events):
    job_id = runner.submit(Calling(lambda ctx: ctx.progress(1, 2, "half") or "result", "name"), "model")
    started, progress, end = until_end(events)
    assert started == JobStarted(job_id, "name")
    assert (progress.job_id, progress.done, progress.total, progress.text) == (job_id, 1, 2, "half")
    assert end == JobFinished(job_id, "result")


@pytest.mark.parametrize("error", [DiskFull(path="x"), ValueError("bug"), SystemExit(3), KeyboardInterrupt()])
def test_a_job_that_raises_has_failed_and_its_lane_goes_on(runner, events, error):
    runner.submit(raising(error), "model")
    assert until_end(events)[-1] == JobFailed(1, error)
    runner.submit(Calling(lambda _: "next"), "model")
    assert until_end(events)[-1] == JobFinished(2, "next")


def test_a_running_job_is_cancelled(runner, events):
    job_id = runner.submit(Calling(wait_until_cancelled), "model")
    assert isinstance(events.get(timeout=PATIENCE_S), JobStarted)
    runner.cancel(job_id)
    assert until_end(events) == [JobCancelled(job_id)]
    runner.cancel(job_id)
    runner.cancel(12345)


def test_a_waiting_job_that_is_cancelled_never_runs(runner, events):
    ran = []
    first = runner.submit(Calling(wait_until_cancelled), "model")
    second = runner.submit(Calling(ran.append), "model")
    runner.cancel(second)
    runner.cancel(first)
    assert until_end(events)[-1] == JobCancelled(first)
    assert until_end(events)[-1] == JobCancelled(second)
    assert not ran


def test_jobs_of_one_lane_run_in_order_and_one_at_a_time(runner, events):
    running, order = threading.Lock(), []

    def work(number):
        def run(_ctx):
            assert running.acquire(blocking=False)
            order.append(number)
            running.release()

        return run

    for number in range(100):
        runner.submit(Calling(work(number)), "model")
    assert {type(until_end(events)[-1]) for _ in range(100)} == {JobFinished}
    assert order == list(range(100))


def test_what_the_user_waits_for_does_not_queue_behind_the_model(runner, events):
    busy = runner.submit(Calling(wait_until_cancelled), "model")
    quick = runner.submit(Calling(lambda _: "found"), "interactive")
    assert until_end(events)[-1] == JobFinished(quick, "found")
    runner.cancel(busy)
    assert until_end(events)[-1] == JobCancelled(busy)


def test_closing_cancels_what_runs_and_what_waits(runner, events):
    ids = [runner.submit(Calling(wait_until_cancelled), lane) for lane in ("model", "interactive", "model")]
    assert runner.close(PATIENCE_S)
    assert runner.close(PATIENCE_S)
    ends = [event for event in all_of(events) if isinstance(event, ENDS)]
    assert sorted(ends, key=lambda end: end.job_id) == [JobCancelled(job_id) for job_id in ids]
    with pytest.raises(RuntimeError, match="closed"):
        runner.submit(Calling(lambda _: None), "model")


def test_closing_tells_when_a_job_does_not_end_in_time(runner, events):
    stubborn = threading.Event()
    runner.submit(Calling(lambda _: stubborn.wait(PATIENCE_S)), "model")
    assert isinstance(events.get(timeout=PATIENCE_S), JobStarted)
    assert not runner.close(timeout_s=0.01)
    stubborn.set()
    assert runner.close(PATIENCE_S)
    assert all_of(events) == [JobFinished(1, True)]


def test_a_runner_without_jobs_closes(events):
    assert JobRunner(events.put).close()


OUTCOMES = [
    lambda ctx: ctx.progress(1, 1, "") or "result",
    lambda ctx: ctx.check_cancelled(),
    lambda _: 1 // 0,
    lambda ctx: ctx.cancel() or ctx.check_cancelled(),
]


def test_thousands_of_jobs_from_many_threads_each_end_exactly_once(runner, events):
    ids = []

    def submit_and_cancel(seed):
        rng = random.Random(seed)
        for _ in range(500):
            ids.append(runner.submit(Calling(rng.choice(OUTCOMES)), rng.choice(["model", "interactive"])))
            if rng.random() < 0.5:
                runner.cancel(rng.choice(ids))

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(submit_and_cancel, range(6)))
    assert runner.close(PATIENCE_S)
    of_job = defaultdict(list)
    for event in all_of(events):
        of_job[event.job_id].append(event)
    assert of_job.keys() == set(ids)
    assert len(ids) == 3000
    for happened in of_job.values():
        kinds = [type(event) for event in happened]
        assert kinds[0] is JobStarted
        assert kinds[-1] in ENDS
        assert set(kinds[1:-1]) <= {JobProgress}


def test_submitting_while_the_runner_closes_either_ends_or_is_refused(events):
    for _ in range(50):
        runner, gate = JobRunner(events.put), threading.Barrier(2)

        def submit(runner=runner, gate=gate):
            gate.wait()
            try:
                return {runner.submit(Calling(wait_until_cancelled), "model")}
            except RuntimeError:
                return set()

        with ThreadPoolExecutor(1) as pool:
            submitted = pool.submit(submit)
            gate.wait()
            assert runner.close(PATIENCE_S)
            assert runner.close(PATIENCE_S)
        assert {event.job_id for event in all_of(events) if isinstance(event, ENDS)} == submitted.result()


def test_run_blocking_gives_the_result_and_reports_in_this_thread():
    seen = []
    job = Calling(lambda ctx: [ctx.progress(number, 3, "text") for number in range(3)] and "result")
    result = run_blocking(job, "model", lambda progress: seen.append((progress.done, threading.current_thread())))
    assert result == "result"
    assert seen == [(number, threading.main_thread()) for number in range(3)]


@pytest.mark.parametrize("error", [DiskFull(path="x"), ZeroDivisionError("bug"), Cancelled()])
def test_run_blocking_raises_what_the_job_raised(error):
    with pytest.raises(type(error)) as caught:
        run_blocking(raising(error), "model")
    assert str(caught.value) == str(error)


def test_the_traceback_of_a_bug_leads_into_the_job():
    with pytest.raises(ZeroDivisionError) as caught:
        run_blocking(Calling(lambda _: 1 // 0, "job"), "model")
    assert "1 // 0" in str(caught.traceback[-1].statement)


@pytest.mark.parametrize("error", [KeyboardInterrupt, ValueError])
def test_an_interruption_of_the_waiting_thread_cancels_the_job_and_waits_for_its_end(error):
    ended = []

    def run(ctx):
        ctx.progress(0, 1, "")
        try:
            wait_until_cancelled(ctx)
        finally:
            ended.append("cleaned up")

    def interrupt(_progress):
        raise error

    with pytest.raises(error):
        run_blocking(Calling(run), "model", interrupt)
    assert ended == ["cleaned up"]


@pytest.mark.skipif(not hasattr(signal, "pthread_kill"), reason="Windows has no signals between threads")
def test_ctrl_c_cancels_a_job_that_reports_nothing():
    main = threading.main_thread().ident

    def run(ctx):
        signal.pthread_kill(main, signal.SIGINT)
        wait_until_cancelled(ctx)

    with pytest.raises(KeyboardInterrupt):
        run_blocking(Calling(run), "model")


def test_a_context_reports_and_cancels_without_a_runner():
    reports = []
    context = JobContext(7, reports.append, clock=lambda: 0.0)
    context.progress(1, 0, "unknown")
    assert reports == [JobProgress(7, 1, 0, "unknown", 0.0, None)]
    context.check_cancelled()
    context.cancel()
    with pytest.raises(Cancelled):
        context.check_cancelled()


class Meter:
    """A RateMeter whose clock is told the time."""

    def __init__(self):
        self._now = 0.0
        self._meter = RateMeter(lambda: self._now)

    def at(self, seconds, done, total=100):
        self._now = seconds
        return self._meter.update(done, total)


def test_the_rate_is_measured_over_the_last_seconds():
    meter = Meter()
    assert meter.at(0, 0) == (0.0, None)
    assert meter.at(10, 20) == (2.0, 40.0)
    assert meter.at(20, 60) == (3.0, 40 / 3)
    rate, left_s = meter.at(20 + RATE_WINDOW_S, 90)
    assert (rate, left_s) == (2.0, 5.0)


def test_items_slower_than_the_window_still_have_a_rate():
    meter = Meter()
    meter.at(0, 0)
    for number in range(1, 6):
        assert meter.at(number * 4 * RATE_WINDOW_S, number * 30) == (
            30 / (4 * RATE_WINDOW_S),
            (100 - number * 30) / (30 / (4 * RATE_WINDOW_S)),
        )


def test_a_job_that_stands_still_gets_slower():
    meter = Meter()
    meter.at(0, 0)
    meter.at(1, 50)
    assert meter.at(10, 50)[0] == 5.0
    assert meter.at(1 + 2 * RATE_WINDOW_S, 50) == (0.0, None)


def test_a_new_phase_counts_from_zero():
    meter = Meter()
    meter.at(0, 0, 0)
    assert meter.at(1, 1000, 0) == (1000.0, None)
    assert meter.at(2, 0) == (0.0, None)
    assert meter.at(4, 10) == (5.0, 18.0)


def test_many_reports_take_little_memory():
    meter = Meter()
    for number in range(5000):
        meter.at(number, number)
    assert len(meter._meter._samples) <= RATE_WINDOW_S + 2
