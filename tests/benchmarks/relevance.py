"""Does a search show what fits, and say so where nothing does? Prints figures for each kind of question as JSON.

usage: relevance.py --world drawn [--photos 240 1000] [--seeds 1 2] [--uneven]
       relevance.py --world vectors --vectors FILE.npz ...    (files of make_vectors.py; half of the queries are the bank)
       relevance.py --world real --model MODEL --photos-folder FOLDER --objects objects.json

At the cut-off 0.5: precision, recall, F1, and how often nothing was shown ("called_absent": what is there, wrongly; what
is not, rightly). Beside it `best_threshold_f1`, what the best threshold of each single query could reach on the same
ranking, and what users know today: the first 50, and one cosine threshold for all, chosen with hindsight. "all plain" is
every description without more, where an empty answer to what is not there counts as F1 1.
"""

import argparse
import json
import time
from pathlib import Path

import numpy as np
from asked import World
from drawn_world import drawn_world
from feedback import feedback
from figures import figures
from real_world import real_world
from vector_world import vector_world

from photoorg.embedding.encoder import open_encoder
from photoorg.embedding.models import resolve
from photoorg.paths import default_data_dir


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--world", choices=("drawn", "vectors", "real"), default="drawn")
    parser.add_argument("--photos", type=int, nargs="+", default=[240, 1000])
    parser.add_argument("--seeds", type=int, nargs="+", default=[1])
    parser.add_argument("--uneven", action="store_true", help="scenes of very unequal sizes, many missing")
    parser.add_argument("--vectors", type=Path, nargs="+", default=[])
    parser.add_argument("--model", default="demo")
    parser.add_argument("--models-dir", type=Path, default=default_data_dir() / "models")
    parser.add_argument("--photos-folder", type=Path)
    parser.add_argument("--objects", type=Path)
    arguments = parser.parse_args()
    started = time.perf_counter()
    worlds = worlds_of(arguments)
    report = {"worlds": [world.name for world in worlds], "groups": figures(worlds), "feedback": feedback(worlds)}
    print(json.dumps(report | {"seconds": round(time.perf_counter() - started)}, indent=1))


def worlds_of(arguments: argparse.Namespace) -> list[World]:
    """The libraries and questions that were asked for."""
    if arguments.world == "vectors":
        return [vector_world(path.name, np.load(path)) for path in arguments.vectors]
    encoder = open_encoder(resolve(arguments.model, arguments.models_dir), "cpu")
    try:
        if arguments.world == "real":
            return [real_world(encoder, arguments.photos_folder, arguments.objects)]
        pairs = [(photos, seed) for photos in arguments.photos for seed in arguments.seeds]
        return [drawn_world(encoder, photos, seed, uneven=arguments.uneven) for photos, seed in pairs]
    finally:
        encoder.close()


if __name__ == "__main__":
    main()
