"""Small JSON files that several programs read and write: one object each, replaced in one step."""

import json
import logging
import os
import tempfile
from pathlib import Path
from typing import Any

log = logging.getLogger(__name__)


def read_object(file: Path) -> dict[str, Any]:
    """What stands in a file; empty if there is none. Raises OSError, and ValueError if it is damaged."""
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    if isinstance(content, dict):
        return content
    raise ValueError(f"{type(content).__name__} instead of an object")


def read_or_nothing(file: Path, consequence: str) -> dict[str, Any]:
    """The same; of a damaged file there is only a line in the log, with what it leads to."""
    try:
        return read_object(file)
    except (OSError, ValueError) as error:
        log.info("%s cannot be read, %s: %s", file, consequence, error)
        return {}


def write_object(file: Path, content: dict[str, Any]) -> None:
    """Replace a file, and make its folder: whatever happens, there is the old content or the new. Raises OSError."""
    file.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}-")
    temporary = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            json.dump(content, stream, ensure_ascii=False, indent=1)
            stream.flush()
            os.fsync(stream.fileno())
        temporary.replace(file)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
