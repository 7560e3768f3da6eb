"""Random things that happen to folders of photos: a seeded generator that knows what must be there in the end."""

import os
import random
import shutil
from collections.abc import Callable
from pathlib import Path

from pictures import jpeg_bytes

from photoorg.media.hashes import content_hash

_BROKEN = b"no picture at all"
_NAMES = "abcdefgh"
_COMPANIONS = (".cr2", ".mov")


class Churn:
    """Does random things below some watch folders; `outside` is not watched, on the same disk."""

    def __init__(self, seed: int, roots: list[Path], outside: Path) -> None:
        self._rng = random.Random(seed)
        self._roots = roots
        self._outside = outside
        self._pictures = 100_000 * seed
        self._open: list[tuple[object, bytes]] = []

    def step(self) -> None:
        """One random thing; some need several steps to be complete."""
        kinds: dict[Callable[[], None], int] = {
            self._create: 14, self._create_by_rename: 6, self._begin_slowly: 8, self._go_on_slowly: 12,
            self._break: 3, self._overwrite: 8, self._replace_by_rename: 6, self._copy: 4, self._rename: 12, self._move: 10,
            self._swap: 2, self._delete: 8, self._make_folders: 6, self._rename_folder: 6, self._move_folder: 4,
            self._take_out: 2, self._bring_back: 3, self._delete_folder: 2, self._touch: 2,
            self._add_companion: 10, self._rename_companion: 5, self._delete_companion: 3, self._rename_all: 6,
        }  # fmt: skip
        self._rng.choices(list(kinds), list(kinds.values()))[0]()

    def finish(self) -> None:
        """Complete what is half done."""
        while self._open:
            self._go_on_slowly()

    # --- files ---

    def _create(self) -> None:
        self._new_path().write_bytes(self._picture())

    def _create_by_rename(self) -> None:
        path = self._new_path()
        part = path.with_name(f"{path.name}.part")
        part.write_bytes(self._picture())
        part.rename(path)

    def _begin_slowly(self) -> None:
        path = self._whole_file() if self._rng.random() < 0.3 else self._new_path()
        if path is None:
            return
        data = self._picture((320, 240))
        stream = path.open("wb", buffering=0)
        cut = self._rng.randrange(len(data))
        stream.write(data[:cut])
        self._open.append((stream, data[cut:]))

    def _go_on_slowly(self) -> None:
        if not self._open:
            return
        stream, rest = self._open.pop(self._rng.randrange(len(self._open)))
        cut = len(rest) if len(rest) < 400 else self._rng.randrange(len(rest))
        stream.write(rest[:cut])
        if cut < len(rest):
            self._open.append((stream, rest[cut:]))
        else:
            stream.close()

    def _break(self) -> None:
        path = self._whole_file() if self._rng.random() < 0.5 else self._new_path()
        if path is not None:
            path.write_bytes(_BROKEN)

    def _overwrite(self) -> None:
        if path := self._whole_file():
            path.write_bytes(self._picture())

    def _replace_by_rename(self) -> None:
        if path := self._any_file():
            new = path.with_name(f".{path.name}.tmp")
            new.write_bytes(self._picture())
            new.replace(path)

    def _copy(self) -> None:
        if path := self._whole_file():
            shutil.copy2(path, self._new_path())

    def _rename(self) -> None:
        if path := self._any_file():
            path.rename(self._new_name(path.parent))

    def _move(self) -> None:
        if path := self._any_file():
            path.rename(self._new_path())

    def _swap(self) -> None:
        one, other = self._any_file(), self._any_file()
        if one and other and one != other:
            aside = one.with_name(".aside")
            one.rename(aside)
            other.rename(one)
            aside.rename(other)

    def _delete(self) -> None:
        if path := self._any_file():
            path.unlink()

    def _touch(self) -> None:
        if path := self._any_file():
            os.utime(path)

    # --- files beside pictures ---

    def _add_companion(self) -> None:
        """A RAW that only its picture makes a photo, or a video; now and then without a picture."""
        path = self._whole_file() if self._rng.random() < 0.8 else self._new_path()
        if path is not None:
            self._pictures += 1
            beside = path.with_suffix(self._rng.choice(_COMPANIONS))
            beside.write_bytes(_BROKEN + str(self._pictures).encode())

    def _rename_companion(self) -> None:
        if path := self._any_companion():
            path.replace(self._any_folder() / f"{self._rng.choice(_NAMES)}{path.suffix}")

    def _delete_companion(self) -> None:
        if path := self._any_companion():
            path.unlink()

    def _rename_all(self) -> None:
        """A picture with all beside it."""
        if path := self._any_file():
            new = self._new_path()
            for ending in (".jpg", *_COMPANIONS):
                if path.with_suffix(ending).exists():
                    path.with_suffix(ending).replace(new.with_suffix(ending))

    # --- folders ---

    def _make_folders(self) -> None:
        folder = self._new_name(self._any_folder(), "").joinpath(*self._rng.choices(_NAMES, k=self._rng.randrange(3)))
        folder.mkdir(parents=True)
        for _ in range(self._rng.randrange(5)):
            self._new_name(folder).write_bytes(self._picture())

    def _rename_folder(self) -> None:
        if folder := self._inner_folder():
            folder.rename(self._new_name(folder.parent, ""))

    def _move_folder(self) -> None:
        folder, into = self._inner_folder(), self._any_folder()
        if folder and not into.is_relative_to(folder):
            folder.rename(self._new_name(into, ""))

    def _take_out(self) -> None:
        if folder := self._inner_folder():
            folder.rename(self._new_name(self._outside, ""))

    def _bring_back(self) -> None:
        if outside := sorted(self._outside.iterdir()):
            self._rng.choice(outside).rename(self._new_name(self._any_folder(), ""))

    def _delete_folder(self) -> None:
        if folder := self._inner_folder():
            shutil.rmtree(folder)

    # --- choices ---

    def _picture(self, size: tuple[int, int] = (48, 36)) -> bytes:
        self._pictures += 1
        return jpeg_bytes(self._pictures, size)

    def _folders(self) -> list[Path]:
        return sorted(Path(place) for root in self._roots for place, _, _ in os.walk(root))

    def _any_folder(self) -> Path:
        return self._rng.choice(self._folders())

    def _inner_folder(self) -> Path | None:
        inner = [folder for folder in self._folders() if folder not in self._roots]
        return self._rng.choice(inner) if inner else None

    def _any_file(self) -> Path | None:
        files = sorted(files_below(self._roots))
        return self._rng.choice(files) if files else None

    def _any_companion(self) -> Path | None:
        files = sorted(path for ending in _COMPANIONS for path in files_below(self._roots, ending))
        return self._rng.choice(files) if files else None

    def _whole_file(self) -> Path | None:
        """One that nobody writes to: two writers, or a copy of a half, would make a broken file."""
        half = {os.fstat(stream.fileno()).st_ino for stream, _ in self._open}
        files = sorted(path for path in files_below(self._roots) if path.stat().st_ino not in half)
        return self._rng.choice(files) if files else None

    def _new_path(self) -> Path:
        return self._new_name(self._any_folder())

    def _new_name(self, folder: Path, ending: str = ".jpg") -> Path:
        """Often a name that was there before."""
        for length in (1, 1, 2, 3, 6):
            path = folder / ("".join(self._rng.choices(_NAMES, k=length)) + ending)
            if not path.exists():
                return path
        raise AssertionError("no name left")


def files_below(roots: list[Path], ending: str = ".jpg") -> list[Path]:
    """All files with this ending, broken ones too."""
    return [path for root in roots for path in root.rglob(f"*{ending}")]


def on_disk(roots: list[Path]) -> tuple[dict[Path, bytes], set[Path]]:
    """What the catalog must show: content hash by path; and the paths of what cannot be read."""
    contents = {path: path.read_bytes() for path in files_below(roots)}
    broken = {path for path, data in contents.items() if data == _BROKEN}
    shown = {path: content_hash(data) for path, data in contents.items() if path not in broken}
    return shown, broken | {path for path in files_below(roots, ".cr2") if path.with_suffix(".jpg") not in shown}


def companions_on_disk(roots: list[Path]) -> dict[Path, Path]:
    """Which picture each file belongs to that is beside one."""
    shown, _ = on_disk(roots)
    beside = [path for ending in _COMPANIONS for path in files_below(roots, ending)]
    return {path: path.with_suffix(".jpg") for path in beside if path.with_suffix(".jpg") in shown}
