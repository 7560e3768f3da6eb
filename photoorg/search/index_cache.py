"""Keeps the vector index in step with the embeddings: the index is a cache, derived.sqlite the truth."""

import logging
from collections.abc import Generator
from pathlib import Path

import numpy as np

from photoorg.catalog.catalog import Catalog
from photoorg.catalog.embeddings import EmbeddingState
from photoorg.embedding.models import InstalledModel
from photoorg.search.vector_index import ALL_CORES, IndexHeader, VectorIndex, index_folder, read_header, remove_stored

_COMPARED = 500
_PART = 250
_WORTH_WRITING = 1000
_WORTH_WRITING_SHARE = 0.02
_QUICKLY_WRITTEN = 20_000
_SAVED_SHARE = 0.25

logger = logging.getLogger(__name__)


class IndexCache:
    """The vector index of one model of one library."""

    def __init__(self, catalog: Catalog, index_dir: Path, model: InstalledModel) -> None:
        self._embeddings = catalog.embeddings
        self._library = catalog.settings.library_id
        self._model = model
        self._folder = index_folder(index_dir, model.fingerprint)
        self._model_id = catalog.embeddings.model_id(model.fingerprint, model.reference, model.dimension)

    def header(self) -> IndexHeader | None:
        """What the stored index says of itself, unchecked; it changes with each generation."""
        return read_header(self._folder)

    def load_current(self) -> VectorIndex | None:
        """The stored index if it holds exactly the embeddings there are; else None: exact search serves."""
        return self._load() if self.is_current() else None

    def load_true(self) -> VectorIndex | None:
        """The stored index if all that it holds still stands; it may be behind."""
        return self._load() if self.is_true(self.header()) else None

    def is_true(self, header: IndexHeader | None) -> bool:
        """Whether a header says what derived.sqlite says of all embeddings up to its own newest."""
        if header is None:
            return False
        expected = self._embeddings.state(self._model_id, up_to=header.sequence)
        return EmbeddingState(header.count, header.sequence) == expected

    def is_current(self) -> bool:
        """Whether the header on disk says what derived.sqlite says (the file itself is not looked at)."""
        header = self.header()
        state = self._embeddings.state(self._model_id)
        return header is not None and EmbeddingState(header.count, header.sequence) == state

    def is_far_behind(self) -> bool:
        """Whether so many embeddings are not in the stored index that writing it anew is worth its while."""
        count = self._embeddings.state(self._model_id).count
        return self._lag() >= max(_WORTH_WRITING, _WORTH_WRITING_SHARE * count)

    def is_little_behind(self) -> bool:
        """Whether the stored index is behind, and catching it up takes no noticeable time."""
        return 0 < self._lag() < _WORTH_WRITING and not self.is_large()

    def is_due(self) -> bool:
        """Whether the index should be caught up when there is time: a large one may be a little behind for ever."""
        if not self.is_large():
            return not self.is_current()
        return self.is_far_behind() or not self.is_true(self.header())

    def is_large(self) -> bool:
        """Whether loading and saving the index takes noticeable time."""
        return self._embeddings.state(self._model_id).count >= _QUICKLY_WRITTEN

    def _lag(self) -> int:
        """About how many embeddings the stored index lacks, by its header."""
        header, state = self.header(), self._embeddings.state(self._model_id)
        if header is None or header.sequence > state.sequence:
            return state.count
        return max(state.sequence - header.sequence, abs(state.count - header.count))

    def update(self, threads: int = ALL_CORES) -> None:
        """Catch the stored index up, or build it anew where that is not possible. For the lease's holder only.

        Raises DiskFull.
        """
        for _ in self.catch_up(threads):
            pass

    def catch_up(self, threads: int = ALL_CORES) -> Generator[None, None, None]:
        """The same in parts, most of them less than a second on one core.

        What is done is saved at the end and now and then before; of a small index also when it is closed in between.
        """
        index = self._load()
        if index is None or not self._is_true(index):
            index = self._empty()
        saved = index.count
        try:
            for new in self._embeddings.pages(self._model_id, _PART, after=index.sequence):
                index.add(new.ids, new.vectors.astype(np.float32), threads)
                if index.count - saved >= max(_QUICKLY_WRITTEN, _SAVED_SHARE * index.count):
                    self._save(index)
                    saved = index.count
                yield
            saved = self._end_catching_up(index, saved)
        finally:
            if saved < index.count < _QUICKLY_WRITTEN:
                self._save(index)

    def _end_catching_up(self, index: VectorIndex, saved: int) -> int:
        if index.count > saved:
            self._save(index)
        elif not index.count:
            remove_stored(self._folder)
        return index.count

    def _save(self, index: VectorIndex) -> None:
        try:
            index.save()
        except OSError as error:  # another program reads the pointer (Windows); exact search serves until the next run
            logger.info("the vector index in %s cannot be replaced now: %s", self._folder, error)

    def _is_true(self, index: VectorIndex) -> bool:
        """Whether all that the index holds still stands: it is not ahead, and no photo was purged."""
        expected = self._embeddings.state(self._model_id, up_to=index.sequence)
        return EmbeddingState(index.count, index.sequence) == expected

    def _load(self) -> VectorIndex | None:
        """The stored index, unless its vectors are others: derived.sqlite may have been made anew since."""
        index = VectorIndex.load(self._folder, self._library, self._model.fingerprint, self._model.dimension)
        if index is None:
            return None
        sample = self._embeddings.sample(self._model_id, _COMPARED)
        held = sample.ids <= index.sequence
        return index if index.holds(sample.ids[held], sample.vectors[held].astype(np.float32)) else None

    def _empty(self) -> VectorIndex:
        return VectorIndex(self._folder, self._library, self._model.fingerprint, self._model.dimension)
