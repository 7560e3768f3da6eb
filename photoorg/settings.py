"""Settings of the program that a user may edit: `settings.toml` in the data folder."""

import os
import tomllib
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from photoorg.errors import SettingsInvalid

_MOST = 1_000_000  # of seconds, megapixels and megabytes
_LIMITS = {"decode_workers": (0, 1024), "encode_threads": (0, 1024), "encoder_idle_minutes": (0, 10_000)}


@dataclass(frozen=True)
class Settings:
    """Limits of the background work. A missing file, or a missing key in it, means the default."""

    decode_workers: int = 0
    """Worker processes that decode photos; 0 means one for each processor core."""
    decode_timeout_s: int = 60
    """A photo that takes longer is stopped and listed as failed."""
    decode_memory_megabytes: int = 3072
    """Address space (Linux) or resident size (elsewhere) of one decode worker."""
    pixel_limit_megapixels: int = 268
    """Larger pictures are listed as failed; today's largest phone sensors have 200 megapixels."""
    file_limit_megabytes: int = 1024
    """Larger picture files are listed as failed: a worker reads a file as a whole."""
    encode_threads: int = 0
    """Processor threads of the model; 0 means all cores."""
    encoder_idle_minutes: int = 5
    """After so long without work the model's own process ends and gives its memory back; 0 means never."""

    @property
    def worker_count(self) -> int:
        """Decode workers, with 0 resolved to the number of usable cores."""
        return self.decode_workers or available_cores()


def available_cores() -> int:
    """Cores this process may run on."""
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity else os.cpu_count() or 1


def load_settings(path: Path) -> Settings:
    """Read settings.toml. Raises SettingsInvalid for bad TOML, unknown keys and wrong values."""
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8-sig"))  # Windows editors put a mark first
    except FileNotFoundError:
        return Settings()
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsInvalid(path=str(path), detail=str(error)) from error
    _check(values, path)
    return Settings(**values)


def _check(values: dict[str, Any], path: Path) -> None:
    known = {field.name for field in fields(Settings)}
    for key, value in values.items():
        if key not in known:
            raise SettingsInvalid(path=str(path), detail=f"unknown key {key!r}; known are {', '.join(sorted(known))}")
        least, most = _LIMITS.get(key, (1, _MOST))
        if type(value) is not int or not least <= value <= most:
            raise SettingsInvalid(path=str(path), detail=f"{key} must be a whole number from {least} to {most}")
