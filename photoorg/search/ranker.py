"""From what was found to the ranking that people see: in order, and each picture once."""

from collections import defaultdict
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from photoorg.catalog.embeddings import EmbeddingStore
from photoorg.search.folding import RankedPictures, copies, cosines_of, fold
from photoorg.search.photo_table import PhotoTable
from photoorg.search.ranking import Found, Places
from photoorg.search.results import Ranking

# Unit vectors (n, dimension) of photos by their places in the table, zero where unknown; None without a model.
Vectors = Callable[[Places], NDArray[np.float32] | None]

# Nobody looks at more results one by one; comparing all pairs of these takes some 30 ms.
_COMPARED = 5000


def ranking_of(found: Found, table: PhotoTable) -> Ranking:
    """What was found in its order."""
    ordered = _ordered(found, table)
    return Ranking(table.photo_ids[ordered.places], ordered.relevance, ordered.scores)


def folded_ranking_of(found: Found, table: PhotoTable, store: EmbeddingStore, vectors: Vectors) -> Ranking:
    """The same with copies and nearly equal pictures folded into the best ranked of them."""
    ordered = _ordered(found, table)
    leaders = copies(table.values("picture_keys", ordered.places))
    first = np.flatnonzero(leaders == np.arange(len(leaders)))[:_COMPARED]
    known = vectors(ordered.places[first])
    if known is not None:  # what is nearly equal, only a model can tell
        leaders[first] = first[fold(_pictures(ordered.places[first], table, store), cosines_of(known))]
        leaders = leaders[leaders]
    is_own = leaders == np.arange(len(leaders))
    ids, kept = table.photo_ids[ordered.places], ordered.taken(is_own)
    return Ranking(ids[is_own], kept.relevance, kept.scores, _copies(ids, leaders, np.flatnonzero(~is_own)))


def _ordered(found: Found, table: PhotoTable) -> Found:
    taken, photo_ids = (table.values(column, found.places) for column in ("taken", "photo_ids"))
    return found.ordered(taken.view(np.int64), photo_ids)


def _pictures(places: Places, table: PhotoTable, store: EmbeddingStore) -> RankedPictures:
    keys = table.values("picture_keys", places)
    whole = [key.ljust(keys.itemsize, b"\0") for key in keys.tolist()]  # numpy drops null bytes at the end
    hashes = store.hashes(whole)
    known = [hashes.get(key) for key in whole]
    return RankedPictures(
        keys,
        np.array([value or 0 for value in known], np.int64),
        np.array([value is not None for value in known], np.bool_),
        table.values("widths", places),
        table.values("heights", places),
    )


def _copies(ids: NDArray[np.int64], leaders: NDArray[np.intp], folded: NDArray[np.intp]) -> dict[int, tuple[int, ...]]:
    copies: defaultdict[int, list[int]] = defaultdict(list)
    for photo_id, leader in zip(ids[folded].tolist(), ids[leaders[folded]].tolist(), strict=True):
        copies[leader].append(photo_id)
    return {leader: tuple(others) for leader, others in copies.items()}
