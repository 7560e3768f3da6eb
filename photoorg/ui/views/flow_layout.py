"""A layout that puts its widgets in rows, like words in a paragraph."""

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem, QWidget


class FlowLayout(QLayout):
    """Widgets from left to right, each row in the middle unless it is not `centred`; a new row where the width is used up."""

    def __init__(self, parent: QWidget | None = None, *, spacing: int = 8, centred: bool = True) -> None:
        super().__init__(parent)
        self._centred = centred
        self._items: list[QLayoutItem] = []
        self.setSpacing(spacing)
        self.setContentsMargins(0, 0, 0, 0)

    def addItem(self, item: QLayoutItem) -> None:
        """Append an item."""
        self._items.append(item)

    def count(self) -> int:
        """How many items there are."""
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        """The item at a place, None beyond the last."""
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        """Remove and give the item at a place, None beyond the last."""
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:
        """It takes no more room than it needs."""
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        """Narrow is high."""
        return True

    def heightForWidth(self, width: int) -> int:
        """The height of all rows, in pixels."""
        rows = self._rows(width)
        return sum(_height(row) for row in rows) + self.spacing() * max(len(rows) - 1, 0)

    def sizeHint(self) -> QSize:
        """All in one row."""
        return QSize(self._width(self._items), max((_height([item]) for item in self._items), default=0))

    def minimumSize(self) -> QSize:
        """The largest item alone."""
        widths = [item.minimumSize().width() for item in self._items]
        return QSize(max(widths, default=0), max((_height([item]) for item in self._items), default=0))

    def setGeometry(self, rect: QRect) -> None:
        """Place all items."""
        super().setGeometry(rect)
        top = rect.top()
        for row in self._rows(rect.width()):
            spare = max(rect.width() - self._width(row), 0) if self._centred else 0
            left = rect.left() + spare // 2
            for item in row:
                down = (_height(row) - item.sizeHint().height()) // 2
                item.setGeometry(QRect(QPoint(left, top + down), item.sizeHint().boundedTo(rect.size())))
                left += item.sizeHint().width() + self.spacing()
            top += _height(row) + self.spacing()

    def _rows(self, width: int) -> list[list[QLayoutItem]]:
        rows: list[list[QLayoutItem]] = []
        for item in self._items:
            if rows and self._width([*rows[-1], item]) <= width:
                rows[-1].append(item)
            else:
                rows.append([item])
        return rows

    def _width(self, items: list[QLayoutItem]) -> int:
        return sum(item.sizeHint().width() for item in items) + self.spacing() * max(len(items) - 1, 0)


def _height(row: list[QLayoutItem]) -> int:
    return max(item.sizeHint().height() for item in row)
