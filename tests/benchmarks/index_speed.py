"""How fast is indexing? Prints photos per second by stage as JSON, beside two references of the same run.

usage: index_speed.py FOLDER [--model NAME] [--sample 40] [--repeat 2] [--rclip PYTHON]

FOLDER holds JPEGs of a camera's size, 300 or more. The model has random weights: the speed is that of the real one.

The references:
- plain loop: for each photo Pillow's full decode, open_clip's own transform, float32, a batch of 1;
- limit: cores divided by the core-seconds per photo of the work that nobody can leave out (scaled decode, both
  thumbnails, model input, hashes, encoding), each measured alone, one after the other;
- rclip, with --rclip: PYTHON is the interpreter of an environment with rclip 3. It indexes the same photos with the same
  architecture (ViT-B-32-256, the only one it knows) and the same weights, its model loaded before the clock starts.
"""

import argparse
import io
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))
sys.path.insert(0, str(Path(__file__).parent))

import numpy as np
from machine import machine
from PIL import Image
from random_model import make_random_model
from rclip_model import write_rclip_model

from photoorg import Library
from photoorg.embedding.encoder import open_encoder
from photoorg.embedding.models import InstalledModel, resolve
from photoorg.media.hashes import content_hash, perceptual_hash, picture_key
from photoorg.media.thumbnails import LONG_SIDES, thumbnail_size, to_jpeg
from photoorg.settings import available_cores

BATCH = 32
RCLIP_MODEL = "ViT-B-32-256"
RCLIP_SESSION = Path(__file__).with_name("rclip_session.py")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--model", default="ViT-B-32-256")
    parser.add_argument("--sample", type=int, default=40, help="photos for the references")
    parser.add_argument("--repeat", type=int, default=2, help="measurements of each; the median counts")
    parser.add_argument("--rclip", type=Path, metavar="PYTHON", help="measure rclip with this interpreter")
    arguments = parser.parse_args()
    if arguments.rclip and arguments.model != RCLIP_MODEL:
        parser.error(f"rclip knows {RCLIP_MODEL} alone")
    photos = sorted(path for path in arguments.folder.rglob("*") if path.suffix.lower() in (".jpg", ".jpeg"))
    with tempfile.TemporaryDirectory() as work:
        folder = Path(work) / "model"
        make_random_model(arguments.model, folder)
        model = resolve(str(folder), Path(work) / "models")
        report = measure(arguments, model, photos[:: max(1, len(photos) // arguments.sample)], Path(work))
    print(json.dumps(report, indent=1))


def measure(arguments: argparse.Namespace, model: InstalledModel, sample: list[Path], work: Path) -> dict[str, Any]:
    """In turns, so that a slow spell of the machine meets all of them."""
    facts = machine()
    runs, loops, limits, rclips = [], [], [], []
    if arguments.rclip:
        write_rclip_model(model.folder, work / "rclip")
    for number in range(arguments.repeat):
        limits.append(limit(model, sample))
        runs.append(index(arguments.folder, model, work / f"library{number}"))
        loops.append(plain_loop(model, sample))
        if arguments.rclip:
            rclips.append(rclip(arguments.rclip, arguments.folder, work / "rclip"))
    costs = {name: statistics.median(entry[name] for entry in limits) for name in limits[0]}
    cores = available_cores()
    speed = statistics.median(run["photos_per_second"] for run in runs)
    plain, best = statistics.median(loops), cores / sum(costs.values())
    return {
        "machine": facts,
        "model": arguments.model,
        "photos": runs[0]["photos"],
        "photos_per_second": round(speed, 2),
        "runs": runs,
        "plain_loop_photos_per_second": round(plain, 2),
        "limit_photos_per_second": round(best, 2),
        "limit_core_ms_per_photo": {name: round(1000 * seconds, 2) for name, seconds in costs.items()},
        "times_plain_loop": round(speed / plain, 2),
        "share_of_limit": round(speed / best, 3),
        **beside_rclip(rclips, speed),
    }


def beside_rclip(runs: list[dict[str, Any]], speed: float) -> dict[str, Any]:
    if not runs:
        return {}
    its = statistics.median(run["photos_per_second"] for run in runs)
    return {"rclip_photos_per_second": round(its, 2), "rclip_runs": runs, "times_rclip": round(speed / its, 2)}


def rclip(python: Path, folder: Path, datadir: Path) -> dict[str, Any]:
    """One run of rclip on a fresh index."""
    for file in datadir.glob("db.sqlite3*"):
        file.unlink()
    command = [str(python), str(RCLIP_SESSION), str(folder)]
    # Its environment is another one: nothing of ours may be found there.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    environment["RCLIP_DATADIR"] = str(datadir)
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True)
    facts: dict[str, Any] = json.loads(done.stdout)
    return facts


def index(folder: Path, model: InstalledModel, data_dir: Path) -> dict[str, Any]:
    """One run of photoorg on a fresh library."""
    with Library(data_dir) as library:
        library.models.use(str(model.folder))
        report = library.index([folder])
    names = ("photos", "embedded", "device", "precision", "seconds", "startup_seconds", "photos_per_second", "stages")
    return {name: getattr(report, name) for name in names}


def plain_loop(model: InstalledModel, photos: list[Path]) -> float:
    """Photos per second of what a script of ten lines does."""
    import open_clip
    import torch

    network, transform = open_clip.create_model_from_pretrained(f"local-dir:{model.folder}")
    network.eval()
    started = time.perf_counter()
    with torch.inference_mode():
        for path in photos:
            pixels = transform(Image.open(path).convert("RGB"))
            network.encode_image(pixels[None], normalize=True)
    return len(photos) / (time.perf_counter() - started)


def limit(model: InstalledModel, photos: list[Path]) -> dict[str, float]:
    """Core-seconds per photo of each part that cannot be left out."""
    data = [path.read_bytes() for path in photos]
    images = [scaled_decode(content) for content in data]
    larges = [large_thumbnail(image) for image in images]
    size = model.model_input.size
    return {
        "scaled decode": per_item(scaled_decode, data),
        "large thumbnail": per_item(lambda image: to_jpeg(large_thumbnail(image)), images),
        "small thumbnail": per_item(lambda image: to_jpeg(small_thumbnail(image)), larges),
        "model input": per_item(lambda image: model_input(image, size), images),
        "hashes of the bytes": per_item(lambda content: (content_hash(content), picture_key(content, 1)), data),
        "perceptual hash": per_item(perceptual_hash, [small_thumbnail(image) for image in larges]),
        "encoding": encoding(model),
    }


def per_item(work: Callable[[Any], Any], items: list[Any]) -> float:
    """Processor seconds per item on one core."""
    started = time.process_time()
    for item in items:
        work(item)
    return (time.process_time() - started) / len(items)


def scaled_decode(content: bytes) -> Image.Image:
    """A 12-megapixel JPEG at an eighth of its size."""
    image = Image.open(io.BytesIO(content))
    image.draft("RGB", (image.width // 8, image.height // 8))
    image.load()
    return image


def large_thumbnail(image: Image.Image) -> Image.Image:
    return image.resize(thumbnail_size(*image.size, max(LONG_SIDES)), Image.Resampling.BICUBIC)


def small_thumbnail(image: Image.Image) -> Image.Image:
    size = thumbnail_size(*image.size, min(LONG_SIDES))
    return image.resize(size, Image.Resampling.BOX, reducing_gap=1.0)


def model_input(image: Image.Image, size: int) -> np.ndarray[Any, Any]:
    side = min(image.size)
    left, top = (image.width - side) / 2, (image.height - side) / 2
    return np.asarray(image.resize((size, size), Image.Resampling.BICUBIC, (left, top, left + side, top + side)))


def encoding(model: InstalledModel) -> float:
    """Core-seconds per image at the cheaper of one thread and all cores."""
    return min(cores * wall for cores, wall in encode_times(model))


def encode_times(model: InstalledModel) -> Iterator[tuple[int, float]]:
    """(threads, seconds per image) in full batches."""
    import torch

    size = model.model_input.size
    pixels = np.random.default_rng(0).integers(0, 256, (BATCH, size, size, 3), np.uint8)
    before = torch.get_num_threads()
    for threads in sorted({1, available_cores()}):
        encoder = open_encoder(model, threads=threads)
        encoder.encode_images(pixels)
        started = time.perf_counter()
        for _ in range(3):
            encoder.encode_images(pixels)
        yield threads, (time.perf_counter() - started) / (3 * BATCH)
        encoder.close()
    torch.set_num_threads(before)


if __name__ == "__main__":
    main()
