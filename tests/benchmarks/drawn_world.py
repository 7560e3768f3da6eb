"""A library of drawn pictures, embedded by the demo model, with questions whose answers are known."""

from collections.abc import Iterable, Sequence
from itertools import product
from random import Random

import numpy as np
from asked import (
    COMBINED,
    FILTERED,
    FILTERED_OUT,
    GIBBERISH,
    LIKES,
    NEGATED,
    ONLY_NEGATED,
    UNKNOWN,
    WITH_LIKE,
    Float32,
    Question,
    Truth,
    World,
    describing,
    group_of,
)

from photoorg.demo.captions import captions
from photoorg.demo.drawing import SIZES, draw
from photoorg.demo.scene import COLOURS, GROUNDS, KINDS, NOTHING, Scene, all_scenes
from photoorg.embedding.encoder import Encoder
from photoorg.media.model_pixels import model_pixels
from photoorg.media.pixels import Upright
from photoorg.model_input import ModelInput
from photoorg.search.meaning import Meaning

_ON = {"meadow": "on a meadow", "beach": "on the beach", "sea": "on the sea", "mountains": "in the mountains"}
_ON |= {"desert": "in the desert", "snowfield": "in the snow", "city": "in the city"}
_TIMES = {"night": "at night", "sunset": "at sunset", "day": "by day"}
_WITHOUT = {"snow": "snow", "night": "night", "sunset": "a sunset", "rain": "rain", "beach": "the beach", "red": "red"}
_WITHOUT |= {"blue": "blue", "house": "a house", "city": "the city", "meadow": "a meadow", "mountains": "mountains"}
_UNKNOWN_THINGS = (
    "a dog", "an elephant", "a birthday cake", "an invoice", "people playing football", "a horse", "my grandmother",
    "a wedding couple", "a bicycle", "an aeroplane", "a plate of spaghetti", "a guitar", "a train at a station",
    "a computer screen", "a baby", "fireworks", "a bird on a branch", "a bridge", "a bottle of wine", "a dinosaur",
)  # fmt: skip


def drawn_world(encoder: Encoder, photos: int, seed: int, *, uneven: bool) -> World:
    """A library of so many photos; `uneven`: a few scenes come again and again, many never."""
    rng = Random(f"drawn world {photos} {seed} {uneven}")
    scenes = _chosen(photos, rng, uneven=uneven)
    vectors = embedded(encoder, scenes, seed)
    texts = Texts(encoder)
    world = World(f"drawn {photos} {seed}{' uneven' if uneven else ''}", vectors, texts(encoder.model.background))
    world.questions.extend(_Asking(scenes, vectors, texts, rng).all())
    return world


def embedded(encoder: Encoder, scenes: Sequence[Scene], seed: int) -> Float32:
    """Each scene drawn and embedded (n, d)."""
    rng = Random(f"sizes {seed}")
    model_input = encoder.model.model_input
    return encoder.encode_images(
        np.stack([_pixels(scene, rng, seed * 100_003 + number, model_input) for number, scene in enumerate(scenes)])
    )


def _pixels(scene: Scene, rng: Random, seed: int, model_input: ModelInput) -> np.ndarray:
    size = rng.choice(SIZES)
    return model_pixels(
        Upright(draw(scene, size, seed), (0.0, 0.0, float(size[0]), float(size[1])), *size), model_input
    )


def _chosen(photos: int, rng: Random, *, uneven: bool) -> list[Scene]:
    """Every subject equally often, or scenes of one trip and another with very unequal sizes."""
    scenes = list(all_scenes())
    if uneven:
        return rng.choices(scenes, [rng.paretovariate(0.8) for _ in scenes], k=photos)
    kinds = [[scene for scene in scenes if scene.subject == subject] for subject in KINDS]
    return [rng.choice(rng.choice(kinds)) for _ in range(photos)]


class Texts:
    """Encoded descriptions (n, d) in the model's templates, as a search encodes them."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder

    def __call__(self, texts: Iterable[str]) -> Float32:
        texts, templates = list(texts), self._encoder.model.templates
        filled = [template.replace("{}", text) for text in texts for template in templates]
        means = self._encoder.encode_texts(filled).reshape(len(texts), len(templates), -1).mean(axis=1)
        return np.asarray(means / np.linalg.norm(means, axis=1, keepdims=True), dtype=np.float32)


class _Asking:
    """What is asked of a library of these scenes."""

    def __init__(self, scenes: list[Scene], vectors: Float32, texts: Texts, rng: Random) -> None:
        self._scenes, self._vectors, self._texts, self._rng = scenes, vectors, texts, rng

    def all(self) -> list[Question]:
        """Every kind of question."""
        plain = self._plain()
        return [*plain, *self._silent(), *self._negated(), *self._combined(), *self._filtered(plain)]

    def fits(self, facts: Iterable[str]) -> Truth:
        wanted = frozenset(facts)
        return np.array([wanted <= scene.facts for scene in self._scenes])

    def _ask(self, asked: dict[str, frozenset[str]], group: str | None = None) -> list[Question]:
        vectors = self._texts(asked)
        truths = [self.fits(facts) if group is None else self.fits(["?"]) for facts in asked.values()]
        return [
            Question(group or group_of(int(truth.sum()), len(truth)), text, describing(vector), truth)
            for text, vector, truth in zip(asked, vectors, truths, strict=True)
        ]

    def _plain(self) -> list[Question]:
        """Descriptions of photos that are there, of other scenes, and of things in a colour or a place of no scene."""
        asked: dict[str, frozenset[str]] = {}
        for scene in self._rng.sample(self._scenes, 60) + self._rng.sample(all_scenes(), 40):
            for caption in self._rng.sample(captions(scene, self._rng), 2):
                asked[_bare(caption.text)] = caption.facts
        asked |= {_a(subject): frozenset({subject}) for subject in KINDS if subject not in (NOTHING, "flower")}
        asked |= {
            place: frozenset({fact}) for fact, place in (("night", "night"), ("snow", "snow"), ("sunset", "a sunset"))
        }
        for some in _combinations():
            asked |= {text: frozenset(some[text]) for text in self._rng.sample(sorted(some), 25)}
        return self._ask(asked)

    def _silent(self) -> list[Question]:
        letters = "abcdefghijklmnopqrstuvwxyz"
        words = ["".join(self._rng.choices(letters, k=self._rng.randint(4, 9))) for _ in range(60)]
        gibberish = words[:20] + [" ".join(words[start : start + 2]) for start in range(20, 60, 2)]
        none = frozenset({"?"})
        return self._ask(dict.fromkeys(gibberish, none), GIBBERISH) + self._ask(
            dict.fromkeys(_UNKNOWN_THINGS, none), UNKNOWN
        )

    def _negated(self) -> list[Question]:
        whole = {_a(subject): subject for subject in KINDS if subject not in (NOTHING, "flower")}
        whole |= {"the beach": "beach", "mountains": "mountains", "night": "night", "a city": "city", "the sea": "sea"}
        pairs = self._rng.sample([(text, fact) for text in whole for fact in _WITHOUT], 60)
        negative = dict(zip(_WITHOUT, self._texts(_WITHOUT.values()), strict=True))
        questions = []
        for text, fact in pairs:
            truth = self.fits({whole[text]}) & ~self.fits({fact})
            if truth.any() and (self.fits({whole[text]}) & self.fits({fact})).any():
                meaning = describing(self._texts([text])[0], negative[fact])
                questions.append(Question(NEGATED, f"{text} -{_WITHOUT[fact]}", meaning, truth))
        for fact, vector in negative.items():
            truth = ~self.fits({fact})
            if truth.any() and not truth.all():
                meaning = Meaning(without_words=((vector, 1.0),))
                questions.append(Question(ONLY_NEGATED, f"-{_WITHOUT[fact]}", meaning, truth))
        return questions

    def _combined(self) -> list[Question]:
        questions = []
        moments = {"night": "night", "a sunset": "sunset", "snow": "snow", "the beach": "beach", "the city": "city"}
        things = {_a(subject): subject for subject in KINDS if subject not in (NOTHING, "flower")}
        for one, other in self._rng.sample(list(product(things, moments)), 30):
            truth = self.fits({things[one], moments[other]})
            if truth.any():
                first, second = self._texts([one, other])
                questions.append(
                    Question(COMBINED, f"{one} + {other}", Meaning(words=((first, 1.0), (second, 0.9))), truth)
                )
            alike = np.flatnonzero(self.fits({things[one]}) & ~truth)
            if truth.any() and len(alike):
                like = self._vectors[self._rng.choice(alike.tolist())]
                meaning = Meaning(words=((self._texts([other])[0], 1.0),), likes=((like, 1.0),))
                questions.append(Question(WITH_LIKE, f"{other} + like: {one}", meaning, truth))
        for number in self._rng.sample(range(len(self._scenes)), 20):
            scene = self._scenes[number]
            truth = self.fits({scene.subject, scene.ground})
            examples = self._rng.sample(np.flatnonzero(truth).tolist(), min(3, int(truth.sum())))
            meaning = Meaning(likes=tuple((self._vectors[example], 1.0) for example in examples))
            questions.append(Question(LIKES, f"like: {scene.subject} {scene.ground}", meaning, truth))
        return questions

    def _filtered(self, plain: Sequence[Question]) -> list[Question]:
        """Months go with what is on the photos: winter in January."""
        months = np.array([self._month(scene) for scene in self._scenes])
        questions = []
        for question in self._rng.sample(list(plain), min(60, len(plain))):
            kept = months == self._rng.randrange(12)
            if question.truth.any():
                group = FILTERED if (question.truth & kept).any() else FILTERED_OUT
                questions.append(Question(group, question.text, question.meaning, question.truth, kept))
        return questions

    def _month(self, scene: Scene) -> int:
        return (GROUNDS.index(scene.ground) * 2 + self._rng.randrange(4)) % 12


def _combinations() -> list[dict[str, set[str]]]:
    """Things in a colour, in a place, both, and at a time, too; there are scenes of some of them only."""
    things = [subject for subject in KINDS if subject not in (NOTHING, "flower")]
    return [
        {_a(f"{colour} {thing}"): {colour, thing} for colour, thing in product(COLOURS, things)},
        {f"{_a(thing)} {_ON[ground]}": {thing, ground} for thing, ground in product(things, GROUNDS)},
        {
            f"{_a(f'{colour} {thing}')} {_ON[ground]}": {colour, thing, ground}
            for colour, thing, ground in product(COLOURS, things, GROUNDS)
        },
        {
            f"{_a(f'{colour} {thing}')} {_ON[ground]} {_TIMES[time]}": {colour, thing, ground, time}
            for colour, thing, ground, time in product(COLOURS, things, GROUNDS, _TIMES)
        },
    ]


def _bare(text: str) -> str:
    for prefix in ("a photo of ", "a picture of ", "a drawing of ", "photo of ", "an image of "):
        text = text.removeprefix(prefix)
    return text


def _a(noun: str) -> str:
    return f"{'an' if noun[0] in 'aeiou' else 'a'} {noun}"
