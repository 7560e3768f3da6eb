"""A slim strip that says something once and quietly, perhaps with a command to copy."""

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFont, QFontDatabase, QGuiApplication, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QGridLayout, QWidget

from photoorg.ui.icons import paint_icon, set_icon
from photoorg.ui.views.buttons import icon_button, name_button
from photoorg.ui.views.labels import plain_label
from photoorg.ui.views.wrapped_text import WrappedText

_ICON = 18
_LEFT = 14
_RADIUS = 8.0
_TINT = 0.10


class NoticeBar(QWidget):
    """Hidden until there is a notice, and again once it is dismissed."""

    dismissed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = plain_label(weight=QFont.Weight.DemiBold, wrap=True)
        self._text = plain_label(wrap=True)
        self._command = WrappedText()
        self._command.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self._command.setAccessibleName("Command")
        self._copy = icon_button("copy", "Copy the command", self, side=16)
        self._close = icon_button("close", "Dismiss", self, side=16)
        self._copy.clicked.connect(self._on_copy_clicked)
        self._close.clicked.connect(self._on_close_clicked)
        self._lay_out()
        self.hide()

    def show_notice(self, title: str, text: str, copyable: str | None = None) -> None:
        """Say something; `copyable` is a command line."""
        self._title.setText(title)
        self._text.setText(text)
        self._text.setVisible(bool(text))
        self._command.set_text(copyable or "")
        for part in (self._command, self._copy):
            part.setVisible(bool(copyable))
        self._show_copied(False)
        self.setAccessibleName(title)
        self.show()

    def minimumSizeHint(self) -> QSize:
        """It wraps as narrow as the window may be."""
        return QSize(200, super().minimumSizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the strip's ground and icon."""
        accent = self.palette().color(QPalette.ColorRole.Highlight)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        ground = self.palette().color(QPalette.ColorRole.Highlight)
        ground.setAlphaF(_TINT)
        painter.setBrush(ground)
        painter.drawRoundedRect(QRectF(self.rect()), _RADIUS, _RADIUS)
        icon_area = QRectF(_LEFT, self._title.geometry().center().y() - _ICON / 2, _ICON, _ICON)
        paint_icon(painter, icon_area, "info", accent)
        painter.end()

    def _lay_out(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(_LEFT + _ICON + 10, 8, 8, 10)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(0, 1)
        grid.addWidget(self._title, 0, 0)
        grid.addWidget(self._close, 0, 1)
        grid.addWidget(self._text, 1, 0)
        grid.addWidget(self._command, 2, 0, Qt.AlignmentFlag.AlignVCenter)
        grid.addWidget(self._copy, 2, 1)

    def _show_copied(self, copied: bool) -> None:
        set_icon(self._copy, "check" if copied else "copy")
        name_button(self._copy, "Copied" if copied else "Copy the command")

    def _on_copy_clicked(self) -> None:
        QGuiApplication.clipboard().setText(self._command.toPlainText())
        self._show_copied(True)

    def _on_close_clicked(self) -> None:
        self.hide()
        self.dismissed.emit()
