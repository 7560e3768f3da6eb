import pytest
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from photoorg.ui.views.labels import FittingLabel
from photoorg.ui.views.results_bar import ResultsBar

NOTES = ["12 photos · answered by Demo model until CLIP Base has read all photos (63%)", "12 photos"]
NOTICE = "The model CLIP Base understands English only: these answers mean little. Ask in English."


@pytest.fixture
def bar(qtbot, theme):
    window = QWidget()
    qtbot.addWidget(window)
    bar = ResultsBar()
    layout = QVBoxLayout(window)
    layout.addWidget(bar)
    layout.addStretch(1)
    window.resize(900, 200)
    window.show()
    yield bar
    window.close()


def shown(bar):
    return [label.shown() for label in bar.findChildren(FittingLabel)]


def notice(bar):
    return bar.findChild(QLabel)


def test_it_is_hidden_until_there_are_results(bar):
    assert not bar.isVisible()
    bar.show_results("“snow”", NOTES[1:], can_show_all=False)
    assert bar.isVisible()
    assert (bar.title(), bar.note(), bar.notices()) == ("“snow”", "12 photos", "")
    assert not notice(bar).isVisible()
    assert not bar.findChild(QPushButton).isVisible()


def test_a_narrow_bar_says_what_matters_most(qtbot, bar):
    bar.show_results("“snow”", NOTES, can_show_all=True)
    qtbot.waitUntil(lambda: shown(bar) == ["“snow”", NOTES[0]])
    bar.window().resize(400, 200)
    qtbot.waitUntil(lambda: shown(bar) == ["“snow”", NOTES[1]])


def test_notices_stand_below_and_go_with_the_next_results(qtbot, bar):
    bar.show_results("“снег”", NOTES[1:], can_show_all=True, notices=[NOTICE, "<b>Another</b> one."])
    assert notice(bar).text() == f"{NOTICE}\n<b>Another</b> one."
    assert NOTICE in bar.accessibleName()
    bar.window().resize(300, 300)
    qtbot.waitUntil(lambda: notice(bar).height() >= notice(bar).heightForWidth(notice(bar).width()))
    bar.show_results("“snow”", NOTES[1:], can_show_all=True)
    assert not notice(bar).isVisible()


def test_notes_change_while_results_are_shown(bar):
    bar.show_results("“snow”", NOTES, can_show_all=True)
    bar.set_notes(NOTES[1:])
    assert bar.note() == "12 photos"
