"""What photoorg takes for granted of the Qt bindings, and one release did not give."""

import sys

from PySide6.QtCore import QObject

CALLS = 1000


def test_calls_that_give_nothing_leave_none_alone():
    """With PySide6 6.12.0 each takes a reference away, and Python before 3.12 aborts when the last one is gone."""
    qt_object = QObject()
    before = sys.getrefcount(None)
    for _ in range(CALLS):
        qt_object.setObjectName("name")
    assert abs(sys.getrefcount(None) - before) < CALLS / 2
