"""One text for each photo, all in one piece of memory, in which words are found at the speed of memory."""

from collections import OrderedDict
from collections.abc import Sequence
from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.bool_]
Places = NDArray[np.intp]

_LINE_END = b"\n"
# With more hits than this they are looked for by numpy, many at a time.
_FEW_HITS = 10_000
_KEPT_ANSWERS = 4
_HISTOGRAM_OF = 1_000_000  # bytes


class TextColumn:
    """Lines of words (n), each after a line end and with a blank around each word. They never change."""

    def __init__(self, lines: bytes) -> None:
        self._lines = lines
        self._bytes = np.frombuffer(lines, np.uint8)
        starts = np.append(np.flatnonzero(self._bytes == _LINE_END[0]), len(lines))
        self._starts = starts.astype(np.int32) if len(lines) < np.iinfo(np.int32).max else starts
        self._answers: OrderedDict[bytes, Mask] = OrderedDict()

    @property
    def size_bytes(self) -> int:
        """Memory."""
        return self._bytes.nbytes + self._starts.nbytes

    def __len__(self) -> int:
        return len(self._starts) - 1

    def holding(self, words: str) -> Mask:
        """Which lines (n,) hold these words, given with a blank around each."""
        wanted = words.encode()
        known = self._answers.get(wanted)
        if known is None:
            known = self._rows(self._hits(wanted))
            self._keep(wanted, known)
        return known.copy()

    def chosen(self, rows: Mask) -> bytes:
        """The lines of some rows."""
        places = pairwise(self._starts.tolist())
        return b"".join([self._lines[start:end] for (start, end), keep in zip(places, rows, strict=True) if keep])

    def reordered(self, rows: Places) -> "TextColumn":
        """These lines in this order."""
        starts, ends = self._starts[rows].tolist(), self._starts[rows + 1].tolist()
        return TextColumn(b"".join([self._lines[start:end] for start, end in zip(starts, ends, strict=True)]))

    def _keep(self, wanted: bytes, answer: Mask) -> None:
        self._answers[wanted] = answer
        if len(self._answers) > _KEPT_ANSWERS:
            self._answers.popitem(last=False)

    def _hits(self, wanted: bytes) -> Places:
        hits: list[int] = []
        hit = self._lines.find(wanted)
        while hit >= 0 and len(hits) < _FEW_HITS:
            hits.append(hit)
            hit = self._lines.find(wanted, hit + 1)
        first = np.array(hits, np.intp)
        return first if hit < 0 else np.concatenate((first, self._many_hits(wanted, hit)))

    def _many_hits(self, wanted: bytes, start: int) -> Places:
        """All hits from a place on: the rarest byte leads to those that are looked at."""
        lead = min(range(len(wanted)), key=lambda place: self._frequency[wanted[place]])
        last = len(self._lines) - len(wanted) + 1
        hits = np.flatnonzero(self._bytes[start + lead : last + lead] == wanted[lead]) + start
        are_hits = np.ones(len(hits), np.bool_)
        for place, byte in enumerate(wanted):
            if place != lead:
                are_hits &= self._bytes[hits + place] == byte
        return hits[are_hits]

    @cached_property
    def _frequency(self) -> Sequence[int]:
        counted: list[int] = np.bincount(self._bytes[:_HISTOGRAM_OF], minlength=256).tolist()
        return counted

    def _rows(self, hits: Places) -> Mask:
        if len(hits) <= _FEW_HITS:
            found = np.zeros(len(self), np.bool_)
            found[np.searchsorted(self._starts, hits.astype(self._starts.dtype), side="right") - 1] = True
            return found
        at_hits = np.zeros(len(self._lines), np.bool_)
        at_hits[hits] = True
        return np.logical_or.reduceat(at_hits, self._starts[:-1])
