"""Skies, weather and grounds: everything in a picture but its subject."""

from __future__ import annotations

from collections.abc import Callable
from math import cos, pi, sin

from photoorg.demo.canvas import Canvas, Point, Rgb, mix

SKIES: dict[tuple[str, str], tuple[Rgb, ...]] = {
    ("day", "clear"): ((52, 136, 226), (118, 186, 244), (196, 228, 250)),
    ("day", "cloudy"): ((150, 178, 204), (190, 206, 220), (216, 224, 230)),
    ("day", "rain"): ((78, 88, 102), (112, 122, 134), (150, 158, 166)),
    ("day", "rainbow"): ((112, 158, 206), (160, 194, 222), (208, 224, 232)),
    ("day", "snowfall"): ((116, 130, 154), (150, 164, 186), (182, 194, 210)),
    ("sunset", "clear"): ((72, 48, 122), (206, 78, 112), (255, 150, 76), (255, 214, 130)),
    ("night", "clear"): ((6, 10, 36), (18, 28, 76), (46, 62, 124)),
    ("night", "rain"): ((10, 12, 22), (26, 30, 44), (48, 54, 70)),
    ("night", "snowfall"): ((26, 32, 60), (46, 54, 88), (80, 90, 122)),
}
RAINBOW: tuple[Rgb, ...] = (
    (228, 60, 60),
    (244, 148, 50),
    (250, 224, 76),
    (84, 184, 92),
    (70, 130, 222),
    (142, 84, 190),
)
FEW_CLOUDS = ("clear", "rainbow")
LAMP: Rgb = (255, 214, 110)


def draw_sky(canvas: Canvas, time: str, weather: str, horizon: float) -> None:
    """The sky above the horizon, with what stands in it: sun, moon, stars, clouds or a rainbow."""
    canvas.gradient(-canvas.bottom, horizon + 0.14, SKIES[time, weather])
    if weather == "clear":
        {"day": _sun, "sunset": _low_sun, "night": _moon_and_stars}[time](canvas, horizon)
    if weather == "rainbow":
        _rainbow(canvas, horizon)
    _clouds(canvas, time, weather, horizon)


def draw_weather(canvas: Canvas, time: str, weather: str) -> None:
    """What falls in front of everything else."""
    if weather == "rain":
        _rain(canvas, (188, 204, 224, 150) if time == "day" else (132, 150, 190, 150))
    elif weather == "snowfall":
        _snowflakes(canvas)


def draw_ground(canvas: Canvas, ground: str, horizon: float) -> None:
    """The land or the water below the horizon, and what rises above it."""
    GROUNDS[ground](canvas, horizon)


def _side(canvas: Canvas) -> int:
    return canvas.rng.choice((-1, 1))


def _sun(canvas: Canvas, _horizon: float) -> None:
    x, y = _side(canvas) * canvas.near(0.3, 0.08), canvas.near(-0.36, 0.05)
    canvas.glow(x, y, 0.34, (255, 246, 196), 0.85)
    for ray in range(12):
        angle = ray * pi / 6
        ends = [(x + length * cos(angle), y + length * sin(angle)) for length in (0.10, 0.135)]
        canvas.line(ends, 0.011, (255, 236, 140))
    canvas.ellipse(x, y, 0.078, 0.078, (255, 228, 92))
    canvas.ellipse(x - 0.008, y - 0.008, 0.06, 0.06, (255, 240, 140))


def _low_sun(canvas: Canvas, horizon: float) -> None:
    x, y = canvas.near(0, 0.28), horizon - canvas.near(0.06, 0.03)
    canvas.glow(x, y, 0.6, (255, 214, 120), 0.8)
    canvas.ellipse(x, y, 0.115, 0.115, (255, 196, 70))
    canvas.ellipse(x, y, 0.1, 0.1, (255, 224, 120))
    for _ in range(5):
        left, top, length = canvas.near(0, canvas.right), canvas.near(-0.22, 0.16), canvas.near(0.25, 0.1)
        canvas.ellipse(left, top, length, 0.012, (255, 170, 120, 110))


def _moon_and_stars(canvas: Canvas, horizon: float) -> None:
    for _ in range(round(170 * canvas.right * canvas.bottom * 4)):
        x, y = canvas.near(0, canvas.right), canvas.rng.uniform(-canvas.bottom, horizon)
        size = canvas.rng.choice((0.002, 0.0025, 0.003, 0.0055))
        canvas.ellipse(x, y, size, size, (255, 250, 220))
    x, y = _side(canvas) * canvas.near(0.28, 0.1), canvas.near(-0.34, 0.06)
    canvas.glow(x, y, 0.3, (190, 204, 255), 0.6)
    canvas.ellipse(x, y, 0.072, 0.072, (250, 246, 218))
    for dx, dy, radius in ((-0.025, -0.02, 0.014), (0.022, 0.012, 0.018), (-0.012, 0.034, 0.01)):
        canvas.ellipse(x + dx, y + dy, radius, radius, (226, 220, 190))


def _rainbow(canvas: Canvas, horizon: float) -> None:
    x, radius = canvas.near(0, 0.12), canvas.near(0.52, 0.04)
    for band, colour in enumerate(RAINBOW):
        canvas.arc(x, horizon + 0.12, radius - band * 0.021, 0.023, (*colour, 215))


def _clouds(canvas: Canvas, time: str, weather: str, horizon: float) -> None:
    number = {"clear": 2, "rainbow": 2, "cloudy": 9, "rain": 11, "snowfall": 4}[weather]
    low, bright = SKIES[time, weather][1], (255, 255, 255)
    share = {"cloudy": 0.8, "rain": 0.12, "snowfall": 0.35}.get(weather, 0.85)
    if time != "day":
        number, share = (0, 0.0) if weather == "clear" else (number, 0.14)
    for index in range(round(number * max(1.0, 2 * canvas.right))):
        y = canvas.near(-0.3, 0.14) if weather in FEW_CLOUDS else canvas.rng.uniform(-canvas.bottom, horizon - 0.14)
        _cloud(canvas, canvas.near(0, canvas.right), y, canvas.near(0.14, 0.05), mix(low, bright, share))
        share *= 0.94 + 0.01 * (index % 2)


def _cloud(canvas: Canvas, x: float, y: float, size: float, colour: Rgb) -> None:
    puffs = [(step, canvas.near(0.3, 0.07) * (1.3 - abs(step))) for step in (-0.9, -0.5, 0.0, 0.4, 0.85)]
    shadow = mix(colour, (70, 84, 110), 0.22)
    for shade, drop in ((shadow, 0.05), (colour, 0.0)):
        for step, puff in puffs:
            canvas.ellipse(x + step * size, y - (puff * 0.4 - drop) * size, puff * size * 1.3, puff * size, shade)


def _rain(canvas: Canvas, colour: tuple[int, int, int, int]) -> None:
    for _ in range(round(520 * canvas.right * canvas.bottom)):
        x, y = canvas.near(0, canvas.right), canvas.near(0, canvas.bottom)
        length = canvas.near(0.06, 0.02)
        canvas.line([(x, y), (x - length * 0.35, y + length)], 0.0045, colour)


def _snowflakes(canvas: Canvas) -> None:
    for _ in range(round(760 * canvas.right * canvas.bottom)):
        x, y = canvas.near(0, canvas.right), canvas.near(0, canvas.bottom)
        size = canvas.rng.choice((0.004, 0.006, 0.009, 0.013))
        canvas.ellipse(x, y, size, size, (255, 255, 255, 225))


def _ridge(canvas: Canvas, height: float, swing: float, waves: float) -> list[Point]:
    phase, steps = canvas.rng.uniform(0, 2 * pi), 40
    xs = [canvas.right * (2 * step / steps - 1) for step in range(steps + 1)]
    return [(x, height - swing * (sin(x * waves + phase) + 0.4 * sin(x * waves * 2.3 + 2 * phase))) for x in xs]


def _hill(canvas: Canvas, height: float, swing: float, waves: float, colour: Rgb) -> None:
    ridge = _ridge(canvas, height, swing, waves)
    canvas.polygon([*ridge, (canvas.right, canvas.bottom), (-canvas.right, canvas.bottom)], canvas.land(colour))


def _meadow(canvas: Canvas, horizon: float) -> None:
    _hill(canvas, horizon - 0.02, 0.035, 7, (118, 168, 132))
    _hill(canvas, horizon + 0.03, 0.025, 5, (104, 172, 84))
    _hill(canvas, horizon + 0.09, 0.015, 4, (92, 166, 62))
    canvas.gradient(horizon + 0.15, canvas.bottom, [canvas.land((92, 166, 62)), canvas.land((58, 124, 40))])
    for _ in range(round(150 * canvas.right)):
        x, y = canvas.near(0, canvas.right), canvas.rng.uniform(horizon + 0.14, canvas.bottom)
        for lean in (-0.008, 0.0, 0.008):
            canvas.line([(x, y), (x + lean, y - 0.02)], 0.003, canvas.land((50, 112, 36)))


def _beach(canvas: Canvas, horizon: float) -> None:
    shore = horizon + 0.13
    canvas.gradient(horizon, shore + 0.04, [canvas.land((28, 104, 176)), canvas.land((88, 196, 206))])
    _waves(canvas, horizon + 0.02, shore, 16)
    _hill(canvas, shore, 0.012, 6, (250, 250, 244))
    _hill(canvas, shore + 0.015, 0.012, 6, (206, 178, 126))
    _hill(canvas, shore + 0.035, 0.01, 6, (240, 216, 158))
    canvas.gradient(shore + 0.07, canvas.bottom, [canvas.land((240, 216, 158)), canvas.land((222, 188, 124))])
    for _ in range(round(90 * canvas.right)):
        x, y = canvas.near(0, canvas.right), canvas.rng.uniform(shore + 0.08, canvas.bottom)
        canvas.ellipse(x, y, 0.006, 0.003, canvas.land((204, 168, 108)))


def _sea(canvas: Canvas, horizon: float) -> None:
    colours = [canvas.land((70, 150, 206)), canvas.land((26, 98, 172)), canvas.land((12, 62, 128))]
    canvas.gradient(horizon, canvas.bottom, colours)
    _waves(canvas, horizon + 0.03, canvas.bottom, 60)


def _waves(canvas: Canvas, top: float, bottom: float, number: int) -> None:
    for _ in range(round(number * 2 * canvas.right)):
        depth = canvas.rng.random()
        x, y, size = canvas.near(0, canvas.right), top + (bottom - top) * depth, 0.02 + 0.045 * depth
        bow = [(x - size, y), (x - size / 2, y - size / 5), (x, y), (x + size / 2, y - size / 5), (x + size, y)]
        canvas.line(bow, 0.004 + 0.003 * depth, (*canvas.land((196, 232, 250)), 150))


def _mountains(canvas: Canvas, horizon: float) -> None:
    xs = [-0.75, -0.42, -0.05, 0.3, 0.66]
    tall = [(canvas.near(x, 0.06), horizon - canvas.near(0.3, 0.07)) for x in xs]
    for x, top in sorted(tall, key=lambda peak: peak[1]):
        _peak(canvas, x * max(1.0, canvas.right / 0.66), top, horizon + 0.1)
    _hill(canvas, horizon + 0.08, 0.02, 6, (64, 112, 74))
    _hill(canvas, horizon + 0.14, 0.015, 5, (82, 138, 70))
    canvas.gradient(horizon + 0.2, canvas.bottom, [canvas.land((82, 138, 70)), canvas.land((52, 98, 48))])


def _peak(canvas: Canvas, x: float, top: float, foot: float) -> None:
    rock, height = canvas.land((122, 124, 142)), foot - top
    half, dark = height * canvas.near(0.72, 0.08), mix(rock, (20, 24, 50), 0.3)
    canvas.polygon([(x, top), (x + half, foot), (x - half, foot)], rock)
    canvas.polygon([(x, top), (x + half, foot), (x + half * 0.15, foot), (x - half * 0.08, top + height * 0.4)], dark)
    cap = [(x, top), *((x + half * 0.36 * side, top + height * drop) for side, drop in SNOW_LINE)]
    canvas.polygon(cap, canvas.land((248, 250, 255)))


SNOW_LINE = ((1.0, 0.36), (0.6, 0.29), (0.25, 0.42), (-0.15, 0.3), (-0.55, 0.4), (-1.0, 0.36))


def _desert(canvas: Canvas, horizon: float) -> None:
    _hill(canvas, horizon, 0.03, 6, (226, 178, 118))
    for depth, colour in enumerate(((236, 176, 98), (226, 158, 80), (214, 142, 66))):
        ridge = _ridge(canvas, horizon + 0.07 + depth * 0.11, 0.035, 4)
        floor = [(canvas.right, canvas.bottom), (-canvas.right, canvas.bottom)]
        canvas.polygon([*ridge, *floor], canvas.land(colour))
        lit = [(x, y + 0.014) for x, y in reversed(ridge)]
        canvas.polygon([*ridge, *lit], canvas.land((250, 208, 140)))


def _snowfield(canvas: Canvas, horizon: float) -> None:
    _hill(canvas, horizon - 0.01, 0.035, 6, (204, 216, 236))
    _hill(canvas, horizon + 0.04, 0.025, 5, (226, 234, 246))
    _hill(canvas, horizon + 0.1, 0.018, 4, (240, 245, 252))
    canvas.gradient(horizon + 0.16, canvas.bottom, [canvas.land((240, 245, 252)), canvas.land((206, 220, 242))])
    for _ in range(round(14 * canvas.right)):
        x, y = canvas.near(0, canvas.right), canvas.rng.uniform(horizon + 0.18, canvas.bottom)
        canvas.ellipse(x, y, canvas.near(0.07, 0.03), 0.006, canvas.land((198, 214, 240)))


def _city(canvas: Canvas, horizon: float) -> None:
    for tone, rise in (((138, 148, 172), 0.26), ((108, 116, 142), 0.16)):
        left = -canvas.right - 0.05
        while left < canvas.right:
            width = canvas.near(0.12, 0.035)
            _building(canvas, left, horizon - canvas.near(rise, 0.09), width, foot=horizon + 0.13, tone=tone)
            left += width + canvas.rng.choice((0.0, 0.012))
    _street(canvas, horizon + 0.12)


def _building(canvas: Canvas, left: float, top: float, width: float, *, foot: float, tone: Rgb) -> None:
    wall = canvas.land(mix(tone, canvas.rng.choice(((196, 140, 110), (90, 110, 150), (200, 196, 186))), 0.3))
    canvas.box(left, top, left + width, foot, wall)
    dark = mix(wall, (30, 40, 60), 0.4)
    columns, rows = max(2, int(width / 0.034)), int((foot - top) / 0.046)
    for column in range(columns):
        for row in range(rows):
            bright = canvas.light != "day" and canvas.rng.random() < (0.75 if canvas.light == "night" else 0.35)
            x, y = left + width * (column + 0.5) / columns, top + 0.026 + row * 0.046
            canvas.box(x - 0.007, y - 0.01, x + 0.007, y + 0.01, LAMP if bright else dark)


def _street(canvas: Canvas, top: float) -> None:
    canvas.box(-canvas.right, top, canvas.right, top + 0.05, canvas.land((182, 180, 178)))
    canvas.gradient(top + 0.05, canvas.bottom, [canvas.land((96, 98, 106)), canvas.land((72, 74, 82))])
    x = -canvas.right + canvas.near(0, 0.06)
    while x < canvas.right:
        canvas.box(x, top + 0.3, x + 0.1, top + 0.316, canvas.land((240, 238, 226)))
        x += 0.2


GROUNDS: dict[str, Callable[[Canvas, float], None]] = {
    "meadow": _meadow,
    "beach": _beach,
    "sea": _sea,
    "mountains": _mountains,
    "desert": _desert,
    "snowfield": _snowfield,
    "city": _city,
}
