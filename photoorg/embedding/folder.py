"""The files of one model folder: which are there, and what its configuration says."""

import importlib.util
import json
import math
from pathlib import Path
from typing import Any, TypeGuard

from photoorg.errors import ModelCorrupt, ModelUnsupported
from photoorg.model_input import Interpolation, ModelInput, ResizeMode
from photoorg.paths import resources

CONFIG_NAME = "open_clip_config.json"
WEIGHTS_NAME = "open_clip_model.safetensors"
PROMPTS_NAME = "prompts.json"
TOKENIZER_NAMES = ("tokenizer.json", "tokenizer_config.json", "special_tokens_map.json")

# What a configuration may say about a tokenizer from Hugging Face that is read without its library.
_FILE_OPTIONS = frozenset({"clean", "strip_sep_token"})

# safetensors come first: they hold no code and can be mapped into memory.
_WEIGHTS_NAMES = (
    WEIGHTS_NAME,
    "open_clip_pytorch_model.safetensors",
    "model.safetensors",
    "open_clip_pytorch_model.bin",
    "pytorch_model.bin",
)

# open_clip's defaults (open_clip.constants and open_clip.transform.PreprocessCfg).
_MEAN = (0.48145466, 0.4578275, 0.40821073)
_STD = (0.26862954, 0.26130258, 0.27577711)
_SIZE = 224
_RESIZE_MODES: dict[str, ResizeMode] = {"shortest": "shortest", "longest": "longest", "squash": "squash"}
# "random" is for training; open_clip's inference transform makes it bicubic.
_INTERPOLATIONS: dict[str, Interpolation] = {"bicubic": "bicubic", "bilinear": "bilinear", "random": "bicubic"}


def weights_file(folder: Path) -> Path:
    """The weights in a model folder. Raises ModelCorrupt if there are none, or several without a known name."""
    named = [folder / name for name in _WEIGHTS_NAMES if (folder / name).is_file()]
    others = [path for path in sorted(folder.glob("*.safetensors")) if path.is_file()]
    if named:
        return named[0]
    if len(others) == 1:
        return others[0]
    detail = f"it has several weights files, none named {WEIGHTS_NAME}" if others else "it has no weights file"
    raise ModelCorrupt(folder=str(folder), detail=f"{detail}.")


def read_config(folder: Path) -> dict[str, Any]:
    """The folder's configuration: {"model_cfg": ..., "preprocess_cfg": ...}. Raises ModelCorrupt."""
    config = read_json(folder, CONFIG_NAME)
    model_cfg = config.get("model_cfg")
    if not isinstance(model_cfg, dict) or not isinstance(config.get("preprocess_cfg") or {}, dict):
        raise ModelCorrupt(folder=str(folder), detail=f"{CONFIG_NAME} lacks a model_cfg.")
    towers = (model_cfg.get("vision_cfg"), model_cfg.get("text_cfg"))
    dimension = model_cfg.get("embed_dim")
    if not all(isinstance(tower, dict) for tower in towers) or not isinstance(dimension, int) or dimension < 1:
        raise ModelCorrupt(folder=str(folder), detail=f"{CONFIG_NAME} lacks embed_dim, vision_cfg or text_cfg.")
    return {"model_cfg": model_cfg, "preprocess_cfg": config.get("preprocess_cfg") or {}}


def check_supported(model: str, model_cfg: dict[str, Any]) -> None:
    """Raises ModelUnsupported for models that are no pair of towers, or that need a package that is not installed."""
    text_cfg = model_cfg["text_cfg"]
    if "multimodal_cfg" in model_cfg or model_cfg["vision_cfg"].get("output_tokens"):
        raise ModelUnsupported(model=model, detail="it is a captioning model (CoCa), not a pair of encoders.")
    if needs_transformers(text_cfg) and importlib.util.find_spec("transformers") is None:
        detail = (
            "its text encoder needs the transformers package; "
            'install it with `pip install "photoorg[multilingual]"`, or use a SigLIP 2 model, which needs none.'
        )
        raise ModelUnsupported(model=model, detail=detail)


def needs_transformers(text_cfg: dict[str, Any]) -> bool:
    """Whether a text tower is one of transformers', or its texts are treated in a way that only open_clip knows."""
    options = text_cfg.get("tokenizer_kwargs") or {}
    unusual = bool(text_cfg.get("tokenizer_mode")) or not _FILE_OPTIONS.issuperset(options)
    return bool(text_cfg.get("hf_model_name") or (text_cfg.get("hf_tokenizer_name") and unusual))


def read_model_input(folder: Path, config: dict[str, Any]) -> ModelInput:
    """The preprocessing that a configuration asks for. Raises ModelCorrupt, ModelUnsupported (not square)."""
    asked = {key: value for key, value in config["preprocess_cfg"].items() if value is not None}
    try:
        return ModelInput(
            # The tower's own size counts, as in open_clip; the preprocessing's copy of it may be stale.
            size=_square(folder, config["model_cfg"]["vision_cfg"].get("image_size", _SIZE)),
            resize=_RESIZE_MODES[asked.get("resize_mode", "shortest")],
            interpolation=_INTERPOLATIONS[asked.get("interpolation", "bicubic")],
            mean=_per_channel(asked.get("mean", _MEAN), -math.inf),
            std=_per_channel(asked.get("std", _STD), 0.0),
            fill=int(asked.get("fill_color", 0)),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise ModelCorrupt(folder=str(folder), detail=f"its preprocess_cfg is not valid ({error}).") from error


def is_of_open_clip(text_cfg: dict[str, Any]) -> bool:
    """Whether texts go through open_clip's own tokenizer, which was made for English, instead of a Hugging Face one."""
    return not (text_cfg.get("hf_tokenizer_name") or text_cfg.get("hf_model_name"))


def read_prompts(folder: Path) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Templates with a {} for the query, and background texts: the model's own, else the program's. Raises ModelCorrupt."""
    prompts = read_json(resources(), PROMPTS_NAME)
    family = "open_clip" if is_of_open_clip(read_config(folder)["model_cfg"]["text_cfg"]) else "hugging_face"
    prompts["templates"] = prompts["templates"][family]
    if (folder / PROMPTS_NAME).is_file():
        prompts |= read_json(folder, PROMPTS_NAME)
    templates, background = prompts.get("templates"), prompts.get("background")
    if not _are_texts(templates) or not _are_texts(background) or not all("{}" in text for text in templates):
        raise ModelCorrupt(folder=str(folder), detail=f"{PROMPTS_NAME} needs lists of texts, templates with a {{}}.")
    return tuple(templates), tuple(background)


def read_json(folder: Path, name: str) -> dict[str, Any]:
    """A JSON object from a model folder. Raises ModelCorrupt."""
    try:
        content = json.loads((folder / name).read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise ModelCorrupt(folder=str(folder), detail=f"it has no {name}.") from error
    except (OSError, ValueError, RecursionError) as error:
        raise ModelCorrupt(folder=str(folder), detail=f"{name} cannot be read ({error}).") from error
    if not isinstance(content, dict):
        raise ModelCorrupt(folder=str(folder), detail=f"{name} is not a JSON object.")
    return content


def _square(folder: Path, size: Any) -> int:
    sides = list(size) if isinstance(size, list | tuple) else [size]
    if len(set(sides)) != 1:
        raise ModelUnsupported(model=str(folder), detail=f"its input of {size} pixels is not square.")
    if int(sides[0]) < 1:
        raise ValueError(f"size {size}")
    return int(sides[0])


def _per_channel(value: Any, above: float) -> tuple[float, float, float]:
    values = list(value) if isinstance(value, list | tuple) else [value] * 3
    red, green, blue = (float(number) for number in values)
    if not all(above < number < math.inf for number in (red, green, blue)):
        raise ValueError(f"mean or std {values}")
    return red, green, blue


def _are_texts(value: Any) -> TypeGuard[list[str]]:
    return isinstance(value, list) and bool(value) and all(isinstance(text, str) for text in value)
