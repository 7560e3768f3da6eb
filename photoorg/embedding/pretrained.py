"""open_clip's own table of models: NAME/TAG to a configuration and the files on the hub."""

from dataclasses import dataclass
from typing import Any

from photoorg.embedding.folder import WEIGHTS_NAME
from photoorg.embedding.references import HUB_PREFIX
from photoorg.embedding.silence import silence
from photoorg.errors import ModelUnknown

_PREPROCESS_KEYS = ("mean", "std", "interpolation", "resize_mode", "fill_color")
# The hub's names for a model whose table entry names no file, in open_clip's order.
DEFAULT_WEIGHTS = (WEIGHTS_NAME, "open_clip_pytorch_model.bin")


@dataclass(frozen=True)
class Source:
    """Where a model comes from: a hub repository, its weights files in the order to try, and a configuration if known."""

    repository: str
    weights: tuple[str, ...]
    config: dict[str, Any] | None


def find_source(reference: str) -> Source:
    """The source of a canonical NAME/TAG or hf-hub: reference. Raises ModelUnknown."""
    if reference.startswith(HUB_PREFIX):
        return Source(reference.removeprefix(HUB_PREFIX), DEFAULT_WEIGHTS, None)
    return find_pretrained(reference)


def find_pretrained(reference: str) -> Source:
    """The source of a NAME/TAG, with its preprocessing and activation in the configuration. Raises ModelUnknown."""
    with silence():
        import open_clip
    name, _, tag = reference.partition("/")
    model_cfg, entry = open_clip.get_model_config(name), open_clip.get_pretrained_cfg(name, tag)
    if not model_cfg or not entry or not entry.get("hf_hub"):
        raise ModelUnknown(model=reference)
    if entry.get("quick_gelu"):
        # The tag knows how its weights were trained. open_clip goes by the name (ViT-B-16 instead of
        # ViT-B-16-quickgelu), only warns of the contradiction, and then computes wrong vectors.
        model_cfg["quick_gelu"] = True
    preprocess_cfg = {key: entry[key] for key in _PREPROCESS_KEYS if key in entry}
    repository, weights = _files(entry["hf_hub"])
    return Source(repository, weights, {"model_cfg": model_cfg, "preprocess_cfg": preprocess_cfg})


def _files(hub: str) -> tuple[str, tuple[str, ...]]:
    """Split "org/name/" or "org/name/file.bin" into the repository and the weights files to try."""
    organisation, name, file = hub.split("/", 2)
    if not file:
        return f"{organisation}/{name}", DEFAULT_WEIGHTS
    stem = file.rpartition(".")[0]
    return f"{organisation}/{name}", (f"{stem}.safetensors", file)
