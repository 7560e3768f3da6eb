"""Any model, photos in a folder, and a file that names the objects on each: {"a.jpg": ["dog", "bench"]}."""

import json
import os
from pathlib import Path
from random import Random

import numpy as np
from asked import ABSENT, COMBINED, GIBBERISH, NEGATED, Float32, Question, Truth, World, describing, group_of
from drawn_world import Texts

from photoorg.embedding.encoder import Encoder
from photoorg.media.decode import decode_photo
from photoorg.media.reading import DecodeLimits
from photoorg.search.meaning import Meaning

_PAIRS = 60
# Things of which the objects of COCO know nothing; a photo may show one all the same.
_ELSEWHERE = ("a snowman", "a lighthouse", "a cactus", "fireworks", "a violin", "an igloo", "a submarine", "a castle")
_BATCH = 64


def real_world(encoder: Encoder, folder: Path, objects_file: Path) -> World:
    """The library of these photos; what an object's name describes is what is on the photos that list it."""
    objects: dict[str, list[str]] = json.loads(objects_file.read_text(encoding="utf-8"))
    paths = [folder / name for name in sorted(objects) if (folder / name).is_file()]
    truths = {
        thing: np.array([thing in objects[path.name] for path in paths])
        for thing in sorted({thing for path in paths for thing in objects[path.name]})
    }
    texts = Texts(encoder)
    world = World(
        f"{encoder.model.reference}, {len(paths)} photos", _embedded(encoder, paths), texts(encoder.model.background)
    )
    world.questions.extend([*_plain(texts, truths), *_in_pairs(texts, truths)])
    return world


def _embedded(encoder: Encoder, paths: list[Path]) -> Float32:
    batches = []
    for start in range(0, len(paths), _BATCH):
        decoded = [
            decode_photo(os.fsencode(path), encoder.model.model_input, DecodeLimits()).pixels
            for path in paths[start : start + _BATCH]
        ]
        batches.append(encoder.encode_images(np.stack([pixels for pixels in decoded if pixels is not None])))
    return np.concatenate(batches)


def _plain(texts: Texts, truths: dict[str, Truth]) -> list[Question]:
    nothing = np.zeros(len(next(iter(truths.values()))), bool)
    rng = Random(0)
    gibberish = ["".join(rng.choices("abcdefghijklmnopqrstuvwxyz", k=8)) for _ in range(20)]
    asked = {f"a {thing}": (group_of(int(truth.sum()), len(truth)), truth) for thing, truth in truths.items()}
    asked |= dict.fromkeys(_ELSEWHERE, (ABSENT, nothing)) | dict.fromkeys(gibberish, (GIBBERISH, nothing))
    return [
        Question(group, text, describing(vector), truth)
        for (text, (group, truth)), vector in zip(asked.items(), texts(asked), strict=True)
    ]


def _in_pairs(texts: Texts, truths: dict[str, Truth]) -> list[Question]:
    """Two things at once, and one without the other, where some photos show both and some one."""
    vectors = dict(zip(truths, texts(f"a {thing}" for thing in truths), strict=True))
    pairs = [(one, other) for one in truths for other in truths if one != other and (truths[one] & truths[other]).any()]
    questions = []
    for one, other in Random(1).sample(pairs, min(_PAIRS, len(pairs))):
        both = Meaning(words=((vectors[one], 1.0), (vectors[other], 0.9)))
        questions.append(Question(COMBINED, f"{one} + {other}", both, truths[one] & truths[other]))
        if (apart := truths[one] & ~truths[other]).any():
            questions.append(Question(NEGATED, f"{one} -{other}", describing(vectors[one], vectors[other]), apart))
    return questions
