"""What the demo model's background queries are about: everything that it knows, one by one and in pairs."""

from photoorg.demo.captions import EMPTY_PLACES, MOMENT_NAMES, NOUNS, PLACE_NAMES
from photoorg.demo.scene import GROUNDS, KINDS, NOTHING

_PLACES = {
    "meadow": ("a meadow", "on a meadow"),
    "beach": ("the beach", "on the beach"),
    "sea": ("the open sea", "on the sea"),
    "mountains": ("mountains", "in the mountains"),
    "desert": ("the desert", "in the desert"),
    "snowfield": ("a snowy field", "in the snow"),
    "city": ("the city", "in the city"),
}
_TIMES = ("at night", "at sunset", "by day")
_UNDER_A_CHANGING_SKY = ("meadow", "beach", "sea", "mountains", "city")
_COUNTED = (
    "two houses",
    "two trees",
    "two boats",
    "two balloons",
    "three boats",
    "three trees",
    "three balloons",
    "two cacti",
)


def background_texts() -> list[str]:
    """Things, their colours, places and times, and plain words for the rest."""
    kinds = {subject: kind for subject, kind in KINDS.items() if subject != NOTHING}
    texts = [_named(subject) for subject in kinds]
    texts += [_named(subject, colour) for subject, kind in kinds.items() for colour in kind.colours if colour]
    texts += [f"{_named(subject)} {_PLACES[ground][1]}" for subject, kind in kinds.items() for ground in kind.grounds]
    texts += [f"{_named(subject)} {time}" for subject in kinds for time in _TIMES]
    texts += [_PLACES[ground][0] for ground in GROUNDS]
    texts += [f"{_PLACES[ground][0]} {time}" for ground in GROUNDS for time in _TIMES]
    skies = ("in the rain", "under a rainbow")
    texts += [f"{_PLACES[ground][0]} {sky}" for sky in skies for ground in _UNDER_A_CHANGING_SKY]
    texts += [_named(noun) for nouns in NOUNS.values() for noun in nouns if noun != "flower"]
    texts += [caption.text for caption in (*PLACE_NAMES, *MOMENT_NAMES, *EMPTY_PLACES)]
    return list(dict.fromkeys([*texts, *_COUNTED]))


def _named(subject: str, colour: str = "") -> str:
    name = f"{colour} {subject}".strip()
    return f"{name}s" if subject == "flower" else f"{'an' if name[0] in 'aeiou' else 'a'} {name}"
