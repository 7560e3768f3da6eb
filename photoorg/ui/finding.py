"""Finding photos in the window: browsing, searching, albums, and why a photo was found, put together."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from photoorg.library import Library, QueryError
from photoorg.ui.browsing import Browsing
from photoorg.ui.cell_loader import CellLoader
from photoorg.ui.job_bridge import JobBridge
from photoorg.ui.library_feed import LibraryFeed
from photoorg.ui.model_control import ModelControl
from photoorg.ui.models.photo_list_model import PhotoListModel
from photoorg.ui.query_chips import has_description
from photoorg.ui.query_trouble import QueryTrouble
from photoorg.ui.results import Results
from photoorg.ui.search_control import SearchControl
from photoorg.ui.search_help import SearchHelp
from photoorg.ui.shelf import Shelf
from photoorg.ui.views.browser import Browser
from photoorg.ui.views.viewer import Viewer
from photoorg.ui.why_control import WhyControl


class Finding(QObject):
    """What is shown in the grid, and how it gets there."""

    failed = Signal(object)  # PhotoorgError, ModelMissing among them
    said = Signal(str)

    def __init__(
        self,
        library: Library,
        bridge: JobBridge,
        browser: Browser,
        viewer: Viewer,
        *,
        feed: LibraryFeed,
        models: ModelControl,
        photos: PhotoListModel,
        cells: CellLoader,
    ) -> None:
        super().__init__(browser)
        self.search = SearchControl(library, bridge, self)
        self._results = Results(library, bridge, browser, photos, model_title=models.title)
        self.browsing = Browsing(browser, photos, cells, feed, self.search, results=self._results)
        self._help = SearchHelp(library, bridge, browser.search, cells)
        self._trouble = QueryTrouble(browser.search)
        self._shelf = Shelf(library, bridge, browser.sidebar)
        self._why = WhyControl(library, bridge, viewer)
        self._connect(feed)

    def start(self) -> None:
        """Begin with what takes long."""
        self.search.prepare()
        self._help.start()

    def stop(self) -> None:
        """Ask nothing any more."""
        self.search.close()
        for part in (self._results, self.browsing, self._help, self._shelf):
            part.stop()

    def look(self) -> None:
        """Somebody edited something: albums and tags may be others, and it is what is undone next."""
        self._shelf.look()
        self.browsing.forget_judgements()

    def undo(self, otherwise: Callable[[], object]) -> None:
        """Take back a judgement on results, if nothing else was done since."""
        if not self.browsing.undo_judgement():
            otherwise()

    def prepare_why(self) -> None:
        """The viewer opens: it can be asked why a photo is among the results, if they are those of a description."""
        answer = self.browsing.answer
        text = answer.question.text if answer is not None and answer.is_by_meaning else ""
        self._why.set_query(text if has_description(text) else "")

    def _connect(self, feed: LibraryFeed) -> None:
        for source in (self.search, self._results, self._shelf):
            source.failed.connect(self._on_failed)
        self._results.said.connect(self.said)
        self._shelf.said.connect(self.said)
        self._results.remembered.connect(self._help.read_history)
        feed.recounted.connect(self._shelf.look)
        self._results.saved.connect(self._shelf.look)
        self._shelf.edited.connect(feed.look)
        self._shelf.read.connect(self._results.renew_album)
        for edited in (self._shelf.edited, self._results.saved):
            edited.connect(self.browsing.forget_judgements)
        self._shelf.collection_wanted.connect(self.browsing.show_collection)
        self._shelf.question_wanted.connect(self.browsing.ask)

    def _on_failed(self, error: BaseException) -> None:
        if isinstance(error, QueryError):
            self._trouble.show(error)
        else:
            self.failed.emit(error)
