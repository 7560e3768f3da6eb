"""What the tests of the window share: no display is needed, and both themes can be asked for."""

import os
from collections.abc import Callable, Iterator

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication


@pytest.fixture(autouse=True)
def _no_widgets_of_earlier_tests(qapp: QApplication) -> None:
    """Widgets that are to be deleted later are deleted now: no event loop runs between tests."""
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


@pytest.fixture
def theme(qapp: QApplication) -> Iterator[Callable[[bool], None]]:
    """The light theme; call the fixture with True for the dark one."""
    from photoorg.ui.theme import apply_theme

    apply_theme(qapp, dark=False)
    yield lambda dark: apply_theme(qapp, dark=dark)
    apply_theme(qapp, dark=False)
