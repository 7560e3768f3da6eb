"""A slim bar over the whole width with the numbers below it: how far a download or a test is."""

from PySide6.QtWidgets import QProgressBar, QVBoxLayout, QWidget

from photoorg.ui.model_texts import work_details
from photoorg.ui.model_work import ModelWork
from photoorg.ui.views.labels import FittingLabel

_STEPS = 1000


class WorkProgress(QWidget):
    """Hidden while nothing goes on; where the end cannot be told the bar runs to and fro."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bar = QProgressBar(self)
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName("Progress")
        self._details = FittingLabel(self, muted=True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 4, 0, 0)
        layout.setSpacing(6)
        layout.addWidget(self._bar)
        layout.addWidget(self._details)
        self.hide()

    def details(self) -> str:
        """The numbers."""
        return self._details.text()

    def show_work(self, work: ModelWork | None) -> None:
        """Show how far it is; None, or something that has failed: there is nothing to show."""
        if work is not None and work.is_running:
            progress = work.progress
            counts = progress is not None and work.counts_bytes
            self._bar.setRange(0, _STEPS if counts or work.waits else 0)  # 0: it runs to and fro
            self._bar.setValue(round(progress.done / progress.total * _STEPS) if counts and progress else 0)
            self._details.set_texts(work_details(work))
        self.setVisible(work is not None and work.is_running)
