"""Drawn pictures of which it is known where each subject is: for the pointing game (Zhang et al., arxiv.org/abs/1608.00507)."""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageChops

from photoorg.demo.backgrounds import draw_ground, draw_sky, draw_weather
from photoorg.demo.canvas import Canvas
from photoorg.demo.drawing import HEIGHTS, SIZES, draw_marked
from photoorg.demo.scene import GROUND_WEATHERS, KINDS, NOTHING, SKIES, Scene, all_scenes
from photoorg.demo.subjects import PAINTS, draw_subject

Kind = Literal["alone", "beside", "together"]
Mask = NDArray[np.bool_]

NAMES = {subject: f"{'an' if subject[0] in 'aeiou' else 'a'} {subject}" for subject in KINDS} | {"flower": "flowers"}
SUBJECTS = tuple(subject for subject in KINDS if subject != NOTHING)
CHANGED = 24  # of 255: more than a shadow or a glow's rim
TOLERANCE = 0.035  # of the short side; the game's 15 pixels of usual pictures
_TOGETHER_SIZE = (640, 427)


@dataclass(frozen=True)
class Question:
    """A picture, what is asked for in it, and the pixels (h, w) where that is; of some the facts of the scene."""

    kind: Kind
    subject: str
    picture: Image.Image
    mask: Mask
    facts: frozenset[str] = frozenset()

    @property
    def query(self) -> str:
        """In words."""
        return NAMES[self.subject]

    def is_right(self, x: float, y: float) -> bool:
        """Whether a point (0..1 of width and height) lies in the subject, or within the tolerance of it."""
        rows, columns = np.nonzero(self.mask)
        height, width = self.mask.shape
        distance = np.hypot(columns + 0.5 - x * width, rows + 0.5 - y * height).min()
        return bool(distance <= TOLERANCE * min(width, height))

    def is_in_box(self, x: float, y: float) -> bool:
        """The same for the box around the subject: a place between an umbrella and the towel below it, say."""
        rows, columns = np.nonzero(self.mask)
        height, width = self.mask.shape
        spare = TOLERANCE * min(width, height)
        is_across = columns.min() - spare <= x * width <= columns.max() + 1 + spare
        return bool(is_across and rows.min() - spare <= y * height <= rows.max() + 1 + spare)


def questions(kind: Kind, each: int, seed: int) -> Iterator[Question]:
    """`each` questions for every subject."""
    for subject in SUBJECTS:
        for number in range(each):
            yield _MAKERS[kind](subject, Random(f"{kind} {subject} {seed} {number}"))


def _alone(subject: str, rng: Random) -> Question:
    """A picture as those of the demo."""
    scene = _scene_with(subject, rng)
    picture, change = draw_marked(scene, rng.choice(SIZES), rng.randrange(10**6))
    return Question("alone", subject, picture, _mask(change), scene.facts)


def _beside(subject: str, rng: Random) -> Question:
    """Two scenes side by side, in one twice as wide as it is high; or above each other."""
    other = rng.choice([one for one in SUBJECTS if one != subject])
    (asked, change), (beside, _) = (
        draw_marked(_scene_with(one, rng), (400, 400), rng.randrange(10**6)) for one in (subject, other)
    )
    step = rng.choice(((400, 0), (0, 400)))
    first = rng.random() < 0.5
    picture = Image.new("RGB", (400 + step[0], 400 + step[1]))
    mask = Image.new("L", picture.size)
    places = ((0, 0), step) if first else (step, (0, 0))
    picture.paste(asked, places[0])
    picture.paste(beside, places[1])
    mask.paste(change, places[0])
    return Question("beside", subject, picture, _mask(mask))


def _together(subject: str, rng: Random) -> Question:
    """Two subjects in one scene, left and right."""
    others = [one for one in SUBJECTS if one not in (subject, "flower") and _shared_grounds(one, subject)]
    if subject == "flower" or not others:  # a field of flowers has no side; nothing else stands where some stand
        return _beside(subject, rng)
    other = rng.choice(others)
    ground = rng.choice(_shared_grounds(other, subject))
    time, weather = rng.choice([sky for sky in SKIES if sky[1] in GROUND_WEATHERS[ground]])
    light = "grey" if time == "day" and weather in ("rain", "snowfall") else time
    canvas = Canvas(_TOGETHER_SIZE, light, rng)
    horizon = canvas.near(0.06, 0.035)
    draw_sky(canvas, time, weather, horizon)
    draw_ground(canvas, ground, horizon)
    side = rng.choice((-1, 1))
    _put(canvas, other, -side, ground, horizon)
    bare = canvas.image.copy()
    _put(canvas, subject, side, ground, horizon)
    change = ImageChops.difference(bare, canvas.image).convert("L").reduce(canvas.scale)
    draw_weather(canvas, time, weather)
    return Question("together", subject, canvas.finish(), _mask(change))


def _shared_grounds(one: str, other: str) -> list[str]:
    return sorted(set(KINDS[one].grounds) & set(KINDS[other].grounds))


def _put(canvas: Canvas, subject: str, side: int, ground: str, horizon: float) -> None:
    colour = canvas.rng.choice(KINDS[subject].colours)
    low = 0.02 if subject == "balloon" else horizon + 0.22
    draw_subject(
        canvas,
        subject,
        canvas.thing(PAINTS.get(colour, (0, 0, 0))),
        side * canvas.near(0.38, 0.06),
        canvas.near(low, 0.04),
        size=HEIGHTS[subject] * canvas.near(0.85, 0.1),
        ground=ground,
    )


def _scene_with(subject: str, rng: Random) -> Scene:
    return rng.choice([scene for scene in all_scenes() if scene.subject == subject])


def _mask(change: Image.Image) -> Mask:
    mask: Mask = np.asarray(change) > CHANGED
    return mask


_MAKERS = {"alone": _alone, "beside": _beside, "together": _together}
