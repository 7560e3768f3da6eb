"""A folder of all that can be wrong with a picture file: damaged in every format, bombs, lies, and things that are no files."""

import os
import random
import shutil
import socket
import struct
import sys
import zipfile
import zlib
from io import BytesIO
from pathlib import Path

import numpy as np
import pillow_heif
import pillow_jxl  # noqa: F401  registers the format for writing
from PIL import Image

from .unit_samples import dng, drawn, encoded, exif_bytes, jpeg

CUTS, FLIPS = 6, 14
_REAL_BYTES = 3_000_000  # larger files of a format are left alone if there is a smaller one
_EXIF = exif_bytes({0x010F: "A", 0x0112: 6}, {0x9003: "2020:01:02 03:04:05"}, {1: "N", 2: (1.0, 2.0, 3.0)})
_LONGEST_NAME, _LONGEST_PATH = 255, 4095
_EXTENSIONS = ("jpg", "png", "gif", "webp", "tif", "bmp", "heic", "avif", "jxl", "jp2", "dng", "cr2")


class HostileFolder:
    """Fills a folder. `pictures` are regular files that promise a picture, `good` those among them that hold one."""

    def __init__(self, folder: Path, seed: int = 1) -> None:
        self.folder = folder
        self.pictures: set[Path] = set()
        self.good: set[Path] = set()
        self._rng = random.Random(seed)
        folder.mkdir()

    def add(self, name: str, data: bytes, *, good: bool = False) -> Path:
        """A file that promises a picture."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        self.pictures.add(path)
        if good:
            self.good.add(path)
        return path

    def add_damaged(self, folder: str, samples: dict[str, bytes]) -> None:
        """Each sample whole, cut off, and with bits flipped, by name with an extension."""
        for name, data in samples.items():
            stem, extension = name.rsplit(".", 1)
            self.add(f"{folder}/{stem}/whole.{extension}", data, good=True)
            for number in range(CUTS):
                cut = self._rng.randrange(1, len(data))
                self.add(f"{folder}/{stem}/cut {number}.{extension}", data[:cut])
            for number in range(FLIPS):
                self.add(f"{folder}/{stem}/flipped {number}.{extension}", self._flipped(data))

    def _flipped(self, data: bytes) -> bytes:
        """Some bits changed; half of the time near the start, where the structure is."""
        damaged = bytearray(data)
        end = len(data) if self._rng.random() < 0.5 else min(len(data), 400)
        for _ in range(self._rng.choice((1, 1, 2, 8, 40))):
            damaged[self._rng.randrange(end)] ^= 1 << self._rng.randrange(8)
        return bytes(damaged)


def drawn_samples() -> dict[str, bytes]:
    """One small picture in each format that can be written here."""
    picture, size = drawn(120, 90), (120, 90)
    deep = Image.fromarray(np.asarray(picture.convert("L"), np.uint16) * 257)
    frames = {"save_all": True, "append_images": [drawn(*size, seed) for seed in (2, 3)]}
    samples = {
        "jpeg.jpg": encoded(picture, "JPEG", exif=_EXIF),
        "progressive.jpeg": encoded(picture, "JPEG", progressive=True),
        "inks.jpg": encoded(picture.convert("CMYK"), "JPEG"),
        "png.png": encoded(picture, "PNG", exif=_EXIF),
        "deep.png": encoded(deep, "PNG"),
        "animated.apng": encoded(picture, "PNG", **frames),
        "webp.webp": encoded(picture, "WEBP", exif=_EXIF),
        "animated.webp": encoded(picture, "WEBP", **frames),
        "gif.gif": encoded(picture, "GIF", **frames),
        "tiff.tif": encoded(picture, "TIFF", compression="tiff_lzw"),
        "deep.tiff": encoded(deep, "TIFF"),
        "bmp.bmp": encoded(picture, "BMP"),
        "ppm.ppm": encoded(picture, "PPM"),
        "jpeg2000.jp2": encoded(picture, "JPEG2000"),
        "avif.avif": encoded(picture, "AVIF", exif=_EXIF),
        "jxl.jxl": encoded(picture, "JXL"),
        "boxes.jxl": encoded(picture, "JXL", exif=_EXIF, use_container=True),
        "heif.heic": _heif(picture),
        "raw.dng": dng(picture),
        "preview.dng": dng(picture, jpeg(picture, exif=_EXIF), 6),
    }
    return {f"{index:02} {name}": data for index, (name, data) in enumerate(samples.items())}


def _heif(picture: Image.Image) -> bytes:
    buffer = BytesIO()
    pillow_heif.from_pillow(picture).save(buffer, quality=60)
    return buffer.getvalue()


def real_samples(real_files: Path) -> dict[str, bytes]:
    """The smallest real file of each extension."""
    smallest: dict[str, Path] = {}
    for path in sorted(real_files.rglob("*")):
        extension = path.suffix.lower()[1:]
        is_usable = "invalid" not in path.parts and "tests" not in path.parts and path.stem != "corrupted"
        if extension in {"jpg", "jpeg", "heic", "heif", "hif", "tiff", "tif", "png", "webp", "gif"} and is_usable:
            known = smallest.get(extension)
            if known is None or path.stat().st_size < known.stat().st_size:
                smallest[extension] = path
    return {f"{name}.{name}": path.read_bytes() for name, path in smallest.items() if path.stat().st_size < _REAL_BYTES}


def add_lies(hostile: HostileFolder) -> None:
    """Names that promise what the content does not hold; and files of no bytes."""
    samples = drawn_samples()
    for number, (name, data) in enumerate(samples.items()):
        extension = _EXTENSIONS[(number + 3) % len(_EXTENSIONS)]
        hostile.add(f"lies/{name} in truth {number}.{extension}", data)
    archive = BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("zeros", bytes(50_000_000))
    drawing = b'<svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/passwd"/></svg>'
    contents = {
        "zip": archive.getvalue(),
        "svg": drawing,
        "svg with entities": b'<!DOCTYPE a [<!ENTITY b "ha"><!ENTITY c "&b;&b;&b;">]>' + drawing,
        "program": Path(sys.executable).resolve().read_bytes()[:100_000],
        "text": "Überraschung\n".encode() * 100,
        "postscript": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n(/etc/passwd) run\n",
        "noise": random.Random(3).randbytes(5000),
        "one byte": b"\xff",
        "zeros": bytes(5000),
    }
    for number, (name, data) in enumerate(contents.items()):
        for extension in ("jpg", _EXTENSIONS[(number + 1) % len(_EXTENSIONS)]):
            hostile.add(f"lies/{name} as {extension}.{extension}", data)
    for extension in _EXTENSIONS:
        hostile.add(f"lies/empty {extension}.{extension}", b"")


def add_bombs(hostile: HostileFolder) -> None:
    """Little files that ask for much memory or time."""
    hostile.add("bombs/sides of 50000.png", png(50_000, 50_000, zlib.compress(bytes(100_000))))
    hostile.add("bombs/all that is allowed.png", png(16_000, 16_000, _zeros(16_000 * 2001), bits=1, colours=0))
    hostile.add("bombs/a line.png", png(2**31 - 1, 1, zlib.compress(bytes(1000))))
    text = b"Comment\0\0" + _zeros(150_000_000)
    hostile.add("bombs/text.png", png(8, 8, zlib.compress(bytes(8 * 25)), (b"zTXt", text)))
    hostile.add("bombs/profile.png", png(8, 8, zlib.compress(bytes(8 * 25)), (b"iCCP", b"a\0\0" + _zeros(150_000_000))))
    frames = [Image.new("P", (32, 32), number % 256) for number in range(2000)]
    hostile.add("bombs/frames.gif", encoded(frames[0], "GIF", save_all=True, append_images=frames[1:]), good=True)
    hostile.add("bombs/sides.gif", b"GIF89a" + struct.pack("<HHBBB", 65535, 65535, 0x80, 0, 0) + bytes(6) + b"\x2c")
    small = encoded(drawn(40, 30), "JPEG")
    start = small.index(b"\xff\xc0")
    hostile.add("bombs/sides.jpg", small[: start + 5] + b"\xff\xff\xff\xff" + small[start + 9 :])
    for name, data in _bad_tiffs().items():
        hostile.add(f"bombs/{name}.tif", data)
        hostile.add(f"bombs/{name} as RAW.dng", data)
        hostile.add(f"bombs/{name} as EXIF.jpg", encoded(drawn(40, 30), "JPEG", exif=b"Exif\0\0" + data[:60_000]))
    sparse = hostile.add("bombs/sparse.jpg", small)
    os.truncate(sparse, 8 * 2**30)


def png(width: int, height: int, pixels: bytes, *more: tuple[bytes, bytes], bits: int = 8, colours: int = 2) -> bytes:
    """A PNG with what it says of itself, true or not; `more` are chunks before the pixels."""
    header = struct.pack(">IIBBBBB", width, height, bits, colours, 0, 0, 0)
    chunks = ((b"IHDR", header), *more, (b"IDAT", pixels), (b"IEND", b""))
    packed = (
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in chunks
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(packed)


def _zeros(count: int) -> bytes:
    """So many zeros, deflated."""
    packer, part = zlib.compressobj(9), bytes(1_000_000)
    packed = [packer.compress(part[: min(len(part), count - done)]) for done in range(0, count, len(part))]
    return b"".join(packed) + packer.flush()


def _bad_tiffs() -> dict[str, bytes]:
    """TIFF directories that lead in circles, to nowhere, or to more than there is."""

    def directory(*entries: tuple[int, int, int, int], after: int = 0) -> bytes:
        packed = b"".join(struct.pack("<HHII", *entry) for entry in entries)
        return b"II*\0" + struct.pack("<IH", 8, len(entries)) + packed + struct.pack("<I", after)

    sizes = ((256, 4, 1, 64), (257, 4, 1, 64), (258, 3, 1, 8), (259, 3, 1, 1), (262, 3, 1, 1))
    huge = ((256, 4, 1, 2**31 - 1), (257, 4, 1, 2**31 - 1), *sizes[2:])
    return {
        "circle": directory(*sizes, (273, 4, 1, 8), (279, 4, 1, 4096), after=8),
        "inner circle": directory(*sizes, (330, 4, 1, 8), (34665, 4, 1, 8), (34853, 4, 1, 8), after=8),
        "sides": directory(*huge, (273, 4, 1, 8), (279, 4, 1, 2**32 - 1)),
        "counts": directory(*sizes, (273, 4, 2**32 - 1, 8), (279, 4, 2**32 - 1, 8), (700, 1, 2**32 - 1, 8)),
        "nowhere": b"II*\0" + struct.pack("<I", 2**32 - 1),
        "entries": b"II*\0" + struct.pack("<IH", 8, 65535) + bytes(100),
        "chain": _chain(5000),
        "no sides": directory((256, 4, 1, 0), (257, 4, 1, 0), *sizes[2:], (273, 4, 1, 8), (279, 4, 1, 0)),
    }


def _chain(length: int) -> bytes:
    """So many directories of one entry each, one after the other."""
    size = 2 + 12 + 4
    links = (struct.pack("<HHHIII", 1, 256, 4, 1, 1, 8 + size * (number + 1)) for number in range(length))
    return b"II*\0" + struct.pack("<I", 8) + b"".join(links) + bytes(6)


def add_names(hostile: HostileFolder) -> None:
    """Good photos under bad names."""
    names = (
        "a\nnew line.jpg",
        "\u202egpj.exe.jpg",
        " .jpg",
        "-k.jpg",
        "%s {} ' \" \\ $(x).jpg",
        "\x1b[31m\x07.JPG",
        "鳥鳥 🦤.jpg",
    )
    longest = "x" * (_LONGEST_NAME - 4) + ".jpg"
    for number, name in enumerate((*names, longest, os.fsdecode(b"not \xff utf-8 \xc3.jpg"))):
        hostile.add(f"names/{name}", jpeg(drawn(60, 40, 100 + number)), good=True)
    hostile.add("x.jpg/in a folder that is called so.jpg", jpeg(drawn(60, 40, 200)), good=True)


def add_depths(hostile: HostileFolder) -> None:
    """Folders in folders to the longest path there can be: photos that it just reaches, and one that it does not."""
    place = hostile.folder / "deep"
    while len(os.fsencode(place)) < _LONGEST_PATH - 270:
        place = place / ("d" * 200)
    place = place / ("d" * (_LONGEST_PATH - 20 - len(os.fsencode(place)) - 1))
    place.mkdir(parents=True)
    for number in range(10):
        hostile.add(str(place / f"good {number}.jpg"), jpeg(drawn(60, 40, 300 + number)), good=True)
    inside = os.open(place, os.O_RDONLY)
    try:
        name = "too far for any path.jpg"
        with os.fdopen(os.open(name, os.O_WRONLY | os.O_CREAT, dir_fd=inside), "wb") as stream:
            stream.write(jpeg(drawn(60, 40, 399)))
        os.mkdir("a folder that is too far", dir_fd=inside)
    finally:
        os.close(inside)


def add_things(hostile: HostileFolder) -> int:
    """What is no file, under the names of pictures; how many things that are."""
    place = hostile.folder / "things"
    place.mkdir()
    os.mkfifo(place / "pipe.jpg")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(os.path.relpath(place / "socket.png"))
    (place / "nowhere.jpg").symlink_to(place / "nothing.jpg")
    (place / "round.jpg").symlink_to(place / "round.jpg")
    (place / "one.jpg").symlink_to(place / "other.jpg")
    (place / "other.jpg").symlink_to(place / "one.jpg")
    (place / "endless.jpg").symlink_to("/dev/zero")
    (place / "own pipe.jpg").symlink_to(place / "pipe.jpg")
    count = len(list(place.iterdir()))
    (place / "up.jpg").symlink_to(hostile.folder, target_is_directory=True)
    return count


def add_pairs(hostile: HostileFolder) -> None:
    """Damaged pictures with a camera RAW or a video beside them."""
    good, broken, raw = jpeg(drawn(60, 40, 400)), jpeg(drawn(60, 40, 401))[:500], dng(drawn(60, 40, 402))
    hostile.add("pairs/raw is broken.jpg", good, good=True)
    hostile.add("pairs/raw is broken.dng", raw[:100])
    hostile.add("pairs/picture is broken.jpg", broken)
    hostile.add("pairs/picture is broken.dng", raw, good=True)
    hostile.add("pairs/both.jpg", broken)
    hostile.add("pairs/both.dng", raw[:100])
    hostile.add("pairs/film.jpg", broken)
    (hostile.folder / "pairs" / "film.mov").write_bytes(b"no film")


def lock(hostile: HostileFolder) -> None:
    """A photo and a folder that may not be read."""
    hostile.add("locked photo.jpg", jpeg(drawn(60, 40, 500))).chmod(0)
    inside = hostile.folder / "locked folder"
    inside.mkdir()
    (inside / "photo.jpg").write_bytes(jpeg(drawn(60, 40, 501)))
    inside.chmod(0)


def unlock(hostile: HostileFolder) -> None:
    """So that the folder can be removed."""
    if (inside := hostile.folder / "locked folder").exists():
        shutil.copymode(hostile.folder, inside)
