"""The card above the photos that says what is wrong with a folder, and asks what to do."""

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFont, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from photoorg.ui.icons import paint_icon
from photoorg.ui.theme import scaled_font
from photoorg.ui.views.buttons import text_button
from photoorg.ui.views.flow_layout import FlowLayout
from photoorg.ui.views.wrapped_text import WrappedText

_ICON = 18
_LEFT = 14
_RADIUS = 8.0
_TINT = 0.06
_WIDEST = 760  # a line of text that is longer is hard to read


class NoticeCard(QWidget):
    """Hidden until there is something to say."""

    chosen = Signal(str)  # the action of a button

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = WrappedText()  # there are paths in the texts, which wrap anywhere
        self._title.setFont(scaled_font(1.0, QFont.Weight.DemiBold))
        self._text = WrappedText()
        self._buttons: list[QPushButton] = []
        self._row = QWidget()
        self._flow = FlowLayout(self._row, centred=False)
        self._lay_out()
        self.hide()

    def title(self) -> str:
        """What is said; "" if nothing is."""
        return "" if self.isHidden() else self._title.toPlainText()

    def text(self) -> str:
        """What is said below the title."""
        return self._text.toPlainText()

    def show_notice(self, title: str, text: str, offers: Sequence[tuple[str, str]]) -> None:
        """Say something; `offers` are (action, text of the button), the likeliest first."""
        self._title.set_text(title)
        self._text.set_text(text)
        self._text.setVisible(bool(text))
        for button in self._buttons:
            self._flow.removeWidget(button)
            button.hide()
            button.deleteLater()
        self._buttons = [self._add(action, label) for action, label in offers]
        self.setAccessibleName(f"{title} {text}".strip())
        self.show()
        self.update()

    def minimumSizeHint(self) -> QSize:
        """It wraps as narrow as the window may be."""
        return QSize(200, super().minimumSizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the card's ground and icon."""
        text = self.palette().color(QPalette.ColorRole.WindowText)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        ground = self.palette().color(QPalette.ColorRole.WindowText)
        ground.setAlphaF(_TINT)
        painter.setBrush(ground)
        painter.drawRoundedRect(QRectF(self.rect()), _RADIUS, _RADIUS)
        first_line = self._title.mapTo(self, QPoint()).y() + self._title.fontMetrics().height() / 2
        paint_icon(painter, QRectF(_LEFT, first_line - _ICON / 2, _ICON, _ICON), "warning", text)
        painter.end()

    def _add(self, action: str, label: str) -> QPushButton:
        button = text_button(label, self._row)
        button.clicked.connect(lambda: self.chosen.emit(action))
        self._flow.addWidget(button)
        button.show()
        return button

    def _lay_out(self) -> None:
        column = QWidget()
        column.setMaximumWidth(_WIDEST)
        lines = QVBoxLayout(column)
        lines.setContentsMargins(0, 0, 0, 0)
        lines.setSpacing(6)
        for part in (self._title, self._text, self._row):
            lines.addWidget(part)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(_LEFT + _ICON + 10, 10, 14, 12)
        layout.addWidget(column, 1)
        layout.addStretch(0)
