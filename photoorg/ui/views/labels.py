"""Labels: quiet ones, and ones that shorten their text. All take texts literally."""

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from photoorg.ui.theme import scaled_font


def plain_label(
    text: str = "",
    *,
    muted: bool = False,
    scale: float = 1.0,
    weight: QFont.Weight = QFont.Weight.Normal,
    wrap: bool = False,
) -> QLabel:
    """A label whose text is never taken for markup; `scale` is relative to the program's font."""
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(wrap)
    label.setFont(scaled_font(scale, weight))
    if muted:
        label.setForegroundRole(QPalette.ColorRole.PlaceholderText)
    return label


class FittingLabel(QWidget):
    """One line that shows the first of several texts that fits, or as much of the last as does.

    A `steady` one keeps the room of its widest text until it has none, so that changing numbers move nothing.
    """

    def __init__(self, parent: QWidget | None = None, *, muted: bool = False, steady: bool = False) -> None:
        super().__init__(parent)
        self._steady = steady
        self._widest = 0
        self._texts: list[str] = []
        self._role = QPalette.ColorRole.PlaceholderText if muted else QPalette.ColorRole.WindowText
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def text(self) -> str:
        """The longest text, whether or not it fits."""
        return self._texts[0] if self._texts else ""

    def shown(self) -> str:
        """What fits now."""
        metrics = QFontMetrics(self.font())
        fitting = (text for text in self._texts if metrics.horizontalAdvance(text) <= self.width())
        last = self._texts[-1] if self._texts else ""
        return next(fitting, metrics.elidedText(last, Qt.TextElideMode.ElideRight, self.width()))

    def set_texts(self, texts: Sequence[str]) -> None:
        """Show one of these, longest first."""
        self._texts = list(texts)
        width = QFontMetrics(self.font()).horizontalAdvance(self.text())
        self._widest = max(width, self._widest) if self._steady and self._texts else width
        self.setAccessibleName(self.text())
        self.updateGeometry()
        self.update()

    def give_room_back(self) -> None:
        """Of a steady one: texts of another kind follow, which need other room."""
        self._widest = 0

    def sizeHint(self) -> QSize:
        """Room for the longest text, or the widest yet."""
        return QSize(self._widest, QFontMetrics(self.font()).height())

    def minimumSizeHint(self) -> QSize:
        """It gives way to everything else."""
        return QSize(0, QFontMetrics(self.font()).height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the text that fits."""
        painter = QPainter(self)
        painter.setPen(self.palette().color(self._role))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, self.shown())
        painter.end()
