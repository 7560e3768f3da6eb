"""Browsing: which photos the grid shows, what stands above and beside them, and what is said where there are none."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject

from photoorg.amounts import counted
from photoorg.library import ALL_PHOTOS, FAVOURITES, Collection, Overview, Photo, Timeline, TimelineChanges
from photoorg.ui.cell_loader import CellLoader
from photoorg.ui.error_texts import told
from photoorg.ui.library_feed import LibraryFeed
from photoorg.ui.models.photo_list_model import PhotoListModel
from photoorg.ui.search_control import Answer, Question, SearchControl
from photoorg.ui.views.browser import Browser

_DETAILS_SIDE = 480  # device pixels
_ALL_EMBEDDED = 0.9995
_DOT = " \N{MIDDLE DOT} "


class Browsing(QObject):
    """Holds together the grid, the collection or search it shows, and the details of what is selected."""

    def __init__(
        self,
        browser: Browser,
        model: PhotoListModel,
        cells: CellLoader,
        feed: LibraryFeed,
        search: SearchControl,
        *,
        model_title: Callable[[str], str],
    ) -> None:
        """`model_title`: what a model is called, by its reference."""
        super().__init__(browser)
        self._browser = browser
        self._model = model
        self._cells = cells
        self._feed = feed
        self._search = search
        self._model_title = model_title
        self._overview: Overview | None = None
        self._answer: Answer | None = None
        self._detailed: int | None = None  # the one photo that the details are of
        self._has_timeline = False
        self._connect()

    @property
    def answer(self) -> Answer | None:
        """The results that are shown, None while a collection is."""
        return self._answer

    def selected_ids(self) -> list[int]:
        """The selected photos."""
        return self._browser.grid.selected_ids()

    def current_photo(self) -> Photo | None:
        """The one selected photo, else the one with the focus, if it is loaded."""
        selected = self.selected_ids()
        photo_id = selected[0] if len(selected) == 1 else self._browser.grid.current_id()
        return None if photo_id is None else self._cells.photo(photo_id)

    def show_collection(self, collection: Collection) -> None:
        """Leave results, and show a collection from its beginning."""
        self._leave_results()
        self._browser.search.set_text("", settle=False)
        self._browser.sidebar.select(collection)
        self._feed.show_collection(collection)

    def find_similar(self) -> None:
        """Search for photos like the current one."""
        self._find_like(self.current_photo())

    def leave_results(self) -> None:
        """Back from results to the collection that was shown before."""
        if self._answer is not None or self._search.is_asking or self._browser.search.text():
            self.show_collection(self._feed.collection)

    def _find_like(self, photo: Photo | None) -> None:
        if photo is not None:
            self._browser.search.set_text("", settle=False)
            self._search.ask(Question(like=photo))

    # --- what happens ---

    def _connect(self) -> None:
        browser, feed = self._browser, self._feed
        feed.timeline_opened.connect(self._on_timeline_opened)
        feed.timeline_renewed.connect(self._on_timeline_renewed)
        feed.changed.connect(self._on_changed)
        feed.overview_changed.connect(self._on_overview_changed)
        browser.sidebar.collection_chosen.connect(self.show_collection)
        browser.search.text_settled.connect(self._on_text_settled)
        browser.search.photos_dropped.connect(self._on_photos_dropped)
        browser.results.closed.connect(self.leave_results)
        browser.results.all_wanted.connect(self._on_all_wanted)
        browser.empty.action_clicked.connect(self._on_all_wanted)
        browser.grid.selection_ids_changed.connect(self._show_details)
        self._search.answered.connect(self._on_answered)
        self._search.busy_changed.connect(browser.search.set_busy)
        self._cells.loaded.connect(self._on_cells_loaded)

    def _on_timeline_opened(self, timeline: Timeline) -> None:
        self._has_timeline = True
        self._cells.renew_all()  # what changed while another collection was opened was told to nobody
        if self._answer is None:
            self._model.show_timeline(timeline)
            self._show_details()
            self._update_page()

    def _on_timeline_renewed(self, timeline: Timeline) -> None:
        if self._answer is None:
            self._model.update_timeline(timeline)
            self._show_details()
            self._update_page()
        else:
            self._cells.renew_all()  # and what is not there any more leaves the results

    def _on_changed(self, changes: TimelineChanges) -> None:
        if self._answer is None:
            self._model.apply_changes(changes)
            self._show_details()
        else:  # what left the collection is still a result, unless it left the library
            self._cells.renew([*changes.gone.tolist(), *changes.there.photo_ids.tolist()])
        self._update_page()

    def _on_overview_changed(self, overview: Overview) -> None:
        before, self._overview = self._overview, overview
        self._browser.sidebar.show_overview(overview)
        self._browser.status.show_counts(overview.photos, overview.failed)
        if before is None:
            self._browser.sidebar.select(self._feed.collection)
        elif [folder.online for folder in before.folders] != [folder.online for folder in overview.folders]:
            self._cells.renew_all()
        if self._feed.collection.folder_id not in {None, *(folder.id for folder in overview.folders)}:
            self._feed.show_collection(ALL_PHOTOS)  # results are shown; they lead back to what there is
        if self._answer is not None:
            self._browser.results.set_notes(self._notes(self._answer))
        self._update_page()

    def _on_text_settled(self, text: str) -> None:
        if text:
            self._search.ask(Question(text))
        else:
            self.show_collection(self._feed.collection)

    def _on_photos_dropped(self, photo_ids: list[int], _paths: list[Path]) -> None:
        self._find_like(self._cells.photo(photo_ids[0]) if photo_ids else None)

    def _on_all_wanted(self) -> None:
        if self._answer is not None:
            question = self._answer.question
            self._search.ask(Question(question.text, question.like, keep_all=True))

    def _on_answered(self, answer: Answer) -> None:
        self._answer = answer
        self._browser.sidebar.select(None)
        self._model.show_results(answer.photo_ids)
        can_show_all = not answer.question.keep_all and answer.question.like is None
        self._show_details()
        notices = [told(notice, self._model_title) for notice in answer.notices]
        self._browser.results.show_results(
            answer.question.title, self._notes(answer), can_show_all=can_show_all, notices=notices
        )
        self._update_page()

    def _leave_results(self) -> None:
        self._answer = None
        self._search.cancel()
        self._browser.results.hide()

    def _on_cells_loaded(self, photo_ids: set[int]) -> None:
        if self._answer is not None and (gone := [i for i in photo_ids if self._cells.photo(i) is None]):
            self._model.remove_photos(gone)
            self._update_page()
        if self._detailed in photo_ids:
            self._show_details()

    # --- what is shown ---

    def _show_details(self) -> None:
        selected, details = self.selected_ids(), self._browser.details
        self._detailed = selected[0] if len(selected) == 1 else None
        if not selected:
            details.show_nothing()
        elif len(selected) > 1:
            details.show_many(len(selected))
        else:
            cell = self._cells.cell(selected[0], _DETAILS_SIDE)
            if cell.photo is not None:
                details.show_photo(cell.photo, cell.pixmap)

    def _update_page(self) -> None:
        browser, overview = self._browser, self._overview
        if self._model.rowCount():
            browser.show_page(browser.grid)
        elif overview is None or not self._has_timeline:
            browser.show_page(None)
        elif not overview.folders:
            browser.show_page(browser.welcome)
        else:
            browser.empty.show_text(*self._why_empty())
            browser.show_page(browser.empty)

    def _why_empty(self) -> tuple[str, str, str]:
        """Title, sentence, and what a button offers."""
        if self._answer is not None:
            offer = "" if self._answer.question.keep_all else "Show the nearest photos all the same"
            title = f"Nothing matches {self._answer.question.title} well"
            return title, "Try other words, or fewer of them.", offer
        if self._feed.collection == FAVOURITES:
            return "No favourites yet", "Mark a photo with the heart, or press F.", ""
        if self._feed.collection == ALL_PHOTOS:
            return "No photos yet", "They appear here while the folders are being read.", ""
        return "No photos in this folder", "They appear here as soon as there are some.", ""

    def _notes(self, answer: Answer) -> list[str]:
        """How many results, and how much of the library they are from; longest first."""
        count = counted(len(answer.photo_ids), "photo", "photos")
        overview = self._overview
        if overview is not None and overview.answering_model == answer.model:
            old, new = self._model_title(answer.model), self._model_title(overview.active_model or "")
            until = f"answered by {old} until {new} has read all photos ({overview.covered:.0%})"
            return [f"{count}{_DOT}{until}", f"{count}{_DOT}answered by {old}", count]
        if answer.coverage < _ALL_EMBEDDED:
            covered = f"{answer.coverage:.0%}"
            long, short = f"{covered} of the library can be searched so far", f"{covered} searched"
            return [f"{count}{_DOT}{long}", f"{count}{_DOT}{short}", count]
        return [count]
