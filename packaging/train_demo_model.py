"""Train the demo model: a tiny open_clip model that understands the pictures drawn by photoorg.demo, and nothing else.

Run `python packaging/train_demo_model.py`; a few minutes on two cores. Prints what it reached as JSON.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from copy import deepcopy
from dataclasses import dataclass
from math import cos, pi
from multiprocessing import get_context
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import open_clip
import safetensors.torch
import torch
from PIL import Image
from torch import Tensor
from torch.nn import functional

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from photoorg.demo.background_texts import background_texts  # noqa: E402  (the checkout comes first)
from photoorg.demo.captions import Caption, captions, describe  # noqa: E402
from photoorg.demo.drawing import draw, draw_library  # noqa: E402
from photoorg.demo.scene import Scene, all_scenes, held_out  # noqa: E402
from photoorg.demo.searches import SUGGESTED_SEARCHES  # noqa: E402

IMAGE_PX, CONTEXT, WHOLE_VOCABULARY = 64, 24, 49408
MODEL_CFG: dict[str, Any] = {
    "embed_dim": 96,
    "vision_cfg": {"image_size": IMAGE_PX, "layers": [1, 1, 1, 1], "width": 16, "head_width": 64},
    "text_cfg": {"context_length": CONTEXT, "vocab_size": WHOLE_VOCABULARY, "width": 48, "heads": 2, "layers": 2},
}
HALVES = [0.5, 0.5, 0.5]
PREPROCESS_CFG = {"mean": HALVES, "std": HALVES, "interpolation": "bicubic", "resize_mode": "shortest"}
TEMPLATE = "a photo of {}"
# What may be offered as a search where there are such pictures.
THINGS = (
    "a house", "a boat", "a car", "a balloon", "a tent", "a cat", "flowers", "trees", "an umbrella", "a lighthouse",
    "a cactus", "a snowman", "the beach", "mountains", "the desert", "the city", "snow", "rain", "a rainbow", "a sunset",
    "night",
)  # fmt: skip

SIZES = ((108, 72), (96, 72), (128, 72), (72, 72), (72, 108), (72, 96))
PICTURES_PER_SCENE, CAPTIONS_PER_SCENE, BATCH = 12, 64, 256
TRAINING_SEEDS, TEST_SEED = 1_000_000, 5_000_000
LEARNING_RATE, WEIGHT_DECAY, AVERAGING = 2e-3, 0.05, 0.98
UNKNOWN = 0
COMPLETE_SHARE, FORGOTTEN_SHARE = 0.5, 0.03  # of the captions, of their words
FAST_BFLOAT16 = bool(torch.cpu.get_capabilities().get("avx512_bf16"))


@dataclass(frozen=True)
class Texts:
    """Captions as rows of compact token ids, and which facts (columns) each claims."""

    tokens: Tensor
    claims: Tensor


@dataclass(frozen=True)
class Vocabulary:
    """The tokens that occur, in their own order: compact ids keep the end of a text the largest one."""

    used: tuple[int, ...]

    def compact(self, tokens: Tensor) -> Tensor:
        """Ids of the standard tokenizer as ids of the small table; unknown ones become UNKNOWN."""
        table = torch.full((WHOLE_VOCABULARY,), UNKNOWN)
        table[torch.tensor(self.used)] = torch.arange(1, len(self.used) + 1)
        return table[tokens]


def main() -> None:
    """Train, write the model folder and print its quality."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=ROOT / "resources" / "demo_model")
    parser.add_argument("--minutes", type=float, default=5.0, help="time for drawing and training")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    started = time.monotonic()
    model, vocabulary = train(options.minutes * 60, options.seed)
    write_model(options.out, model, vocabulary)
    report = {"seconds": round(time.monotonic() - started), **measure(options.out)}
    print(json.dumps(report, indent=2))


def train(limit_s: float, seed: int) -> tuple[torch.nn.Module, Vocabulary]:
    """A trained model with the compact token table, and the vocabulary of that table."""
    end = time.monotonic() + limit_s
    torch.manual_seed(seed)
    rng = Random(seed)  # noqa: S311 (pictures, not secrets)
    scenes = [scene for scene in all_scenes() if not held_out(scene)]
    facts = sorted(set().union(*(scene.facts for scene in scenes)))
    pictures = draw_pictures(scenes)
    texts, vocabulary = write_captions(scenes, facts, rng)
    truths = torch.tensor([[fact in scene.facts for fact in facts] for scene in scenes], dtype=torch.float32)
    return fit(pictures, texts, truths, compact_model(vocabulary), end), vocabulary


def draw_pictures(scenes: list[Scene]) -> Tensor:
    """Pictures of every scene as uint8, scenes x pictures x channels x height x width."""
    with ProcessPoolExecutor(os.cpu_count(), get_context("spawn")) as pool:
        return torch.from_numpy(np.stack(list(pool.map(draw_scene, scenes, chunksize=16))))


def draw_scene(scene: Scene) -> np.ndarray:
    """The training pictures of one scene in several shapes, cropped as open_clip crops."""
    sizes = (SIZES[number % len(SIZES)] for number in range(PICTURES_PER_SCENE))
    drawn = [cropped(draw(scene, size, TRAINING_SEEDS + number)) for number, size in enumerate(sizes)]
    return np.stack([np.asarray(image).transpose(2, 0, 1) for image in drawn])


def cropped(image: Image.Image) -> Image.Image:
    """The middle square, scaled as the model's own preprocessing scales it."""
    shorter = min(image.size)
    left, top = (image.width - shorter) / 2, (image.height - shorter) / 2
    box = (left, top, left + shorter, top + shorter)
    return image.resize((IMAGE_PX, IMAGE_PX), Image.Resampling.BICUBIC, box)


def write_captions(scenes: list[Scene], facts: list[str], rng: Random) -> tuple[Texts, Vocabulary]:
    """Random captions of every scene, CAPTIONS_PER_SCENE rows for each in turn."""
    chosen = [one_caption(scene, rng) for scene in scenes for _ in range(CAPTIONS_PER_SCENE)]
    tokens = open_clip.SimpleTokenizer(context_length=CONTEXT)([caption.text for caption in chosen])
    vocabulary = Vocabulary(tuple(sorted(set(tokens.unique().tolist()) - {UNKNOWN})))
    claims = torch.tensor([[fact in caption.facts for fact in facts] for caption in chosen], dtype=torch.float32)
    return Texts(vocabulary.compact(tokens), claims), vocabulary


def one_caption(scene: Scene, rng: Random) -> Caption:
    """A caption of a scene, often the complete one."""
    forms = captions(scene, rng)
    return forms[0] if rng.random() < COMPLETE_SHARE else rng.choice(forms)


def compact_model(vocabulary: Vocabulary) -> Any:
    """A new model whose token table holds only the vocabulary, row UNKNOWN always zero."""
    cfg = deepcopy(MODEL_CFG)
    cfg["text_cfg"]["vocab_size"] = len(vocabulary.used) + 1
    model: Any = open_clip.CLIP(**cfg)
    model.token_embedding.padding_idx = UNKNOWN
    with torch.no_grad():
        model.token_embedding.weight[UNKNOWN] = 0
    return model


def fit(pictures: Tensor, texts: Texts, truths: Tensor, model: torch.nn.Module, end: float) -> torch.nn.Module:
    """Train until `end` (monotonic seconds); returns the average over the last steps."""
    model = model.to(memory_format=torch.channels_last).train()
    average = torch.optim.swa_utils.AveragedModel(model, multi_avg_fn=averaging(), use_buffers=True)
    optimizer = torch.optim.AdamW(model.parameters(), lr=LEARNING_RATE, weight_decay=WEIGHT_DECAY)
    started, step = time.monotonic(), 0
    if started >= end:
        raise SystemExit("Drawing the pictures took all the time: give it more --minutes.")
    while (done := (time.monotonic() - started) / (end - started)) < 1:
        for group in optimizer.param_groups:
            group["lr"] = LEARNING_RATE * min(1, (step + 1) / 30) * (0.5 + 0.5 * cos(pi * done))
        loss = one_step(pictures, texts, truths, model, optimizer)
        average.update_parameters(model)
        step += 1
        if step % 50 == 0:
            print(f"step {step}, {done:.0%}, loss {loss:.3f}", file=sys.stderr)
    trained: torch.nn.Module = average.module
    return trained.eval()


def averaging() -> Any:
    """A moving average of weights and BatchNorm statistics; counters are copied."""

    @torch.no_grad()
    def update(averages: list[Tensor], currents: list[Tensor], _: int) -> None:
        for average, current in zip(averages, currents, strict=True):
            average.lerp_(current, 1 - AVERAGING) if average.is_floating_point() else average.copy_(current)

    return update


def one_step(pictures: Tensor, texts: Texts, truths: Tensor, model: Any, optimizer: torch.optim.Optimizer) -> float:
    """One batch of different scenes with one picture and one caption each; returns the loss."""
    chosen = torch.randperm(len(pictures))[:BATCH]
    images = augmented(pictures[chosen, torch.randint(pictures.shape[1], (BATCH,))])
    rows = chosen * CAPTIONS_PER_SCENE + torch.randint(CAPTIONS_PER_SCENE, (BATCH,))
    wrong = texts.claims[rows] @ (1 - truths[chosen]).T
    with torch.autocast("cpu", torch.bfloat16, enabled=FAST_BFLOAT16):
        seen = model.encode_image(images)
    seen = functional.normalize(seen.float(), dim=-1)
    said = model.encode_text(forgetful(texts.tokens[rows]), normalize=True)
    loss = multi_positive_loss(model.logit_scale.exp() * said @ seen.T, (wrong == 0).float())
    optimizer.zero_grad(set_to_none=True)
    loss.backward()  # type: ignore[no-untyped-call]
    torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    optimizer.step()
    with torch.no_grad():
        model.logit_scale.clamp_(0, 4.6)
    return loss.item()


def multi_positive_loss(logits: Tensor, fits: Tensor) -> Tensor:
    """CLIP's loss, with every text that is true of a picture (and the reverse) sharing the target."""
    by_text = functional.cross_entropy(logits, fits / fits.sum(1, keepdim=True))
    by_picture = functional.cross_entropy(logits.T, fits.T / fits.T.sum(1, keepdim=True))
    return (by_text + by_picture) / 2


def forgetful(tokens: Tensor) -> Tensor:
    """Tokens with a few words unknown, so that a word the model never met does little harm."""
    inner = (tokens != UNKNOWN) & (tokens != tokens.max()) & (torch.arange(CONTEXT) > 0)
    return tokens.masked_fill(inner & (torch.rand(tokens.shape) < FORGOTTEN_SHARE), UNKNOWN)


def augmented(pictures: Tensor) -> Tensor:
    """Model inputs in random flips, shifts, light and noise."""
    images = pictures.float() / 127.5 - 1
    flip = torch.randint(2, (len(images), 1, 1, 1)).bool()
    images = torch.where(flip, images.flip(3), images)
    dx, dy = torch.randint(-3, 4, (2,)).tolist()
    images = functional.pad(images, (3, 3, 3, 3), mode="replicate")[:, :, 3 + dy : 3 + dy + IMAGE_PX]
    images = images[:, :, :, 3 + dx : 3 + dx + IMAGE_PX]
    gain, lift = 1 + 0.12 * torch.randn(len(images), 1, 1, 1), 0.06 * torch.randn(len(images), 3, 1, 1)
    noisy = images * gain + lift + 0.03 * torch.randn_like(images)
    return noisy.contiguous(memory_format=torch.channels_last)


def write_model(folder: Path, model: torch.nn.Module, vocabulary: Vocabulary) -> None:
    """Write the folder that open_clip's `local-dir:` loads, with the standard tokenizer's whole table, in fp16."""
    folder.mkdir(parents=True, exist_ok=True)
    state = {name: value.detach().half().contiguous() for name, value in model.state_dict().items()}
    small = state["token_embedding.weight"]
    whole = torch.zeros(WHOLE_VOCABULARY, small.shape[1], dtype=small.dtype)
    whole[torch.tensor(vocabulary.used)] = small[1:]
    state["token_embedding.weight"] = whole
    write(folder / "open_clip_model.safetensors", safetensors.torch.save(state))
    write_json(folder / "open_clip_config.json", {"model_cfg": MODEL_CFG, "preprocess_cfg": PREPROCESS_CFG})
    content = {"templates": [TEMPLATE], "background": background_texts(), "things": THINGS}
    write_json(folder / "prompts.json", content)


def write_json(path: Path, content: object) -> None:
    """Write indented JSON, whole or not at all."""
    write(path, (json.dumps(content, indent=2) + "\n").encode())


def write(path: Path, content: bytes) -> None:
    """Write a file, whole or not at all."""
    part = path.with_suffix(".part")
    part.write_bytes(content)
    os.replace(part, path)


@torch.inference_mode()
def measure(folder: Path) -> dict[str, Any]:
    """Recall and precision of a model folder on new pictures, all through open_clip."""
    loaded: Any = open_clip.create_model_from_pretrained(f"local-dir:{folder}")
    model, transform = loaded
    tokenizer = open_clip.get_tokenizer(f"local-dir:{folder}")
    model.eval()

    def texts(lines: list[str]) -> Tensor:
        return functional.normalize(model.encode_text(tokenizer([TEMPLATE.format(line) for line in lines])), dim=-1)

    def pictures(images: list[Image.Image]) -> Tensor:
        return functional.normalize(model.encode_image(torch.stack([transform(image) for image in images])), dim=-1)

    scenes = all_scenes()
    drawn = pictures([draw(scene, (480, 320), TEST_SEED) for scene in scenes])
    best = (drawn @ texts([describe(scene).text for scene in scenes]).T).argmax(1).tolist()
    unseen = [best[row] == row for row, scene in enumerate(scenes) if held_out(scene)]
    known = [best[row] == row for row, scene in enumerate(scenes) if not held_out(scene)]
    with tempfile.TemporaryDirectory() as library:
        record = draw_library(Path(library))
        photos = pictures([Image.open(Path(library) / path) for path in record])
    order = (texts([search.query for search in SUGGESTED_SEARCHES]) @ photos.T).argsort(1, descending=True)
    shown = list(record.values())
    hits = [
        sum(search.matches(shown[row]) for row in rows[:5]) / 5
        for search, rows in zip(SUGGESTED_SEARCHES, order.tolist(), strict=True)
    ]
    return {
        "held_out_recall_at_1": round(sum(unseen) / len(unseen), 4),
        "trained_recall_at_1": round(sum(known) / len(known), 4),
        "size_bytes": sum(path.stat().st_size for path in folder.iterdir()),
        "precision_at_5": {s.query: hit for s, hit in zip(SUGGESTED_SEARCHES, hits, strict=True)},
    }


if __name__ == "__main__":
    main()
