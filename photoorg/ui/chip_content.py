"""What stands in the search field: chips, and the rest of the text. Free of the query language, which is handed in."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from PySide6.QtGui import QPixmap

ChipKind = Literal["filter", "phrase", "like", "words"]


@dataclass(frozen=True)
class ChipContent:
    """A part of a query as a chip: `text` is what was typed for it, with its sign; `label` what people read.

    `kind` is "filter", "phrase", "like" or "words". A `thumbnail` is shown as a small square.
    """

    text: str
    label: str = field(compare=False)  # it and the thumbnail may come later
    kind: ChipKind = "filter"
    is_negative: bool = False
    thumbnail: QPixmap | None = field(default=None, compare=False)

    def looks_like(self, other: "ChipContent") -> bool:
        """Whether both are painted the same."""
        return self == other and self.label == other.label and self.thumbnail is other.thumbnail

    @property
    def shown(self) -> str:
        """What is written on it; the sign of a negative one is drawn."""
        return self.label.removeprefix("not ") if self.is_negative else self.label

    @property
    def spoken(self) -> str:
        """For people who hear the screen."""
        return f"not {self.shown}" if self.is_negative else self.label


@dataclass(frozen=True)
class Chips:
    """A query as chips and the text after them."""

    chips: tuple[ChipContent, ...] = ()
    rest: str = ""


@dataclass(frozen=True)
class ChipLanguage:
    """From text to chips and back; neither raises: what cannot be understood, or not part by part, is the rest."""

    chips_of: Callable[[str], Chips]
    text_of_chips: Callable[[Chips], str]


def _only_text(text: str) -> Chips:
    return Chips(rest=text)


def _joined(chips: Chips) -> str:
    return " ".join(part for part in (*(chip.text for chip in chips.chips), chips.rest) if part)


NO_CHIPS = ChipLanguage(_only_text, _joined)
