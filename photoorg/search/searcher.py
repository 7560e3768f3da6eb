"""Finding photos by meaning with one model: how well each photo of the library fits, and photos like one."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from photoorg.catalog.catalog import Catalog
from photoorg.catalog.embeddings import EmbeddingState
from photoorg.embedding.encoder import Encoder
from photoorg.embedding.models import InstalledModel
from photoorg.search.coverage import Coverage
from photoorg.search.current_embeddings import CurrentEmbeddings
from photoorg.search.embedding_rows import EmbeddingRows
from photoorg.search.exact import ExactSearch
from photoorg.search.index_cache import IndexCache
from photoorg.search.judgement import Judgement
from photoorg.search.library_sample import LibrarySample
from photoorg.search.meaning import Aim, Meaning, Surroundings, aim_at
from photoorg.search.photo_table import PhotoTable
from photoorg.search.query import TextEncodings
from photoorg.search.ranking import Found, Places
from photoorg.search.results import CUT_OFF

Float32 = NDArray[np.float32]
Mask = NDArray[np.bool_]

# The lowest cut-off that people can set: below it all that is known of photos is their order.
LEAST_CUT_OFF = 0.05
# So many of the best are put in order by their stored vectors, which rounding has put wrong by a place or two.
_CLOSELY = 400
# Vectors that are looked at together: some megabytes.
_AT_ONCE = 8192


class Searcher:
    """Searches the library with one model. The encoder is asked for only when a text is new."""

    def __init__(
        self, catalog: Catalog, index_dir: Path, model: InstalledModel, encoder: Callable[[], Encoder]
    ) -> None:
        self.model = model
        self.texts = TextEncodings(catalog.embeddings, model, encoder)
        store = catalog.embeddings
        model_id = store.model_id(model.fingerprint, model.reference, model.dimension)
        self._state: Callable[[], EmbeddingState] = lambda: store.state(model_id)
        self._embeddings = CurrentEmbeddings(store, model_id, IndexCache(catalog, index_dir, model))
        self._library = LibrarySample(store, model_id)
        self._rows = EmbeddingRows()
        self._coverage = Coverage(catalog, model.fingerprint)

    def coverage(self) -> float:
        """The share of shown photos that the model has embedded, 0..1."""
        return self._coverage.share(self._state())

    def prepare(self, table: PhotoTable) -> None:
        """Read the embeddings, the background queries and the sample now instead of at the first search."""
        self.texts.background()
        if self._state().count:
            self._rows.of(table, self._embeddings.exact().picture_keys)
            self._library.with_texts(self.texts.background()).doubt_limit  # noqa: B018  it is learnt when first asked for
            self.coverage()
            self._embeddings.prepare_photo_queries()

    def found(self, meaning: Meaning, table: PhotoTable, allowed: Mask, nearest: int) -> Found:
        """The photos of the table that may be relevant, of those `allowed` (n,), and at least the `nearest` ones.

        How relevant is judged by the whole library: a photo does not match better because others are filtered out.
        """
        exact = self._embeddings.exact()
        if not exact.count:
            return Found.nothing()
        rows = self._rows.of(table, exact.picture_keys)
        aim = aim_at(meaning, self._surroundings(meaning))
        scores = exact.scores(aim.direction)
        judgement = aim.judge(scores, exact.vectors)
        places = np.flatnonzero(allowed & (rows >= 0))
        places = _worth_a_look(places, scores[rows[places]], judgement.floor(LEAST_CUT_OFF), nearest)
        looked_at = rows[places].astype(np.intp)
        scores = _put_right(scores[looked_at], exact, aim, looked_at)
        return Found(places, scores, _relevance(judgement, exact, looked_at, scores))

    def count_relevant(self, text: Float32, table: PhotoTable) -> int:
        """How many photos the vector (dimension,) of a description fits, by the automatic cut-off."""
        found = self.found(Meaning(words=((text, 1.0),)), table, table.there, 0)
        return int(np.count_nonzero(found.relevance >= CUT_OFF))

    def embedding_count(self) -> int:
        """How many pictures the model has embedded."""
        return self._state().count

    def similar(self, vector: Float32, without: bytes, table: PhotoTable, k: int) -> Found:
        """The k photos whose pictures are nearest to an embedding (dimension,), but for those of the picture `without`."""
        queries = self._embeddings.photo_queries()
        exact = queries.exact
        if not exact.count:
            return Found.nothing()
        of_photos = self._rows.of(table, exact.picture_keys).astype(np.intp)
        there = table.there & (of_photos >= 0) & (table.picture_keys != without)
        among = np.zeros(exact.count, np.bool_)
        among[of_photos[there]] = True
        rows, scores = queries.best(vector, k, among)
        meaning = Meaning(likes=((vector, 1.0),))
        aim = aim_at(meaning, self._surroundings(meaning))
        judgement = aim.judge(self._surroundings(meaning).sample @ aim.direction)
        relevance = judgement.relevance(scores, exact.vectors(rows))
        return _of_photos(there, of_photos, rows, scores, relevance)

    def vectors(self, table: PhotoTable, places: Places) -> Float32:
        """The embeddings (n, dimension) of photos by their places in the table, zero where there is none."""
        exact = self._embeddings.exact()
        vectors = np.zeros((len(places), self.model.dimension), np.float32)
        rows = self._rows.of(table, exact.picture_keys)[places].astype(np.intp)
        if (known := np.flatnonzero(rows >= 0)).size:
            vectors[known] = exact.vectors(rows[known])
        return vectors

    def _surroundings(self, meaning: Meaning) -> Surroundings:
        """Example photos alone are not measured against texts: these need not be encoded for them."""
        is_text = bool(meaning.words or meaning.without_words)
        return self._library.with_texts(self.texts.background()) if is_text else self._library.of_photos()


def _worth_a_look(places: Places, scores: Float32, floor: float, nearest: int) -> Places:
    """Of places and their scores (n,) all that reach the floor, or if these are few the best `nearest`."""
    chosen = np.flatnonzero(scores >= floor)
    if len(chosen) < nearest < len(scores):
        chosen = np.argpartition(-scores, nearest - 1)[:nearest]
    elif len(chosen) < nearest:
        chosen = np.arange(len(scores))
    return places[chosen]


def _put_right(scores: Float32, exact: ExactSearch, aim: Aim, rows: Places) -> Float32:
    """Scores (n,) of rows (n,), the best of them from stored vectors."""
    best = np.argsort(-scores)[:_CLOSELY]
    scores[best] = exact.exact_scores(aim.direction, rows[best])
    return scores


def _relevance(judgement: Judgement, exact: ExactSearch, rows: Places, scores: Float32) -> Float32:
    parts = (slice(start, start + _AT_ONCE) for start in range(0, len(rows), _AT_ONCE))
    relevance = [judgement.relevance(scores[part], exact.vectors(rows[part])) for part in parts]
    return np.concatenate([*relevance, np.empty(0, np.float32)])


def _of_photos(there: Mask, of_photos: Places, rows: Places, scores: Float32, relevance: Float32) -> Found:
    """The photos of some rows of embeddings: copies share one."""
    places = np.flatnonzero(there & np.isin(of_photos, rows))
    order = np.argsort(rows)
    found = order[np.searchsorted(rows[order], of_photos[places])]
    return Found(places, scores[found], relevance[found])
