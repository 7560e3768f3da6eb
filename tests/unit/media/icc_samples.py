"""ICC profiles written by hand (ICC.1:2001-04 and ICC.1:2010), and what their colours are in sRGB by the book."""

import struct

import numpy as np

SRGB_CURVE = (2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045)
# Columns are the primaries in XYZ, adapted to D50 (B. Lindbloom, brucelindbloom.com; Display P3: Apple's own profile).
SRGB = np.array(
    [[0.4360747, 0.3850649, 0.1430804], [0.2225045, 0.7168786, 0.0606169], [0.0139322, 0.0971045, 0.7141733]]
)
DISPLAY_P3 = np.array(
    [[0.5151187, 0.2919778, 0.1571035], [0.2411892, 0.6922441, 0.0665668], [-0.0010505, 0.0418791, 0.7840713]]
)
ADOBE_RGB = np.array(
    [[0.6097559, 0.2052401, 0.1492240], [0.3111242, 0.6256560, 0.0632197], [0.0194811, 0.0608902, 0.7448387]]
)
PROPHOTO = np.array([[0.7976749, 0.1351917, 0.0313534], [0.2880402, 0.7118741, 0.0000857], [0.0, 0.0, 0.8252100]])


def rgb_profile(primaries: np.ndarray, gamma: float | None = None, name: str = "hand-made") -> bytes:
    """A matrix profile; without `gamma` it has sRGB's curve."""
    columns = {tag: _xyz(primaries[:, column]) for column, tag in enumerate((b"rXYZ", b"gXYZ", b"bXYZ"))}
    curves = dict.fromkeys((b"rTRC", b"gTRC", b"bTRC"), _curve(gamma))
    return _profile(b"RGB ", b"mntr", b"XYZ ", {b"desc": _description(name), **columns, **curves})


def grey_profile(gamma: float) -> bytes:
    return _profile(b"GRAY", b"mntr", b"XYZ ", {b"desc": _description("grey"), b"kTRC": _curve(gamma)})


def cmyk_profile() -> bytes:
    """A table of two points per ink: each combination of inks has its Lab colour; paper is white, black is not quite."""
    points = [_lab(c, m, y, k) for c in (0, 1) for m in (0, 1) for y in (0, 1) for k in (0, 1)]
    identity = bytes(range(256))
    matrix = struct.pack(">9i", *(65536 * value for value in (1, 0, 0, 0, 1, 0, 0, 0, 1)))
    table = b"mft1" + bytes(4) + bytes((4, 3, 2, 0)) + matrix + identity * 4 + bytes(sum(points, ())) + identity * 3
    return _profile(b"CMYK", b"prtr", b"Lab ", {b"desc": _description("inks"), b"A2B0": table})


def in_srgb(rgb: np.ndarray, primaries: np.ndarray, gamma: float | None = None) -> np.ndarray:
    """8-bit values of a matrix profile as 8-bit sRGB."""
    values = np.asarray(rgb) / 255
    linear = values**gamma if gamma else np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)
    return _encoded(linear @ primaries.T @ np.linalg.inv(SRGB).T)


def grey_in_srgb(grey: np.ndarray, gamma: float) -> np.ndarray:
    return _encoded((np.asarray(grey) / 255) ** gamma)


def _encoded(linear: np.ndarray) -> np.ndarray:
    clipped = linear.clip(0, 1)
    return 255 * np.where(clipped <= 0.0031308, clipped * 12.92, 1.055 * clipped ** (1 / 2.4) - 0.055)


def _lab(c: int, m: int, y: int, k: int) -> tuple[int, int, int]:
    """As 8-bit Lab: dull inks, as print has them."""
    lightness = 100 - 35 * c - 45 * m - 10 * y if not k else 20 - 3 * (c + m + y)
    a, b = (-30 * c + 60 * m, -40 * c - 5 * m + 70 * y) if not k else (0, 0)
    return round(lightness * 2.55), a + 128, b + 128


def _profile(space: bytes, kind: bytes, connection: bytes, tags: dict[bytes, bytes]) -> bytes:
    tags = {**tags, b"wtpt": _xyz(np.array((0.9642, 1.0, 0.8249))), b"cprt": b"text" + bytes(4) + b"none\0"}
    offset = 128 + 4 + 12 * len(tags)
    table, content = struct.pack(">I", len(tags)), b""
    for tag, data in tags.items():
        table += struct.pack(">4sII", tag, offset + len(content), len(data))
        content += data + bytes(-len(data) % 4)
    size = offset + len(content)
    illuminant = struct.pack(">3i", 63190, 65536, 54061)
    header = struct.pack(">II", size, 0) + bytes((4 if space != b"CMYK" else 2, 0x20, 0, 0)) + kind + space + connection
    return (header + struct.pack(">6H", 2024, 1, 1, 0, 0, 0) + b"acsp" + bytes(28) + illuminant).ljust(128, b"\0") + (
        table + content
    )


def _xyz(values: np.ndarray) -> bytes:
    return b"XYZ " + bytes(4) + struct.pack(">3i", *(round(float(value) * 65536) for value in values))


def _curve(gamma: float | None) -> bytes:
    if gamma:
        return b"curv" + bytes(4) + struct.pack(">IH", 1, round(gamma * 256))
    return b"para" + bytes(4) + struct.pack(">HH5i", 3, 0, *(round(value * 65536) for value in SRGB_CURVE))


def _description(name: str) -> bytes:
    text = name.encode("ascii") + b"\0"
    return b"desc" + bytes(4) + struct.pack(">I", len(text)) + text + bytes(78)
