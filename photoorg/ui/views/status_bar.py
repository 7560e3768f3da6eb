"""The quiet line at the bottom: what the library holds, what just happened, what goes on."""

from html import escape
from typing import Final

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from photoorg.amounts import counted
from photoorg.jobs.events import JobProgress
from photoorg.ui.shown_text import one_line
from photoorg.ui.views.buttons import set_button_text, text_button
from photoorg.ui.views.labels import FittingLabel
from photoorg.ui.views.progress_strip import ProgressStrip

MESSAGE_MS: Final = 5000
_LEAST_MESSAGE: Final = 260  # pixels, of one that is as long: progress gives way to it
_HEIGHT: Final = 34


class StatusBar(QWidget):
    """Counts on the left, in their place a message for some seconds; progress on the right."""

    pause_toggled = Signal(bool)
    failures_clicked = Signal()

    def __init__(self, parent: QWidget | None = None, *, message_ms: int = MESSAGE_MS) -> None:
        super().__init__(parent)
        self._counts = FittingLabel(self, muted=True)
        self._failures = text_button("", look="link")
        self._failed = 0
        self._message = FittingLabel(self)
        self._progress = ProgressStrip(self)
        self._timer = QTimer(self, singleShot=True, interval=message_ms)
        self._lay_out()
        self._connect()
        self._show_message_or_counts()

    def show_counts(self, photos: int, failed: int) -> None:
        """How many photos there are, and how many files cannot be read."""
        self._counts.set_texts([counted(photos, "photo", "photos")])
        self._failed = failed
        set_button_text(self._failures, counted(failed, "file cannot be read", "files cannot be read"))
        self._show_message_or_counts()

    def show_message(self, text: str) -> None:
        """Say something for some seconds."""
        self._message.set_texts([one_line(text)])
        self._message.setMinimumWidth(min(self._message.sizeHint().width(), _LEAST_MESSAGE))
        self._message.setToolTip(escape(text))
        self._timer.start()
        self._show_message_or_counts()

    def message(self) -> str:
        """What is being said, "" for nothing."""
        return self._message.text() if self._timer.isActive() else ""

    def show_progress(self, event: JobProgress | None) -> None:
        """How far a job is; None: nothing goes on."""
        self._progress.show_progress(event)

    def set_paused(self, paused: bool) -> None:
        """Show whether the work is paused; emits nothing."""
        self._progress.set_paused(paused)

    def _show_message_or_counts(self) -> None:
        speaking = self._timer.isActive()
        self._message.setVisible(speaking)
        self._counts.setVisible(not speaking)
        self._failures.setVisible(not speaking and self._failed > 0)

    def _lay_out(self) -> None:
        self.setMinimumHeight(_HEIGHT)
        self._counts.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(16, 0, 12, 0)
        layout.setSpacing(8)
        layout.addWidget(self._message, 1000)
        layout.addWidget(self._counts)
        layout.addWidget(self._failures)
        layout.addStretch(1)
        layout.addWidget(self._progress)

    def _connect(self) -> None:
        self._timer.timeout.connect(self._show_message_or_counts)
        self._failures.clicked.connect(self.failures_clicked)
        self._progress.pause_toggled.connect(self.pause_toggled)
