"""How fast is encoding? Prints what `photoorg model bench` measures, on random weights, as JSON; on a GPU by stage.

usage: encode_speed.py [ARCHITECTURE] [--device auto] [--images 4096]

The speed of random weights is that of the real ones. `matmul_gigaflops` says what the processor itself makes of a
precision: on a CPU no tower gains more from bfloat16 than its matrix products do.

On a GPU the reference is the bare tower in a loop on batches that lie on the card already, normalized and in the
tower's own precision, with one wait at the end; `encode_images` gets the same number of images as uint8 in the
computer's memory and gives unit vectors there.
"""

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch

from photoorg.embedding.bench import bench
from photoorg.embedding.device import DTYPES, all_devices, choose_device
from photoorg.embedding.in_process import InProcessEncoder
from photoorg.embedding.loading import load_tower
from photoorg.embedding.models import InstalledModel, resolve

sys.path.insert(0, str(Path(__file__).parents[1]))
from random_model import make_random_model

ROUNDS = 3
SIDE = 2048  # of the matrices
WAITS: dict[str, Callable[[], object]] = {"cuda": torch.cuda.synchronize, "mps": torch.mps.synchronize}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("architecture", nargs="?", default="ViT-B-32-256")
    parser.add_argument("--device", default="auto")
    parser.add_argument("--images", type=int, default=4096, help="images of one measurement on a GPU")
    arguments = parser.parse_args()
    devices = all_devices() if arguments.device == "auto" else [choose_device(arguments.device)]
    with tempfile.TemporaryDirectory() as work:
        folder = make_random_model(arguments.architecture, Path(work) / "model")
        model = resolve(str(folder), Path(work) / "models")
        report = {"architecture": arguments.architecture, "load_average": os.getloadavg()[0]}
        report["matmul_gigaflops"] = {name: matmul_gigaflops(name) for name in devices}
        report |= bench(model, arguments.device, lambda text: print(text, file=sys.stderr)).as_json()
        stages = {name: gpu_stages(model, name, arguments.images) for name in devices if name != "cpu"}
    print(json.dumps(report | {"gpu_stages": stages, "load_average_after": os.getloadavg()[0]}, indent=1))


def matmul_gigaflops(device: str) -> dict[str, int]:
    """Of one matrix product, SIDE x SIDE x SIDE; the best of several."""
    speeds = {}
    for precision in ("float32", "bfloat16"):
        left, right = (torch.randn(SIDE, SIDE).to(device, DTYPES[precision]) for _ in range(2))
        seconds = min(timed(lambda one=left, two=right: one @ two, device) for _ in range(5))
        speeds[precision] = round(2 * SIDE**3 / seconds / 1e9)
    return speeds


def gpu_stages(model: InstalledModel, device: str, images: int) -> dict[str, Any]:
    """Images per second of the bare tower and of the encoder, in turns, the best of each."""
    encoder = InProcessEncoder(model, device)
    encoder.tune()
    way, side = encoder.tuning, model.model_input.size
    tower = load_tower(model.folder, "image", DTYPES[way.precision], device)
    batch = torch.randn(way.batch_size, 3, side, side).to(device, DTYPES[way.precision])
    batch = batch.contiguous(memory_format=torch.channels_last)
    pixels = np.random.default_rng(0).integers(0, 256, (images, side, side, 3), np.uint8)

    def bare() -> None:
        with torch.inference_mode():
            for _ in range(images // way.batch_size):
                tower(batch)

    bare_images = images // way.batch_size * way.batch_size
    bare()
    encoder.encode_images(pixels)
    towers, encoders = [], []
    for _ in range(ROUNDS):
        towers.append(bare_images / timed(bare, device))
        encoders.append(images / timed(lambda: encoder.encode_images(pixels), device))
    encoder.close()
    return {
        "precision": way.precision,
        "batch_size": way.batch_size,
        "bare_tower_images_per_second": round(max(towers), 1),
        "encode_images_per_second": round(max(encoders), 1),
        "share_of_bare_tower": round(max(encoders) / max(towers), 3),
    }


def timed(run: Callable[[], object], device: str) -> float:
    wait = WAITS.get(device, lambda: None)
    wait()
    started = time.perf_counter()
    run()
    wait()
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
