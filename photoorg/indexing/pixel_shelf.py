"""Model input that waits on the disk, so that all photos can be seen before the first is embedded, and none is read twice."""

import contextlib
import logging
import os
import shutil
import zlib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np

from photoorg.embedding.encoder import Pixels
from photoorg.embedding.models import InstalledModel

_MOST_BYTES = 8 * 10**9
_SHARE_OF_FREE_SPACE = 0.1
_ENDING = ".pixels"
_CHECKSUM_BYTES = 4

logger = logging.getLogger(__name__)


class PixelShelf:
    """Pixels (size, size, 3) by picture key for one model, first in first out; they outlive the program.

    What is on it is worth nothing but time: where it cannot be written or read, photos are simply read (again).
    """

    def __init__(self, shelves: Path, model: InstalledModel) -> None:
        """`shelves`: the folder with one shelf per model."""
        self._shelves = shelves
        self._folder = shelves / model.fingerprint[:32]
        size = model.model_input.size
        self._shape = (size, size, 3)
        self._file_bytes = size * size * 3 + _CHECKSUM_BYTES
        self._keys: dict[bytes, None] | None = None

    def __len__(self) -> int:
        return len(self._known())

    def __contains__(self, key: object) -> bool:
        return key in self._known()

    def put(self, pictures: Mapping[bytes, Pixels]) -> bool:
        """Lay pictures aside, all of them or (False) none: the shelf is full, or the disk."""
        known = self._known()
        try:
            if len(known) + len(pictures) > self._capacity():
                return False
            self._folder.mkdir(parents=True, exist_ok=True)
            for key, pixels in pictures.items():
                data = pixels.tobytes()
                self._file(key).write_bytes(data + _checksum(data))
        except OSError as error:
            logger.info("pixels cannot be laid aside: %s", error)
            self.drop(list(pictures))
            return False
        known.update(dict.fromkeys(pictures))
        return True

    def first(self, count: int) -> dict[bytes, Pixels]:
        """Up to `count` pictures that have waited longest; damaged ones are dropped. They stay until `drop`."""
        pictures: dict[bytes, Pixels] = {}
        for key in list(self._known()):
            if len(pictures) == count:
                break
            pixels = self._read(key)
            if pixels is None:
                self.drop([key])
            else:
                pictures[key] = pixels
        return pictures

    def drop(self, keys: Sequence[bytes]) -> None:
        """These need not wait any more."""
        for key in keys:
            self._known().pop(key, None)
            with contextlib.suppress(OSError):  # not there; or it stays, and is embedded another time
                self._file(key).unlink()
        if not self._known():
            with contextlib.suppress(OSError):  # there are others, or none was ever made
                self._folder.rmdir()
                self._shelves.rmdir()

    def drop_unused(self, unused: Callable[[Sequence[bytes]], Sequence[bytes]]) -> None:
        """Drop what nobody needs: `unused` tells which of some keys these are."""
        self.drop(unused(list(self._known())))

    def drop_others(self) -> None:
        """Remove the shelves of other models."""
        with contextlib.suppress(OSError):
            for folder in self._shelves.iterdir():
                if folder != self._folder:
                    shutil.rmtree(folder, ignore_errors=True)

    def _known(self) -> dict[bytes, None]:
        if self._keys is None:
            self._keys = dict.fromkeys(_keys_in(self._folder, self._file_bytes))
        return self._keys

    def _capacity(self) -> int:
        """How many pictures may lie here."""
        free = shutil.disk_usage(self._folder if self._folder.is_dir() else self._shelves.parent).free
        lying = len(self._known()) * self._file_bytes
        return int(min(_MOST_BYTES, _SHARE_OF_FREE_SPACE * (free + lying)) / self._file_bytes)

    def _read(self, key: bytes) -> Pixels | None:
        try:
            stored = self._file(key).read_bytes()
        except OSError as error:
            logger.info("pixels that were laid aside cannot be read: %s", error)
            return None
        data, checksum = stored[:-_CHECKSUM_BYTES], stored[-_CHECKSUM_BYTES:]
        if len(stored) != self._file_bytes or _checksum(data) != checksum:  # a crash, or a power failure
            return None
        return np.frombuffer(data, np.uint8).reshape(self._shape)

    def _file(self, key: bytes) -> Path:
        return self._folder / f"{key.hex()}{_ENDING}"


def drop_unused_everywhere(shelves: Path, unused: Callable[[Sequence[bytes]], Sequence[bytes]]) -> None:
    """Drop from the shelves of all models what nobody needs. For the lease's holder."""
    for folder in shelves.iterdir() if shelves.is_dir() else ():
        for key in unused(_keys_in(folder)):
            with contextlib.suppress(FileNotFoundError):
                (folder / f"{key.hex()}{_ENDING}").unlink()


def _keys_in(folder: Path, file_bytes: int | None = None) -> list[bytes]:
    """The picture keys of what lies in a folder, oldest first; of files of this size only, if it is given.

    What a crash left half written does not count: its photo was not stored, is read again, and is laid there once more.
    """
    try:
        states = [(entry.stat(), entry.name) for entry in os.scandir(folder)]
        found = [(state.st_mtime_ns, name) for state, name in states if file_bytes in {None, state.st_size}]
    except OSError:  # there is none, or it is being removed
        return []
    names = [name.removesuffix(_ENDING) for _, name in sorted(found) if name.endswith(_ENDING)]
    return [bytes.fromhex(name) for name in names if _is_hex(name)]


def _is_hex(name: str) -> bool:
    return len(name) % 2 == 0 and all(digit in "0123456789abcdef" for digit in name)


def _checksum(data: bytes) -> bytes:
    return zlib.crc32(data).to_bytes(_CHECKSUM_BYTES, "big")
