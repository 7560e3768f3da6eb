"""Searches while one types: one question at a time counts, the latest; answers to earlier ones are dropped."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from photoorg.errors import PhotoorgError
from photoorg.jobs.events import JobProgress
from photoorg.jobs.job import CallJob, JobContext
from photoorg.library import CUT_OFF, Album, Library, Photo, Ranking, SearchResult
from photoorg.ui.job_bridge import JobBridge
from photoorg.ui.query_chips import PhotoOf, title_of, without_marks
from photoorg.ui.shown_text import shown_name

# So many are ranked at least, relevant or not.
RESULTS = 300
# An answer that comes sooner needs no announcement.
_SAY_BUSY_AFTER_MS = 250
_SEARCHING = "Searching"
_LOADING = "Loading the model"


@dataclass(frozen=True)
class Question:
    """What is looked for: a query, or photos like one. `fold`: copies are one result. `album`: the one that asks it."""

    text: str = ""
    like: Photo | None = None
    fold: bool = True
    album: Album | None = None

    def title(self, photo_of: PhotoOf) -> str:
        """For people; `photo_of` gives photos by their ids, as far as they are at hand."""
        if self.album is not None:
            return self.album.name
        return f"Like {shown_name(self.like.path)}" if self.like else title_of(self.text, photo_of)

    def is_same_search(self, other: "Question") -> bool:
        """Whether but for judgements on results, and for copies, both look for the same."""
        mine, its = (replace(one, text=without_marks(one.text), fold=True) for one in (self, other))
        return mine == its

    @property
    def cut_off(self) -> float:
        """The least relevance of what is shown at first; of photos like one, all are."""
        if self.like is not None:
            return 0.0
        return self.album.cut_off if self.album is not None else CUT_OFF


@dataclass(frozen=True)
class Answer:
    """What was found, in its order; which model found it ("": none was needed), and what is to be known about it."""

    question: Question
    ranking: Ranking
    coverage: float
    model: str = ""
    notices: tuple[PhotoorgError, ...] = ()

    @property
    def is_by_meaning(self) -> bool:
        """Whether it was found by a description or examples of a query: some photos match better than others."""
        return bool(self.model) and self.question.like is None


class SearchJob:
    """Answers a question. Says first whether a model may have to be loaded for it, which takes seconds."""

    name = "search"

    def __init__(self, library: Library, question: Question) -> None:
        self._library = library
        self._question = question

    def run(self, ctx: JobContext) -> Answer:
        """Search. Raises what `Library.search` and `Library.similar` raise."""
        # Where it need not after all, as for photos like one that the model has read, the answer comes before this shows.
        if not self._library.models.is_awake:
            ctx.progress(0, 0, _LOADING)
        result = self._result()
        return Answer(self._question, result.ranking, result.coverage, result.model, result.notices)

    def _result(self) -> SearchResult:
        if self._question.like is not None:
            return self._library.similar(self._question.like, k=RESULTS)
        return self._library.search(self._question.text, k=0, fold=self._question.fold, rest=RESULTS)


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
        self._waits_for = _SEARCHING
        self._is_closed = False
        self._announce = QTimer(self, singleShot=True, interval=_SAY_BUSY_AFTER_MS)
        self._announce.timeout.connect(self._on_waiting)

    @property
    def is_asking(self) -> bool:
        """Whether an answer is to come."""
        return self._running is not None

    def prepare(self) -> None:
        """Load in the background what the first search, or the first with another model, would wait for."""
        self._bridge.submit(
            CallJob("read embeddings", self._library.prepare_search), "interactive", on_error=_leave_to_search
        )
        self._bridge.submit(CallJob("load model", self._library.prepare_encoder), "loading", on_error=_leave_to_search)

    def ask(self, question: Question) -> None:
        """Search; `answered` or `failed` follows, unless something else is asked or it is cancelled before."""
        if self._is_closed:
            return
        self.cancel()
        self._running = self._bridge.submit(
            SearchJob(self._library, question),
            "interactive",
            on_result=self._ended(self.answered),
            on_error=self._ended(self.failed),
            on_progress=self._on_progress,
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
        self._waits_for = _SEARCHING
        self._announce.stop()
        self.busy_changed.emit(None)

    def _on_progress(self, progress: JobProgress) -> None:
        self._waits_for = progress.text
        if not self._announce.isActive():  # that it takes long was said already
            self._on_waiting()

    def _on_waiting(self) -> None:
        self.busy_changed.emit(self._waits_for)


def _leave_to_search(error: BaseException) -> None:
    """What is wrong with the model, such as that there is none, shows at the first search, with its reason."""
    if not isinstance(error, PhotoorgError):
        raise error
