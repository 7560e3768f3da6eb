"""Searches while one types: one question at a time counts, the latest; answers to earlier ones are dropped."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from photoorg.errors import PhotoorgError
from photoorg.jobs.job import CallJob
from photoorg.library import Library, Photo, SearchResult
from photoorg.ui.job_bridge import JobBridge
from photoorg.ui.shown_text import shown_name

_RESULTS = 300
# An answer that comes sooner needs no announcement.
_SAY_BUSY_AFTER_MS = 250


@dataclass(frozen=True)
class Question:
    """What is looked for: a description, or photos like one; `keep_all`: also what matches badly."""

    text: str = ""
    like: Photo | None = None
    keep_all: bool = False

    @property
    def title(self) -> str:
        """For people."""
        return f"Like {shown_name(self.like.path)}" if self.like else f"“{self.text}”"


@dataclass(frozen=True)
class Answer:
    """Photo ids, best first."""

    question: Question
    photo_ids: list[int]
    coverage: float


class SearchControl(QObject):
    """Asks the library on the lane for what people wait for."""

    answered = Signal(object)  # Answer
    failed = Signal(object)  # PhotoorgError, ModelMissing among them
    busy_changed = Signal(object)  # what the search waits for, or None

    def __init__(self, library: Library, bridge: JobBridge, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._library = library
        self._bridge = bridge
        self._running: int | None = None
        self._is_model_ready = self._is_closed = False
        self._announce = QTimer(self, singleShot=True, interval=_SAY_BUSY_AFTER_MS)
        self._announce.timeout.connect(self._on_waiting)

    @property
    def is_asking(self) -> bool:
        """Whether an answer is to come."""
        return self._running is not None

    def prepare(self) -> None:
        """Load in the background what the first search would wait for."""
        self._bridge.submit(
            CallJob("read embeddings", self._library.prepare_search), "interactive", on_error=_leave_to_search
        )
        self._bridge.submit(
            CallJob("load model", self._library.prepare_encoder),
            "loading",
            on_result=self._on_model_ready,
            on_error=_leave_to_search,
        )

    def ask(self, question: Question) -> None:
        """Search; `answered` or `failed` follows, unless something else is asked or it is cancelled before."""
        if self._is_closed:
            return
        self.cancel()
        self._running = self._bridge.submit(
            CallJob("search", lambda: _search(self._library, question)),
            "interactive",
            on_result=self._ended(self.answered),
            on_error=self._ended(self.failed),
        )
        self._announce.start()

    def cancel(self) -> None:
        """Forget the running question."""
        if self._running is not None:
            self._bridge.cancel(self._running)
        self._on_end()

    def close(self) -> None:
        """Ask nothing any more: what was typed last may settle only when the window is closed."""
        self._is_closed = True
        self.cancel()

    def _ended(self, signal: Any) -> Callable[[Any], None]:
        def tell(outcome: Any) -> None:
            self._on_end()
            signal.emit(outcome)

        return tell

    def _on_end(self) -> None:
        self._running = None
        self._announce.stop()
        self.busy_changed.emit(None)

    def _on_waiting(self) -> None:
        self.busy_changed.emit("Searching" if self._is_model_ready else "Loading the model")

    def _on_model_ready(self, _result: None) -> None:
        self._is_model_ready = True


def _search(library: Library, question: Question) -> Answer:
    """In the background."""
    result = _result(library, question)
    return Answer(question, [hit.photo.id for hit in result.hits], result.coverage)


def _result(library: Library, question: Question) -> SearchResult:
    if question.like is not None:
        return library.similar(question.like, k=_RESULTS)
    return library.search(question.text, k=_RESULTS, keep_all=question.keep_all)


def _leave_to_search(error: BaseException) -> None:
    """What is wrong with the model, such as that there is none, shows at the first search, with its reason."""
    if not isinstance(error, PhotoorgError):
        raise error
