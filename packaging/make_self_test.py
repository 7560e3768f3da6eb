"""Draw the pictures of the self-tests: the general one, and the demo model's own with its captions.

Run `python packaging/make_self_test.py`. The general captions are written by hand: resources/self_test/captions.json.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Callable
from math import cos, pi, sin
from pathlib import Path
from random import Random

from PIL import Image, ImageDraw, ImageFont

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from photoorg.demo.canvas import Canvas, Rgb  # noqa: E402  (the checkout comes first)
from photoorg.demo.captions import describe  # noqa: E402
from photoorg.demo.drawing import draw  # noqa: E402
from photoorg.demo.scene import Scene  # noqa: E402
from photoorg.embedding.encoder import open_encoder  # noqa: E402
from photoorg.embedding.models import resolve  # noqa: E402
from photoorg.search.self_test import measure_lead  # noqa: E402

SIDE_PX, WIDE_PX = 384, 512  # the largest inputs of common models are 384
SMOOTH = 2  # drawn larger by this and scaled down, on top of what the canvas does
SEED = 3
WHITE, BLACK, PAPER, INK = (255, 255, 255), (20, 20, 20), (250, 249, 245), (40, 40, 44)
RED, BLUE, GREEN, YELLOW = (222, 28, 32), (28, 72, 214), (30, 160, 60), (250, 202, 24)
TEXT = (
    "It was a quiet morning in the village, and the baker had opened his shop before the sun came over the hills. "
    "The bread was still warm when the first people came in, shook the rain from their coats and talked about the "
    "weather. Nobody was in a hurry. The old clock on the wall had stopped years ago, and since then the time of day "
    "was a matter of opinion. A letter lay on the counter. It had come from the city with the late train, and it was "
    "addressed to somebody whom no one could remember. They passed it from hand to hand and read the name aloud. "
    "At last the teacher put on her glasses, held the envelope against the light and said that it must be for the "
    "house at the end of the road, where the shutters had been closed since the winter before last."
)

SCENES = {
    "night-sky": Scene("night", "clear", "meadow"),
    "tree": Scene("day", "clear", "meadow", "tree", "", 1),
    "rainbow": Scene("day", "rainbow", "meadow"),
    "boat": Scene("day", "clear", "sea", "boat", "red", 1),
    "snowman": Scene("day", "clear", "snowfield", "snowman", "", 1),
    "cat": Scene("day", "clear", "meadow", "cat", "black", 1),
    "house": Scene("day", "clear", "meadow", "house", "yellow", 1),
    "red-car": Scene("day", "clear", "city", "car", "red", 1),
    "blue-car": Scene("day", "clear", "city", "car", "blue", 1),
}
WIDE = ("night-sky", "tree", "boat")

# Pairs and triples that differ in one thing: a colour, the light, the weather.
DEMO_SCENES = (
    *(Scene("day", "clear", "sea", "boat", colour, 1) for colour in ("red", "blue", "yellow", "white")),
    *(Scene("day", "clear", "meadow", "house", colour, 1) for colour in ("red", "blue")),
    Scene("night", "clear", "meadow", "house", "blue", 1),
    *(Scene(time, "clear", "meadow", "tree", "", 1) for time in ("day", "sunset", "night")),
    *(Scene("day", "clear", "city", "car", colour, 1) for colour in ("red", "blue", "green")),
    *(Scene("day", "clear", "beach", "cat", colour, 1) for colour in ("black", "white", "orange")),
    *(Scene("day", weather, "snowfield", "snowman", "", 1) for weather in ("clear", "cloudy", "snowfall")),
    Scene("night", "clear", "snowfield", "snowman", "", 1),
    *(Scene(time, "clear", "sea") for time in ("day", "sunset", "night")),
    Scene("day", "rain", "sea"),
)
DEMO_SIZES = ((192, 128), (160, 160), (128, 192))
DEMO_SEED = 77


def main() -> None:
    """Draw both self-tests into resources/."""
    draw_general(ROOT / "resources" / "self_test")
    draw_demo(ROOT / "resources" / "demo_model" / "self_test")


def draw_general(folder: Path) -> None:
    """The pictures of any model's self-test. Raises SystemExit where pictures and English captions do not match."""
    for name, paint in SHAPES.items():
        canvas = Canvas((SIDE_PX * SMOOTH, SIDE_PX * SMOOTH), "day", Random(SEED))  # noqa: S311 (pictures, not secrets)
        canvas.box(-1, -1, 1, 1, WHITE)
        paint(canvas)
        save(canvas.finish().reduce(SMOOTH), folder / f"{name}.png")
    for name, scene in SCENES.items():
        width = WIDE_PX if name in WIDE else SIDE_PX
        save(draw(scene, (width * SMOOTH, SIDE_PX * SMOOTH), SEED).reduce(SMOOTH), folder / f"{name}.png")
    captions = json.loads((folder / "captions.json").read_text(encoding="utf-8"))["captions"]["en"]
    if set(captions) != {f"{name}.png" for name in (*SHAPES, *SCENES)}:
        raise SystemExit("captions.json does not name the pictures that were drawn.")


def draw_demo(folder: Path) -> None:
    """Pictures and captions in the demo model's own vocabulary."""
    captions = {}
    for number, scene in enumerate(DEMO_SCENES):
        name = "-".join(str(part) for part in scene.to_dict().values() if part not in ("", 0, 1, "nothing")) + ".png"
        save(draw(scene, DEMO_SIZES[number % len(DEMO_SIZES)], DEMO_SEED), folder / name)
        captions[name] = describe(scene).text
    content = {"mark": 1.0, "normalization_gain": 0.04, "names": {"en": "English"}, "captions": {"en": captions}}
    write_json(folder / "captions.json", content)
    write_json(folder / "captions.json", {"lead": demo_lead(), **content})


def demo_lead() -> float:
    """How clearly the demo model's captions prefer their own pictures: what its self-test holds it to from now on."""
    with tempfile.TemporaryDirectory() as models_dir:
        model = resolve("demo", Path(models_dir))
        return round(measure_lead(model, open_encoder(model, "cpu")), 4)


def write_json(path: Path, content: object) -> None:
    """Write indented JSON."""
    path.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")


def save(image: Image.Image, path: Path) -> None:
    """Write a PNG as small as it gets."""
    path.parent.mkdir(parents=True, exist_ok=True)
    image.save(path, optimize=True)


def _circle(colour: Rgb) -> Callable[[Canvas], None]:
    return lambda canvas: canvas.ellipse(0, 0, 0.34, 0.34, colour)


def _square(canvas: Canvas) -> None:
    canvas.box(-0.31, -0.31, 0.31, 0.31, GREEN)


def _star(canvas: Canvas) -> None:
    spikes = [(0.42 if point % 2 == 0 else 0.165, point * pi / 5 - pi / 2) for point in range(10)]
    canvas.polygon([(radius * cos(angle), 0.03 + radius * sin(angle)) for radius, angle in spikes], YELLOW)


def _chessboard(canvas: Canvas) -> None:
    canvas.box(-0.47, -0.47, 0.47, 0.47, (96, 60, 36))
    size = 0.86 / 8
    for row in range(8):
        for column in range(8):
            left, top = column * size - 0.43, row * size - 0.43
            colour = (240, 222, 188) if (row + column) % 2 == 0 else (70, 44, 30)
            canvas.box(left, top, left + size, top + size, colour)


def _text_page(canvas: Canvas) -> None:
    canvas.box(-0.5, -0.5, 0.5, 0.5, PAPER)
    draw_on, side = ImageDraw.Draw(canvas.image), canvas.unit
    font = ImageFont.load_default(side * 0.036)
    y, line = side * 0.06, ""
    draw_on.text((side * 0.08, y), "Chapter One", fill=INK, font=ImageFont.load_default(side * 0.058))
    y += side * 0.11
    for word in [*TEXT.split(), *TEXT.split()]:
        if draw_on.textlength(f"{line} {word}", font=font) > side * 0.84:
            draw_on.text((side * 0.08, y), line, fill=INK, font=font)
            y, line = y + side * 0.052, ""
        if y > side * 0.92:
            break
        line = f"{line} {word}".strip()


def _bar_chart(canvas: Canvas) -> None:
    for step in range(1, 6):
        canvas.line([(-0.4, 0.36 - step * 0.14), (0.44, 0.36 - step * 0.14)], 0.004, (214, 214, 218))
    bars = ((0.26, BLUE), (0.44, (240, 130, 30)), (0.34, GREEN), (0.62, RED), (0.52, (130, 70, 180)))
    for number, (height, colour) in enumerate(bars):
        left = -0.35 + number * 0.158
        canvas.box(left, 0.36 - height, left + 0.11, 0.36, colour)
    canvas.line([(-0.4, -0.42), (-0.4, 0.36), (0.44, 0.36)], 0.01, INK)
    draw_on, font = ImageDraw.Draw(canvas.image), ImageFont.load_default(canvas.unit * 0.035)
    for number, year in enumerate(range(2019, 2024)):
        x = 0.5 - 0.35 + number * 0.158 + 0.055
        draw_on.text((x * canvas.unit, 0.9 * canvas.unit), str(year), fill=INK, font=font, anchor="mm")
    for step in range(6):
        at = (0.075 * canvas.unit, (0.86 - step * 0.14) * canvas.unit)
        draw_on.text(at, str(step * 20), fill=INK, font=font, anchor="rm")


def _clock(canvas: Canvas) -> None:
    canvas.ellipse(0, 0, 0.46, 0.46, (52, 60, 72))
    canvas.ellipse(0, 0, 0.42, 0.42, PAPER)
    font, draw_on = ImageFont.load_default(canvas.unit * 0.075), ImageDraw.Draw(canvas.image)
    for minute in range(60):
        angle, is_hour = minute * pi / 30, minute % 5 == 0
        ends = [(radius * sin(angle), -radius * cos(angle)) for radius in (0.375 if is_hour else 0.395, 0.41)]
        canvas.line(ends, 0.012 if is_hour else 0.004, INK)
    for hour in range(1, 13):
        x, y = (0.5 + 0.315 * sin(hour * pi / 6), 0.5 - 0.315 * cos(hour * pi / 6))
        draw_on.text((x * canvas.unit, y * canvas.unit), str(hour), fill=INK, font=font, anchor="mm")
    for length, width, turn in ((0.19, 0.026, 10 / 12 + 10 / 720), (0.3, 0.016, 10 / 60)):
        angle = 2 * pi * turn
        canvas.line([(0, 0), (length * sin(angle), -length * cos(angle))], width, BLACK)
    canvas.ellipse(0, 0, 0.024, 0.024, RED)


def _smiley(canvas: Canvas) -> None:
    canvas.ellipse(0, 0, 0.42, 0.42, (200, 150, 10))
    canvas.ellipse(0, 0, 0.405, 0.405, (255, 214, 40))
    for side in (-1, 1):
        canvas.ellipse(side * 0.14, -0.11, 0.045, 0.075, BLACK)
    arc = [(0.26 * cos(angle * pi / 60), 0.04 + 0.24 * sin(angle * pi / 60)) for angle in range(4, 57)]
    canvas.line(arc, 0.032, BLACK)
    for x, y in (arc[0], arc[-1]):
        canvas.ellipse(x, y, 0.016, 0.016, BLACK)


SHAPES: dict[str, Callable[[Canvas], None]] = {
    "red-circle": _circle(RED),
    "blue-circle": _circle(BLUE),
    "green-square": _square,
    "yellow-star": _star,
    "chessboard": _chessboard,
    "text-page": _text_page,
    "bar-chart": _bar_chart,
    "clock": _clock,
    "smiley": _smiley,
}


if __name__ == "__main__":
    main()
