"""Browsing: which photos the grid shows, what stands above and beside them, and what is said where there are none."""

from pathlib import Path

from PySide6.QtCore import QObject, QTimer

from photoorg.library import ALL_PHOTOS, FAVOURITES, Collection, Overview, Photo, Timeline, TimelineChanges, chips_of
from photoorg.ui.cell_loader import CellLoader
from photoorg.ui.library_feed import LibraryFeed
from photoorg.ui.models.photo_list_model import PhotoListModel
from photoorg.ui.query_chips import judged, with_examples
from photoorg.ui.results import Results
from photoorg.ui.search_control import Answer, Question, SearchControl
from photoorg.ui.shelf import smart_item
from photoorg.ui.views.browser import Browser

_DETAILS_SIDE = 480  # device pixels
# Results of an album that fills itself are looked for again so long after the library changed.
_ASK_AGAIN_AFTER_MS = 2_000


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
        results: Results,
    ) -> None:
        super().__init__(browser)
        self._browser = browser
        self._model = model
        self._cells = cells
        self._feed = feed
        self._search = search
        self._results = results
        self._overview: Overview | None = None
        self._detailed: int | None = None  # the one photo that the details are of
        self._has_timeline = False
        self._judgements: list[tuple[str, str]] = []  # queries before and after
        self._judged: list[int] = []  # to be selected again among the new results
        self._ask_again = QTimer(self, singleShot=True, interval=_ASK_AGAIN_AFTER_MS)
        self._connect()

    @property
    def answer(self) -> Answer | None:
        """The results that are shown, None while a collection is."""
        return self._results.answer

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

    def ask(self, question: Question) -> None:
        """Search, and show the query in the field."""
        self._browser.search.set_text(question.text, settle=False)
        self._search.ask(question)

    def find_similar(self) -> None:
        """Search for photos like the current one."""
        photo = self.current_photo()
        if photo is not None:
            self._browser.search.set_text("", settle=False)
            self._search.ask(Question(like=photo))

    def undo_judgement(self) -> bool:
        """Take back the last judgement on results, if the query is still the one that came of it; tells whether it was."""
        search = self._browser.search
        while self._judgements:
            before, after = self._judgements.pop()
            if search.text() == after:
                search.set_text(before)
                return True
        return False

    def forget_judgements(self) -> None:
        """Something else is to be undone next."""
        self._judgements.clear()

    def stop(self) -> None:
        """Ask no more."""
        self._ask_again.stop()

    def leave_results(self) -> None:
        """Back from results to the collection that was shown before."""
        if self.answer is not None or self._search.is_asking or self._browser.search.text():
            self.show_collection(self._feed.collection)

    # --- what happens ---

    def _connect(self) -> None:
        browser, feed = self._browser, self._feed
        feed.timeline_opened.connect(self._on_timeline_opened)
        feed.timeline_renewed.connect(self._on_timeline_renewed)
        feed.changed.connect(self._on_changed)
        feed.overview_changed.connect(self._on_overview_changed)
        feed.recounted.connect(self._on_recounted)
        browser.sidebar.collection_chosen.connect(self.show_collection)
        browser.search.text_settled.connect(self._on_text_settled)
        browser.search.photos_dropped.connect(self._on_photos_dropped)
        browser.results.closed.connect(self.leave_results)
        browser.empty.action_clicked.connect(self._on_all_wanted)
        browser.grid.selection_ids_changed.connect(self._show_details)
        browser.grid.feedback.given.connect(self._on_judged)
        self._results.asked_again.connect(self._search.ask)
        self._results.query_wanted.connect(browser.search.set_text)
        self._ask_again.timeout.connect(self._on_asking_again)
        self._search.answered.connect(self._on_answered)
        self._search.busy_changed.connect(browser.search.set_busy)
        self._cells.loaded.connect(self._on_cells_loaded)

    def _on_timeline_opened(self, timeline: Timeline) -> None:
        self._has_timeline = True
        self._cells.renew_all()  # what changed while another collection was opened was told to nobody
        if self.answer is None:
            self._model.show_timeline(timeline)
            self._show_details()
            self._update_page()

    def _on_timeline_renewed(self, timeline: Timeline) -> None:
        if self.answer is None:
            self._model.update_timeline(timeline)
            self._show_details()
            self._update_page()
        else:
            self._cells.renew_all()  # and what is not there any more leaves the results

    def _on_changed(self, changes: TimelineChanges) -> None:
        if self.answer is None:
            self._model.apply_changes(changes)
            self._show_details()
        else:  # what left the collection is still a result, unless it left the library
            self._cells.renew([*changes.gone.tolist(), *changes.there.photo_ids.tolist()])
        self._update_page()

    def _on_recounted(self) -> None:
        """What was written, also beyond the collection that results lead back to, may belong to the album that is open."""
        is_album = self.answer is not None and self.answer.question.album is not None
        if is_album and not self._ask_again.isActive():
            self._ask_again.start()

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
        self._results.show_notes(overview)
        self._update_page()

    def _on_text_settled(self, text: str) -> None:
        if text:
            self._search.ask(Question(text))
        else:
            self.show_collection(self._feed.collection)

    def _on_all_wanted(self) -> None:
        self._results.show_all()
        self._update_page()

    def _on_photos_dropped(self, photo_ids: list[int], paths: list[Path]) -> None:
        search = self._browser.search
        search.set_text(with_examples(search.text(), photo_ids, paths))

    def _on_judged(self, mark: int, photo_ids: list[int]) -> None:
        search = self._browser.search
        before, self._judged = search.text(), photo_ids
        search.set_text(judged(before, mark, photo_ids))
        self._judgements.append((before, search.text()))

    def _on_answered(self, answer: Answer) -> None:
        self._browser.sidebar.select(None if answer.question.album is None else smart_item(answer.question.album))
        self._results.show(answer, self._overview)
        self._browser.grid.select_again(self._judged)
        self._judged = []
        self._show_details()
        self._update_page()

    def _leave_results(self) -> None:
        self._ask_again.stop()
        self._search.cancel()
        self._results.leave()

    def _on_asking_again(self) -> None:
        """What arrived meanwhile may belong to the album that is shown."""
        if self.answer is not None and self.answer.question.album is not None and not self._search.is_asking:
            self._search.ask(self.answer.question)

    def _on_cells_loaded(self, photo_ids: set[int]) -> None:
        if self.answer is not None and (gone := [i for i in photo_ids if self._cells.photo(i) is None]):
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
        if self.answer is not None:
            return self._why_nothing_matches(self.answer)
        kind = self._feed.collection.kind
        if self._feed.collection == FAVOURITES:
            return "No favourites yet", "Mark a photo with the heart, or press F.", ""
        if self._feed.collection == ALL_PHOTOS:
            return "No photos yet", "They appear here while the folders are being read.", ""
        if kind in {"album", "tag"}:
            return f"No photos in this {kind}" if kind == "album" else "No photos with this tag", "", ""
        return "No photos in this folder", "They appear here as soon as there are some.", ""

    def _why_nothing_matches(self, answer: Answer) -> tuple[str, str, str]:
        question = answer.question
        has_chips = question.album is None and question.like is None and bool(chips_of(question.text).chips)
        title = "this search" if has_chips else question.title(self._cells.photo)
        if not answer.model and question.like is None:
            return f"No photo fits {title}", "Leave out a filter, or use a wider one.", ""
        offer = "Show the nearest photos all the same" if len(answer.ranking) else ""
        return f"Nothing matches {title} well", "Try other words, or fewer of them.", offer
