"""Describing scenes in words: the texts a model is trained with, each with the facts it claims."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import TypeVar

from photoorg.demo.scene import NOTHING, Scene

T = TypeVar("T")


@dataclass(frozen=True)
class Caption:
    """A text and the facts it claims; it fits every scene in which all of them hold."""

    text: str
    facts: frozenset[str] = frozenset()

    def fits(self, scene: Scene) -> bool:
        """Whether the text is true of the scene."""
        return self.facts <= scene.facts

    def then(self, other: Caption) -> Caption:
        """Both texts in this order, claiming both their facts."""
        return Caption(f"{self.text} {other.text}".strip(), self.facts | other.facts)


def _table(*rows: tuple[str, str]) -> tuple[Caption, ...]:
    return tuple(Caption(text.strip(), frozenset(facts.split())) for facts, texts in rows for text in texts.split("|"))


NOUNS = {
    "house": ("house", "home", "cottage"),
    "tree": ("tree",),
    "boat": ("boat", "ship", "sailing boat", "sailboat", "sailing ship"),
    "car": ("car", "vehicle"),
    "balloon": ("balloon", "hot air balloon"),
    "tent": ("tent", "camping tent"),
    "cat": ("cat", "kitten"),
    "flower": ("flower",),
    "umbrella": ("umbrella", "parasol", "beach umbrella"),
    "lighthouse": ("lighthouse",),
    "cactus": ("cactus",),
    "snowman": ("snowman",),
}
NUMBERS = {2: ("two", "2"), 3: ("three", "3"), 9: ("many", "a field of", "")}
COLOUR_WORDS = {"purple": ("purple", "violet"), "orange": ("orange", "ginger")}
PREFIXES = ("a photo of", "a picture of", "a drawing of", "photo of", "an image of")

PLACES = _table(
    ("balloon meadow", "over a meadow|above a green field"),
    ("balloon sea", "over the sea|above the sea"),
    ("balloon mountains", "over the mountains|above mountains"),
    ("balloon desert", "over the desert|above sand dunes"),
    ("meadow", "on a meadow|in a meadow|on the grass|in a green field|in the countryside"),
    ("beach", "on the beach|on a beach|by the sea|at the seaside|at the beach|near the sea"),
    ("sea", "on the sea|at sea|on the water|over the sea|on the ocean|in the sea"),
    ("mountains", "in the mountains|in front of mountains|by the mountains|below a mountain"),
    ("desert", "in the desert|in a desert|on sand dunes|between dunes"),
    ("snowfield", "in the snow|on snow|on a snowfield|in a snowy field|in winter|in snow"),
    ("city", "in the city|in a city|in town|in the street|on a street|in front of buildings"),
)
PLACE_NAMES = _table(
    ("meadow", "a meadow|a green meadow|grass|a green field|the countryside|green hills"),
    ("beach", "a beach|the beach|beach|the seaside|the coast|a sandy beach"),
    ("sea", "the open sea|the ocean"),
    ("water", "the sea|sea|water|waves"),
    ("mountains", "mountains|the mountains|a mountain|the alps"),
    ("desert", "a desert|the desert|desert|sand dunes|dunes"),
    ("sand", "sand"),
    ("snowfield", "a snowy field|a winter landscape|snowy hills|a snowfield"),
    ("snow", "snow|winter|the snow"),
    ("city", "a city|the city|city|a street|a town|buildings|a skyline|skyscrapers"),
)
EMPTY_PLACES = _table(
    ("nothing meadow", "an empty meadow|an empty field"),
    ("nothing beach", "an empty beach|a deserted beach"),
    ("nothing sea", "the empty sea|an empty ocean"),
    ("nothing mountains", "empty mountains|the empty mountains"),
    ("nothing desert", "an empty desert|empty dunes"),
    ("nothing snowfield", "an empty snowfield|an empty snowy field"),
    ("nothing city", "an empty city|an empty street|empty streets"),
)
MOMENTS = _table(
    ("day", "by day|during the day|in daylight"),
    ("day clear", "on a sunny day|in the sun|in summer|in sunshine|under a blue sky|on a clear day"),
    ("day cloudy", "on a cloudy day|under a cloudy sky|under clouds|with clouds"),
    ("rain", "in the rain|in rain|while it is raining"),
    ("day rain", "on a rainy day"),
    ("day rainbow", "under a rainbow|with a rainbow|and a rainbow"),
    ("snowfall", "in falling snow|while it is snowing|in a snow storm"),
    ("day snowfall", "on a snowy day"),
    ("sunset clear", "at sunset|at dusk|in the evening|in front of a sunset"),
    ("night", "at night|in the night|by night|in the dark"),
    ("night clear", "on a clear night|under the moon|under the stars|on a starry night|in moonlight"),
    ("night rain", "on a rainy night|in the rain at night"),
    ("night snowfall", "on a snowy night|in falling snow at night"),
)
MOMENT_NAMES = _table(
    ("day", "day|daylight|daytime"),
    ("day clear", "a sunny day|sun|the sun|sunshine|a blue sky|sunny|sunny weather|summer|a summer day"),
    ("cloudy", "clouds|a cloudy sky|a cloudy day|cloudy weather"),
    ("rain", "rain|rainy weather|bad weather|raining"),
    ("day rain", "a rainy day"),
    ("rainbow", "a rainbow|rainbow"),
    ("snowfall", "falling snow|snowing|snowfall|a snow storm"),
    ("day snowfall", "a snowy day"),
    ("sunset", "sunset|a sunset|the sunset|evening|dusk|an orange sky"),
    ("night", "night|the night|darkness|a dark night"),
    ("night clear", "the moon|moon|stars|a starry night|a starry sky|the night sky|moonlight"),
    ("night rain", "a rainy night"),
    ("night snowfall", "a snowy night"),
)
SCENERIES = _table(
    ("sunset sea", "a sunset over the sea|the sun setting over the sea"),
    ("sunset mountains", "a sunset in the mountains|a sunset over mountains"),
    ("night clear sea", "the moon over the sea|stars over the sea"),
    ("night city", "city lights|city lights at night"),
    ("snowfall city", "snow in the city|snow falling in the city"),
)


def captions(scene: Scene, rng: Random) -> list[Caption]:
    """One caption of every form for a scene, words and prefixes at random; the first is complete."""
    place, moment = _one(PLACES, scene, rng), _one(MOMENTS, scene, rng)
    name = _one(PLACE_NAMES, scene, rng)
    forms = [_complete(scene, rng), name, _one(MOMENT_NAMES, scene, rng), name.then(moment)]
    forms += [caption for caption in SCENERIES if caption.fits(scene)]
    if scene.subject != NOTHING:
        forms += _about_subject(scene, rng, place, moment)
    return [_prefixed(form, rng) for form in forms]


def describe(scene: Scene) -> Caption:
    """The plain complete caption, which fits this scene alone."""
    return _complete(scene, None)


def _about_subject(scene: Scene, rng: Random, place: Caption, moment: Caption) -> list[Caption]:
    bare = Caption(rng.choice(NOUNS[scene.subject]), frozenset({scene.subject}))
    plain, full = _subject(scene, rng, coloured=False), _subject(scene, rng)
    forms = [bare, plain, full, bare.then(place).then(moment), plain.then(place).then(moment)]
    forms += [caption.then(where) for caption in (plain, full) for where in (place, moment)]
    if scene.colour:
        forms.append(_colour(scene, rng).then(bare))
    return forms


def _complete(scene: Scene, rng: Random | None) -> Caption:
    moments = [moment for moment in MOMENTS if moment.facts == {scene.time, scene.weather}]
    if scene.subject == NOTHING:
        return _pick([place for place in EMPTY_PLACES if place.fits(scene)], rng).then(_pick(moments, rng))
    places = [place for place in PLACES if place.fits(scene)]
    parts = [_subject(scene, rng), _pick(places, rng), _pick(moments, rng)]
    if _chance(rng, 0.3):
        parts = [parts[0], parts[2], parts[1]]
    alone = frozenset({"1"} & scene.facts)
    return Caption(" ".join(part.text for part in parts), alone.union(*(part.facts for part in parts)))


def _subject(scene: Scene, rng: Random | None, coloured: bool = True) -> Caption:
    noun = Caption(_pick(NOUNS[scene.subject], rng), frozenset({scene.subject}))
    if scene.count > 1:
        noun = Caption(_plural(noun.text), noun.facts)
    if scene.colour and coloured:
        noun = _colour(scene, rng).then(noun)
    return _number(scene, noun.text, rng).then(noun)


def _colour(scene: Scene, rng: Random | None) -> Caption:
    return Caption(_pick(COLOUR_WORDS.get(scene.colour, (scene.colour,)), rng), frozenset({scene.colour}))


def _number(scene: Scene, following: str, rng: Random | None) -> Caption:
    if scene.count == 1:
        return _one_of_it(following, rng)
    if _chance(rng, 0.25):
        return Caption(_pick(("", "some", "several"), rng), frozenset({"several"}))
    return Caption(_pick(NUMBERS[scene.count], rng), frozenset({f"{scene.count}"}))


def _one_of_it(following: str, rng: Random | None) -> Caption:
    """Who looks for "a boat" is glad of two boats: only "one" claims that there is no other."""
    if _chance(rng, 0.15):
        return Caption(_pick(("one", "a single"), rng), frozenset({"1"}))
    return Caption("an" if following[0] in "aeiou" else "a")


def _plural(noun: str) -> str:
    return "cacti" if noun == "cactus" else f"{noun}s"


def _prefixed(caption: Caption, rng: Random) -> Caption:
    if _chance(rng, 0.5):
        return caption
    prefix = PREFIXES[0] if _chance(rng, 0.5) else rng.choice(PREFIXES)
    return Caption(prefix).then(caption)


def _one(table: Sequence[Caption], scene: Scene, rng: Random) -> Caption:
    return rng.choice([caption for caption in table if caption.fits(scene)])


def _chance(rng: Random | None, share: float) -> bool:
    return rng is not None and rng.random() < share


def _pick(choices: Sequence[T], rng: Random | None) -> T:
    return rng.choice(choices) if rng else choices[0]
