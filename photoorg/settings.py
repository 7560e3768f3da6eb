"""Settings of the program: `settings.toml` in the data folder, which people may edit and the window writes."""

import errno
import logging
import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

from photoorg.errors import DataFolderUnusable, DiskFull, SettingsInvalid

logger = logging.getLogger(__name__)

_MOST = 1_000_000  # of seconds, megapixels and megabytes
_MOST_CORES = 1024
_CORES = (0, _MOST_CORES)
_LIMITS = {
    "decode_workers": _CORES, "encode_threads": _CORES, "max_cores": _CORES, "encoder_idle_minutes": (0, 10_000)
}  # fmt: skip
SettingValue = int | bool | tuple[str, ...]


@dataclass(frozen=True)
class Settings:
    """What indexing may do, and when. A missing file, or a missing key in it, means the default."""

    only_when_idle: bool = False
    """The window and `photoorg watch` read photos only while nobody uses the computer."""
    not_on_battery: bool = False
    """They read none while it runs on its battery."""
    max_cores: int = 0
    """Processor cores for decoding, model and index together (at least one worker and one thread); 0 means all."""
    ignore: tuple[str, ...] = ()
    """Patterns as in a .gitignore, relative to each watch folder: what they name is left alone."""
    decode_workers: int = 0
    """Worker processes that decode photos; 0 means one for each processor core, or half of `max_cores`."""
    decode_timeout_s: int = 60
    """A photo that takes longer is stopped and listed as failed."""
    decode_memory_megabytes: int = 3072
    """Address space (Linux) or resident size (elsewhere) of one decode worker."""
    pixel_limit_megapixels: int = 268
    """Larger pictures are listed as failed; today's largest phone sensors have 200 megapixels."""
    file_limit_megabytes: int = 1024
    """Larger picture files are listed as failed: a worker reads a file as a whole."""
    encode_threads: int = 0
    """Processor threads of the model; 0 means all cores, or what the workers leave of `max_cores`."""
    encoder_idle_minutes: int = 5
    """After so long without work the model's own process ends and gives its memory back; 0 means never."""

    @property
    def cores(self) -> int:
        """Processor cores that indexing may use."""
        return min(self.max_cores or _MOST_CORES, available_cores())

    @property
    def worker_count(self) -> int:
        """Decode workers, with 0 resolved."""
        if not self._is_limited:
            return self.decode_workers or available_cores()
        return max(1, min(self.decode_workers or self.cores // 2, self.cores - 1))

    @property
    def thread_count(self) -> int:
        """Threads of the model, with 0 resolved. They work at the same time as the decode workers."""
        if not self._is_limited:
            return self.encode_threads or available_cores()
        rest = max(1, self.cores - self.worker_count)
        return min(self.encode_threads or rest, rest)

    @property
    def _is_limited(self) -> bool:
        return 0 < self.max_cores < available_cores()


class SettingsFile:
    """A settings.toml that may change at any time, and what holds now; safe from any thread."""

    def __init__(self, path: Path, *, max_cores: int | None = None) -> None:
        """`max_cores` stands for that of the file. Raises SettingsInvalid."""
        self._path = path
        self._max_cores = max_cores
        self._state = _state(path)
        self._now = self._with_own(load_settings(path))

    def now(self) -> Settings:
        """What holds now. A file that became wrong meanwhile changes nothing."""
        state = _state(self._path)
        if state != self._state:
            self._state = state
            try:
                self._now = self._with_own(load_settings(self._path))
            except SettingsInvalid as error:
                logger.info("the settings stay what they were: %s", error)
        return self._now

    def change(self, changes: Mapping[str, SettingValue]) -> None:
        """Write values. Raises SettingsInvalid, DiskFull, DataFolderUnusable."""
        change_settings(self._path, changes)

    def _with_own(self, settings: Settings) -> Settings:
        return settings if self._max_cores is None else replace(settings, max_cores=self._max_cores)


def _state(path: Path) -> tuple[int, int, int] | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_ino, status.st_size, status.st_mtime_ns


def available_cores() -> int:
    """Cores this process may run on."""
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity else os.cpu_count() or 1


def load_settings(path: Path) -> Settings:
    """Read settings.toml. Raises SettingsInvalid for bad TOML, unknown keys and wrong values."""
    try:
        values = tomllib.loads(_text(path))
    except FileNotFoundError:
        return Settings()
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsInvalid(path=str(path), detail=str(error)) from error
    _check(values, path)
    lists = {key: tuple(value) for key, value in values.items() if isinstance(value, list)}
    return Settings(**(values | lists))


def change_settings(path: Path, changes: Mapping[str, SettingValue]) -> Settings:
    """Write values into settings.toml, whose other lines and comments stay, and give what holds now.

    Raises SettingsInvalid, also for wrong new values, which are not written; DiskFull, DataFolderUnusable.
    """
    import tomlkit

    load_settings(path)
    document = tomlkit.parse(_text(path) if path.exists() else "")
    for key, value in changes.items():
        document[key] = list(value) if isinstance(value, tuple) else value
    _check(document.unwrap(), path)
    _replace(path, tomlkit.dumps(document))
    return load_settings(path)


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8-sig")  # Windows editors put a mark first


def _replace(path: Path, text: str) -> None:
    """In one step: whatever happens, there is the old content or the new."""
    new = path.with_name(f".{path.name}.new")
    try:
        new.write_text(text, encoding="utf-8")
        new.replace(path)
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise DiskFull(path=str(path)) from error
        raise DataFolderUnusable(path=str(path), detail=error.strerror or str(error)) from error


def _check(values: Mapping[str, Any], path: Path) -> None:
    known = {field.name: type(field.default) for field in fields(Settings)}
    for key, value in values.items():
        if key not in known:
            raise SettingsInvalid(path=str(path), detail=f"unknown key {key!r}; known are {', '.join(sorted(known))}")
        if (wrong := _what_is_wrong(key, value, known[key])) is not None:
            raise SettingsInvalid(path=str(path), detail=f"{key} {wrong}")


def _what_is_wrong(key: str, value: Any, kind: type) -> str | None:
    if kind is bool:
        return None if type(value) is bool else "must be true or false"
    if kind is tuple:
        return _wrong_patterns(value)
    least, most = _LIMITS.get(key, (1, _MOST))
    is_right = type(value) is int and least <= value <= most
    return None if is_right else f"must be a whole number from {least} to {most}"


def _wrong_patterns(value: Any) -> str | None:
    from pathspec import GitIgnoreSpec

    if not isinstance(value, list) or not all(isinstance(pattern, str) for pattern in value):
        return 'must be a list of patterns, such as ["**/cache/**", "*.tmp.jpg"]'
    for pattern in value:
        try:
            GitIgnoreSpec.from_lines([pattern])
        except ValueError:
            return f"has a pattern that means nothing: {pattern!r}"
    return None
