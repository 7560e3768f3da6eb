"""Write a model folder with random weights: `python tests/random_model.py ViT-B-32-256 FOLDER`."""

import json
import sys
from pathlib import Path


def make_random_model(name: str, folder: Path, seed: int = 0) -> Path:
    """Write an installed-model folder for an open_clip architecture name."""
    import open_clip

    model_cfg = open_clip.get_model_config(name)
    if model_cfg is None:
        raise SystemExit(f"open_clip knows no architecture {name}")
    return write_random_model(model_cfg, {}, folder, seed)


def write_random_model(model_cfg: dict, preprocess_cfg: dict, folder: Path, seed: int = 0) -> Path:
    """The same for a configuration of one's own."""
    import torch
    from safetensors.torch import save_file

    folder.mkdir(parents=True, exist_ok=True)
    config = {"model_cfg": model_cfg, "preprocess_cfg": preprocess_cfg}
    (folder / "open_clip_config.json").write_text(json.dumps(config, indent=2), encoding="utf-8")
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        model = build(model_cfg)
    state = {key: value.detach().contiguous().clone() for key, value in model.state_dict().items()}
    save_file(state, folder / "open_clip_model.safetensors")
    return folder


def build(model_cfg: dict):
    """open_clip's own full model of a configuration, randomly initialised."""
    from open_clip.model import CLIP, CustomTextCLIP

    arguments = json.loads(json.dumps(model_cfg))
    model_class = CustomTextCLIP if arguments.pop("custom_text", False) else CLIP
    return model_class(**arguments)


if __name__ == "__main__":
    make_random_model(sys.argv[1], Path(sys.argv[2]))
