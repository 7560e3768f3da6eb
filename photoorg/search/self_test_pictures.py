"""What the self-test asks: pictures with captions, the general ones or a model's own."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from photoorg.errors import ModelCorrupt, PhotoorgError, SelfTestMissing
from photoorg.paths import resources

FOLDER_NAME = "self_test"
_CAPTIONS_NAME = "captions.json"
_FEWEST = 2  # pictures that can be told apart


@dataclass(frozen=True)
class SelfTestPictures:
    """Pictures and their captions by language (ISO 639), each caption with the number of its picture.

    `mark`: the share of captions (0 to 1) that must find their picture first. `normalization_gain`: by what share another
    normalization must tell the pictures better apart to be called the right one. `pairs`: pictures (numbers) that differ
    only in red and blue. `lead`: by how much captions prefer their own picture to the others (mean difference of cosines)
    if the model is as it was when its self-test was made, None where nobody knows. `names`: of languages. `model_folder`:
    of a model whose own test this is.
    """

    files: tuple[Path, ...]
    captions: dict[str, dict[str, int]]
    mark: float
    normalization_gain: float
    pairs: tuple[tuple[int, int], ...]
    lead: float | None
    names: dict[str, str]
    model_folder: Path | None

    def damaged(self, detail: str) -> PhotoorgError:
        """The error for a self-test that cannot be held."""
        return _damaged(self.model_folder, detail)


def read_pictures(model_folder: Path) -> SelfTestPictures:
    """The model's own self-test, else the program's. Raises ModelCorrupt (its own), SelfTestMissing (the program's)."""
    own = model_folder / FOLDER_NAME
    owner = model_folder if own.is_dir() else None
    folder = own if owner else resources() / FOLDER_NAME
    try:
        content = json.loads((folder / _CAPTIONS_NAME).read_text(encoding="utf-8"))
        pictures = _parsed(content, folder, owner)
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise _damaged(owner, f"{_CAPTIONS_NAME} cannot be read ({error!r})") from error
    missing = [file.name for file in pictures.files if not file.is_file()]
    if missing:
        raise _damaged(owner, f"{', '.join(missing)} missing")
    return pictures


def _damaged(model_folder: Path | None, detail: str) -> PhotoorgError:
    if model_folder is None:
        return SelfTestMissing(detail=detail)
    return ModelCorrupt(folder=str(model_folder), detail=f"its self-test is damaged: {detail}.")


def _parsed(content: dict[str, Any], folder: Path, owner: Path | None) -> SelfTestPictures:
    texts: dict[str, dict[str, str]] = content["captions"]
    files = list(dict.fromkeys(_plain(name) for captions in texts.values() for name in captions))
    number = {name: place for place, name in enumerate(files)}
    if len(files) < _FEWEST or not all(texts.values()):
        raise ValueError("too few captions")
    if any(len(set(captions.values())) < len(captions) for captions in texts.values()):
        raise ValueError("two pictures have the same caption")
    return SelfTestPictures(
        files=tuple(folder / name for name in files),
        captions={
            language: {_words(caption): number[name] for name, caption in captions.items()}
            for language, captions in texts.items()
        },
        mark=_share(content["mark"]),
        normalization_gain=_share(content["normalization_gain"]),
        pairs=tuple((number[one], number[other]) for one, other in content.get("pairs", [])),
        lead=float(content["lead"]) if "lead" in content else None,
        names={str(code): str(name) for code, name in content.get("names", {}).items()},
        model_folder=owner,
    )


def _plain(name: str) -> str:
    if Path(name).name != name:
        raise ValueError(f"{name} is not the name of a file")
    return name


def _words(caption: Any) -> str:
    if not isinstance(caption, str) or not caption.strip():
        raise ValueError("a caption is not a text")
    return caption


def _share(value: Any) -> float:
    share = float(value)
    if not 0 < share <= 1:
        raise ValueError(f"{value} is not a share")
    return share
