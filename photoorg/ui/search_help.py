"""Help at the search field: how a query may go on, past searches, and pictures on its chips."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QObject, QTimer

from photoorg.errors import PhotoorgError
from photoorg.jobs.job import CallJob, JobContext
from photoorg.library import Completion, Library, Suggestion, Thing, ThingsJob
from photoorg.ui.cell_loader import CellLoader
from photoorg.ui.job_bridge import JobBridge
from photoorg.ui.models.completion_model import CompletionItem, CompletionKind
from photoorg.ui.query_chips import example_ids
from photoorg.ui.views.search_bar import SearchBar

_RECENT = 12
_SUGGESTED = 4  # of each kind
_MOST_ITEMS = 12
_CHIP_SIDE = 64  # device pixels, of a picture on a chip
# Counting what the library contains takes seconds of the processor: not at once, and not often.
_COUNT_THINGS_AFTER_MS = 60_000
_KINDS: dict[str, CompletionKind] = {"key": "filter", "value": "value"}


class SearchHelp(QObject):
    """Asks the library while somebody types, and shows what it says at the field."""

    def __init__(self, library: Library, bridge: JobBridge, bar: SearchBar, cells: CellLoader) -> None:
        super().__init__(bar)
        self._library = library
        self._bridge = bridge
        self._bar = bar
        self._cells = cells
        self._asking: int | None = None
        self._examples: dict[str, int] = {}  # of the query: the texts of chips, and the ids of their photos
        self._is_counting = False
        self._count_things = QTimer(self, interval=_COUNT_THINGS_AFTER_MS)
        self._count_things.timeout.connect(self._on_idle)
        bar.text_changed.connect(self._on_text_changed)
        bar.history_clear_wanted.connect(self._on_clear_wanted)
        cells.loaded.connect(self._on_cells_loaded)

    def start(self) -> None:
        """Begin to help: with past searches at once, with what the library contains when it is known."""
        self.read_history()
        self._count_things.start()

    def stop(self) -> None:
        """Count no more."""
        self._count_things.stop()

    def read_history(self) -> None:
        """Offer the latest searches in an empty field."""
        call = CallJob("recent searches", partial(self._library.searches.recent, _RECENT))
        self._bridge.submit(call, "quick", on_result=lambda past: self._bar.set_recent([one.query for one in past]))

    def _on_text_changed(self, text: str) -> None:
        if self._asking is not None:
            self._bridge.cancel(self._asking)
            self._asking = None
        self._examples = example_ids(text)
        self._show_thumbnails()
        if text:
            call = CallJob("complete", partial(_help, self._library, text, self._bar.cursor_place()))
            self._asking = self._bridge.submit(call, "interactive", on_result=partial(self._on_help, text))

    def _on_help(self, text: str, items: list[CompletionItem]) -> None:
        self._asking = None
        if text == self._bar.text():
            self._bar.set_completions(items)

    def _on_idle(self) -> None:
        if not self._is_counting:
            self._is_counting = True
            job = CountThingsJob(self._library)
            self._bridge.submit(job, "loading", on_result=self._on_counted, on_error=self._on_not_counted)

    def _on_counted(self, _outcome: object) -> None:
        self._is_counting = False

    def _on_not_counted(self, error: BaseException) -> None:
        """What is wrong with the model shows at the first search, with its reason."""
        self._is_counting = False
        if not isinstance(error, PhotoorgError):
            raise error

    def _on_clear_wanted(self) -> None:
        self._bridge.submit(CallJob("clear history", self._library.searches.forget), "quick")

    def _on_cells_loaded(self, photo_ids: set[int]) -> None:
        if not photo_ids.isdisjoint(self._examples.values()):
            self._show_thumbnails()

    def _show_thumbnails(self) -> None:
        for chip_text, photo_id in self._examples.items():
            cell = self._cells.cell(photo_id, _CHIP_SIDE)
            if cell.pixmap is not None:
                self._bar.set_thumbnail(chip_text, cell.pixmap)


class CountThingsJob:
    """Counts which everyday things the library contains, if that is due."""

    name = "count things"

    def __init__(self, library: Library) -> None:
        self._library = library

    def run(self, ctx: JobContext) -> None:
        """Raises what searching raises."""
        ThingsJob(self._library.things()).run(ctx)


def _help(library: Library, text: str, cursor: int) -> list[CompletionItem]:
    """In the background."""
    possible = library.complete(text, cursor)
    completions = [_completed(one) for one in possible if not _is_there(text, one)]
    offered = library.searches.suggestions(text, _SUGGESTED, _things(library))
    return _best(completions, [_suggested(one) for one in offered])


def _things(library: Library) -> list[Thing]:
    """None where no model can tell."""
    try:
        return library.things().there()
    except PhotoorgError:
        return []


def _best(completions: Sequence[CompletionItem], suggestions: Sequence[CompletionItem]) -> list[CompletionItem]:
    """Past searches first: who begins one again means it. Then what the word at the cursor may become."""
    past = [item for item in suggestions if item.kind == "past"]
    named = [item for item in suggestions if item.kind != "past"]
    return [*past, *completions, *named][:_MOST_ITEMS]


def _is_there(text: str, completion: Completion) -> bool:
    """Whether somebody has typed just that."""
    return text[completion.start : completion.end].casefold() == completion.text.strip().casefold()


def _completed(completion: Completion) -> CompletionItem:
    return CompletionItem(
        completion.label,
        completion.detail,
        _KINDS[completion.kind],
        completion.text,
        completion.start,
        completion.end,
    )


def _suggested(suggestion: Suggestion) -> CompletionItem:
    query = suggestion.text
    if suggestion.kind in {"album", "tag"}:
        query = f'{suggestion.kind}:"{suggestion.text.replace(chr(34), chr(34) * 2)}"'
    detail = "" if suggestion.photos is None else f"{suggestion.photos:,}"
    return CompletionItem(suggestion.text, detail, suggestion.kind, query)
