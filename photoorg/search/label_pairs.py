"""Which photos have which tags, or are in which albums that were filled by hand."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from photoorg.catalog.columns import Label
from photoorg.search.folded_text import whole_pattern, words_of

Ids = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class LabelPairs:
    """Pairs (m,) of a label and a photo that has it, in no order; photos that are not shown are among them."""

    labels: Sequence[Label]
    label_ids: NDArray[np.int32]
    photo_ids: Ids

    def changed(self, labels: Sequence[Label], photos: Sequence[int], of_photos: "LabelPairs") -> "LabelPairs":
        """The same after some photos changed: `of_photos` are all the pairs that they have now."""
        kept = ~among(np.array(photos, np.int64), self.photo_ids)
        if kept.all() and not len(of_photos.label_ids):
            return LabelPairs(labels, self.label_ids, self.photo_ids)
        label_ids = np.concatenate((self.label_ids[kept], of_photos.label_ids))
        return LabelPairs(labels, label_ids, np.concatenate((self.photo_ids[kept], of_photos.photo_ids)))

    def with_name(self, pattern: str) -> Ids:
        """The photos with a label whose whole name fits, some of them several times; "*" stands for any letters."""
        wanted = whole_pattern(pattern)
        return self._photos(bool(wanted.fullmatch(label.key)) for label in self.labels)

    def with_words(self, words: str) -> Ids:
        """The photos with a label that has these words in its name, some of them several times."""
        return self._photos(words in name for name in self._words)

    def with_any(self) -> Ids:
        """The photos with any label, some of them several times."""
        return self._photos(True for _ in self.labels)

    @cached_property
    def _words(self) -> list[str]:
        return [words_of(label.name) for label in self.labels]

    def _photos(self, fits: Iterable[bool]) -> Ids:
        fitting = [label.id for label, fit in zip(self.labels, fits, strict=True) if fit]
        if not fitting:
            return np.empty(0, np.int64)
        return self.photo_ids[among(np.array(fitting, np.int64), self.label_ids)]


def among(some: NDArray[np.integer], numbers: NDArray[np.integer]) -> NDArray[np.bool_]:
    """Which of the numbers (n,) are among `some`; both are ids: not negative, and not much larger than there are photos."""
    are_some = np.zeros(max(int(some.max(initial=0)), int(numbers.max(initial=0))) + 1, np.bool_)
    are_some[some] = True
    return np.asarray(are_some[numbers], np.bool_)
