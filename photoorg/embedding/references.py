"""Model references as people type them: demo, NAME/TAG, hf-hub:ORG/NAME, or a folder."""

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from photoorg.errors import ModelUnknown

DEMO = "demo"
HUB_PREFIX = "hf-hub:"

# Neither open_clip's names nor the hub's may contain two dashes in a row, so they can join the parts of a folder name.
_JOIN = "--"
_HUB_FOLDER = "hf-hub"
_PART = r"[A-Za-z0-9][A-Za-z0-9._-]{0,95}"  # the hub allows 96 characters
_PAIR = re.compile(rf"({_PART})/({_PART})")


@dataclass(frozen=True)
class Reference:
    """A parsed reference: its canonical text, and the name of its folder among the installed models."""

    kind: Literal["demo", "tag", "hub", "folder"]
    text: str
    folder_name: str = ""


def parse_reference(text: str, models_dir: Path) -> Reference:
    """Understand what the user typed. A folder counts as one if it exists. Raises ModelUnknown."""
    if text == DEMO:
        return Reference("demo", DEMO)
    if text.startswith(HUB_PREFIX):
        return _pair("hub", text, text.removeprefix(HUB_PREFIX))
    if _PAIR.fullmatch(text):
        asked = _pair("tag", text, text)
        if os.path.isdir(models_dir / asked.folder_name) or not os.path.isdir(text):
            return asked
    # os.path: unlike pathlib it takes names that are too long, and users that are unknown, for what is not there.
    folder = os.path.expanduser(text)
    if text and os.path.isdir(folder):
        return Reference("folder", os.path.abspath(folder))
    raise ModelUnknown(model=text)


def reference_of(folder_name: str) -> str | None:
    """The canonical reference of an installed model's folder name; None for other folders."""
    parts = folder_name.split(_JOIN)
    if len(parts) == 3 and parts[0] == _HUB_FOLDER:  # noqa: PLR2004 - prefix, organisation, name
        return f"{HUB_PREFIX}{parts[1]}/{parts[2]}"
    if len(parts) == 2 and all(re.fullmatch(_PART, part) for part in parts):  # noqa: PLR2004 - name, tag
        return "/".join(parts)
    return None


def _pair(kind: Literal["tag", "hub"], text: str, pair: str) -> Reference:
    match = _PAIR.fullmatch(pair)
    if not match or _JOIN in pair or ".." in pair:
        raise ModelUnknown(model=text)
    first, second = match.groups()
    if kind == "hub":
        return Reference(kind, f"{HUB_PREFIX}{first}/{second}", _JOIN.join((_HUB_FOLDER, first, second)))
    tag = second.lower().replace("-", "_")  # as open_clip does
    return Reference(kind, f"{first}/{tag}", _JOIN.join((first, tag)))
