"""Results: how much of an answer the grid shows, and what stands above it."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

import numpy as np
from PySide6.QtCore import QObject, QTimer, Signal

from photoorg.amounts import counted
from photoorg.errors import PhotoorgError
from photoorg.jobs.job import CallJob, EditJob
from photoorg.library import CUT_OFF, Album, ExactWords, Library, Overview
from photoorg.ui.error_texts import told
from photoorg.ui.job_bridge import JobBridge
from photoorg.ui.models.photo_list_model import PhotoListModel
from photoorg.ui.query_chips import marks_in, name_of
from photoorg.ui.search_control import Answer, Question
from photoorg.ui.views.browser import Browser

_ALL_EMBEDDED = 0.9995
_DOT = " \N{MIDDLE DOT} "
_ABOUT_THE_NAME = {"name-taken", "name-empty", "name-too-long"}
# A search whose results were looked at for so long is worth remembering.
_REMEMBER_AFTER_MS = 3_000


class Results(QObject):
    """The answer that is shown, down to the cut-off that people choose; weaker matches are below it, on request."""

    asked_again = Signal(object)  # Question
    query_wanted = Signal(str)  # to be put into the search field
    saved = Signal()  # a search was kept as an album
    remembered = Signal()  # a search came into the history
    said = Signal(str)
    failed = Signal(object)  # PhotoorgError

    def __init__(
        self,
        library: Library,
        bridge: JobBridge,
        browser: Browser,
        model: PhotoListModel,
        *,
        model_title: Callable[[str], str],
    ) -> None:
        """`model_title`: what a model is called, by its reference."""
        super().__init__(browser)
        self._library = library
        self._bridge = bridge
        self._bar = browser.results
        self._feedback = browser.grid.feedback
        self._model = model
        self._model_title = model_title
        self._answer: Answer | None = None
        self._overview: Overview | None = None
        self._cut_off = CUT_OFF
        self._exact: ExactWords | None = None
        self._remember = QTimer(self, singleShot=True, interval=_REMEMBER_AFTER_MS)
        self._connect()

    @property
    def answer(self) -> Answer | None:
        """The answer that is shown, None while a collection is."""
        return self._answer

    @property
    def count(self) -> int:
        """How many photos are above the cut-off."""
        return self._answer.ranking.count(self._cut_off) if self._answer else 0

    def show(self, answer: Answer, overview: Overview | None) -> None:
        """Show an answer from its beginning; another one to the same question keeps what was chosen."""
        before, question = self._answer.question if self._answer else None, answer.question
        self._answer, self._overview = answer, overview
        if before is None or not before.is_same_search(question):
            self._cut_off = question.cut_off
        if before != question:
            self._ask_for_exact_words(question)
            self._remember.start()
        keeps = before is not None and replace(before, fold=question.fold) == question
        self._show_photos(keeps=keeps, shows_weaker=keeps and self._model.shows_weaker)
        self._show_bar()

    def leave(self) -> None:
        """Show nothing any more."""
        self._answer = None
        self._remember.stop()
        self._feedback.switch(on=False)
        self._bar.hide()

    def stop(self) -> None:
        """Remember no more."""
        self._remember.stop()

    def show_all(self) -> None:
        """Show the weaker matches, too."""
        self._model.set_shows_weaker(True)

    def renew_album(self, albums: Sequence[Album]) -> None:
        """The album that is open may have another name."""
        answer = self._answer
        album = answer.question.album if answer is not None else None
        now = next((one for one in albums if album is not None and one.id == album.id), None)
        if answer is not None and now is not None and now != album:
            self._answer = replace(answer, question=replace(answer.question, album=now))
            self._show_bar()

    def show_notes(self, overview: Overview | None) -> None:
        """Say again how many there are, and how much of the library they are from."""
        self._overview = overview
        if self._answer is not None:
            self._bar.set_notes(self._notes(self._answer))

    # --- inside ---

    def _show_photos(self, *, keeps: bool, shows_weaker: bool) -> None:
        """`keeps`: what is shown already keeps its selection and place."""
        assert self._answer is not None
        ids, count, model = self._answer.ranking.photo_ids, self.count, self._model
        if not self._answer.is_by_meaning:
            (model.update_results if keeps else model.show_results)(ids)
        elif keeps:
            model.update_matches(ids[:count], ids[count:], show_weaker=shows_weaker)
        else:
            model.show_matches(ids[:count], ids[count:], show_weaker=shows_weaker)

    def _show_bar(self) -> None:
        assert self._answer is not None
        answer, question, bar = self._answer, self._answer.question, self._bar
        notices = [told(notice, self._model_title) for notice in answer.notices]
        title, notes = question.title(self._model.cells.photo), self._notes(answer)
        bar.show_results(title, notes, can_show_all=self._can_show_all(), notices=notices)
        bar.set_cutoff(self._cut_off if answer.is_by_meaning else None, CUT_OFF)
        self._count_copies()
        self._offer_saving()
        self._feedback.switch(on=answer.is_by_meaning)
        self._feedback.set_marks(*marks_in(question.text))

    def _count_copies(self) -> None:
        """Of what is shown."""
        assert self._answer is not None
        question, ranking = self._answer.question, self._answer.ranking
        shown = ranking.photo_ids if self._model.shows_weaker else ranking.photo_ids[: self.count]
        leaders = np.fromiter(ranking.copies, np.int64, len(ranking.copies))  # few, of results that may be very many
        folded = sum(len(ranking.copies[leader]) for leader in leaders[np.isin(leaders, shown)].tolist())
        self._bar.set_copies(folded if question.fold else int(question.like is None), folded=question.fold)

    def _can_show_all(self) -> bool:
        assert self._answer is not None
        is_more = self._answer.is_by_meaning and self.count < len(self._answer.ranking)
        return is_more and not self._model.shows_weaker

    def _offer_saving(self) -> None:
        """Also what was changed in an album that is open, under the name that it has."""
        assert self._answer is not None
        question = self._answer.question
        album = question.album
        if question.like is not None or (album and (album.cut_off, album.folded) == (self._cut_off, question.fold)):
            self._bar.set_saving(None)
        else:
            self._bar.set_saving(album.name if album else name_of(question.text, self._model.cells.photo))

    def _notes(self, answer: Answer) -> list[str]:
        """How many results, and how much of the library they are from; longest first."""
        count, overview = counted(self.count, "photo", "photos"), self._overview
        if overview is not None and answer.model and overview.answering_model == answer.model:
            old, new = self._model_title(answer.model), self._model_title(overview.active_model or "")
            until = f"answered by {old} until {new} has read all photos ({overview.covered:.0%})"
            return [f"{count}{_DOT}{until}", f"{count}{_DOT}answered by {old}", count]
        if answer.coverage < _ALL_EMBEDDED:
            covered = f"{answer.coverage:.0%}"
            long, short = f"{covered} of the library can be searched so far", f"{covered} searched"
            return [f"{count}{_DOT}{long}", f"{count}{_DOT}{short}", count]
        return [count]

    def _connect(self) -> None:
        bar = self._bar
        bar.all_wanted.connect(self.show_all)
        bar.cutoff_changed.connect(self._on_cut_off_changed)
        bar.automatic_wanted.connect(lambda: self._on_cut_off_changed(CUT_OFF))
        bar.fold_toggled.connect(self._on_fold_toggled)
        bar.exact_wanted.connect(self._on_exact_wanted)
        bar.save_wanted.connect(self._on_save_wanted)
        self._remember.timeout.connect(self._on_looked_at)
        self._model.sections_changed.connect(self._on_sections_changed)

    def _on_cut_off_changed(self, cut_off: float) -> None:
        if self._answer is not None:
            self._cut_off = cut_off
            self._show_photos(keeps=True, shows_weaker=self._model.shows_weaker)
            self._bar.set_cutoff(cut_off, CUT_OFF)
            self._bar.set_notes(self._notes(self._answer))
            self._offer_saving()

    def _on_sections_changed(self) -> None:
        if self._answer is not None:
            self._bar.controls.set_can_show_all(self._can_show_all())
            self._count_copies()

    def _on_fold_toggled(self, fold: bool) -> None:
        if self._answer is not None:
            self.asked_again.emit(replace(self._answer.question, fold=fold))

    def _on_exact_wanted(self) -> None:
        if self._exact is not None:
            self.query_wanted.emit(self._exact.query)

    def _on_save_wanted(self, name: str) -> None:
        if self._answer is None:
            return
        save = partial(_save, self._library, name, self._answer.question, self._cut_off)
        failed = partial(self._on_not_saved, name, self._answer.question)
        self._bridge.submit(EditJob("edit", save), "quick", on_result=self._on_saved, on_error=failed)

    def _on_saved(self, album: Album) -> None:
        self.said.emit(f"Saved as “{album.name}”. It fills itself as photos arrive.")
        self.renew_album([album])
        self.saved.emit()

    def _on_not_saved(self, name: str, question: Question, error: BaseException) -> None:
        is_shown = self._answer is not None and self._answer.question == question
        if is_shown and isinstance(error, PhotoorgError) and error.code in _ABOUT_THE_NAME:
            self._bar.ask_for_other_name(name, str(error))
        else:
            self.failed.emit(error)

    def _on_looked_at(self) -> None:
        """Albums are remembered as they are."""
        if self._answer is not None and self._answer.question.album is None and self._answer.question.text:
            call = CallJob("remember search", partial(self._library.searches.remember, self._answer.question.text))
            self._bridge.submit(
                call, "quick", on_result=lambda _: self.remembered.emit(), on_error=self._on_not_remembered
            )

    def _on_not_remembered(self, error: BaseException) -> None:
        """A search that is too long to be kept is none to tell people about."""
        if not isinstance(error, PhotoorgError):
            raise error

    def _ask_for_exact_words(self, question: Question) -> None:
        self._exact = None
        self._bar.set_exact(0, "")
        if question.text:
            call = CallJob("exact words", partial(self._library.exact_words, question.text))
            self._bridge.submit(call, "interactive", on_result=partial(self._on_exact_words, question))

    def _on_exact_words(self, question: Question, words: ExactWords | None) -> None:
        if words is not None and self._answer is not None and self._answer.question == question:
            self._exact = words
            self._bar.set_exact(words.photos, words.query.strip('"'))


def _save(library: Library, name: str, question: Question, cut_off: float) -> Album:
    """An album, a new one unless it is the one that is open."""
    album = question.album
    if album is None or album.name != name:
        return library.save_search(name, question.text, cut_off=cut_off, folded=question.fold)
    library.albums.change_search(album, cut_off=cut_off, folded=question.fold)
    return library.albums.with_id(album.id)
