"""Where things are in a JPEG file, by its markers (ITU-T T.81, annex B). Decodes nothing."""

from bisect import bisect_left
from dataclasses import dataclass
from typing import Final

import numpy as np

START: Final = b"\xff\xd8"
END: Final = b"\xff\xd9"
_END, _SCAN, _ADOBE, _FILL = 0xD9, 0xDA, 0xEE, 0xFF
_FIRST_RESTART, _LAST_RESTART = 0xD0, 0xD7
_WITHOUT_LENGTH = frozenset((0x00, 0x01, 0xFF, *range(0xD0, 0xD9)))
# Frame headers and Huffman or arithmetic tables (C0 to CF), scan, quantization, line count, restart, hierarchy.
_PICTURE = frozenset((*range(0xC0, 0xD0), _SCAN, 0xDB, 0xDC, 0xDD, 0xDE, 0xDF))


@dataclass(frozen=True)
class JpegLayout:
    """`picture`: byte ranges that make the picture, metadata left out. `end`: just behind EOI, None where it is missing."""

    picture: list[tuple[int, int]]
    has_scan: bool
    end: int | None


def jpeg_layout(data: bytes) -> JpegLayout:
    """Find the picture's parts, up to the first EOI: previews and videos behind it are not part of the picture."""
    picture: list[tuple[int, int]] = []
    markers: list[int] | None = None
    position = len(START)
    while 0 <= (position := data.find(b"\xff", position)) < len(data) - 1:
        code = data[position + 1]
        if code == _END:
            return JpegLayout(picture, markers is not None, position + len(END))
        if code in _WITHOUT_LENGTH:
            position += 1 if code == _FILL else 2
            continue
        end = position + 2 + int.from_bytes(data[position + 2 : position + 4], "big")
        if code == _SCAN:
            markers = _markers_behind(data, end) if markers is None else markers
            following = bisect_left(markers, end)
            end = markers[following] if following < len(markers) else len(data)
        if code in _PICTURE or (code == _ADOBE and data[position + 4 : position + 9] == b"Adobe"):
            picture.append((position, min(end, len(data))))
        position = end
    return JpegLayout(picture, markers is not None, None)


def _markers_behind(data: bytes, start: int) -> list[int]:
    """Positions of all markers that can end entropy-coded data: not FF00 (a stuffed byte), not a restart marker."""
    if start >= len(data):
        return []
    values = np.frombuffer(data, np.uint8, offset=start)
    found = np.flatnonzero(values[:-1] == _FILL)
    codes = values[found + 1]
    ends_a_scan = (codes != 0) & (codes != _FILL) & ((codes < _FIRST_RESTART) | (codes > _LAST_RESTART))
    return [int(position) + start for position in found[ends_a_scan]]
