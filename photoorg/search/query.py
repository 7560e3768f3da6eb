"""From a description to a vector: prompt templates, cached text encodings."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from photoorg.catalog.embeddings import EmbeddingStore
from photoorg.embedding.encoder import Encoder
from photoorg.embedding.models import InstalledModel
from photoorg.query_errors import QueryEmpty
from photoorg.search.language.wording import readable, says_something

Float32 = NDArray[np.float32]


def described(text: str) -> str:
    """What a text describes, without control characters and needless blanks. Raises QueryEmpty if that is nothing."""
    if not says_something(text):
        raise QueryEmpty
    return readable(text)


class TextEncodings:
    """Encodings of texts by one model; each text is encoded once in the life of a library."""

    def __init__(self, store: EmbeddingStore, model: InstalledModel, encoder: Callable[[], Encoder]) -> None:
        self._store = store
        self._model = model
        self._encoder = encoder
        self._model_id = store.model_id(model.fingerprint, model.reference, model.dimension)
        self._background: Float32 | None = None

    def query(self, text: str) -> Float32:
        """The unit vector (dimension,) of a description, averaged over the model's prompt templates. Raises QueryEmpty."""
        return np.asarray(self._queries([described(text)])[0])

    def left_out(self, text: str) -> list[str]:
        """The end that the model does not read of a description, in each of the model's templates; "" where it reads all."""
        filled = filled_in(self._model.templates, described(text))
        self._encoded(filled)
        known = self._store.left_out(self._model_id, filled)
        return [known.get(one, "") for one in filled]

    def background(self) -> Float32:
        """The model's background queries (b, dimension)."""
        if self._background is None:
            self._background = self._queries(self._model.background)
        return self._background

    def _queries(self, texts: Sequence[str]) -> Float32:
        templates = self._model.templates
        if not texts:
            return np.empty((0, self._model.dimension), np.float32)
        vectors = self._encoded([filled for text in texts for filled in filled_in(templates, text)])
        means = vectors.reshape(len(texts), len(templates), -1).mean(axis=1)
        return np.stack([unit(mean) for mean in means])

    def _encoded(self, texts: Sequence[str]) -> Float32:
        known = self._store.text_vectors(self._model_id, texts)
        new = [text for text in dict.fromkeys(texts) if text not in known]
        if new:
            encoder = self._encoder()
            vectors = dict(zip(new, encoder.encode_texts(new), strict=True))
            left_out = dict(zip(new, encoder.left_out(new), strict=True))
            self._store.add_text_vectors(self._model_id, vectors, left_out)
            known |= vectors
        return np.stack([known[text] for text in texts])


def filled_in(templates: Sequence[str], text: str) -> list[str]:
    """The text in each of the templates."""
    return [template.replace("{}", text) for template in templates]


def unit(vector: Float32) -> Float32:
    """The vector (d,) scaled to length 1."""
    return np.asarray(vector / np.linalg.norm(vector), dtype=np.float32)
