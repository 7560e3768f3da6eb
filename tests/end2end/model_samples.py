"""Models for tests of the whole program, made of the demo model."""

import json
import shutil
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file, save_file

from photoorg.paths import resources

DEMO = resources() / "demo_model"
CONFIG, WEIGHTS = "open_clip_config.json", "open_clip_model.safetensors"


def write_twin(folder: Path) -> Path:
    """Another model that knows the demo's pictures: it differs in a colour that is never needed."""
    shutil.copytree(DEMO, folder)
    config = json.loads((DEMO / CONFIG).read_text())
    config["preprocess_cfg"]["fill_color"] = 1
    (folder / CONFIG).write_text(json.dumps(config))
    return folder


def write_shuffled(folder: Path) -> Path:
    """A model that loads and knows nothing: what the image tower says is mixed up."""
    folder.mkdir()
    shutil.copy(DEMO / CONFIG, folder)
    weights = load_file(DEMO / WEIGHTS)
    name = "visual.attnpool.c_proj.weight"
    weights[name] = np.random.default_rng(1).permutation(weights[name])
    save_file(weights, folder / WEIGHTS)
    return folder
