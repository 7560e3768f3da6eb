"""Indexing in the window: progress, pause, files that cannot be read, another program that indexes, closing."""

import psutil
import pytest
from pictures import write_jpeg

from photoorg import Library
from photoorg.jobs.events import JobProgress
from photoorg.ui.dialogs.failures_dialog import FailuresDialog
from photoorg.ui.models.failure_list_model import FailureColumn

MANY = 60


@pytest.fixture
def many(data_dir, photos):
    """A folder with some more photos, in a library that has not indexed them yet."""
    for number in range(MANY - 3):
        write_jpeg(photos / f"more{number:02}.jpg", seed=100 + number)
    with Library(data_dir) as library:
        library.add_folder(photos)
    return photos


def progress(window):
    """Texts of the status bar's strip."""
    return window.browser.status._progress


def test_progress_is_shown(open_window, data_dir, many):
    window = open_window(data_dir)
    events = []
    window.window._indexing.progressed.connect(events.append)
    window.wait_until_watching()
    assert any(isinstance(event, JobProgress) and event.total for event in events)
    window.wait_for_photos(MANY)


def test_pause_holds_the_indexing_until_it_is_resumed(open_window, data_dir, photos):
    with Library(data_dir) as library:
        library.index([photos])
    window = open_window(data_dir)
    window.wait_until_watching()
    window.wait_for_photos(3)
    window.click("Pause")
    assert window.says("Paused")
    window.wait(lambda: is_waiting(window))
    write_jpeg(photos / "new.jpg", seed=9)
    window.wait(lambda: window.says("0 of 1"))  # it was noticed
    window.library.set_rating(window.ids()[:1], 2)  # searching and editing go on
    window.wait(lambda: window.photos()[0].rating == 2)
    assert window.model.rowCount() == 3
    window.click("Resume")
    window.wait_for_photos(4)


def is_waiting(window):
    """Whether the job says so itself."""
    event = progress(window)._event
    return event is not None and event.text == "Paused"


def test_a_pause_survives_a_restart(open_window, data_dir, many):
    with Library(data_dir) as library:
        library.models.use("demo")
    window = open_window(data_dir)
    window.wait(lambda: progress(window).isVisible())
    window.click("Pause")
    window.wait(lambda: window.library.is_paused)
    window.close()
    write_jpeg(many / "new.jpg", seed=999)
    again = open_window(data_dir)
    again.wait(lambda: is_waiting(again))
    again.wait(progress(again).is_paused)
    assert again.says("Paused")
    assert "new.jpg" not in again.names()
    again.click("Resume")
    again.wait_for_photos(MANY + 1)
    assert not again.library.is_paused


def test_another_program_pauses_and_resumes(open_window, data_dir, photos):
    with Library(data_dir) as library:
        library.index([photos])
    window = open_window(data_dir)
    window.wait_until_watching()
    with Library(data_dir) as other:
        other.set_paused(paused=True)
        window.wait(progress(window).is_paused)
        window.wait(lambda: window.says("Paused"))
        other.set_paused(paused=False)
        window.wait(lambda: not progress(window).is_paused())
        window.wait_until_watching()


def test_searches_do_not_wait_while_indexing_is_paused(open_window, demo_data):
    with Library(demo_data) as library:
        library.set_paused(paused=True)
    window = open_window(demo_data)
    window.wait(progress(window).is_paused)
    window.search("a red house")
    assert window.model.rowCount() > 0


def test_what_it_waits_for_is_said(open_window, data_dir, many):
    (data_dir / "settings.toml").write_text("decode_workers = 1\nonly_when_idle = true\n", encoding="utf-8")
    window = open_window(data_dir)
    window.wait(lambda: window.says("Waiting until the computer is idle"))
    window.wait(lambda: window.says(f"0 of {MANY}"))
    window.library.change_settings(only_when_idle=False)
    window.wait_for_photos(MANY)


def test_files_that_cannot_be_read_are_listed_with_their_reasons(open_window, data_dir, photos):
    (photos / "broken.jpg").write_bytes((photos / "a.jpg").read_bytes()[:300])
    (photos / "empty.png").touch()
    with Library(data_dir) as library:
        library.index([photos])
    window = open_window(data_dir)
    window.wait(window.browser.sidebar._failures.isVisible)
    window.wait_for_photos(3)
    window.click("2 files cannot be read", window.browser.status)
    window.wait(lambda: window.window.findChild(FailuresDialog) is not None)
    dialog = window.window.findChild(FailuresDialog)
    assert dialog.isVisible()
    table = dialog._table.model()
    rows = [[table.index(row, column).data() for column in FailureColumn] for row in range(table.rowCount())]
    assert sorted(row[FailureColumn.NAME] for row in rows) == ["broken.jpg", "empty.png"]
    assert all(row[FailureColumn.REASON] for row in rows)
    dialog.accept()


def test_unreadable_files_are_tried_again_on_request(open_window, data_dir, photos, monkeypatch):
    (photos / "empty.jpg").touch()
    with Library(data_dir) as library:
        library.index([photos])
    window = open_window(data_dir)
    window.wait_until_watching()
    window.wait(window.browser.sidebar._failures.isVisible)
    read = []
    record = window.library.catalog.files.record_failed
    monkeypatch.setattr(
        window.library.catalog.files, "record_failed", lambda files: (read.extend(files), record(files))
    )
    window.click("1 file cannot be read", window.browser.status)
    window.wait(lambda: window.window.findChild(FailuresDialog) is not None)
    window.window.findChild(FailuresDialog)._retry.click()
    window.wait(lambda: [file.code for file in read] == ["empty"])
    assert window.browser.sidebar._failures.isVisible()


def test_a_file_that_becomes_readable_leaves_the_list(open_window, data_dir, photos):
    (photos / "empty.jpg").touch()
    with Library(data_dir) as library:
        library.index([photos])
    window = open_window(data_dir)
    window.wait(window.browser.sidebar._failures.isVisible)
    write_jpeg(photos / "empty.jpg", seed=20)
    window.wait_for_photos(4)
    window.wait(window.browser.sidebar._failures.isHidden)


def test_while_another_program_indexes_the_window_shows_what_it_finds(open_window, data_dir, many):
    with Library(data_dir) as other:
        assert other.catalog.lease.take(1.0)
        window = open_window(data_dir)
        window.wait(lambda: progress(window).isVisible())
        other.catalog.lease.release()
        window.wait_for_photos(MANY)
        window.wait_until_watching()


def test_closing_in_the_middle_of_indexing_and_opening_again(open_window, data_dir, many):
    window = open_window(data_dir)
    window.window._feed._timer.setInterval(1)
    window.wait(lambda: window.model.rowCount() > 0)
    window.close()
    assert no_processes_are_left()
    again = open_window(data_dir)
    again.wait_for_photos(MANY)
    assert len(set(again.names())) == MANY


def no_processes_are_left():
    return not [
        child for child in psutil.Process().children(recursive=True) if "spawn_main" in " ".join(child.cmdline())
    ]


def test_an_error_that_ends_the_watching_is_told_and_it_is_tried_again(open_window, data_dir, photos):
    with Library(data_dir) as library:
        library.index([photos])
        library.catalog.settings.put("active_model", "gone")
    window = open_window(data_dir)
    window.wait(lambda: "gone" in window.browser.status.message())
    window.wait_for_photos(3)
    assert progress(window).isHidden()
    window.library.models.use("demo")
    window.window._indexing._retry.setInterval(0)
    window.window._indexing._retry.start()
    window.wait_until_watching()


def test_a_model_that_is_gone_is_told_when_somebody_searches(open_window, data_dir, photos):
    with Library(data_dir) as library:
        library.index([photos])
        library.catalog.settings.put("active_model", "gone")
    window = open_window(data_dir)
    window.wait_for_photos(3)
    failed = []
    window.window._search.failed.connect(failed.append)
    window.type_search("snow")
    window.wait(lambda: [error.code for error in failed] == ["active-model-gone"])
    assert window.browser.page is window.grid
