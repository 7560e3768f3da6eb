"""Finding photos by meaning with one model: how well each photo of the library fits, and photos like one."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from photoorg.catalog.catalog import Catalog
from photoorg.catalog.embeddings import EmbeddingState
from photoorg.embedding.encoder import Encoder
from photoorg.embedding.models import InstalledModel
from photoorg.search.current_embeddings import CurrentEmbeddings
from photoorg.search.embedding_rows import EmbeddingRows
from photoorg.search.exact import ExactSearch
from photoorg.search.index_cache import IndexCache
from photoorg.search.judgement import Judgement
from photoorg.search.library_sample import LibrarySample
from photoorg.search.meaning import Aim, Meaning, Surroundings, aim_at
from photoorg.search.moment import Moment
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
        self._library = LibrarySample()
        self._rows = EmbeddingRows()

    def moment(self, table: PhotoTable) -> Moment:
        """The embeddings of the photos of a table as they are now."""
        exact = self._embeddings.exact()
        return Moment(table, exact, self._rows.of(table, exact.picture_keys))

    def prepare(self, table: PhotoTable) -> None:
        """Read the embeddings, the background queries and the sample now instead of at the first search."""
        self.texts.background()
        exact = self.moment(table).exact
        if exact.count:
            self._library.with_texts(exact, self.texts.background()).doubt_limit  # noqa: B018  it is learnt when first asked for
            self._embeddings.prepare_photo_queries()

    def found(self, meaning: Meaning, now: Moment, allowed: Mask, nearest: int) -> Found:
        """The photos of the table that may be relevant, of those `allowed` (n,), and at least the `nearest` ones.

        How relevant is judged by the whole library: a photo does not match better because others are filtered out.
        """
        exact = now.exact
        if not exact.count:
            return Found.nothing()
        aim = aim_at(meaning, self._surroundings(meaning, exact))
        scores = exact.scores(aim.direction)
        judgement = aim.judge(scores, exact.vectors)
        places = np.flatnonzero(allowed & (now.rows >= 0))
        scores = scores[now.rows[places]]
        chosen = _worth_a_look(scores, judgement.floor(LEAST_CUT_OFF), nearest)
        places, scores = places[chosen], scores[chosen]
        rows = now.rows[places].astype(np.intp)
        _put_right(scores, exact, aim, rows)
        return Found(places, scores, _relevance(judgement, exact, rows, scores))

    def count_relevant(self, text: Float32, table: PhotoTable) -> int:
        """How many photos the vector (dimension,) of a description fits, by the automatic cut-off."""
        found = self.found(Meaning(words=((text, 1.0),)), self.moment(table), table.there, 0)
        return int(np.count_nonzero(found.relevance >= CUT_OFF))

    def embedding_count(self) -> int:
        """How many pictures the model has embedded."""
        return self._state().count

    def similar(self, vector: Float32, without: bytes, now: Moment, k: int) -> Found:
        """The k photos whose pictures are nearest to an embedding (dimension,), but for those of the picture `without`."""
        exact = now.exact
        if not exact.count:
            return Found.nothing()
        among = np.zeros(exact.count, np.bool_)
        among[now.rows[now.table.there & (now.rows >= 0)]] = True
        among &= exact.picture_keys != without
        rows, scores = self._embeddings.photo_queries(exact).best(vector, k, among)
        meaning = Meaning(likes=((vector, 1.0),))
        surroundings = self._surroundings(meaning, exact)
        aim = aim_at(meaning, surroundings)
        judgement = aim.judge(np.vecdot(surroundings.sample, aim.direction))
        return now.photos_of(rows, scores, judgement.relevance(scores, exact.vectors(rows)))

    def _surroundings(self, meaning: Meaning, exact: ExactSearch) -> Surroundings:
        """Example photos alone are not measured against texts: these need not be encoded for them."""
        is_text = bool(meaning.words or meaning.without_words)
        return self._library.with_texts(exact, self.texts.background()) if is_text else self._library.of_photos(exact)


def _worth_a_look(scores: Float32, floor: float, nearest: int) -> Places:
    """The places of all scores (n,) that reach the floor, or if these are few of the best, `nearest` and some more.

    These are looked at closely, too: so the first of many results are the same as when few are asked for.
    """
    chosen = np.flatnonzero(scores >= floor)
    nearest = max(nearest, _CLOSELY) if nearest else 0
    if len(chosen) >= nearest:
        return chosen
    return np.argpartition(-scores, nearest - 1)[:nearest] if nearest < len(scores) else np.arange(len(scores))


def _put_right(scores: Float32, exact: ExactSearch, aim: Aim, rows: Places) -> None:
    """Of the scores (n,) of rows (n,) put the best right by stored vectors."""
    best = np.argpartition(-scores, _CLOSELY)[:_CLOSELY] if len(scores) > _CLOSELY else np.arange(len(scores))
    scores[best] = exact.exact_scores(aim.direction, rows[best])


def _relevance(judgement: Judgement, exact: ExactSearch, rows: Places, scores: Float32) -> Float32:
    if not judgement.needs_vectors:
        return judgement.relevance(scores, np.empty((0, 0), np.float32))
    parts = (slice(start, start + _AT_ONCE) for start in range(0, len(rows), _AT_ONCE))
    relevance = [judgement.relevance(scores[part], exact.vectors(rows[part])) for part in parts]
    return np.concatenate([*relevance, np.empty(0, np.float32)])
