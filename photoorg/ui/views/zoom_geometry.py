"""Where a picture lies in a view: fitting, zooming around a point, panning. Free of Qt.

All lengths of the view are device pixels, those of the picture its own full pixels; `scale` is the one per the other.
"""

from dataclasses import dataclass
from typing import Final

Point = tuple[float, float]
Rect = tuple[float, float, float, float]  # left, top, width, height

LARGEST_SCALE: Final = 8.0
_SAME: Final = 1e-6


@dataclass(slots=True)
class ZoomGeometry:
    """A picture in a view. Until somebody zooms in it fits, also when the view changes its size."""

    picture: Point = (1.0, 1.0)
    view: Point = (1.0, 1.0)
    scale: float = 1.0
    centre: Point = (0.5, 0.5)  # of the view, in picture pixels

    @property
    def fit_scale(self) -> float:
        """Shows the whole picture, never enlarged."""
        return min(1.0, self.view[0] / self.picture[0], self.view[1] / self.picture[1])

    @property
    def is_fitting(self) -> bool:
        """Whether the whole picture is shown, no smaller than it has to be."""
        return self.scale <= self.fit_scale * (1 + _SAME)

    @property
    def can_pan(self) -> bool:
        """Whether a part of the picture is outside the view."""
        return any(side * self.scale > room + 0.5 for side, room in zip(self.picture, self.view, strict=True))

    @property
    def target(self) -> Rect:
        """Where the whole picture lies in the view."""
        left, top = (room / 2 - middle * self.scale for room, middle in zip(self.view, self.centre, strict=True))
        return left, top, self.picture[0] * self.scale, self.picture[1] * self.scale

    def set_picture(self, width: float, height: float) -> None:
        """Another picture, shown as a whole."""
        self.picture = (max(1.0, width), max(1.0, height))
        self.fit()

    def set_view(self, width: float, height: float) -> None:
        """The view has another size; the middle stays where it is."""
        was_fitting = self.is_fitting
        self.view = (max(1.0, width), max(1.0, height))
        self._set_scale(self.fit_scale if was_fitting else self.scale)

    def fit(self) -> None:
        """Show the whole picture."""
        self._set_scale(self.fit_scale)

    def zoom_to(self, scale: float, at: Point | None = None) -> None:
        """Another scale; what lies at the point `at` of the view (None: its middle) stays there."""
        at = at or (self.view[0] / 2, self.view[1] / 2)
        fixed = self.picture_point(at)
        self.scale = self._allowed(scale)
        self.centre = (
            fixed[0] - (at[0] - self.view[0] / 2) / self.scale,
            fixed[1] - (at[1] - self.view[1] / 2) / self.scale,
        )
        self._clamp()

    def pan(self, right: float, down: float) -> None:
        """Move the picture by device pixels, as far as it goes."""
        self.centre = (self.centre[0] - right / self.scale, self.centre[1] - down / self.scale)
        self._clamp()

    def picture_point(self, at: Point) -> Point:
        """The picture's point at a point of the view."""
        left, top, _, _ = self.target
        return (at[0] - left) / self.scale, (at[1] - top) / self.scale

    def visible(self) -> Rect:
        """The part of the picture that is in the view, in its own pixels; may be empty in theory, never in fact."""
        left, top = self.picture_point((0.0, 0.0))
        right, bottom = self.picture_point(self.view)
        left, top = max(0.0, left), max(0.0, top)
        return left, top, min(self.picture[0], right) - left, min(self.picture[1], bottom) - top

    def _set_scale(self, scale: float) -> None:
        self.scale = self._allowed(scale)
        self._clamp()

    def _allowed(self, scale: float) -> float:
        return min(max(scale, self.fit_scale), LARGEST_SCALE)

    def _clamp(self) -> None:
        """No empty space beside a picture that is larger than the view; a smaller one stands in the middle."""
        self.centre = (self._clamped(0), self._clamped(1))

    def _clamped(self, axis: int) -> float:
        side, half = self.picture[axis], self.view[axis] / 2 / self.scale
        return side / 2 if side <= 2 * half else min(max(self.centre[axis], half), side - half)
