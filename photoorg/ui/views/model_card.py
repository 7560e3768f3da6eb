"""The card above the photos that leads to a model: offered, being downloaded, tried out, or in trouble."""

from PySide6.QtCore import QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFont, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from photoorg.ui.icons import paint_icon
from photoorg.ui.model_card_content import CardContent
from photoorg.ui.views.labels import plain_label
from photoorg.ui.views.offer_row import OfferRow
from photoorg.ui.views.work_progress import WorkProgress

_ICON = 18
_LEFT = 14
_RADIUS = 8.0
_TINT = 0.10
_WIDEST = 760  # a line of text that is longer is hard to read


class ModelCard(QWidget):
    """Hidden until there is something to show; it never takes the photos' place, only some of their room."""

    wanted = Signal(str, str)  # an action, and the model's reference

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._content: CardContent | None = None
        self._stands_back = False
        self._title = plain_label(weight=QFont.Weight.DemiBold, wrap=True)
        self._text = plain_label(wrap=True)
        self._model = plain_label(weight=QFont.Weight.DemiBold, wrap=True)
        self._summary = plain_label(wrap=True)
        self._facts = plain_label(muted=True, wrap=True)
        self._progress = WorkProgress()
        self._offers = OfferRow()
        self._offers.chosen.connect(self._on_chosen)
        self._lay_out()
        self.hide()

    @property
    def content(self) -> CardContent | None:
        """What is shown."""
        return self._content

    def show_content(self, content: CardContent | None) -> None:
        """Show this, or nothing."""
        if content == self._content:
            return
        self._content = content
        if content is not None:
            self._fill(content)
        self._show_or_hide()

    def stand_back(self, does: bool) -> None:
        """Leave the room to something else for a while."""
        self._stands_back = does
        self._show_or_hide()

    def minimumSizeHint(self) -> QSize:
        """It wraps as narrow as the window may be."""
        return QSize(200, super().minimumSizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the card's ground and icon."""
        accent = self.palette().color(QPalette.ColorRole.Highlight)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        ground = self.palette().color(QPalette.ColorRole.Highlight)
        ground.setAlphaF(_TINT)
        painter.setBrush(ground)
        painter.drawRoundedRect(QRectF(self.rect()), _RADIUS, _RADIUS)
        first_line = self._title.mapTo(self, QPoint()).y() + self._title.fontMetrics().height() / 2
        icon = "warning" if self._content and self._content.is_trouble else "model"
        paint_icon(painter, QRectF(_LEFT, first_line - _ICON / 2, _ICON, _ICON), icon, accent)
        painter.end()

    def _show_or_hide(self) -> None:
        self.setVisible(self._content is not None and not self._stands_back)

    def _fill(self, content: CardContent) -> None:
        texts = {
            self._title: content.title,
            self._text: content.text,
            self._model: content.model,
            self._summary: content.summary,
            self._facts: content.facts,
        }
        for label, text in texts.items():
            label.setText(text)
            label.setVisible(bool(text))
        self._about.setVisible(bool(content.model))
        self._progress.show_work(content.work)
        self._offers.show_offers(content.offers)
        self.setAccessibleName(content.title)
        self.update()

    def _lay_out(self) -> None:
        self._about = QWidget()
        about = QVBoxLayout(self._about)
        about.setContentsMargins(0, 4, 0, 4)
        about.setSpacing(2)
        for label in (self._model, self._summary, self._facts):
            about.addWidget(label)
        column = QWidget()
        column.setMaximumWidth(_WIDEST)
        lines = QVBoxLayout(column)
        lines.setContentsMargins(0, 0, 0, 0)
        lines.setSpacing(4)
        for part in (self._title, self._text, self._about, self._progress, self._offers):
            lines.addWidget(part)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(_LEFT + _ICON + 10, 10, 14, 12)
        layout.addWidget(column, 1)
        layout.addStretch(0)

    def _on_chosen(self, action: str) -> None:
        if self._content is not None:
            self.wanted.emit(action, self._content.reference)
