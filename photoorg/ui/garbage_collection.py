"""Cyclic garbage is collected on the GUI thread, at moments of its choosing.

Python collects in whichever thread happens to make an object: there it would destroy Qt's objects of another thread, and
a background thread that makes a million objects would hold the interpreter again and again for a tenth of a second.
"""

import gc

from PySide6.QtCore import QObject, QTimer

_CHECK_MS = 5_000


class GarbageCollection(QObject):
    """Takes over from Python's automatic collection, until it is stopped."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._was_enabled = gc.isenabled()
        gc.disable()
        self._timer = QTimer(self, interval=_CHECK_MS)
        self._timer.timeout.connect(self._on_check)
        self._timer.start()

    def stop(self) -> None:
        """Leave it to Python again; may be called twice."""
        self._timer.stop()
        if self._was_enabled:
            gc.enable()

    def _on_check(self) -> None:
        """Collect the oldest generation whose count is over its threshold, as Python would."""
        counts, thresholds = gc.get_count(), gc.get_threshold()
        for generation in (2, 1, 0):
            if counts[generation] > thresholds[generation]:
                gc.collect(generation)
                return
