"""Drawing a scene: the same picture for the same scene, size and seed; and a whole library of photos."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

from PIL import ExifTags, Image, ImageChops, ImageOps, UnidentifiedImageError

from photoorg.demo.backgrounds import draw_ground, draw_sky, draw_weather
from photoorg.demo.canvas import Canvas, Point, Rgb
from photoorg.demo.scene import NOTHING, SUBJECTS, Scene, all_scenes, held_out
from photoorg.demo.searches import SUGGESTED_SEARCHES
from photoorg.demo.subjects import PAINTS, draw_flowers, draw_subject

HEIGHTS = {"house": 0.3, "tree": 0.46, "boat": 0.42, "car": 0.25, "balloon": 0.46, "tent": 0.32, "cat": 0.42}
HEIGHTS |= {"umbrella": 0.44, "lighthouse": 0.54, "cactus": 0.46, "snowman": 0.4}
SIZES = ((640, 427), (640, 480), (720, 405), (600, 600), (427, 640), (480, 640))
FIRST_DAY, DAYS = datetime(2021, 1, 1), 4 * 365  # noqa: DTZ001 (the wall clock of a camera)
ANSWERS = 8
DRAWING_VERSION = 1
GREY_WEATHERS = ("rain", "snowfall")


def draw(scene: Scene, size: tuple[int, int] = (640, 427), seed: int = 0) -> Image.Image:
    """The scene as an RGB picture of `size` (width, height) pixels."""
    return _painted(scene, size, seed)[0]


def draw_marked(scene: Scene, size: tuple[int, int] = (640, 427), seed: int = 0) -> tuple[Image.Image, Image.Image]:
    """The picture that `draw` makes, and in grey by how much its subject changed each pixel: where the subject is."""
    picture, change = _painted(scene, size, seed, marked=True)
    assert change is not None
    return picture, change


def _painted(
    scene: Scene, size: tuple[int, int], seed: int, *, marked: bool = False
) -> tuple[Image.Image, Image.Image | None]:
    rng = Random(f"{seed} {size} {sorted(scene.to_dict().items())}")  # noqa: S311 (pictures, not secrets)
    light = "grey" if scene.time == "day" and scene.weather in GREY_WEATHERS else scene.time
    canvas = Canvas(size, light, rng)
    horizon = canvas.near(0.06, 0.035)
    draw_sky(canvas, scene.time, scene.weather, horizon)
    draw_ground(canvas, scene.ground, horizon)
    bare = canvas.image.copy() if marked else None
    _draw_subjects(canvas, scene, horizon)
    change = ImageChops.difference(bare, canvas.image).convert("L").reduce(canvas.scale) if bare else None
    draw_weather(canvas, scene.time, scene.weather)
    turn = ImageOps.mirror if rng.choice((True, False)) else Image.Image.copy
    return turn(canvas.finish()), turn(change) if change else None


def _draw_subjects(canvas: Canvas, scene: Scene, horizon: float) -> None:
    paint = canvas.thing(_paint(canvas, scene.colour))
    if scene.subject == "flower":
        draw_flowers(canvas, paint, horizon + 0.14)
    elif scene.subject != NOTHING:
        size = HEIGHTS[scene.subject] * canvas.near(1, 0.1) * (1.12, 0.8, 0.6)[scene.count - 1]
        for x, y in _places(canvas, scene, horizon):
            draw_subject(canvas, scene.subject, paint, x, y, size=size * canvas.near(1, 0.06), ground=scene.ground)


def _paint(canvas: Canvas, colour: str) -> Rgb:
    red, green, blue = (max(0, min(255, round(canvas.near(part, 8)))) for part in PAINTS.get(colour, (0, 0, 0)))
    return red, green, blue


def _places(canvas: Canvas, scene: Scene, horizon: float) -> list[Point]:
    centre = canvas.near(0, 0.14 if scene.count == 1 else 0.04)
    gap = {1: 0.0, 2: 0.44, 3: 0.3}[scene.count]
    low = 0.02 if scene.subject == "balloon" else horizon + 0.22
    spread = 0.06 if scene.subject == "balloon" else 0.04
    xs = [centre + gap * (place - (scene.count - 1) / 2) for place in range(scene.count)]
    return sorted(((canvas.near(x, 0.02), canvas.near(low, spread)) for x in xs), key=lambda point: point[1])


def draw_library(folder: Path, count: int = 240, seed: int = 7) -> dict[str, Scene]:
    """Write `count` photos (JPEGs with a made-up camera and dates) and return what is on each, by path in the folder.

    Photos that are there already stay; OSError when the folder cannot be written.
    """
    shots = _shots(count, seed)
    for path, shot in shots.items():
        if not _is_there(folder / path, shot):
            _write(folder / path, shot)
    return {path: shot.scene for path, shot in shots.items()}


@dataclass(frozen=True)
class _Shot:
    """One photo of the demo library: what, in which size in pixels, when."""

    scene: Scene
    size: tuple[int, int]
    seed: int
    taken: datetime

    @property
    def unique_id(self) -> str:
        return hashlib.sha256(f"{DRAWING_VERSION} {self}".encode()).hexdigest()[:32]


def _shots(count: int, seed: int) -> dict[str, _Shot]:
    rng = Random(seed)  # noqa: S311 (pictures, not secrets)
    days = sorted(rng.uniform(0, DAYS) for _ in range(count))
    times = [FIRST_DAY + timedelta(days=int(day), seconds=rng.randrange(8 * 3600, 20 * 3600)) for day in days]
    shots = [
        _Shot(scene, rng.choice(SIZES), seed * 100_000 + number, taken)
        for number, (scene, taken) in enumerate(zip(_choose(count, rng), sorted(times), strict=True), start=1)
    ]
    return {f"{shot.taken.year}/IMG_{number:04}.jpg": shot for number, shot in enumerate(shots, start=1)}


def _choose(count: int, rng: Random) -> list[Scene]:
    """Scenes in random order: some for every suggested search, some held out, and any others."""
    answers = [_sample([s for s in all_scenes() if search.matches(s)], ANSWERS, rng) for search in SUGGESTED_SEARCHES]
    chosen = [scene for turn in zip(*answers, strict=True) for scene in turn][:count]
    rest = count - len(chosen)
    unseen = [scene for scene in all_scenes() if held_out(scene)]
    chosen += _varied(unseen, rest // 4, rng) + _varied(all_scenes(), rest - rest // 4, rng)
    rng.shuffle(chosen)
    return chosen


def _varied(scenes: Sequence[Scene], number: int, rng: Random) -> list[Scene]:
    """Scenes in which every subject comes equally often."""
    kinds = [[scene for scene in scenes if scene.subject == subject] for subject in SUBJECTS]
    turns = zip(*(_sample(kind, number, rng) for kind in kinds if kind), strict=True)
    return [scene for turn in turns for scene in turn][:number]


def _sample(scenes: Sequence[Scene], number: int, rng: Random) -> list[Scene]:
    rounds = -(-number // len(scenes))
    return [scene for _ in range(rounds) for scene in rng.sample(scenes, len(scenes))][:number]


def _is_there(path: Path, shot: _Shot) -> bool:
    try:
        with Image.open(path) as image:
            return image.getexif().get_ifd(ExifTags.IFD.Exif).get(ExifTags.Base.ImageUniqueID) == shot.unique_id
    except (FileNotFoundError, UnidentifiedImageError):
        return False


def _write(path: Path, shot: _Shot) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    draw(shot.scene, shot.size, shot.seed).save(part, format="JPEG", quality=90, exif=_exif(shot))
    os.replace(part, path)


def _exif(shot: _Shot) -> Image.Exif:
    exif, taken = Image.Exif(), shot.taken.strftime("%Y:%m:%d %H:%M:%S")
    exif.update({ExifTags.Base.Make: "photoorg", ExifTags.Base.Model: "Demo camera", ExifTags.Base.DateTime: taken})
    details = exif.get_ifd(ExifTags.IFD.Exif)
    details.update({ExifTags.Base.DateTimeOriginal: taken, ExifTags.Base.ImageUniqueID: shot.unique_id})
    return exif
