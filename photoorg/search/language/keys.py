"""The keys of filters, and which of them someone may have meant."""

import difflib
import re
from typing import Final

KEYS: Final = (
    *("date", "before", "after", "folder", "album", "tag", "camera", "lens", "type", "rating", "is", "has", "near"),
    *("orientation", "size", "like"),
)
# One for each, as it may be typed.
EXAMPLES: Final = {
    "date": 'date:2023-06 or date:"last summer"',
    "before": "before:2023-06",
    "after": "after:2023-06",
    "folder": "folder:trips/italy",
    "album": "album:family",
    "tag": "tag:beach",
    "camera": "camera:canon",
    "lens": "lens:50mm",
    "type": "type:jpeg",
    "rating": "rating:>=4",
    "is": "is:favourite",
    "has": "has:gps",
    "near": "near:48.2,16.4,10km",
    "orientation": "orientation:portrait",
    "size": "size:>5MB",
    "like": 'like:"my photo.jpg"',
}
# What other programs call them.
_OTHER_NAMES: Final = {
    "year": "date",
    "month": "date",
    "taken": "date",
    "since": "after",
    "until": "before",
    "path": "folder",
    "directory": "folder",
    "label": "tag",
    "keyword": "tag",
    "keywords": "tag",
    "make": "camera",
    "format": "type",
    "filetype": "type",
    "ext": "type",
    "stars": "rating",
    "location": "near",
    "gps": "near",
    "similar": "like",
}
_LOOKS_LIKE_A_FILTER: Final = re.compile(r"([A-Za-z]{3,}):(?!//)\S")
_COMPARED: Final = re.compile(r"(date|rating|size)[<>=]+", re.IGNORECASE)
# Of difflib: "dat", "tags" and "fodler" resemble a key so much, "note" and "bike" do not.
_RESEMBLANCE: Final = 0.8


def meant_key(word: str) -> tuple[str, str] | None:
    """What of a word looks like a key and is none, and the key that was meant: of `dat:2023` or `rating>=4`.

    Other words with a colon are words: 12:30, note:this, http://...
    """
    if compared := _COMPARED.match(word):
        return compared[0], compared[1].lower()
    if not (found := _LOOKS_LIKE_A_FILTER.match(word)):
        return None
    key = found[1].lower()
    meant = _OTHER_NAMES.get(key) or next(iter(difflib.get_close_matches(key, KEYS, 1, _RESEMBLANCE)), None)
    return (f"{found[1]}:", meant) if meant else None
