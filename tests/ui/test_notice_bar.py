import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel, QToolButton, QVBoxLayout, QWidget

from photoorg.ui.views.notice_bar import NoticeBar
from photoorg.ui.views.wrapped_text import WrappedText


@pytest.fixture
def bar(qtbot, theme):
    window = QWidget()
    qtbot.addWidget(window)
    bar = NoticeBar()
    QVBoxLayout(window).addWidget(bar)
    window.show()
    yield bar
    QGuiApplication.clipboard().clear()


def button(bar, name):
    return next(b for b in bar.findChildren(QToolButton) if b.accessibleName() == name)


def test_it_is_hidden_until_there_is_something_to_say(bar):
    assert not bar.isVisible()
    bar.show_notice("Title", "A <b>text</b>")
    assert bar.isVisible()
    assert [label.text() for label in bar.findChildren(QLabel) if label.isVisible()] == ["Title", "A <b>text</b>"]


def test_dismissing_it(qtbot, bar):
    bar.show_notice("Title", "Text")
    with qtbot.waitSignal(bar.dismissed):
        button(bar, "Dismiss").click()
    assert not bar.isVisible()


def test_a_command_can_be_copied(bar):
    bar.show_notice("Title", "Text", "photoorg model download x")
    button(bar, "Copy the command").click()
    assert QGuiApplication.clipboard().text() == "photoorg model download x"
    assert button(bar, "Copied").isVisible()


def test_the_next_notice_starts_anew(bar):
    bar.show_notice("Title", "Text", "command")
    button(bar, "Copy the command").click()
    bar.show_notice("Title", "Text", "other")
    assert button(bar, "Copy the command").isVisible()
    bar.show_notice("Title", "")
    assert not bar.findChild(WrappedText).isVisible()
    assert not button(bar, "Copy the command").isVisible()
