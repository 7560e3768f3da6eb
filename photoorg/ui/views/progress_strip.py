"""How far background work is: text, slim bar, numbers, and a button to pause it."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QSizePolicy, QWidget

from photoorg.jobs.events import JobProgress
from photoorg.ui.icons import set_icon
from photoorg.ui.progress_texts import progress_details
from photoorg.ui.views.buttons import icon_button, name_button
from photoorg.ui.views.labels import FittingLabel

_BAR_WIDTH = 120
_STEPS = 1000
_LEAST_BAR = 48
_SPACING = 12
_PAUSED = "Paused"


class ProgressStrip(QWidget):
    """Hidden while there is nothing to show; keeps its width while the numbers change, so that nothing jumps.

    Where it is narrow, what goes on counts more than how far it is.
    """

    pause_toggled = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._event: JobProgress | None = None
        self._text = FittingLabel(self)
        self._bar = QProgressBar(self)
        self._bar.setTextVisible(False)
        self._bar.setMinimumWidth(_LEAST_BAR)
        self._bar.setMaximumWidth(_BAR_WIDTH)
        self._bar.setRange(0, _STEPS)
        self._bar.setAccessibleName("Progress")
        self._details = FittingLabel(self, muted=True, steady=True)
        self._pause = icon_button("pause", "", self, side=16)
        self._pause.setCheckable(True)
        self._pause.clicked.connect(self._on_pause_clicked)
        self._lay_out()
        self.set_paused(False)
        self.hide()

    def is_paused(self) -> bool:
        """Whether the user paused the work."""
        return self._pause.isChecked()

    def set_paused(self, paused: bool) -> None:
        """Show whether the work is paused; emits nothing."""
        self._pause.setChecked(paused)
        set_icon(self._pause, "play" if paused else "pause")
        name_button(self._pause, "Resume" if paused else "Pause")
        if self._event:
            self._show(self._event)

    def show_progress(self, event: JobProgress | None) -> None:
        """Show how far a job is; None: there is none any more."""
        self._event = event
        if event:
            self._show(event)
        else:
            self._details.set_texts([])
        self.setVisible(event is not None)

    def minimumSizeHint(self) -> QSize:
        """The text gives way last, and its first word stays."""
        return QSize(self._width_without_text() + self._least_text(), super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another width, another share for the text."""
        super().resizeEvent(event)
        self._fit_text()

    def _show(self, event: JobProgress) -> None:
        text = _PAUSED if self.is_paused() else event.text
        if text != self._text.text():
            self._details.give_room_back()
        self._text.set_texts(list(dict.fromkeys((text, _first_word(text)))))
        details = progress_details(event)
        self._details.set_texts(details[-1:] if self.is_paused() else details)
        self._details.setMinimumWidth(self._details.fontMetrics().horizontalAdvance("".join(details[-1:])))
        self._details.setVisible(bool(details))
        self._bar.setVisible(event.total > 0)
        self._bar.setValue(round(event.done / event.total * _STEPS) if event.total else 0)
        self._fit_text()
        self.updateGeometry()

    def _fit_text(self) -> None:
        room = max(self.width() - self._width_without_text(), self._least_text())
        self._text.setMinimumWidth(min(self._text.sizeHint().width(), room))

    def _least_text(self) -> int:
        return self._text.fontMetrics().horizontalAdvance(_first_word(self._text.text()))

    def _width_without_text(self) -> int:
        """What the rest takes at least."""
        shown = [part for part in (self._bar, self._details) if not part.isHidden()]
        parts = [part.minimumWidth() for part in shown] + [self._pause.sizeHint().width()]
        return sum(parts) + _SPACING * len(parts)

    def _lay_out(self) -> None:
        self._text.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self._details.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(_SPACING)
        layout.addWidget(self._text)
        layout.addWidget(self._bar, 0, Qt.AlignmentFlag.AlignVCenter)
        layout.addWidget(self._details)
        layout.addWidget(self._pause)

    def _on_pause_clicked(self, paused: bool) -> None:
        self.set_paused(paused)
        self.pause_toggled.emit(paused)


def _first_word(text: str) -> str:
    return text.partition(" ")[0]
