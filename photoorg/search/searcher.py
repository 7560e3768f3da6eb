"""Search by text, by photo, by both; similar photos."""

import os
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from photoorg.catalog.catalog import Catalog
from photoorg.catalog.embeddings import EmbeddingState
from photoorg.catalog.records import Photo
from photoorg.embedding.encoder import Encoder
from photoorg.embedding.models import InstalledModel
from photoorg.embedding.registry import known_model
from photoorg.errors import PhotoorgError
from photoorg.search.aim import Aim, aim_at
from photoorg.search.coverage import Coverage
from photoorg.search.exact import BLOCK, ExactSearch
from photoorg.search.index_cache import IndexCache
from photoorg.search.query import Query, TextEncodings
from photoorg.search.relevance import CUT_OFF, ENOUGH_PHOTOS, SAMPLE_SIZE, Noise
from photoorg.search.text_notices import notices_for
from photoorg.search.vector_index import IndexHeader, VectorIndex

Float32 = NDArray[np.float32]
Ids = NDArray[np.int64]
Value = TypeVar("Value")

# Up to this an exact search takes about a tenth of a second at most, misses nothing, and needs half a kilobyte for a
# photo where the graph needs more than two. Above it the graph serves photo queries only: texts do not lie where photos
# lie, and a graph over photos answers them badly (recall .6 to .9; OOD-DiskANN, RoarGraph).
EXACT_UP_TO = 1_500_000
# Beyond this a sample stays until the library has grown by about a percent.
_SAMPLED_AT_ONCE = 20_000
# Photos are looked up in the catalog in pages: SQLite bounds the values of one query.
_PAGE = 500
_NOTHING: tuple[Ids, Float32] = (np.empty(0, np.int64), np.empty(0, np.float32))


@dataclass(frozen=True)
class Hit:
    """A photo that was found; `score` is its cosine with what was asked for, `relevance` 0..1 with the cut-off at 0.5."""

    photo: Photo
    score: float
    relevance: float

    @property
    def path(self) -> Path:
        """Where the photo is."""
        return Path(os.fsdecode(self.photo.path))


@dataclass(frozen=True)
class SearchResult:
    """Hits, best first; `coverage` is the share of photos that the model has embedded; times in seconds.

    `model` is the one that answered; `notices` are things to know about the answer, with hints.
    """

    hits: list[Hit]
    nothing_matches: bool
    coverage: float
    encode_seconds: float
    search_seconds: float
    model: str = ""
    notices: tuple[PhotoorgError, ...] = ()


class Searcher:
    """Searches the library with one model. The encoder is asked for only when a text is new."""

    def __init__(
        self, catalog: Catalog, index_dir: Path, model: InstalledModel, encoder: Callable[[], Encoder]
    ) -> None:
        self._catalog = catalog
        self._model = model
        self._model_id = catalog.embeddings.model_id(model.fingerprint, model.reference, model.dimension)
        self._texts = TextEncodings(catalog.embeddings, model, encoder)
        self._cache = IndexCache(catalog, index_dir, model)
        self._exact: tuple[EmbeddingState, ExactSearch] | None = None
        self._reading = threading.Lock()
        self._index: _Latest[VectorIndex | None] = _Latest()
        self._sample: _Latest[Float32] = _Latest()
        self._coverage = Coverage(catalog, model.fingerprint)

    def search(self, query: Query, k: int, *, keep_all: bool = False, without: bytes | None = None) -> SearchResult:
        """The k best photos for a query; those below the cut-off only if `keep_all`.

        `without` is a picture that is left out: the one that was asked about. An empty query matches nothing.
        """
        started = time.perf_counter()
        text = self._texts.query(query.text) if query.text else None
        background = self._texts.background() if query.text else np.empty((0, self._model.dimension), np.float32)
        encoded = time.perf_counter()
        state = self._catalog.embeddings.state(self._model_id)
        hits: list[Hit] = []
        if state.count and (query.text or query.like):
            aim = aim_at(text, query.like, self._sample_of(state), background, state.count)
            hits = self._hits(aim, state, k, without, for_text=text is not None)
        relevant = [hit for hit in hits if hit.relevance >= CUT_OFF] if state.count >= ENOUGH_PHOTOS else hits
        return SearchResult(
            hits if keep_all else relevant,
            nothing_matches=not relevant,
            coverage=self._coverage.share(state),
            encode_seconds=encoded - started,
            search_seconds=time.perf_counter() - encoded,
            model=self._model.reference,
            notices=self._notices(query.text),
        )

    def _notices(self, text: str) -> tuple[PhotoorgError, ...]:
        known = known_model(self._model.reference)
        languages = known.languages if known else ()
        return tuple(notices_for(text, self._model, languages, self._texts.left_out(text))) if text else ()

    def prepare(self) -> None:
        """Read the embeddings, the background queries and the sample now instead of at the first search."""
        self._texts.background()
        state = self._catalog.embeddings.state(self._model_id)
        if state.count:
            self._exact_of(state)
            self._sample_of(state)
            self._coverage.share(state)

    def _hits(self, aim: Aim, state: EmbeddingState, k: int, without: bytes | None, *, for_text: bool) -> list[Hit]:
        """The k best photos that are shown; embeddings of hidden and missing ones are passed over."""
        wanted = max(64, 2 * k)
        if not for_text and state.count > EXACT_UP_TO:
            hits = self._shown(*self._by_index(aim.direction, state, wanted), aim.noise, without)
            if len(hits) >= k:
                return hits[:k]
        exact = self._exact_of(state)
        hits = []
        for ids, scores in _pages(exact, aim.direction, wanted):
            hits += self._shown(ids, scores, aim.noise, without)
            if len(hits) >= k:
                break
        return hits[:k]

    def _shown(self, ids: Ids, scores: Float32, noise: Noise, without: bytes | None) -> list[Hit]:
        found = self._catalog.embeddings.by_ids(ids.tolist())
        keys = dict(zip(found.ids.tolist(), found.picture_keys, strict=True))
        photos = self._photos(found.picture_keys)
        return [
            Hit(photo, score, relevance)
            for number, score, relevance in zip(
                ids.tolist(), scores.tolist(), noise.relevance(scores).tolist(), strict=True
            )
            if (key := keys.get(number)) is not None and key != without
            for photo in photos.get(key, [])
        ]

    def _photos(self, picture_keys: list[bytes]) -> dict[bytes, list[Photo]]:
        photos: dict[bytes, list[Photo]] = {}
        for start in range(0, len(picture_keys), _PAGE):
            photos |= self._catalog.photos.by_picture(picture_keys[start : start + _PAGE])
        return photos

    def _by_index(self, direction: Float32, state: EmbeddingState, k: int) -> tuple[Ids, Float32]:
        """What the index finds, and among the embeddings that it lacks exact search; nothing where it is of no use."""
        index = self._true_index()
        ids, scores = index.nearest(direction, k) if index is not None else _NOTHING
        if index is None or not len(ids) or index.sequence >= state.sequence:
            return ids, scores
        new_ids, new_scores = self._exact_of(state).nearest(direction, k, after=index.sequence)
        ids, scores = np.concatenate((ids, new_ids)), np.concatenate((scores, new_scores))
        order = np.argsort(-scores, kind="stable")[:k]
        return ids[order], scores[order]

    def _true_index(self) -> VectorIndex | None:
        """The stored index where it holds nothing that is gone. It is loaded once for each generation."""
        header: IndexHeader | None = self._cache.header()
        return self._index.get(header, self._cache.load_true) if self._cache.is_true(header) else None

    def _exact_of(self, state: EmbeddingState) -> ExactSearch:
        """The exact search over what there is now; only embeddings that are new since the last one are read."""
        with self._reading:  # a search that comes while another thread prepares waits for that
            if self._exact is None or self._exact[0] != state:
                self._exact = self._with_new(*self._exact) if self._exact is not None else None
                self._exact = self._exact or self._read_all()
            return self._exact[1]

    def _with_new(self, known: EmbeddingState, exact: ExactSearch) -> tuple[EmbeddingState, ExactSearch] | None:
        """The exact search with what is new; None where some of what it holds is gone."""
        store = self._catalog.embeddings
        if store.state(self._model_id, up_to=known.sequence) != known:
            return None
        exact = exact.extended(store.pages(self._model_id, BLOCK, after=known.sequence))
        # What was read may be newer than what was asked for: it is known by what it holds.
        return EmbeddingState(exact.count, exact.newest), exact

    def _read_all(self) -> tuple[EmbeddingState, ExactSearch]:
        store = self._catalog.embeddings
        exact = ExactSearch.of(store.pages(self._model_id, BLOCK), store.by_ids)
        return EmbeddingState(exact.count, exact.newest), exact

    def _sample_of(self, state: EmbeddingState) -> Float32:
        return self._sample.get(
            state if state.count <= _SAMPLED_AT_ONCE else _about(state.count),
            lambda: self._catalog.embeddings.sample(self._model_id, SAMPLE_SIZE).vectors.astype(np.float32),
        )


def _about(count: int) -> int:
    """The same number for counts within a percent or so of each other."""
    return count >> max(0, count.bit_length() - 7) << max(0, count.bit_length() - 7)


class _Latest(Generic[Value]):
    """The value for the latest key; it is made again when the key changes."""

    def __init__(self) -> None:
        self._kept: tuple[object, Value] | None = None

    def get(self, key: object, make: Callable[[], Value]) -> Value:
        kept = self._kept
        if kept is None or kept[0] != key:
            self._kept = kept = None  # there is not always memory for two
            kept = self._kept = (key, make())
        return kept[1]


def _pages(exact: ExactSearch, direction: Float32, first: int) -> Iterator[tuple[Ids, Float32]]:
    """All embeddings, best first: `first` of them, then more and more, in pages."""
    done, wanted = 0, first
    while done < exact.count:
        ids, scores = exact.nearest(direction, wanted)
        for start in range(done, len(ids), _PAGE):
            yield ids[start : start + _PAGE], scores[start : start + _PAGE]
        done, wanted = len(ids), 4 * wanted
