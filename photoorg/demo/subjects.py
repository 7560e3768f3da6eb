"""The subjects of the pictures, each drawn at a point of the ground and in a size in short sides."""

from __future__ import annotations

from collections.abc import Callable
from math import cos, pi, sin

from photoorg.demo.canvas import Canvas, Point, Rgb, mix

PAINTS: dict[str, Rgb] = {
    "red": (208, 34, 36),
    "blue": (32, 80, 206),
    "yellow": (250, 204, 30),
    "white": (246, 246, 242),
    "green": (36, 150, 62),
    "purple": (140, 54, 178),
    "orange": (238, 128, 30),
    "black": (34, 32, 40),
}
DARK: Rgb = (24, 22, 34)
LIT: Rgb = (255, 220, 120)
WOOD: Rgb = (112, 76, 48)
SUNNY, DIM = 150, 100  # the least green of a yellow, and the most of any channel of a black


def draw_subject(canvas: Canvas, subject: str, paint: Rgb, x: float, y: float, *, size: float, ground: str) -> None:
    """One subject standing on (x, y), about `size` high, in a colour for its coloured parts."""
    if subject == "tree":
        (_fir if ground in ("mountains", "snowfield") else _tree)(canvas, x, y, size, ground == "snowfield")
    else:
        SUBJECTS[subject](canvas, paint, x, y, size)


def draw_flowers(canvas: Canvas, paint: Rgb, top: float) -> None:
    """A whole field of flowers from `top` down, larger towards the front."""
    bottom = min(canvas.bottom, 0.52)
    for row in range(8):
        depth = row / 7
        for _ in range(round((18 - 9 * depth) * 2 * canvas.right)):
            y = canvas.near(top + (bottom - top) * depth, 0.02)
            _flower(canvas, paint, canvas.near(0, canvas.right), y, 0.014 + 0.03 * depth)


def _shadow(canvas: Canvas, x: float, y: float, width: float) -> None:
    canvas.ellipse(x, y, width, width * 0.16, (10, 14, 30, 80))


def _shift(x: float, y: float, size: float, *points: Point) -> list[Point]:
    return [(x + dx * size, y - dy * size) for dx, dy in points]


def _flower(canvas: Canvas, paint: Rgb, x: float, y: float, size: float) -> None:
    canvas.line([(x, y), (x, y + size * 2.2)], size * 0.22, canvas.land((40, 104, 34)))
    for petal in range(5):
        angle = petal * 2 * pi / 5
        canvas.ellipse(x + 0.62 * size * cos(angle), y + 0.62 * size * sin(angle), size * 0.52, size * 0.52, paint)
    core = canvas.thing((120, 70, 20) if paint[1] > SUNNY else (255, 220, 70))
    canvas.ellipse(x, y, size * 0.34, size * 0.34, core)


def _house(canvas: Canvas, paint: Rgb, x: float, y: float, size: float) -> None:
    _shadow(canvas, x + 0.1 * size, y, 0.85 * size)
    side, roof = mix(paint, DARK, 0.28), canvas.thing((92, 66, 60))
    canvas.polygon(_shift(x, y, size, (-0.6, 0), (0.1, 0), (0.1, 0.6), (-0.25, 0.98), (-0.6, 0.6)), paint)
    canvas.polygon(_shift(x, y, size, (0.1, 0), (0.72, 0.04), (0.72, 0.58), (0.1, 0.6)), side)
    canvas.polygon(_shift(x, y, size, (0.4, 0.8), (0.53, 0.8), (0.53, 1.18), (0.4, 1.18)), mix(roof, DARK, 0.2))
    canvas.polygon(_shift(x, y, size, (-0.25, 1.06), (0.45, 1.0), (0.82, 0.52), (0.13, 0.54)), roof)
    canvas.line(_shift(x, y, size, (-0.68, 0.53), (-0.25, 1.02), (0.16, 0.55)), 0.07 * size, mix(roof, DARK, 0.15))
    glass = canvas.thing((176, 216, 236)) if canvas.light in ("day", "grey") else LIT
    for left, bottom, width in ((-0.5, 0.3, 0.18), (0.26, 0.26, 0.14), (0.5, 0.26, 0.14)):
        _window(canvas, x + left * size, y - bottom * size, width * size, glass)
    canvas.polygon(_shift(x, y, size, (-0.2, 0), (0.0, 0), (0.0, 0.4), (-0.2, 0.4)), canvas.thing(WOOD))
    if canvas.light == "night":
        canvas.glow(x - 0.1 * size, y - 0.4 * size, 0.75 * size, LIT, 0.28)


def _window(canvas: Canvas, left: float, bottom: float, width: float, glass: Rgb) -> None:
    canvas.box(left - 0.1 * width, bottom - 1.2 * width, left + 1.1 * width, bottom + 0.1 * width, (250, 248, 240))
    canvas.box(left, bottom - 1.1 * width, left + width, bottom, glass)
    canvas.line([(left + width / 2, bottom - 1.1 * width), (left + width / 2, bottom)], 0.1 * width, (250, 248, 240))


def _tree(canvas: Canvas, x: float, y: float, size: float, _snowy: bool) -> None:
    _shadow(canvas, x, y, 0.4 * size)
    trunk, leaves = canvas.thing(WOOD), canvas.thing((66, 150, 54))
    canvas.polygon(_shift(x, y, size, (-0.08, 0), (0.08, 0), (0.05, 0.5), (-0.05, 0.5)), trunk)
    for tone, lift in ((mix(leaves, DARK, 0.4), 0.0), (mix(leaves, DARK, 0.12), 0.05), (mix(leaves, LIT, 0.22), 0.12)):
        shrink = 1 - 2.4 * lift
        for dx, dy, radius in ((-0.24, 0.56, 0.23), (0.24, 0.56, 0.23), (0, 0.78, 0.27), (0, 0.52, 0.26)):
            centre = x + (dx * shrink - lift * 0.6) * size, y - (dy + lift) * size
            canvas.ellipse(*centre, radius * shrink * size, radius * shrink * size, tone)


def _fir(canvas: Canvas, x: float, y: float, size: float, snowy: bool) -> None:
    _shadow(canvas, x, y, 0.35 * size)
    canvas.box(x - 0.05 * size, y - 0.2 * size, x + 0.05 * size, y, canvas.thing(WOOD))
    green = canvas.thing((44, 124, 66))
    for foot, half in ((0.12, 0.38), (0.38, 0.3), (0.64, 0.21)):
        canvas.polygon(_shift(x, y, size, (-half, foot), (half, foot), (0, foot + 0.44)), green)
        canvas.polygon(_shift(x, y, size, (half * 0.2, foot), (half, foot), (0, foot + 0.44)), mix(green, DARK, 0.3))
        if snowy:
            cap = ((-half * 0.5, foot + 0.22), (half * 0.3, foot + 0.3), (half * 0.5, foot + 0.22), (0, foot + 0.44))
            canvas.polygon(_shift(x, y, size, *cap), canvas.thing((244, 248, 255)))


def _boat(canvas: Canvas, paint: Rgb, x: float, y: float, size: float) -> None:
    canvas.ellipse(x, y + 0.03 * size, 0.62 * size, 0.07 * size, (*mix(paint, DARK, 0.5), 120))
    mast = canvas.thing((96, 66, 44))
    canvas.line(_shift(x, y, size, (0, 0.1), (0, 1.1)), 0.035 * size, mast)
    canvas.polygon(_shift(x, y, size, (0.04, 1.06), (0.56, 0.3), (0.04, 0.26)), paint)
    canvas.polygon(_shift(x, y, size, (-0.04, 0.94), (-0.4, 0.3), (-0.04, 0.26)), mix(paint, (255, 255, 255), 0.3))
    hull = ((-0.58, 0.2), (0.62, 0.2), (0.42, -0.04), (-0.42, -0.04))
    canvas.polygon(_shift(x, y, size, *hull), mix(paint, DARK, 0.18))
    canvas.polygon(_shift(x, y, size, (-0.58, 0.2), (0.62, 0.2), (0.58, 0.15), (-0.54, 0.15)), (250, 248, 240))
    canvas.polygon(_shift(x, y, size, (0, 1.1), (0.16, 1.16), (0, 1.2)), canvas.thing((208, 34, 36)))


def _car(canvas: Canvas, paint: Rgb, x: float, y: float, size: float) -> None:
    _shadow(canvas, x, y, 1.0 * size)
    cabin = ((-0.52, 0.42), (-0.34, 0.76), (0.22, 0.76), (0.5, 0.42))
    canvas.polygon(_shift(x, y, size, *cabin), mix(paint, DARK, 0.12))
    glass = canvas.thing((178, 218, 238)) if canvas.light != "night" else (120, 140, 180)
    canvas.polygon(_shift(x, y, size, (-0.41, 0.44), (-0.28, 0.7), (-0.08, 0.7), (-0.08, 0.44)), glass)
    canvas.polygon(_shift(x, y, size, (-0.02, 0.44), (-0.02, 0.7), (0.19, 0.7), (0.39, 0.44)), glass)
    body = ((-0.9, 0.12), (-0.88, 0.4), (-0.5, 0.46), (0.52, 0.46), (0.88, 0.34), (0.92, 0.12))
    canvas.polygon(_shift(x, y, size, *body), paint)
    canvas.line(_shift(x, y, size, (-0.86, 0.2), (0.9, 0.2)), 0.03 * size, mix(paint, DARK, 0.3))
    for wheel in (-0.5, 0.52):
        canvas.ellipse(x + wheel * size, y - 0.13 * size, 0.17 * size, 0.17 * size, (26, 26, 30))
        canvas.ellipse(x + wheel * size, y - 0.13 * size, 0.08 * size, 0.08 * size, (190, 194, 200))
    canvas.ellipse(x + 0.86 * size, y - 0.28 * size, 0.05 * size, 0.06 * size, (255, 246, 200))
    if canvas.light == "night":
        canvas.glow(x + 1.0 * size, y - 0.27 * size, 0.45 * size, (255, 240, 180), 0.8)


def _balloon(canvas: Canvas, paint: Rgb, x: float, y: float, size: float) -> None:
    radius, pale = 0.4 * size, mix(paint, (255, 255, 255), 0.42)
    top = y - 0.62 * size
    canvas.polygon(_shift(x, top, size, (-0.33, -0.22), (0.33, -0.22), (0.1, -0.58), (-0.1, -0.58)), paint)
    for share, colour in ((1.0, paint), (0.72, pale), (0.42, paint), (0.14, pale)):
        canvas.ellipse(x, top, radius * share, radius, colour)
        low = ((-0.33 * share, -0.22), (0.33 * share, -0.22), (0.1 * share, -0.58), (-0.1 * share, -0.58))
        canvas.polygon(_shift(x, top, size, *low), colour)
    for rope in (-1, 1):
        canvas.line(_shift(x, top, size, (0.1 * rope, -0.58), (0.07 * rope, -0.74)), 0.012 * size, DARK)
    canvas.box(x - 0.09 * size, top + 0.73 * size, x + 0.09 * size, top + 0.86 * size, canvas.thing((150, 100, 54)))
    if canvas.light == "night":
        canvas.glow(x, top + 0.45 * size, 0.4 * size, LIT, 0.7)


def _tent(canvas: Canvas, paint: Rgb, x: float, y: float, size: float) -> None:
    _shadow(canvas, x + 0.1 * size, y, 0.95 * size)
    canvas.polygon(_shift(x, y, size, (0.05, 0.85), (0.62, 0.78), (1.0, 0.06), (0.55, 0)), mix(paint, DARK, 0.25))
    canvas.polygon(_shift(x, y, size, (-0.62, 0), (0.0, 0.88), (0.58, 0)), paint)
    inside = LIT if canvas.light == "night" else mix(paint, DARK, 0.75)
    canvas.polygon(_shift(x, y, size, (-0.22, 0), (0.0, 0.6), (0.2, 0)), inside)
    canvas.line(_shift(x, y, size, (-0.62, 0), (0.04, 0.94)), 0.03 * size, mix(paint, (255, 255, 255), 0.4))
    if canvas.light == "night":
        canvas.glow(x, y - 0.2 * size, 0.6 * size, LIT, 0.45)


def _cat(canvas: Canvas, paint: Rgb, x: float, y: float, size: float) -> None:
    _shadow(canvas, x, y, 0.5 * size)
    soft = mix(paint, (255, 255, 255), 0.18) if max(paint) < DIM else mix(paint, DARK, 0.12)
    tail = [(x + (0.3 + 0.24 * sin(step / 3)) * size, y - (0.06 + step * 0.07) * size) for step in range(9)]
    canvas.line(tail, 0.1 * size, soft)
    canvas.ellipse(x, y - 0.27 * size, 0.33 * size, 0.3 * size, paint)
    canvas.ellipse(x - 0.04 * size, y - 0.45 * size, 0.22 * size, 0.24 * size, paint)
    for paw in (-0.16, 0.08):
        canvas.ellipse(x + paw * size, y - 0.05 * size, 0.1 * size, 0.06 * size, soft)
    _cat_head(canvas, paint, x - 0.04 * size, y - 0.74 * size, size)


def _cat_head(canvas: Canvas, paint: Rgb, x: float, y: float, size: float) -> None:
    for ear in (-1, 1):
        canvas.polygon(_shift(x, y, size, (0.26 * ear, 0.02), (0.25 * ear, 0.36), (0.04 * ear, 0.2)), paint)
        canvas.polygon(_shift(x, y, size, (0.21 * ear, 0.1), (0.21 * ear, 0.26), (0.1 * ear, 0.18)), (236, 160, 160))
    canvas.ellipse(x, y, 0.28 * size, 0.23 * size, paint)
    for eye in (-0.11, 0.11):
        canvas.ellipse(x + eye * size, y - 0.02 * size, 0.055 * size, 0.06 * size, (196, 222, 70))
        canvas.ellipse(x + eye * size, y - 0.02 * size, 0.02 * size, 0.055 * size, DARK)
        for droop in (-0.02, 0.04):
            whisker = ((eye, -0.1), (eye * 3.6, -0.1 - droop))
            canvas.line(_shift(x, y, size, *whisker), 0.01 * size, (222, 222, 222))
    canvas.polygon(_shift(x, y, size, (-0.035, -0.06), (0.035, -0.06), (0, -0.1)), (232, 130, 140))


def _umbrella(canvas: Canvas, paint: Rgb, x: float, y: float, size: float) -> None:
    _shadow(canvas, x + 0.2 * size, y, 0.7 * size)
    towel = ((-0.75, 0.0), (-0.2, 0.0), (-0.34, -0.12), (-0.92, -0.12))
    canvas.polygon(_shift(x, y, size, *towel), mix(paint, (255, 255, 255), 0.3))
    canvas.line(_shift(x, y, size, (0, -0.05), (0, 1.0)), 0.045 * size, canvas.thing((240, 234, 220)))
    pale, dome = canvas.thing((250, 248, 240)), y - 0.62 * size
    for share, colour in ((1.0, paint), (0.66, pale), (0.32, paint)):
        arch = [(x + 0.72 * share * size * cos(a * pi / 16), dome - 0.4 * size * sin(a * pi / 16)) for a in range(17)]
        canvas.polygon(arch, colour)
    canvas.ellipse(x + 0.5 * size, y - 0.02 * size, 0.12 * size, 0.12 * size, pale)
    canvas.polygon(_shift(x + 0.5 * size, y - 0.02 * size, size, (-0.12, 0), (0.12, 0), (0, 0.12)), paint)


def _lighthouse(canvas: Canvas, _paint: Rgb, x: float, y: float, size: float) -> None:
    rock, white, red = canvas.land((104, 100, 104)), canvas.thing((246, 244, 238)), canvas.thing((204, 44, 44))
    canvas.polygon(_shift(x, y, size, (-0.5, -0.06), (-0.34, 0.1), (0.0, 0.16), (0.3, 0.1), (0.52, -0.06)), rock)
    for band in range(5):
        low, high = 0.08 + band * 0.15, 0.23 + band * 0.15
        wide, slim = 0.17 - band * 0.014, 0.156 - band * 0.014
        corners = ((-wide, low), (wide, low), (slim, high), (-slim, high))
        canvas.polygon(_shift(x, y, size, *corners), red if band % 2 else white)
    lamp = y - 0.9 * size
    if canvas.light != "day":
        for side in (-1, 1):
            canvas.polygon(_shift(x, lamp, size, (0, 0), (side * 1.5, 0.28), (side * 1.5, -0.1)), (255, 240, 170, 90))
    canvas.box(x - 0.08 * size, lamp - 0.07 * size, x + 0.08 * size, lamp + 0.07 * size, LIT)
    canvas.polygon(_shift(x, lamp, size, (-0.13, 0.06), (0.13, 0.06), (0, 0.2)), red)
    canvas.glow(x, lamp, 0.3 * size, LIT, 0.7)


def _cactus(canvas: Canvas, _paint: Rgb, x: float, y: float, size: float) -> None:
    _shadow(canvas, x, y, 0.4 * size)
    green = canvas.thing((46, 128, 62))
    pale = mix(green, (255, 255, 255), 0.2)
    arms = (((0, 0.92), (0, 0.0)), ((-0.3, 0.68), (-0.3, 0.42), (0, 0.36)), ((0.3, 0.8), (0.3, 0.54), (0, 0.46)))
    for width, tone in ((0.2, mix(green, DARK, 0.25)), (0.14, green), (0.03, pale)):
        for arm in arms:
            points = _shift(x, y, size, *arm)
            canvas.line(points, width * size, tone)
            canvas.ellipse(*points[0], width / 2 * size, width / 2 * size, tone)


def _snowman(canvas: Canvas, _paint: Rgb, x: float, y: float, size: float) -> None:
    _shadow(canvas, x, y, 0.5 * size)
    white = canvas.thing((250, 252, 255))
    for height, radius in ((0.26, 0.3), (0.62, 0.22), (0.9, 0.16)):
        canvas.ellipse(x, y - height * size, radius * size, radius * size, mix(white, (60, 80, 130), 0.25))
        canvas.ellipse(x - 0.02 * size, y - (height + 0.02) * size, 0.92 * radius * size, 0.92 * radius * size, white)
    scarf = canvas.thing(PAINTS["red"])
    canvas.box(x - 0.17 * size, y - 0.79 * size, x + 0.17 * size, y - 0.73 * size, scarf)
    canvas.polygon(_shift(x, y, size, (0.06, 0.76), (0.15, 0.76), (0.18, 0.52), (0.09, 0.52)), scarf)
    for dx, dy in ((-0.06, 0.95), (0.06, 0.95), (0, 0.64), (0, 0.54)):
        canvas.ellipse(x + dx * size, y - dy * size, 0.02 * size, 0.02 * size, DARK)
    canvas.polygon(_shift(x, y, size, (0, 0.91), (0, 0.87), (0.16, 0.88)), canvas.thing((240, 130, 40)))
    canvas.box(x - 0.19 * size, y - 1.06 * size, x + 0.19 * size, y - 1.02 * size, DARK)
    canvas.box(x - 0.12 * size, y - 1.26 * size, x + 0.12 * size, y - 1.04 * size, DARK)


SUBJECTS: dict[str, Callable[[Canvas, Rgb, float, float, float], None]] = {
    "house": _house,
    "boat": _boat,
    "car": _car,
    "balloon": _balloon,
    "tent": _tent,
    "cat": _cat,
    "umbrella": _umbrella,
    "lighthouse": _lighthouse,
    "cactus": _cactus,
    "snowman": _snowman,
}
