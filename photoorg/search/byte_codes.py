"""Embeddings in memory as one byte per number, and their cosines with a query by products of bytes.

Measured at a million photos of 512 dimensions on two cores: float32 made of the bytes block by block and multiplied by
numpy takes 67 ms, 43 ms in two threads; numkong's product of bytes 17 ms in one, as fast as memory is read, and no
thread of ours competes with indexing. numkong (Apache-2.0; wheels for Linux, macOS and Windows) is what usearch is made
of. The query is rounded to bytes, too: that adds about as much error as the codes have, which whoever looks closely at
the best makes good with `vectors`. Where a few dimensions outshout the others (CLIP has such), its rounding would be
worse: then what was rounded away is multiplied in a second product.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numkong
import numpy as np
from numpy.typing import NDArray

Float32 = NDArray[np.float32]
Codes = NDArray[np.int8]
Rows = NDArray[np.intp]

# Embeddings that share a middle and a step for each dimension.
BLOCK = 4096
# With two products so many at once that the second finds them in the processor's cache.
_CACHED_BYTES = 2**19
_HIGHEST = 127
# Where all numbers are equal. Stored ones are no finer (float16), and a query's share of a step far above float32's limit.
_LEAST_STEP, _LEAST_SCALE = np.float32(1e-6), np.float32(1e-20)
# How many times the codes' own error the query's may be before it is multiplied in two parts.
_LOUDEST = 1.5


@dataclass(frozen=True)
class Quantized:
    """A query for one set of blocks. Each (blocks, ...): `parts` bytes, `scales` what one of a part is worth.

    `offsets` is added to all scores of a block, `error` the standard deviation of a score from the true one,
    `own_error` what of it is due to the codes.
    """

    parts: NDArray[np.int8]  # (blocks, 1 or 2, dimension)
    scales: Float32  # (blocks, 1 or 2)
    offsets: Float32  # (blocks,)
    error: float
    own_error: float


_NO_BLOCKS = Quantized(np.empty((0, 1, 0), np.int8), np.empty((0, 1), np.float32), np.empty(0, np.float32), 0.0, 0.0)


@dataclass(frozen=True)
class ByteCodes:
    """Full blocks of embeddings. A number is a byte of steps from the middle of its dimension."""

    blocks: tuple[Codes, ...] = ()
    middles: Float32 = field(default_factory=lambda: np.empty((0, 0), np.float32))
    steps: Float32 = field(default_factory=lambda: np.empty((0, 0), np.float32))
    loudness: Float32 = field(default_factory=lambda: np.empty(0, np.float32))  # of the codes: root of mean square

    @property
    def count(self) -> int:
        """How many embeddings there are."""
        return BLOCK * len(self.blocks)

    @property
    def size_bytes(self) -> int:
        """What they take of the memory."""
        return sum(block.nbytes for block in self.blocks) + self.middles.nbytes + self.steps.nbytes

    def extended(self, vectors: Float32) -> "ByteCodes":
        """These and one block (BLOCK, dimension) more; the memory of these is shared."""
        codes, *facts = _coded(vectors)
        known = (self.middles, self.steps, self.loudness)
        middles, steps, loudness = (
            np.concatenate((old, new)) if self.blocks else new for old, new in zip(known, facts, strict=True)
        )
        return ByteCodes((*self.blocks, codes), middles, steps, loudness)

    def quantized(self, query: Float32) -> Quantized:
        """What a product with these codes needs of a query (dimension,)."""
        if not self.blocks:
            return _NO_BLOCKS
        weights = self.steps * query
        scale = np.maximum(np.abs(weights).max(axis=1) / _HIGHEST, _LEAST_SCALE)
        first = np.rint(weights / scale[:, None])
        rest = weights - first * scale[:, None]
        own = np.linalg.norm(weights, axis=1) / 12**0.5  # rounding to a step errs evenly
        of_query = np.linalg.norm(rest, axis=1) * self.loudness
        parts, scales = first[:, None], scale[:, None]
        if (of_query > _LOUDEST * own).any():
            second = np.rint(rest * (2 * _HIGHEST / scale[:, None]))  # what is left is half a step at most
            parts, scales = np.stack((first, second), axis=1), np.stack((scale, scale / (2 * _HIGHEST)), axis=1)
            of_query /= 2 * _HIGHEST
        error = np.sqrt(own**2 + of_query**2)
        offsets = np.vecdot(self.middles, query)
        return Quantized(parts.astype(np.int8), scales, offsets, float(error.max()), float(own.max()))

    def scores(self, query: Quantized, out: Float32, first_block: int = 0) -> None:
        """About the cosines of all from a block on, into `out`."""
        for number in range(first_block, len(self.blocks)):
            start = BLOCK * (number - first_block)
            self._multiply(query, number, self.blocks[number], out[start : start + BLOCK])

    def scores_of(self, query: Quantized, rows: Rows) -> Float32:
        """About the cosines of some, (n,) in ascending order."""
        out = np.empty(len(rows), np.float32)
        # Memory that is used again: new pages for each block would take three times as long as the rest.
        space = np.empty((min(BLOCK, len(rows)), self.steps.shape[1]), np.int8)
        for number, part in self._by_block(rows):
            places = rows[part] - BLOCK * number
            codes = (
                space[: len(places)] if len(places) <= len(space) else np.empty((len(places), space.shape[1]), np.int8)
            )
            self.blocks[number].take(places, axis=0, out=codes, mode="clip")
            self._multiply(query, number, codes, out[part])
        return out

    def vectors(self, rows: Rows) -> Float32:
        """Some embeddings (n, dimension) but for their rounding; rows (n,) in ascending order."""
        out = np.empty((len(rows), self.steps.shape[1]), np.float32)
        for number, part in self._by_block(rows):
            out[part] = self.blocks[number][rows[part] - BLOCK * number]
            out[part] *= self.steps[number]
            out[part] += self.middles[number]
        return out

    def _by_block(self, rows: Rows) -> Iterator[tuple[int, slice]]:
        bounds = np.searchsorted(rows, BLOCK * np.arange(len(self.blocks) + 1))
        for number in np.flatnonzero(np.diff(bounds)).tolist():
            yield number, slice(bounds[number], bounds[number + 1])

    def _multiply(self, query: Quantized, number: int, codes: Codes, out: Float32) -> None:
        parts, scales = query.parts[number], query.scales[number]
        at_once = len(codes) if len(parts) == 1 else max(1, _CACHED_BYTES // codes.shape[1])
        for start in range(0, len(codes), at_once):
            products = _products(parts, codes[start : start + at_once])
            np.multiply(products[0], scales[0], out=out[start : start + at_once], casting="same_kind")
            for product, scale in zip(products[1:], scales[1:], strict=True):
                out[start : start + at_once] += product * scale
        out += query.offsets[number]


def _coded(vectors: Float32) -> tuple[Codes, Float32, Float32, Float32]:
    """Codes; middle, step (1, dimension) and loudness (1,) of one block."""
    low, high = vectors.min(axis=0, keepdims=True), vectors.max(axis=0, keepdims=True)
    middle = (low + high) / 2
    step = np.maximum((high - low) / (2 * _HIGHEST), _LEAST_STEP)
    steps = vectors - middle
    steps *= 1 / step
    np.rint(steps, out=steps)
    return steps.astype(np.int8), middle, step, np.sqrt(np.mean(np.square(steps), keepdims=True)).reshape(1)


def _products(parts: Codes, codes: Codes) -> NDArray[np.float64]:
    """Of each part (m, dimension) with each code (n, dimension): (m, n), exact."""
    return np.asarray(numkong.cdist(parts, codes, "dot"))
