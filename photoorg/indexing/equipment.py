"""The decode workers and the encoder: started when there is work, at once where both are needed."""

import time
from concurrent.futures import ThreadPoolExecutor
from types import TracebackType
from typing import Self

from photoorg.embedding.encoder import Encoder
from photoorg.embedding.models import InstalledModel
from photoorg.indexing.tools import IndexTools
from photoorg.media.settled_pool import decode_pool
from photoorg.media.worker_pool import DecodePool
from photoorg.settings import Settings


class Equipment:
    """What reads photos. A context manager; one that rests starts again when it is needed."""

    def __init__(self) -> None:
        self._pool: DecodePool | None = None
        self._settings: Settings | None = None
        self._model: InstalledModel | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.rest()

    def missing(self, tools: IndexTools) -> str | None:
        """What has to be waited for before photos can be read, in words for people; None for nothing."""
        if tools.model is not None and tools.model != self._model:
            return "Loading the model"
        return "Starting" if self._pool is None else None

    def rest(self) -> None:
        """End the workers; the encoder belongs to others."""
        pool, self._pool = self._pool, None
        if pool is not None:
            pool.close()

    def start(self, tools: IndexTools) -> tuple[DecodePool, Encoder | None, float]:
        """The workers, the encoder if there is a model, and how long they took to start (seconds).

        Raises what opening an encoder raises.
        """
        started = time.perf_counter()
        if self._settings != tools.settings:
            self.rest()
        if self._pool is None:
            self._pool = decode_pool(tools.settings)
            self._settings = tools.settings
        pool = self._pool
        with ThreadPoolExecutor(1, "photoorg-warm-up") as side:
            workers = side.submit(pool.warm_up)
            encoder = self.open_encoder(tools)
            workers.result()
        return pool, encoder, time.perf_counter() - started

    def open_encoder(self, tools: IndexTools) -> Encoder | None:
        """The encoder of the model, ready for images; None without a model. Raises what opening one raises."""
        if tools.model is None:
            return None
        encoder = tools.encoder()
        encoder.warm_up("image")
        self._model = tools.model
        return encoder
