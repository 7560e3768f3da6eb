"""What the mouse is over in the grid: a cell that can be judged, or the button of a heading."""

from PySide6.QtCore import QObject, QPoint, QRect, Qt, Signal
from PySide6.QtWidgets import QWidget

from photoorg.ui.models.photo_list_model import PhotoListModel
from photoorg.ui.views.grid_feedback import GridFeedback
from photoorg.ui.views.grid_painter import GridPainter, Look


class GridHover(QObject):
    """Shows what can be clicked, and shows or hides weaker matches."""

    weaker_toggled = Signal(bool)  # the rows are there or gone already

    def __init__(self, viewport: QWidget, model: PhotoListModel, painter: GridPainter, feedback: GridFeedback) -> None:
        super().__init__(viewport)
        viewport.setMouseTracking(True)
        self._viewport = viewport
        self._model = model
        self._painter = painter
        self._feedback = feedback

    def move(self, point: QPoint, look: Look, row: int | None, cell: QRect) -> None:
        """The mouse is at a point of the viewport, in a row's cell or in none."""
        if row is None:
            self._feedback.leave()
        else:
            self._feedback.hover(self._model.photo_id(row), cell)
        is_button = self._painter.has_button_at(point, look)
        self._viewport.setCursor(Qt.CursorShape.PointingHandCursor if is_button else Qt.CursorShape.ArrowCursor)

    def press(self, point: QPoint, look: Look) -> bool:
        """Use the button of a heading, if one is there; tells whether it is."""
        if not self._painter.has_button_at(point, look):
            return False
        self._model.set_shows_weaker(not self._model.shows_weaker)
        self.weaker_toggled.emit(self._model.shows_weaker)
        return True
