"""The window: puts the parts together and tells each what the others say."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QEvent, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QKeySequence
from PySide6.QtWidgets import QDialog, QMainWindow, QMenu, QStackedWidget

from photoorg.errors import ModelMissing, PhotoorgError
from photoorg.jobs.job import CallJob
from photoorg.library import Failure, Library, Timeline
from photoorg.ui.cell_loader import CellLoader
from photoorg.ui.commands import Command, Commands
from photoorg.ui.dialogs.failures_dialog import FailuresDialog
from photoorg.ui.error_texts import told
from photoorg.ui.finding import Finding
from photoorg.ui.folder_adding import FolderAdding, dropped_paths
from photoorg.ui.folder_notices import FolderNotices
from photoorg.ui.garbage_collection import GarbageCollection
from photoorg.ui.indexing_control import IndexingControl
from photoorg.ui.indexing_settings import IndexingSettings
from photoorg.ui.job_bridge import JobBridge
from photoorg.ui.library_feed import LibraryFeed
from photoorg.ui.model_control import ModelControl
from photoorg.ui.models.photo_list_model import PhotoListModel
from photoorg.ui.photo_actions import PhotoActions
from photoorg.ui.photo_drag import PHOTO_IDS
from photoorg.ui.picture_loader import PictureLoader
from photoorg.ui.query_chips import chip_language
from photoorg.ui.viewing import Viewing
from photoorg.ui.views.browser import Browser
from photoorg.ui.views.viewer import Viewer
from photoorg.ui.window_state import WindowState

Key = QKeySequence.StandardKey
_PAINTED_AFTER_MS = 200
_STARS = ("No stars", "1 star", "2 stars", "3 stars", "4 stars", "5 stars")


class MainWindow(QMainWindow):
    """One library in one window. `suggestions` are searches to offer."""

    closing = Signal()  # before the work is stopped, which may take seconds

    def __init__(self, library: Library, suggestions: Sequence[str] = ()) -> None:
        super().__init__()
        self._library = library
        self._state = WindowState(library.data_dir.window_state)
        self._is_shut_down = False
        self._garbage = GarbageCollection(self)
        self._bridge = JobBridge(self)
        self._cells = CellLoader(self._bridge, library.photos_by_id, library.thumbnails, self)
        self._model = PhotoListModel(self._cells, self)
        self._feed = LibraryFeed(library, self._bridge, self)
        self._actions = PhotoActions(library, self._bridge, self)
        self._folders = FolderAdding(library, self._bridge, self)
        self._indexing = IndexingControl(library, self._bridge, self)
        self._feed.start()  # the catalog is read while the widgets are made
        self._make_widgets()
        self._browser.search.set_suggestions(suggestions)
        self._connect()

    def shut_down(self) -> None:
        """Stop all work and remember how the window looks; may be called twice."""
        if self._is_shut_down:
            return
        self._is_shut_down = True
        self._state.save(self, self._browser)
        self._feed.stop()
        self._indexing.stop()
        self._finding.stop()
        self._cells.close()
        self._library.interrupt()
        self._bridge.close()
        self._garbage.stop()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Closing the window ends the program."""
        self.closing.emit()
        self.hide()
        for dialog in self.findChildren(QDialog):
            dialog.close()  # what is asked for in it could not be done any more
        self.shut_down()
        super().closeEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Folders may be dropped anywhere; photos that come from the grid are only for the search."""
        if not event.mimeData().hasFormat(PHOTO_IDS) and dropped_paths(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Follow the folders that were dropped; one with a model is no folder of photos."""
        event.acceptProposedAction()
        self._models.take_models(dropped_paths(event.mimeData()), others=self._folders.add)

    def changeEvent(self, event: QEvent) -> None:
        """Whoever comes back to the window wants to see what happened meanwhile."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.ActivationChange and self.isActiveWindow() and not self._is_shut_down:
            self._feed.look()

    # --- putting together ---

    def _make_widgets(self) -> None:
        self.setWindowTitle("photoorg")
        self.setAcceptDrops(True)
        self.setMinimumSize(640, 420)
        self._menu = QMenu(self)
        self._photo_menu = QMenu(self)
        self._browser = Browser(self._model, self._menu, language=chip_language(self._cells.photo))
        self._viewer = Viewer(PictureLoader(self._bridge, self._library.picture, self))
        self._pages = QStackedWidget()
        self._pages.addWidget(self._browser)
        self._pages.addWidget(self._viewer)
        self.setCentralWidget(self._pages)
        self._models = ModelControl(self._library, self._bridge, self._browser.model_card, self._state, self)
        self._indexing_settings = IndexingSettings(self._library, self._bridge, self)
        self._finding = Finding(
            self._library, self._bridge, self._browser, self._viewer,
            feed=self._feed, models=self._models, photos=self._model, cells=self._cells,
        )  # fmt: skip
        self._browsing, self._search = self._finding.browsing, self._finding.search
        self._notices = FolderNotices(self._library, self._bridge, self._browser.notice)
        self._viewing = Viewing(self._viewer, self._model, self._cells, self)
        self._commands = Commands(self._browser, self._viewer)
        self._fill_menus()
        self._state.restore(self, self._browser)
        self._browser.page.setFocus()  # and from there it goes to what is shown first

    def _fill_menus(self) -> None:
        stars = [
            Command(_STARS[n], partial(self._rate, n), (str(n),), "star-filled" if n else "star", needs_selection=True)
            for n in range(6)
        ]
        self._commands.add_to(self._photo_menu, self._photo_commands())
        self._commands.add_to(self._photo_menu.addMenu("Rating"), stars)
        self._commands.add_to(self._menu, self._window_commands())
        self._commands.enable_for_selection(selected=False)

    def _photo_commands(self) -> list[Command | None]:
        show, keys = self._show_in_folder, ("Ctrl+Return",)
        judge, can_judge = self._browser.grid.give_feedback, self._browser.grid.can_give_feedback
        return [
            Command("Open", self._open_current, (), "photos", needs_selection=True),
            Command("Favourite", self._toggle_favourite, ("F",), "heart", needs_selection=True),
            Command("Find similar", self._browsing.find_similar, ("Ctrl+L",), "similar", needs_selection=True),
            Command("More like this", partial(judge, 1), (), "more-like", needs_selection=True, shown_if=can_judge),
            Command("Less like this", partial(judge, -1), (), "less-like", needs_selection=True, shown_if=can_judge),
            None,
            Command("Copy", self._copy, (Key.Copy,), "copy", needs_selection=True, in_viewer=True),
            Command("Show in folder", show, keys, "show-in-folder", needs_selection=True, in_viewer=True),
        ]

    def _window_commands(self) -> list[Command | None]:
        actions, browser = self._actions, self._browser
        return [
            Command("Add folder \N{HORIZONTAL ELLIPSIS}", self._ask_for_folder, (Key.Open,), "add-folder"),
            Command("Files that cannot be read", self._show_failures, (), "warning"),
            Command("Indexing \N{HORIZONTAL ELLIPSIS}", self._indexing_settings.open_dialog, (), "pause"),
            Command("Models \N{HORIZONTAL ELLIPSIS}", self._models.open_dialog, (), "model"),
            None,
            Command("Undo", partial(self._finding.undo, actions.undo), (Key.Undo,), "undo", in_viewer=True),
            Command("Redo", actions.redo, (Key.Redo, "Ctrl+Y"), "redo", in_viewer=True),
            None,
            Command("Search", browser.search.select_all, (Key.Find, "/"), "search"),
            Command("Back to all photos", self._browsing.leave_results, ("Escape",), "back"),
            Command("Sidebar", browser.sidebar_button.click, ("F9",), "sidebar"),
            Command("Details", browser.details_button.click, ("Ctrl+I",), "details"),
            None,
            Command("Quit", self.close, (Key.Quit, "Ctrl+Q"), "close", in_viewer=True),
        ]

    def _connect(self) -> None:
        browser, bridge = self._browser, self._bridge
        settings, notices = self._indexing_settings, self._notices
        for source in (self._actions, self._folders, self._indexing, settings, self._finding, self._models, notices):
            source.failed.connect(self._tell)
        bridge.failed.connect(self._tell)
        for said in (self._actions.said, self._folders.said, settings.said, self._models.said, self._finding.said):
            said.connect(browser.status.show_message)
        for done in (self._actions.edited, self._folders.added, self._models.chosen, self._notices.decided):
            done.connect(self._feed.look)
        self._models.chosen.connect(self._search.prepare)  # the first search with another model need not wait either
        self._actions.edited.connect(self._finding.look)
        self._feed.overview_changed.connect(self._models.show_overview)
        self._feed.overview_changed.connect(self._notices.show_overview)
        self._indexing.noticed.connect(self._notices.take_notice)
        self._notices.look_wanted.connect(self._indexing.look_again)
        self._feed.timeline_opened.connect(self._on_first_timeline)
        self._indexing.progressed.connect(browser.status.show_progress)
        self._indexing.said.connect(browser.status.show_message)
        browser.status.pause_toggled.connect(self._indexing.set_paused)
        self._indexing.paused_changed.connect(browser.status.set_paused)
        self._feed.overview_changed.connect(self._indexing.show_overview)
        self._connect_widgets()

    def _connect_widgets(self) -> None:
        browser, actions, viewer = self._browser, self._actions, self._viewer
        browser.sidebar.add_folder_clicked.connect(self._ask_for_folder)
        browser.welcome.add_folder_clicked.connect(self._ask_for_folder)
        for clicked in (browser.sidebar.failures_clicked, browser.status.failures_clicked):
            clicked.connect(self._show_failures)
        browser.sidebar.remove_folder_wanted.connect(self._folders.remove)
        browser.sidebar.show_in_folder_wanted.connect(actions.show_path_in_folder)
        browser.grid.opened.connect(self._on_opened)
        for changed in (browser.grid.selection_ids_changed, self._model.modelReset):
            changed.connect(self._on_selection_changed)
        browser.grid.customContextMenuRequested.connect(self._on_menu_wanted)
        browser.details.favourite_toggled.connect(self._set_favourite)
        browser.details.rating_chosen.connect(self._rate)
        browser.details.similar_clicked.connect(self._browsing.find_similar)
        browser.details.show_in_folder_clicked.connect(self._show_in_folder)
        browser.details.copy_clicked.connect(self._copy)
        viewer.favourite_toggled.connect(self._toggle_favourite)
        viewer.rating_chosen.connect(self._rate)
        self._viewing.photo_shown.connect(browser.grid.select_id)
        self._viewing.ended.connect(self._on_viewing_ended)

    # --- what happens ---

    def _on_first_timeline(self, _timeline: Timeline) -> None:
        """The photos are there: heavy work begins when they have been painted."""
        self._feed.timeline_opened.disconnect(self._on_first_timeline)
        QTimer.singleShot(_PAINTED_AFTER_MS, self, self._start_work)

    def _start_work(self) -> None:
        if not self._is_shut_down:
            self._indexing.start()
            self._finding.start()

    def _on_opened(self, photo_id: int) -> None:
        self._finding.prepare_why()
        self._pages.setCurrentWidget(self._viewer)  # first: it shows pictures as large as it is
        self._viewing.open(photo_id)

    def _on_viewing_ended(self) -> None:
        self.setWindowState(self.windowState() & ~Qt.WindowState.WindowFullScreen)
        self._pages.setCurrentWidget(self._browser)
        self._browser.grid.setFocus()

    def _on_selection_changed(self) -> None:
        self._commands.enable_for_selection(selected=bool(self._browsing.selected_ids()))

    def _on_menu_wanted(self, place: QPoint) -> None:
        if self._browsing.selected_ids():
            self._photo_menu.popup(self._browser.grid.viewport().mapToGlobal(place))

    def _tell(self, error: BaseException) -> None:
        """Say what a person can do something about; a bug goes where bugs go."""
        if isinstance(error, ModelMissing):
            self._models.ask_for_model()
        elif isinstance(error, PhotoorgError):
            self._browser.status.show_message(told(error, self._models.title))
        else:
            raise error

    # --- commands ---

    def _chosen(self) -> list[int]:
        """What a command is for: the photo in the viewer, else the selection."""
        shown = self._viewing.photo_id
        return self._browsing.selected_ids() if shown is None else [shown]

    def _toggle_favourite(self) -> None:
        self._actions.toggle_favourite(self._chosen())

    def _set_favourite(self, favourite: bool) -> None:
        self._actions.set_favourite(self._chosen(), favourite=favourite)

    def _rate(self, stars: int) -> None:
        self._actions.set_rating(self._chosen(), stars)

    def _copy(self) -> None:
        self._actions.copy(self._chosen())

    def _show_in_folder(self) -> None:
        if photo := self._browsing.current_photo():
            self._actions.show_in_folder(photo)

    def _open_current(self) -> None:
        if (photo_id := self._browser.grid.current_id()) is not None:
            self._on_opened(photo_id)

    def _ask_for_folder(self) -> None:
        self._folders.ask(self)

    def _show_failures(self) -> None:
        call = CallJob("failures", self._library.failures)
        self._bridge.submit(call, "quick", on_result=self._on_failures_read)

    def _on_failures_read(self, failures: Sequence[Failure]) -> None:
        if self.findChild(FailuresDialog):  # it was asked for twice
            return
        dialog = FailuresDialog(failures, self)
        dialog.show_in_folder_wanted.connect(self._actions.show_path_in_folder)
        dialog.retry_wanted.connect(self._indexing.try_again)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()
