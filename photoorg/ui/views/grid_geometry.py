"""Where the cells of the grid are: computed from the sizes of the sections, never laid out row by row. Free of Qt."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from photoorg.ui.photo_order import runs_of

Int64 = NDArray[np.int64]


class GridGeometry:
    """Square cells in lines, section below section, each below its header. All lengths are logical pixels.

    `counts` (s,) are the sections' sizes; `cell` is the side asked for: the sides become a little larger or smaller so
    that the lines fill `width` between the margins. `header` 0 means that sections have none.
    """

    def __init__(
        self,
        counts: Sequence[int] | Int64,
        width: int,
        *,
        cell: int,
        spacing: int = 4,
        header: int = 0,
        margin: int = 0,
    ) -> None:
        usable = max(1, width - 2 * margin)
        self.columns = max(1, round((usable + spacing) / (cell + spacing)))
        self.side = max(1, (usable - (self.columns - 1) * spacing) // self.columns)
        self.header = header
        self.left = margin
        self.pitch = self.side + spacing
        self._spacing = spacing
        self._place(np.asarray(counts, np.int64), 0 if header else margin, margin)

    def _place(self, counts: Int64, top: int, bottom: int) -> None:
        self._lines = -(-counts // self.columns)
        heights = self.header + self._lines * self.pitch
        self._tops = np.concatenate([[0], np.cumsum(heights)]) + top
        self._firsts = np.concatenate([[0], np.cumsum(counts)])
        self.section_count = len(counts)
        self.row_count = int(self._firsts[-1])
        self.height = int(self._tops[-1]) + bottom if self.row_count else 0

    # --- from rows to places ---

    def place(self, row: int) -> tuple[int, int]:
        """The upper left corner (x, y) of a row's cell."""
        line, column = divmod(row - int(self._firsts[section := self.section_of(row)]), self.columns)
        return self.left + column * self.pitch, self._cells_top(section) + line * self.pitch

    def places(self, first: int, stop: int) -> tuple[Int64, Int64]:
        """The upper left corners, x (n,) and y (n,), of the cells from `first` to before `stop`."""
        rows = np.arange(first, stop)
        sections = np.searchsorted(self._firsts, rows, "right") - 1
        lines, columns = np.divmod(rows - self._firsts[sections], self.columns)
        return self.left + columns * self.pitch, self._tops[sections] + self.header + lines * self.pitch

    def section_of(self, row: int) -> int:
        """The section of a row."""
        return int(np.searchsorted(self._firsts, row, "right")) - 1

    def column_of(self, row: int) -> int:
        """The column of a row."""
        return (row - int(self._firsts[self.section_of(row)])) % self.columns

    def header_top(self, section: int) -> int:
        """Where the header of a section begins; that of the section after the last one is where the last one ends."""
        return int(self._tops[section])

    # --- from places to rows ---

    def section_at(self, y: int) -> int:
        """The section at a height, the nearest one above or below all."""
        return min(max(int(np.searchsorted(self._tops, y, "right")) - 1, 0), max(self.section_count - 1, 0))

    def sections_between(self, top: int, bottom: int) -> range:
        """The sections that show between two heights."""
        if not self.row_count or bottom <= top:
            return range(0)
        return range(self.section_at(top), self.section_at(bottom - 1) + 1)

    def rows_between(self, top: int, bottom: int) -> range:
        """The rows of all lines of cells that show between two heights."""
        if not self.row_count or bottom <= top:
            return range(0)
        first, last = self.section_at(top), self.section_at(bottom - 1)
        line = (top - self._cells_top(first) + self._spacing) // self.pitch
        line_after = -(-(bottom - self._cells_top(last)) // self.pitch)
        start, stop = self._line_start(first, line), self._line_start(last, line_after)
        return range(start, max(start, stop))

    def row_at(self, x: int, y: int) -> int | None:
        """The row whose cell is at a point, or None."""
        rows = self.rows_between(y, y + 1)
        column, beside = divmod(x - self.left, self.pitch)
        if beside >= self.side or not 0 <= column < min(self.columns, len(rows)):
            return None
        return rows[column]

    def row_near(self, x: int, y: int) -> int:
        """The row whose cell is near a point; there must be rows."""
        section = self.section_at(y)
        line = min(max((y - self._cells_top(section)) // self.pitch, 0), int(self._lines[section]) - 1)
        row = self._row_in_line(section, line, (x - self.left) // self.pitch)
        return min(max(row, 0), self.row_count - 1)  # a section may be empty

    def runs_in(self, left: int, top: int, right: int, bottom: int) -> Int64:
        """The rows whose cells touch a rectangle, as runs (k, 2) of first and last row."""
        rows = self.rows_between(top, bottom)
        first = max(0, (left - self.left + self._spacing) // self.pitch)
        last = min(self.columns, -(-(right - self.left) // self.pitch)) - 1
        if not rows or last < first or right <= left:
            return runs_of(np.zeros(0, np.int64))
        if (first, last) == (0, self.columns - 1):
            return np.array([[rows[0], rows[-1]]])
        numbers = np.arange(rows.start, rows.stop)
        sections = np.searchsorted(self._firsts, numbers, "right") - 1
        columns = (numbers - self._firsts[sections]) % self.columns
        return runs_of(numbers[(columns >= first) & (columns <= last)])

    def row_beside(self, row: int, lines: int, column: int) -> int:
        """The row that is one line (`lines` 1) below or (-1) above, near `column`; the same row at the ends."""
        section = self.section_of(row)
        line = (row - int(self._firsts[section])) // self.columns + lines
        if line < 0:
            section -= 1
            line = int(self._lines[section]) - 1 if section >= 0 else 0
        elif line >= self._lines[section]:
            section, line = section + 1, 0
        if not 0 <= section < self.section_count or not self._lines[section]:
            return row
        return self._row_in_line(section, line, column)

    def _row_in_line(self, section: int, line: int, column: int) -> int:
        """The row at a column, or the nearest one that the line has."""
        start, stop = self._line_start(section, line), self._line_start(section, line + 1)
        return start + min(max(column, 0), stop - start - 1)

    def _line_start(self, section: int, line: int) -> int:
        first, after = int(self._firsts[section]), int(self._firsts[section + 1])
        return min(first + max(line, 0) * self.columns, after)

    def _cells_top(self, section: int) -> int:
        return int(self._tops[section]) + self.header
