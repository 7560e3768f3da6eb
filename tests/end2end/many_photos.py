"""A folder of many small photos, all different: with copies, camera RAWs and videos beside them, and some broken ones."""

import random
from pathlib import Path

from PIL import Image

from .unit_samples import dng, drawn, exif_bytes

_EXIF = {0x010F: "Acme", 0x0110: "Acme One"}


class ManyPhotos:
    """Draws photos into a folder. `files` are those that are read for themselves, `pictures` the
    different ones among them, `unreadable` the broken ones."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.photos = self.files = self.pictures = self.unreadable = 0
        self._rng = random.Random(5)
        folder.mkdir()

    def draw(self, count: int) -> None:
        """So many photos more, and what belongs to them."""
        for number in range(self.photos, self.photos + count):
            self._draw(number)
        self.photos += count

    def _draw(self, number: int) -> None:
        path = self.folder / f"{number:05}.jpg"
        self._save(path, number)
        self._count(files=1, pictures=1)
        if number % 10 == 0:
            path.with_name(f"{number:05} copy.jpg").write_bytes(path.read_bytes())
            self._count(files=1, pictures=0)
        if number % 25 == 3:
            path.with_suffix(".dng").write_bytes(b"the RAW of %d" % number)
        if number % 40 == 7:
            path.with_suffix(".mov").write_bytes(b"the video of %d" % number)
        if number % 100 == 50:  # a RAW that is a photo of its own, as the picture beside it cannot be read
            path.with_name(f"{number:05} broken.jpg").write_bytes(path.read_bytes()[:900])
            path.with_name(f"{number:05} broken.dng").write_bytes(dng(drawn(60, 40, number)))
            self._count(files=2, pictures=1)
            self.unreadable += 1
        if number % 100 == 60:
            path.with_name(f"{number:05} alone.dng").write_bytes(dng(drawn(60, 40, number)))
            self._count(files=1, pictures=1)

    def _save(self, path: Path, number: int) -> None:
        rng = self._rng
        colours = [tuple(rng.randrange(256) for _ in range(3)) for _ in range(2)]
        image = Image.new("RGB", (200, 150), colours[0])
        image.paste(colours[1], (20, 20, 20 + rng.randrange(10, 150), 20 + rng.randrange(10, 110)))
        day = f"2020:{number // 28 % 12 + 1:02}:{number % 28 + 1:02} 10:20:30"
        image.save(path, exif=exif_bytes(_EXIF | {0x0112: 1 + number % 8}, {0x9003: day}) if number % 4 == 0 else b"")

    def _count(self, files: int, pictures: int) -> None:
        self.files += files
        self.pictures += pictures
