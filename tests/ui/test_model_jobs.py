"""The jobs with models on the real lanes; what the library does in them is made up."""

import threading
from pathlib import Path

import pytest
from model_fakes import DEMO, LARGE, LOST, SMALL, FakeLibrary, demo, installed, model

from photoorg.errors import Cancelled
from photoorg.jobs.job import CallJob
from photoorg.ui.job_bridge import JobBridge
from photoorg.ui.model_jobs import ModelJobs
from photoorg.ui.model_work import WorkKind


@pytest.fixture
def bridge(qtbot):
    bridge = JobBridge()
    yield bridge
    assert bridge.close()


@pytest.fixture
def library():
    return FakeLibrary(model(), model(LARGE), demo())


@pytest.fixture
def jobs(qtbot, bridge, library):
    jobs = ModelJobs(library, bridge)
    with qtbot.waitSignal(jobs.changed):
        jobs.read()
    return jobs


def row(jobs, reference=SMALL):
    return next(row for row in jobs.rows() if row.reference == reference)


def doing(jobs, reference=SMALL):
    return row(jobs, reference).work


def test_what_is_known_is_read_in_the_background(jobs):
    assert [row.reference for row in jobs.rows()] == [SMALL, LARGE, DEMO]
    assert jobs.shelf.proposed == SMALL
    assert jobs.title(SMALL) == "CLIP Base"
    assert jobs.title("hf-hub:a/b") == "hf-hub:a/b"


def test_many_wishes_to_read_are_two_reads(qtbot, jobs, library):
    library.models.reads = 0
    for _ in range(20):
        jobs.read()
    qtbot.waitUntil(lambda: library.models.reads == 2)
    qtbot.waitUntil(lambda: jobs._reading is None)
    assert library.models.reads == 2


def test_a_download_goes_on_and_ends(qtbot, jobs, library):
    jobs.download(SMALL)
    (job,) = library.models.jobs
    assert doing(jobs).progress is None
    job.report(100, 605, "weights")
    qtbot.waitUntil(lambda: doing(jobs).progress is not None)
    assert (doing(jobs).progress.done, doing(jobs).progress.total) == (100, 605)
    library.models.known[0] = installed(is_active=True)
    with qtbot.waitSignal(jobs.ended) as ended:
        job.finish("result")
    assert (ended.args[0].kind, ended.args[1]) == (WorkKind.DOWNLOAD, "result")
    qtbot.waitUntil(lambda: doing(jobs) is None)
    assert row(jobs).info.is_installed


def test_until_the_outcome_is_read_the_work_shows(qtbot, jobs, library, bridge):
    """Else the model would be offered for a moment once more."""
    go_on = threading.Event()
    states = []
    jobs.changed.connect(lambda: states.append((row(jobs).info.is_installed, doing(jobs) is not None)))
    jobs.download(SMALL)
    bridge.submit(CallJob("hold the lane of reads", go_on.wait), "disk")
    library.models.known[0] = installed()
    library.models.jobs[0].finish()
    with qtbot.waitSignal(jobs.ended):
        pass
    go_on.set()
    qtbot.waitUntil(lambda: row(jobs).info.is_installed)
    assert states[-1] == (True, False)
    assert (False, False) not in states


def test_one_job_for_each_model(jobs, library):
    jobs.download(SMALL)
    jobs.download(SMALL)
    jobs.verify(SMALL)
    assert len(library.models.jobs) == 1
    jobs.cancel(SMALL)


def test_downloads_wait_for_each_other(qtbot, jobs, library):
    jobs.download(SMALL)
    jobs.download(LARGE)
    assert (doing(jobs).waits, doing(jobs, LARGE).waits) == (False, True)
    first, second = library.models.jobs
    first.finish()
    assert second.begun.wait(5)
    qtbot.waitUntil(lambda: not doing(jobs, LARGE).waits)
    second.finish()
    qtbot.waitUntil(lambda: doing(jobs, LARGE) is None)


def test_a_test_and_a_removal_do_not_wait_for_a_download(qtbot, jobs, library):
    jobs.download(SMALL)
    jobs.verify(LARGE)
    assert library.models.jobs[1].begun.wait(5)
    library.models.jobs[1].finish()
    jobs.remove(DEMO)
    assert library.models.jobs[2].begun.wait(5)
    library.models.jobs[2].finish()
    jobs.cancel(SMALL)


def test_cancelling_stops_the_job_and_shows_what_is_there(qtbot, jobs, library):
    jobs.download(SMALL)
    (job,) = library.models.jobs
    assert job.begun.wait(5)
    library.models.known[0] = model(partial_bytes=210)
    jobs.cancel(SMALL)
    assert doing(jobs) is None
    qtbot.waitUntil(lambda: job.is_cancelled)
    qtbot.waitUntil(lambda: row(jobs).info.partial_bytes == 210)


def test_after_cancelling_it_can_be_begun_again(qtbot, jobs, library):
    jobs.download(SMALL)
    jobs.cancel(SMALL)
    jobs.download(SMALL)
    library.models.jobs[1].report(1, 2, "")
    qtbot.waitUntil(lambda: doing(jobs).progress is not None)
    jobs.cancel(SMALL)


def test_an_error_stays_until_it_is_dismissed_or_it_is_tried_again(qtbot, jobs, library):
    jobs.download(SMALL)
    library.models.jobs[0].fail(LOST)
    qtbot.waitUntil(lambda: doing(jobs).error is not None)
    assert str(doing(jobs).error) == str(LOST)
    jobs.again(SMALL)
    assert doing(jobs).error is None
    library.models.jobs[1].fail(LOST)
    qtbot.waitUntil(lambda: doing(jobs).error is not None)
    jobs.dismiss(SMALL)
    assert doing(jobs) is None


def test_the_newest_version_can_be_asked_for(jobs, library):
    jobs.download(SMALL, latest=True)
    assert library.models.jobs[0].name == f"install latest {SMALL}"
    jobs.cancel(SMALL)


@pytest.mark.parametrize("is_latest", [False, True])
@pytest.mark.parametrize("kind", list(WorkKind))
def test_everything_can_be_tried_again(qtbot, jobs, library, kind, is_latest):
    {
        WorkKind.DOWNLOAD: lambda: jobs.download(SMALL, latest=is_latest),
        WorkKind.ADD: lambda: jobs.add(Path(SMALL)),
        WorkKind.VERIFY: lambda: jobs.verify(SMALL),
        WorkKind.REMOVE: lambda: jobs.remove(SMALL),
        WorkKind.USE: lambda: jobs.use(SMALL),
    }[kind]()
    for step in (0, 1):  # also once more
        library.models.jobs[step].fail(LOST)
        qtbot.waitUntil(lambda: doing(jobs).error is not None)
        jobs.again(SMALL)
        assert doing(jobs).is_running
    with qtbot.waitSignal(jobs.ended) as ended:
        library.models.jobs[2].finish()
    assert ended.args[0].kind is kind
    names = [job.name for job in library.models.jobs]
    assert len(names) == 3
    assert len(set(names)) == 1
    assert ("latest" in names[0]) == (kind is WorkKind.DOWNLOAD and is_latest)


def test_a_model_to_be_used_is_tried_out_when_its_turn_has_come(qtbot, jobs, library):
    jobs.download(LARGE)
    jobs.use(SMALL)
    assert doing(jobs).waits
    download, use = library.models.jobs
    download.finish()
    qtbot.waitUntil(lambda: not doing(jobs).waits)
    assert not doing(jobs).is_trial
    use.report(0, 0, "Trying the model out")
    qtbot.waitUntil(lambda: doing(jobs).is_trial)
    jobs.cancel(SMALL)
    qtbot.waitUntil(lambda: use.is_cancelled)


def test_a_bug_goes_where_bugs_go(qtbot, jobs, library):
    jobs.download(SMALL)
    with qtbot.waitSignal(jobs.failed) as failed:
        library.models.jobs[0].fail(KeyError("bug"))
    assert isinstance(failed.args[0], KeyError)
    assert doing(jobs) is None


def test_a_job_that_something_else_cancelled_does_not_seem_to_go_on(qtbot, jobs, library):
    jobs.download(SMALL)
    library.models.jobs[0].fail(Cancelled())
    qtbot.waitUntil(lambda: doing(jobs).error is not None)


def test_a_folder_that_is_added_is_listed_by_its_name_until_it_is_a_model(qtbot, jobs, library):
    jobs.add(Path("/models/mine"))
    assert (row(jobs, "/models/mine").title, row(jobs, "/models/mine").info) == ("mine", None)
    library.models.known.append(installed("local/mine"))
    library.models.jobs[0].finish(installed("local/mine"))
    qtbot.waitUntil(lambda: [row.reference for row in jobs.rows()] == [SMALL, LARGE, DEMO, "local/mine"])


def test_closing_cancels_what_goes_on(qtbot, jobs, library, bridge):
    jobs.download(SMALL)
    (job,) = library.models.jobs
    assert job.begun.wait(5)
    assert bridge.close()
    assert job.is_cancelled
