"""A check box that can be seen in both themes: Fusion draws its frame darker than a dark window."""

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QCheckBox, QStyle, QStyleOptionButton

from photoorg.ui.icons import icon_pixmap

_RADIUS = 4


class CheckBox(QCheckBox):
    """Qt's, with an indicator of its own."""

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the text as Qt does, and the box over its own."""
        super().paintEvent(event)
        option = QStyleOptionButton()
        self.initStyleOption(option)
        box = self.style().subElementRect(QStyle.SubElement.SE_CheckBoxIndicator, option, self)
        colours, role = self.palette(), QPalette.ColorRole
        painter = QPainter(self)
        painter.fillRect(box, colours.color(role.Window))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(colours.color(role.Highlight if self.isChecked() else role.PlaceholderText), 1))
        painter.setBrush(colours.color(role.Highlight if self.isChecked() else role.Base))
        painter.drawRoundedRect(QRectF(box).adjusted(0.5, 0.5, -0.5, -0.5), _RADIUS, _RADIUS)
        if self.isChecked():
            side, ratio = box.width() - 2, self.devicePixelRatioF()
            tick = icon_pixmap("check", colours.color(role.HighlightedText), side, ratio)
            painter.drawPixmap(box.x() + 1, box.y() + 1, tick)
        painter.end()
