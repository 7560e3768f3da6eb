"""One tower at a time from a model folder, with exactly the weights in the file or an error; never a random model."""

from pathlib import Path
from typing import Any, Literal

import torch
from torch import nn

from photoorg.embedding import folder as model_folder
from photoorg.embedding.checkpoint import Checkpoint
from photoorg.embedding.silence import heavy_import, silence
from photoorg.errors import ModelCorrupt, ModelUnsupported

with heavy_import():
    from open_clip.model import _build_text_tower, _build_vision_tower
    from open_clip.transformer import TextTransformer

TowerName = Literal["image", "text"]

# The text tower of a plain CLIP lies at the top level of the file.
_PLAIN_TEXT_PARTS = ("positional_embedding", "token_embedding.", "transformer.", "ln_final.", "text_projection")
# Kept by older transformers versions, computed by newer ones.
_STALE_KEYS = frozenset({"text.transformer.embeddings.position_ids"})
_SCALARS = frozenset({"logit_scale", "logit_bias"})
_CONVOLUTION = 4  # dimensions of its weights: (out, in, height, width)


def load_tower(folder: Path, tower: TowerName, dtype: torch.dtype, device: str = "cpu") -> nn.Module:
    """The image or text tower, in eval mode without gradients. Raises ModelCorrupt, ModelUnsupported."""
    model_cfg = model_folder.read_config(folder)["model_cfg"]
    model_folder.check_supported(str(folder), model_cfg)
    weights = model_folder.weights_file(folder)
    with Checkpoint(weights) as checkpoint:
        prefix = _prefixes(folder, checkpoint)[tower]
        state = {
            name.removeprefix(prefix): checkpoint.tensor(name)
            for name in checkpoint.names
            if _belongs(name, tower, prefix)
        }
    module = _with_weights(folder, model_cfg, tower, state).eval().requires_grad_(requires_grad=False)
    module = _fused(module) if tower == "image" else module
    keeps_table = isinstance(module, TextTransformer) and device == "cpu" and weights.suffix == ".safetensors"
    table = _token_table(weights, prefix) if keeps_table else None
    return _convert(module, dtype, device, table)


def _prefixes(folder: Path, checkpoint: Checkpoint) -> dict[TowerName, str]:
    """Where the towers lie in the file; an unknown tensor means that the file is of another kind of model."""
    text = "text." if any(name.startswith("text.") for name in checkpoint.names) else ""
    prefixes: dict[TowerName, str] = {"image": "visual.", "text": text}
    strange = [
        name
        for name in checkpoint.names
        if name not in _SCALARS | _STALE_KEYS
        and not _belongs(name, "image", "visual.")
        and not _belongs(name, "text", text)
    ]
    if strange:
        raise ModelCorrupt(folder=str(folder), detail=f"the weights file has tensors of another model ({strange[0]}).")
    return prefixes


def _belongs(name: str, tower: TowerName, prefix: str) -> bool:
    if tower == "text" and not prefix:
        return name.startswith(_PLAIN_TEXT_PARTS)
    return name.startswith(prefix) and name not in _STALE_KEYS


def _with_weights(
    folder: Path, model_cfg: dict[str, Any], tower: TowerName, state: dict[str, torch.Tensor]
) -> nn.Module:
    module = _build_empty(folder, model_cfg, tower)
    if module is not None:
        _assign(folder, module, state)
    if module is None or _has_leftovers(module):
        # Some towers compute constants that are not in the file: those are built for real, which costs a second.
        module = _build(folder, model_cfg, tower)
        _assign(folder, module, state)
    return module


def _build_empty(folder: Path, model_cfg: dict[str, Any], tower: TowerName) -> nn.Module | None:
    """The architecture without memory for its weights; None where it cannot be built like that."""
    try:
        with torch.device("meta"):
            module = _build(folder, model_cfg, tower)
    except (ModelUnsupported, ModelCorrupt):
        return None
    if isinstance(module, TextTransformer) and module.attn_mask is not None:
        module.attn_mask = module.build_causal_mask()
    return module


def _build(folder: Path, model_cfg: dict[str, Any], tower: TowerName) -> nn.Module:
    dimension, quick_gelu = model_cfg["embed_dim"], bool(model_cfg.get("quick_gelu"))
    try:
        with silence():
            if tower == "image":
                # The weights come from the file: never let timm download some first.
                config = model_cfg["vision_cfg"] | {"timm_model_pretrained": False}
                module: nn.Module = _build_vision_tower(dimension, config, quick_gelu)
            else:
                module = _build_text_tower(dimension, _offline_text(folder, model_cfg["text_cfg"]), quick_gelu)
    except (RuntimeError, NotImplementedError) as error:
        raise ModelUnsupported(model=str(folder), detail=f"open_clip cannot build it ({error}).") from error
    except Exception as error:
        # A configuration is a file from somewhere: nonsense in it ends in any kind of exception.
        raise ModelCorrupt(
            folder=str(folder), detail=f"{model_folder.CONFIG_NAME} makes no sense ({error})."
        ) from error
    return module


def _offline_text(folder: Path, text_cfg: dict[str, Any]) -> dict[str, Any]:
    if not text_cfg.get("hf_model_name"):
        return text_cfg
    # transformers would ask the hub for the architecture: the folder's own config.json says it.
    return text_cfg | {"hf_model_name": str(folder), "hf_model_pretrained": False}


def _assign(folder: Path, module: nn.Module, state: dict[str, torch.Tensor]) -> None:
    try:
        module.load_state_dict(state, strict=True, assign=True)
    except RuntimeError as error:
        problems = [line.strip() for line in str(error).splitlines()[1:]] or [str(error)]
        raise ModelCorrupt(folder=str(folder), detail=f"the weights do not fit ({problems[0][:200]})") from error


def _has_leftovers(module: nn.Module) -> bool:
    """Whether a tensor was left without values by building on the meta device."""
    tensors = [*module.parameters(), *module.buffers()]
    for part in module.modules():
        tensors += [value for value in vars(part).values() if isinstance(value, torch.Tensor)]
    return any(tensor.is_meta for tensor in tensors)


def _fused(module: nn.Module) -> nn.Module:
    """Merge the parallel branches that MobileCLIP's towers only need for training: the same function, faster."""
    if not any(hasattr(part, "reparameterize") for part in module.modules()):
        return module
    from timm.utils.model import reparameterize_model

    fused: nn.Module = reparameterize_model(module.eval(), inplace=True)
    return fused


def _token_table(weights: Path, prefix: str) -> nn.Embedding:
    """A text tower's largest weight, mapped from the file: only the rows of words that are used are ever read.

    From a mapping of its own: one shared with the other weights would keep their pages in memory as well.
    """
    with Checkpoint(weights) as checkpoint:
        rows = checkpoint.tensor(f"{prefix}token_embedding.weight")
    return nn.Embedding(rows.shape[0], rows.shape[1], _weight=rows, _freeze=True)


def _convert(module: nn.Module, dtype: torch.dtype, device: str, table: nn.Embedding | None) -> nn.Module:
    """Weights in their own memory, as the tower computes with them; it converts the rows of `table` itself.

    Batch norms keep float32 statistics, which torch applies to lower inputs as well.
    """
    if table is not None:
        module.token_embedding = nn.Identity()
    for part in module.modules():
        is_norm = isinstance(part, nn.modules.batchnorm._BatchNorm)  # noqa: SLF001 - the common base class
        for tensor in (*part.parameters(recurse=False), *part.buffers(recurse=False)):
            tensor.data = _converted(tensor, torch.float32 if is_norm else dtype, device)
    if table is not None:
        module.token_embedding = table.eval()
    return module


def _converted(tensor: torch.Tensor, dtype: torch.dtype, device: str) -> torch.Tensor:
    """A copy always: tensors in a mapped file are not aligned, and torch rounds those in another order.

    A convolution's weights lie as its input does, or torch would turn them around at every call.
    """
    wanted = dtype if tensor.is_floating_point() else tensor.dtype
    layout = torch.channels_last if tensor.dim() == _CONVOLUTION else torch.preserve_format
    return tensor.to(device=device, dtype=wanted, copy=True, memory_format=layout)
