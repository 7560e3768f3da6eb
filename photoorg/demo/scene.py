"""What is in a drawn picture: the scenes that make sense, and the ones that no model is trained on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from functools import cache
from itertools import product

NOTHING = "nothing"

TIMES = ("day", "sunset", "night")
SKIES = (
    ("day", "clear"),
    ("day", "cloudy"),
    ("day", "rain"),
    ("day", "rainbow"),
    ("day", "snowfall"),
    ("sunset", "clear"),
    ("night", "clear"),
    ("night", "rain"),
    ("night", "snowfall"),
)
WEATHERS = ("clear", "cloudy", "rain", "rainbow", "snowfall")
GROUND_WEATHERS = {
    "meadow": ("clear", "cloudy", "rain", "rainbow"),
    "beach": ("clear", "cloudy", "rain", "rainbow"),
    "sea": ("clear", "cloudy", "rain", "rainbow"),
    "mountains": ("clear", "cloudy", "rain", "rainbow", "snowfall"),
    "desert": ("clear", "cloudy"),
    "snowfield": ("clear", "cloudy", "snowfall"),
    "city": ("clear", "cloudy", "rain", "rainbow", "snowfall"),
}
GROUNDS = tuple(GROUND_WEATHERS)


@dataclass(frozen=True)
class Kind:
    """Where a subject can be, in which colours ("" is its natural one) and how many of it."""

    grounds: tuple[str, ...]
    colours: tuple[str, ...] = ("",)
    counts: tuple[int, ...] = (1,)


KINDS = {
    NOTHING: Kind(GROUNDS, counts=(0,)),
    "house": Kind(("meadow", "beach", "mountains", "snowfield"), ("red", "blue", "yellow", "white"), (1, 2)),
    "tree": Kind(("meadow", "mountains", "snowfield", "city"), counts=(1, 2, 3)),
    "boat": Kind(("sea",), ("red", "blue", "yellow", "white"), (1, 2, 3)),
    "car": Kind(("meadow", "desert", "snowfield", "city"), ("red", "blue", "yellow", "green")),
    "balloon": Kind(("meadow", "sea", "mountains", "desert"), ("red", "yellow", "green", "purple"), (1, 2, 3)),
    "tent": Kind(("meadow", "beach", "mountains", "desert"), ("red", "blue", "yellow")),
    "cat": Kind(("meadow", "beach", "city"), ("black", "white", "orange")),
    "flower": Kind(("meadow", "mountains"), ("red", "yellow", "purple"), (9,)),
    "umbrella": Kind(("beach",), ("red", "blue", "yellow", "green")),
    "lighthouse": Kind(("sea",)),
    "cactus": Kind(("desert",), counts=(1, 2, 3)),
    "snowman": Kind(("snowfield",)),
}
SUBJECTS = tuple(KINDS)
COLOURS = tuple(dict.fromkeys(colour for kind in KINDS.values() for colour in kind.colours if colour))
HELD_OUT_EVERY = 5


@dataclass(frozen=True)
class Scene:
    """One picture's content; a count of 0 goes with no subject, "" with a subject's natural colour."""

    time: str
    weather: str
    ground: str
    subject: str = NOTHING
    colour: str = ""
    count: int = 0

    @property
    def facts(self) -> frozenset[str]:
        """Every single thing that is true of the picture, the implied ones included."""
        return _facts(self)

    def to_dict(self) -> dict[str, str | int]:
        """The scene as JSON-ready values."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: dict[str, str | int]) -> Scene:
        """The scene that `to_dict` wrote; raises ValueError for one that cannot be drawn."""
        scene = cls(**values)  # type: ignore[arg-type]
        if scene not in _scene_set():
            raise ValueError(f"no such scene: {values}")
        return scene


def all_scenes() -> tuple[Scene, ...]:
    """Every scene that makes sense, always in the same order."""
    return _scenes()


def held_out(scene: Scene) -> bool:
    """Whether this time, ground, subject and colour are never seen together in training."""
    mix = TIMES.index(scene.time) + 2 * GROUNDS.index(scene.ground) + SUBJECTS.index(scene.subject)
    if scene.colour:
        mix += 3 * KINDS[scene.subject].colours.index(scene.colour)
    return mix % HELD_OUT_EVERY == 0


@cache
def _scenes() -> tuple[Scene, ...]:
    return tuple(scene for ground in GROUNDS for scene in _scenes_on(ground))


@cache
def _scene_set() -> frozenset[Scene]:
    return frozenset(_scenes())


def _scenes_on(ground: str) -> Iterator[Scene]:
    skies = [sky for sky in SKIES if sky[1] in GROUND_WEATHERS[ground]]
    for subject, kind in KINDS.items():
        if ground in kind.grounds:
            for (time, weather), colour, count in product(skies, kind.colours, kind.counts):
                yield Scene(time, weather, ground, subject, colour, count)


@cache
def _facts(scene: Scene) -> frozenset[str]:
    stated = {scene.time, scene.weather, scene.ground, scene.subject, scene.colour, f"{scene.count}"} - {""}
    return frozenset(stated | {fact for fact, holds in _implied(scene).items() if holds})


def _implied(scene: Scene) -> dict[str, bool]:
    return {
        "several": scene.count > 1,
        "snow": scene.ground == "snowfield" or scene.weather == "snowfall",
        "water": scene.ground in ("sea", "beach"),
        "sand": scene.ground in ("desert", "beach"),
        "sunny": (scene.time, scene.weather) == ("day", "clear"),
        "stars": (scene.time, scene.weather) == ("night", "clear"),
    }
