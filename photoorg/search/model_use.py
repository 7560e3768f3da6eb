"""What one search asks of a model: vectors of descriptions and example photos, and the photos that fit them."""

import re
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from photoorg.catalog.catalog import Catalog
from photoorg.embedding.models import InstalledModel
from photoorg.embedding.registry import known_model
from photoorg.errors import PhotoorgError, PhotoUnknown
from photoorg.search.examples import ExamplePhotos
from photoorg.search.language.branches import Branch
from photoorg.search.language.expression import Like, Words
from photoorg.search.meaning import Meaning, Weighted
from photoorg.search.moment import Moment
from photoorg.search.photo_table import PhotoTable
from photoorg.search.ranking import Found, Places
from photoorg.search.searcher import Searcher
from photoorg.search.text_notices import notices_for

Float32 = NDArray[np.float32]

_PHOTO_ID = re.compile(r"#(\d+)")


class ModelUse:
    """A model that is chosen when it is first needed: a query of facts alone needs none."""

    def __init__(
        self, catalog: Catalog, choose: Callable[[], Searcher], examples: Callable[[InstalledModel], ExamplePhotos]
    ) -> None:
        self._catalog = catalog
        self._choose = choose
        self._examples_of = examples
        self._searcher: Searcher | None = None
        self._moment: Moment | None = None
        self._texts: dict[str, None] = {}
        self._told: list[PhotoorgError] = []
        self.encode_seconds = 0.0

    @property
    def model(self) -> str:
        """The model's reference, "" if none was needed."""
        return self._searcher.model.reference if self._searcher else ""

    @property
    def coverage(self) -> float:
        """The share of photos that were searched, 0..1."""
        return self._moment.coverage if self._moment else 1.0

    def by_meaning(self, branch: Branch, table: PhotoTable, allowed: NDArray[np.bool_], nearest: int) -> Found:
        """See `answering.ByMeaning`. Raises ModelMissing, NoSuchPhoto, PhotoUnknown, ExampleUnreadable ..."""
        return self.searcher().found(self.meaning(branch), self.moment(table), allowed, nearest)

    def moment(self, table: PhotoTable) -> Moment:
        """The embeddings that this search looks into: the same from its beginning to its end."""
        if self._moment is None or self._moment.table is not table:
            self._moment = self.searcher().moment(table)
        return self._moment

    def vectors(self, places: Places) -> Float32 | None:
        """Unit vectors (n, dimension) of photos by their places in the table, zero where there is none; None without a model."""
        return self._moment.vectors(places) if self._moment else None

    def tell(self, notice: PhotoorgError) -> None:
        """Something that people should know about the answer."""
        self._told.append(notice)

    def searcher(self) -> Searcher:
        """The one of the model. Raises ModelMissing and its like."""
        if self._searcher is None:
            self._searcher = self._choose()
        return self._searcher

    def meaning(self, branch: Branch) -> Meaning:
        """The vectors of a branch."""
        self.searcher()
        started = time.perf_counter()
        meaning = Meaning(
            self._described(branch.words),
            self._shown(branch.likes),
            self._described(branch.without_words),
            self._shown(branch.without_likes),
        )
        self.encode_seconds += time.perf_counter() - started
        return meaning

    def notices(self) -> tuple[PhotoorgError, ...]:
        """What people should know about the answer: what was told, and how the model read their words."""
        return tuple({str(notice): notice for notice in (*self._told, *self._about_texts())}.values())

    def _about_texts(self) -> list[PhotoorgError]:
        if self._searcher is None:
            return []
        model, texts = self._searcher.model, self._searcher.texts
        known = known_model(model.reference)
        languages = known.languages if known else ()
        return [notice for text in self._texts for notice in notices_for(text, model, languages, texts.left_out(text))]

    def _described(self, words: Iterable[Words]) -> Weighted:
        weighted = [(one.text, one.weight) for one in words]
        self._texts |= dict.fromkeys(text for text, _ in weighted)
        return tuple((self.searcher().texts.query(text), weight) for text, weight in weighted)

    def _shown(self, likes: Sequence[Like]) -> Weighted:
        if not likes:
            return ()
        examples = self._examples_of(self.searcher().model)
        return tuple((self._embedding(examples, like.photo), like.weight) for like in likes)

    def _embedding(self, examples: ExamplePhotos, photo: str) -> Float32:
        number = _PHOTO_ID.fullmatch(photo)
        if number is None:
            return examples.embedding(Path(photo))[1]
        known = self._catalog.photos.by_ids([int(number[1])])
        if not known:
            raise PhotoUnknown(photo=photo)
        return examples.of_photo(known[int(number[1])])[1]
