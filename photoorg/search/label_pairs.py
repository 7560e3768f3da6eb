"""Which photos have which tags, or are in which albums that were filled by hand."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from photoorg.catalog.columns import Label

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

    def photos(self, fits: Callable[[Label], object]) -> Ids:
        """The photos with a label that fits, some of them several times."""
        fitting = [label.id for label in self.labels if fits(label)]
        if not fitting:
            return np.empty(0, np.int64)
        return self.photo_ids[among(np.array(fitting, np.int64), self.label_ids)]

    def labelled(self) -> Ids:
        """The photos with any label, some of them several times."""
        return self.photos(lambda _: True)


def among(some: NDArray[np.integer], numbers: NDArray[np.integer]) -> NDArray[np.bool_]:
    """Which of the numbers (n,) are among `some`; both are ids: not negative, and not much larger than there are photos."""
    are_some = np.zeros(max(int(some.max(initial=0)), int(numbers.max(initial=0))) + 1, np.bool_)
    are_some[some] = True
    return np.asarray(are_some[numbers], np.bool_)
