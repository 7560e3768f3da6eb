import pytest
from PySide6.QtWidgets import QProgressBar, QPushButton, QToolButton, QWidget

from photoorg.jobs.events import JobProgress
from photoorg.ui.views.labels import FittingLabel
from photoorg.ui.views.progress_strip import ProgressStrip
from photoorg.ui.views.status_bar import StatusBar

HALF = JobProgress(1, 1234, 2468, "Indexing photos", 18.83, 240)
LONG_MS = 60_000


@pytest.fixture
def bar(qtbot, theme):
    bar = StatusBar(message_ms=LONG_MS)
    qtbot.addWidget(bar)
    bar.resize(1000, 34)
    bar.show()
    return bar


def texts(bar):
    return [label.text() for label in bar.findChildren(FittingLabel) if label.isVisible()]


def pause_button(bar):
    return bar.findChild(QToolButton)


def test_counts(bar):
    failures = bar.findChild(QPushButton)
    bar.show_counts(12345, 0)
    assert (texts(bar), failures.isVisible()) == (["12,345 photos"], False)
    bar.show_counts(1, 3)
    assert (texts(bar), failures.isVisible()) == (["1 photo"], True)
    assert failures.text() == "3 files cannot be read"


def test_the_failures_can_be_asked_for(qtbot, bar):
    bar.show_counts(1, 3)
    with qtbot.waitSignal(bar.failures_clicked):
        bar.findChild(QPushButton).click()


def test_progress(bar):
    bar.show_counts(5, 0)
    bar.show_progress(HALF)
    assert texts(bar) == [
        *("5 photos", "Indexing photos"),
        "1,234 of 2,468 · 18.8 photos/s · about 4 minutes left",
    ]
    shown = bar.findChild(QProgressBar)
    assert (shown.isVisible(), shown.value() / shown.maximum()) == (True, 0.5)


def test_without_a_total_there_is_the_text_only(bar):
    bar.show_progress(HALF)
    bar.show_progress(JobProgress(1, 7, 0, "Scanning folders", 0.0, None))
    assert "Scanning folders" in texts(bar)
    assert not bar.findChild(QProgressBar).isVisible()
    assert len(texts(bar)) == 2


def test_the_end_takes_the_progress_away(bar):
    bar.show_progress(HALF)
    bar.show_progress(None)
    assert len(texts(bar)) == 1
    assert not pause_button(bar).isVisible()


def test_pause_and_resume(qtbot, bar):
    bar.show_progress(HALF)
    assert pause_button(bar).accessibleName() == "Pause"
    with qtbot.waitSignal(bar.pause_toggled) as toggled:
        pause_button(bar).click()
    assert toggled.args == [True]
    assert pause_button(bar).toolTip() == "Resume"
    assert texts(bar)[1:] == ["Paused", "1,234 of 2,468"]
    bar.show_progress(HALF)
    assert "Paused" in texts(bar)
    with qtbot.waitSignal(bar.pause_toggled) as toggled:
        pause_button(bar).click()
    assert toggled.args == [False]
    assert "Indexing photos" in texts(bar)


def test_pausing_from_outside_says_nothing(qtbot, bar):
    bar.show_progress(HALF)
    with qtbot.assertNotEmitted(bar.pause_toggled):
        bar.set_paused(True)
    assert "Paused" in texts(bar)


def test_a_message_takes_the_place_of_the_counts_for_a_while(qtbot, theme):
    bar = StatusBar(message_ms=30)
    qtbot.addWidget(bar)
    bar.show()
    bar.show_counts(5, 1)
    bar.show_message("Undone\nand said")
    assert bar.message() == "Undone\N{REPLACEMENT CHARACTER}and said"
    assert not bar.findChild(QPushButton).isVisible()
    qtbot.waitUntil(lambda: texts(bar) == ["5 photos"])
    assert bar.message() == ""
    assert bar.findChild(QPushButton).isVisible()


def test_counts_do_not_end_a_message(bar):
    bar.show_message("Undone")
    bar.show_counts(5, 1)
    assert texts(bar) == ["Undone"]


def test_changing_numbers_move_nothing(qtbot, bar):
    bar.show_progress(HALF)
    before = bar.findChild(QProgressBar).mapTo(bar, bar.findChild(QProgressBar).rect().topLeft())
    bar.show_progress(JobProgress(1, 1235, 2468, "Indexing photos", 1.0, 60))
    bar.layout().activate()
    assert bar.findChild(QProgressBar).mapTo(bar, bar.findChild(QProgressBar).rect().topLeft()) == before


NARROWEST = 640  # the window's
MANY = JobProgress(1, 1234, 214_000, "Embedding photos", 18.8, 3 * 3600)


def label(bar, text):
    return next(label for label in bar.findChildren(FittingLabel) if label.text() == text)


@pytest.fixture
def around(qtbot, theme):
    around = QWidget()
    qtbot.addWidget(around)
    around.resize(2000, 34)
    around.show()
    return around


@pytest.fixture
def strip(around):
    strip = ProgressStrip(around)
    strip.show_progress(MANY)
    return strip


def squeeze(strip, width):
    strip.resize(width, 34)
    strip.layout().activate()
    assert all(strip.rect().contains(part.geometry()) for part in strip.findChildren(QWidget) if part.isVisible())


def test_what_goes_on_counts_more_than_how_far_it_is(strip):
    text = label(strip, "Embedding photos")
    squeeze(strip, strip.minimumSizeHint().width() + text.fontMetrics().horizontalAdvance(" photos") + 2)
    assert text.shown() == "Embedding photos"


def test_where_there_is_no_room_the_text_is_one_word(strip):
    text = label(strip, "Embedding photos")
    squeeze(strip, strip.minimumSizeHint().width())
    assert text.shown() == "Embedding"
    squeeze(strip, strip.sizeHint().width())
    assert text.shown() == "Embedding photos"


def test_a_message_is_read_beside_the_progress(bar):
    bar.resize(NARROWEST, 34)
    bar.show_progress(MANY)
    bar.show_message("Copied: 12 photos")
    bar.layout().activate()
    assert label(bar, "Copied: 12 photos").shown() == "Copied: 12 photos"
    assert bar.findChild(ProgressStrip).geometry().right() <= bar.width()


def test_other_work_takes_no_more_room_than_it_needs(bar):
    bar.show_progress(MANY)
    bar.set_paused(True)
    bar.layout().activate()
    paused = label(bar, "1,234 of 214,000")
    assert paused.width() <= paused.fontMetrics().horizontalAdvance(paused.text()) + 1


def test_a_narrow_line_shows_less(qtbot, theme):
    label = FittingLabel()
    qtbot.addWidget(label)
    label.set_texts(["a long text", "short"])
    label.resize(500, 20)
    assert label.shown() == "a long text"
    label.resize(label.fontMetrics().horizontalAdvance("a long text") - 1, 20)
    assert label.shown() == "short"
    label.resize(label.fontMetrics().horizontalAdvance("short") - 1, 20)
    assert label.shown().endswith("\N{HORIZONTAL ELLIPSIS}")
    label.set_texts([])
    assert label.shown() == ""
