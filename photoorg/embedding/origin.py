"""Where the files of an installed model come from, and their checksums: `origin.json` in its folder."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from photoorg.embedding.download import HubFile
from photoorg.embedding.hashes import hash_file

ORIGIN_NAME = "origin.json"
# Begins the references of models whose folders do not say what they are.
LOCAL = "local"


@dataclass(frozen=True)
class Origin:
    """`downloaded`: as the hub had them. `checksums`: hex SHA-256 by file name. `given`: those of the folder that was added."""

    reference: str
    downloaded: tuple[HubFile, ...] = ()
    checksums: dict[str, str] = field(default_factory=dict)
    given: dict[str, str] = field(default_factory=dict)


def write_origin(
    folder: Path, reference: str, downloaded: Sequence[HubFile], given: dict[str, str] | None = None
) -> Origin:
    """Write down where a finished folder comes from; hashes its files. Raises OSError."""
    files = [path for path in sorted(folder.rglob("*")) if path.is_file() and path.name != ORIGIN_NAME]
    checksums = {path.relative_to(folder).as_posix(): hash_file(path) for path in files}
    origin = Origin(reference, tuple(downloaded), checksums, given or {})
    text = json.dumps(asdict(origin), indent=2, ensure_ascii=False)
    (folder / ORIGIN_NAME).write_text(text, encoding="utf-8")
    return origin


def read_origin(folder: Path) -> Origin | None:
    """The origin of a model folder; None if it is not known, or not readable."""
    try:
        stored: dict[str, Any] = json.loads((folder / ORIGIN_NAME).read_text(encoding="utf-8"))
        downloaded = tuple(HubFile(**facts) for facts in stored.pop("downloaded"))
        origin = Origin(**stored, downloaded=downloaded)
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None
    texts = [origin.reference, *_texts(origin.checksums), *_texts(origin.given)]
    return origin if all(isinstance(text, str) for text in texts) else None


def _texts(mapping: Any) -> list[Any]:
    return [*mapping, *mapping.values()] if isinstance(mapping, dict) else [None]
