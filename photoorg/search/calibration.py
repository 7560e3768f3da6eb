"""At which level a model's descriptions meet photos that they fit, read off its background queries in this library.

Cosines of background queries with a sample of the library fall into a crowd of noise and, above it, the photos that
some query fits. The valley between both is where relevance is 0.5; a query's own offset may count (in most models) or
not (where a model learnt a fixed level), and what all texts share may be left out, as hubs are near every text: the
valley is deepest with the choice that suits the model. Without a valley nothing is known, and noise alone has to serve.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Float32 = NDArray[np.float32]

_OFFSET_SHARES = tuple(np.linspace(0, 1, 11).tolist())
# The offset of a query is the mean of this many of its lowest scores: more may match.
_LOWER_SHARE = 0.6
# The range from the middle of the noise to the best match, in kernel widths; each is drawn as some points.
_WIDTHS, _POINTS = 60, 4
_KERNEL: Float32 = np.exp(-0.5 * (np.arange(-3 * _POINTS, 3 * _POINTS + 1) / _POINTS) ** 2).astype(np.float32)
# On both sides of a valley there is so many times more than in it and a single score together: of random vectors never
# five times (up to 4.8 in libraries of three photos, 2.5 from a hundred on), of models that tell what fits, 6.8 to 70.
# And so many queries have a photo above it.
_DEEP_ENOUGH = 5.0
_LEAST_QUERIES, _LEAST_SHARE = 4, 0.12
_BEST_OF_QUERY = 2000


@dataclass(frozen=True)
class Level:
    """Scores above `valley` are matches, of which most are about `top`; both plus a share of the query's offset."""

    valley: float
    top: float
    offset_share: float
    without_shared: bool
    depth: float

    @property
    def reach(self) -> float:
        """From the valley up to the level of matches: the unit for everything near it."""
        return self.top - self.valley


def offset_of(scores: Float32) -> Float32:
    """The offset of each query in scores (n, q) or (n,): where the scores of what does not match have their middle."""
    lower = max(1, int(_LOWER_SHARE * len(scores)))
    return np.asarray(np.partition(scores, lower - 1, axis=0)[:lower].mean(axis=0), dtype=np.float32)


def level_of(sample: Float32, queries: Float32, shared: Float32 | None, *, of_photos: bool = False) -> Level | None:
    """The level at which `queries` (b, d) meet photos like those of `sample` (s, d), or None if there is no valley.

    `shared` (d,) is the unit vector of what they have in common, None: nothing may be left out. Queries may be
    photos of the sample: then the best of each is itself, and the deepest valley counts, as the highest parts near-copies.
    """
    levels = []
    less = None if shared is None else np.asarray(queries - np.outer(queries @ shared, shared), dtype=np.float32)
    for without_shared, vectors in ((False, queries), (True, less)):
        if vectors is None:
            continue
        scores = sample @ vectors.T
        offsets, middle = offset_of(scores), np.median(scores, axis=0)
        best = -np.sort(-scores, axis=0)[int(of_photos) : _BEST_OF_QUERY]
        for share in _OFFSET_SHARES:
            found = _valley(best - share * offsets, float(np.median(middle - share * offsets)), highest=not of_photos)
            if found is not None:
                levels.append(Level(found[0], found[1], share, without_shared, found[2]))
    return max(levels, key=lambda level: level.depth, default=None)


def _valley(best: Float32, low: float, *, highest: bool) -> tuple[float, float, float] | None:
    """Valley, top and depth in the best scores (n, b) of each query, of which every one has the same say.

    A score counts by one over its rank: a query that fits half of the library says no more than one that fits little.
    Of several valleys the `highest` may count: below it lies what is only akin to what was asked for.
    """
    tops = np.sort(best[0])
    high = float(tops[-1])
    step = (high - low) / (_WIDTHS * _POINTS)
    if step <= 0:
        return None
    points = np.arange(low, high + 3 * _POINTS * step, step)
    weights = np.broadcast_to(1 / np.arange(1, len(best) + 1)[:, None], best.shape)
    heap, _ = np.histogram(best, bins=np.append(points - step / 2, points[-1] + step / 2), weights=weights)
    density = np.convolve(heap, _KERNEL / _KERNEL.sum(), "same")
    above, below = np.maximum.accumulate(density[::-1])[::-1], np.maximum.accumulate(density)
    depth = np.minimum(above, below) / (density + float(_KERNEL.max() / _KERNEL.sum()))
    queries = len(tops) - np.searchsorted(tops, points)
    depth[queries < max(_LEAST_QUERIES, _LEAST_SHARE * len(tops))] = 0
    if depth.max() < _DEEP_ENOUGH:
        return None
    last = int(np.flatnonzero(depth >= _DEEP_ENOUGH)[-1]) if highest else int(depth.argmax())
    start = int(np.flatnonzero(depth[: last + 1] < _DEEP_ENOUGH)[-1]) + 1  # the noise is never deep
    at = start + int(depth[start : last + 1].argmax())
    return float(points[at]), float(points[at + int(density[at:].argmax())]), float(depth.max())
