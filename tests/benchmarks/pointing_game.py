"""Does "Why did this match?" point at what was asked for? Plays the pointing game on drawn pictures; prints JSON.

usage: pointing_game.py [--model demo] [--device auto] [--each 4] [--seed 77]

Pictures: "alone" as those of the demo, "beside" two scenes in one picture, "together" two subjects in one scene; the
subject that is asked for is in the model's words ("a cat"). Right is a peak in the subject's own pixels, or within 3.5% of
the short side (15 pixels of the usual game: Zhang et al., arxiv.org/abs/1608.00507); `box`: in the box around them.
The methods were chosen by this game with seeds 1, 2, 5 and 9. For reference: always the centre; anywhere; sharp crops by
themselves; how much is lost when a window is blurred (occlusion); the large windows alone, without a closer look.
With 180 questions each, seeds 77, 401, 402 and 403, which were not chosen with, are right 94.4, 93.3, 94.4 and 95.0% of
the time; umbrellas least often (77%), trees 90%.
`local` is how often a map says that it is somewhere in particular: of what is there, of scenes, of what is not there.
It was chosen with seeds 1, 2, 5 and 201 (there 85%, scenes 9%, what is not there 10%, with the demo's own background
queries). With another 31, shorter ones: 79%, 16% and 3%. On seeds 77, 402 and 405, of which only the last had never been
looked at before: 85%, 12% and 14% (on 405 alone 80%, 11% and 18%).
"""

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
from machine import machine
from PIL import Image

from photoorg.embedding.encoder import open_encoder
from photoorg.embedding.models import resolve
from photoorg.paths import default_data_dir
from photoorg.search import why
from photoorg.search.why_windows import merged, profiles, spread, views_of

sys.path.insert(0, str(Path(__file__).parents[1]))
from pointing import Point, Pointer, play
from pointing_pictures import NAMES, SUBJECTS, Question, questions

KINDS = ("alone", "beside", "together")
SCENES = {
    "night": "night",
    "sunset": "a sunset",
    "rain": "rain",
    "snow": "snow",
    "desert": "the desert",
    "city": "the city",
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", default="demo", help="demo, an installed model, or a folder")
    parser.add_argument("--device", default="auto")
    parser.add_argument("--each", type=int, default=4, help="pictures of each kind for each subject")
    parser.add_argument("--seed", type=int, default=77)
    arguments = parser.parse_args()
    model = resolve(arguments.model, default_data_dir().joinpath("models"))
    encoder = open_encoder(model, arguments.device)
    asked = [question for kind in KINDS for question in questions(kind, arguments.each, arguments.seed)]
    with tempfile.TemporaryDirectory() as work, Pointer(encoder, Path(work)) as pointer:
        report = {
            "model": model.reference,
            "device": encoder.device,
            "seed": arguments.seed,
            "questions": len(asked),
            "methods": {name: played(method, asked) for name, method in methods(pointer).items()},
            "encodings_per_map": round(float(np.mean([encodings(pointer, one) for one in asked[:: len(KINDS)]])), 1),
            "local": locality(pointer, asked, Random(arguments.seed)),
            "machine": machine(),
        }
    encoder.close()
    print(json.dumps(report, indent=1))


def methods(pointer: Pointer) -> dict[str, Callable[[Question], Point]]:
    rng = Random(0)
    return {
        "centre": lambda _: (0.5, 0.5),
        "random": lambda _: (rng.random(), rng.random()),
        "crops": partial(by_crops, pointer),
        "occlusion": partial(by_occlusion, pointer),
        "large windows": partial(by_large_windows, pointer),
        "photoorg why": lambda question: pointer.why(question.picture, question.query).peak,
        "photoorg why, 90 encodings": lambda question: (
            pointer.why(question.picture, question.query, most_encodings=90).peak
        ),
    }


def played(method: Callable[[Question], Point], asked: list[Question]) -> dict[str, Any]:
    started = time.perf_counter()
    score = play(method, asked)
    seconds = (time.perf_counter() - started) / len(asked)
    groups = ("all", *KINDS, *SUBJECTS)
    return {
        "right": {group: round(score.share(group), 3) for group in groups},
        "box": {group: round(score.share(group, box=True), 3) for group in ("all", *KINDS)},
        "seconds_per_map": round(seconds, 4),
    }


def by_crops(pointer: Pointer, question: Question) -> Point:
    """The mean of what all square crops around a place say."""
    picture, maps = question.picture, []
    views = views_of(*picture.size, most=4)
    shown = why._Shown(picture, pointer.encoder, lambda: None, views)
    for share in (0.5, 0.35):
        count = len(profiles(share, 1))
        starts = np.linspace(0, 1 - share, count)
        values = np.empty((len(views), count, count), np.float32)
        for view, row, column in np.ndindex(*values.shape):
            box = [float(side) * shown._side for side in (starts[column], starts[row])]
            box += [side + share * shown._side for side in box]
            crop = why._square(Image.fromarray(shown._sharp[view]), tuple(box), pointer.encoder.model.model_input)
            values[view, row, column] = pointer.encoder.encode_images(crop[None])[0] @ pointer.direction(question.query)
        maps.append(spread(values, share))
    return peak_of(merged(np.mean(maps, axis=0), views, *picture.size))


def by_large_windows(pointer: Pointer, question: Question, *, sharp_first: bool = False) -> Point:
    """The windows of the search, without the closer look."""
    picture, target = question.picture, pointer.direction(question.query)
    shown = why._Shown(picture, pointer.encoder, lambda: None, why._views_within(picture, why.MOST_ENCODINGS))
    if sharp_first:
        shown = _Occluded(picture, pointer.encoder, lambda: None, shown.views)
    sign = -1 if sharp_first else 1
    maps = [spread(sign * (shown.through_all(share) @ target), share) for share in why._LARGE]
    if sharp_first:
        whole = pointer.encoder.encode_images(np.stack(shown._sharp)) @ target
        maps = [one + whole[:, None, None] for one in maps]
    return peak_of(merged(np.mean(maps, axis=0, dtype=np.float32), shown.views, *picture.size))


def by_occlusion(pointer: Pointer, question: Question) -> Point:
    """What is lost by a blurred window in the sharp picture."""
    return by_large_windows(pointer, question, sharp_first=True)


class _Occluded(why._Shown):
    def _pictures(self, places: Any, share: float, blur: float) -> Any:
        for (view, _, _), shown in zip(places, super()._pictures(places, share, blur), strict=True):
            blurred = self._blurred(view, blur)
            yield why._rounded(self._sharp[view] + blurred - shown.astype(np.float32))


def peak_of(whole: Any) -> Point:
    row, column = np.unravel_index(whole.argmax(), whole.shape)
    return (column + 0.5) / whole.shape[1], (row + 0.5) / whole.shape[0]


def encodings(pointer: Pointer, question: Question) -> int:
    return pointer.why(question.picture, question.query).encodings


def locality(pointer: Pointer, asked: list[Question], rng: Random) -> dict[str, float]:
    """Subjects that are there, true scenes, and subjects that are not there; on pictures with one subject."""
    said: dict[str, list[bool]] = {"there": [], "scene": [], "absent": []}
    for question in (one for one in asked if one.kind == "alone"):
        other = rng.choice([subject for subject in SUBJECTS if subject != question.subject])
        queries = {"there": question.query, "absent": NAMES[other]}
        facts = sorted(question.facts & SCENES.keys())
        if facts:
            queries["scene"] = SCENES[rng.choice(facts)]
        for kind, query in queries.items():
            said[kind].append(pointer.why(question.picture, query).is_local)
    return {kind: round(float(np.mean(values)), 3) for kind, values in said.items() if values}


if __name__ == "__main__":
    main()
