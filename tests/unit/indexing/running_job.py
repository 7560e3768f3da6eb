"""A watch job in a thread of its own, for tests."""

import os
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from indexed_library import IndexedLibrary, context

from photoorg.catalog.library_settings import ACTIVE_MODEL
from photoorg.errors import Cancelled, PhotoorgError
from photoorg.indexing.watch_job import WatchJob
from photoorg.jobs.events import JobNotice

LIMIT_S = 100


class Running:
    """A watch job in a thread of its own; a context manager that cancels it."""

    def __init__(self, library: IndexedLibrary, **callbacks) -> None:
        self.library = library
        self.settings = library.tools(None).settings
        self.texts: list[str] = []
        self.left: list[int] = []  # to each text
        self.ready = threading.Event()
        self.encoders = {None: None, "stub": library.encoder}
        self.notices: list[PhotoorgError] = []
        self.ctx = context(self._on_event)
        self.job = WatchJob(self._tools, self.ready.set, **callbacks)
        self._thread = ThreadPoolExecutor(1, "photoorg-test")

    def __enter__(self):
        self._ended = self._thread.submit(self.job.run, self.ctx)
        return self

    def __exit__(self, *_):
        self.ctx.cancel()
        error = self._ended.exception(LIMIT_S)
        self._thread.shutdown()
        assert isinstance(error, Cancelled), error

    def end(self) -> BaseException | None:
        """What the job ended with by itself."""
        error = self._ended.exception(LIMIT_S)
        self._thread.shutdown()
        return error

    def until(self, condition) -> None:
        deadline, pause = time.monotonic() + LIMIT_S, threading.Event()
        while not condition():
            assert time.monotonic() < deadline, (self.texts, self.library.shown())
            assert not self._ended.done(), self._ended.exception()
            pause.wait(0.02)

    def says(self, text: str) -> bool:
        return self.texts[-1:] == [text]

    def until_shown(self, *names: str) -> None:
        self.until(lambda: self.library.shown().keys() == {f"photos/{name}" for name in names})

    def until_ready(self) -> None:
        self.until(self.ready.is_set)

    def _on_event(self, event) -> None:
        if isinstance(event, JobNotice):
            self.notices.append(event.notice)
        else:
            self.left.append(event.total - event.done)
            self.texts.append(event.text)

    def _tools(self):
        tools = self.library.tools(self.encoders[self.library.catalog.settings.get(ACTIVE_MODEL)])
        return replace(tools, settings=self.settings, settings_now=lambda: self.settings)


def failures(library) -> list[str]:
    folders = [folder.id for folder in library.catalog.folders.all()]
    return [os.path.basename(os.fsdecode(f.path)) for f in library.catalog.photos.failures(folders)]


def embedded(library, model) -> int:
    model_id = library.catalog.embeddings.model_id(model.fingerprint, model.reference, model.dimension)
    return library.catalog.embeddings.state(model_id).count
