"""A hub on the loopback for the tests of the window: it has one model, which the program proposes."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "unit" / "embedding"))

import numpy as np
from hub import Hub
from model_fakes import SMALL

from photoorg.embedding import registry
from photoorg.paths import resources

REPOSITORY = "test/model"
REFERENCE = f"hf-hub:{REPOSITORY}"
TITLE = "Little CLIP"
WEIGHTS = "open_clip_model.safetensors"
NAMES = ("open_clip_config.json", WEIGHTS)


def files_of(folder, repository=REPOSITORY):
    """A model's files as the hub has them."""
    return {(repository, name): (folder / name).read_bytes() for name in NAMES}


def demo_hub():
    """A hub whose model understands what the demo model does, and is another one all the same."""
    from safetensors.numpy import load, save

    files = files_of(resources() / "demo_model")
    weights = load(files[REPOSITORY, WEIGHTS])
    # It is used in training only.
    files[REPOSITORY, WEIGHTS] = save(weights | {"logit_scale": np.array(weights["logit_scale"] + 1)})
    return Hub(files)


def mix_words_up(hub):
    """Its model reads other words than it is given."""
    from safetensors.numpy import load, save

    key = (REPOSITORY, WEIGHTS)
    weights = load(hub.files[key])
    name = next(name for name in weights if "token_embedding" in name)
    hub.files[key] = save(weights | {name: weights[name][::-1].copy()})


def proposing(hub):
    """A registry that offers this model first, and proposes it; beside it those that there are."""
    content = dict(registry._registry())
    small = next(entry for entry in content["models"] if entry["reference"] == SMALL)
    size = sum(len(file) for file in hub.files.values())
    ours = small | {
        "reference": REFERENCE,
        "title": TITLE,
        "repository": REPOSITORY,
        "download_megabytes": round(size / 1e6, 1),
        "dimension": 96,
    }
    return content | {"models": [ours, *content["models"]], "default": REFERENCE, "multilingual": REFERENCE}
