"""Why this match: asks the library for the photo in the viewer, and shows what it says."""

from PySide6.QtCore import QObject

from photoorg.errors import PhotoorgError
from photoorg.jobs.job import JobContext
from photoorg.library import Library, Photo, WhyMap
from photoorg.ui.job_bridge import JobBridge
from photoorg.ui.views.viewer import Viewer


class WhyJob:
    """Looks where in a photo a query lies."""

    name = "why"

    def __init__(self, library: Library, photo: Photo, query: str) -> None:
        self._library = library
        self._photo = photo
        self._query = query

    def run(self, ctx: JobContext) -> WhyMap:
        """Raises what `Library.why` raises."""
        return self._library.why(self._photo, self._query, check_cancelled=ctx.check_cancelled)


class WhyControl(QObject):
    """One photo at a time: who has gone on to the next waits for no answer about the one before."""

    def __init__(self, library: Library, bridge: JobBridge, viewer: Viewer) -> None:
        super().__init__(viewer)
        self._library = library
        self._bridge = bridge
        self._viewer = viewer
        self._query = ""
        self._running: int | None = None
        viewer.why_toggled.connect(self._on_toggled)

    def set_query(self, query: str) -> None:
        """The query whose results are looked at; "" where nothing can be explained."""
        self._query = query
        self._viewer.why.set_available(bool(query))

    def _on_toggled(self, wanted: bool) -> None:
        if self._running is not None:
            self._bridge.cancel(self._running)
            self._running = None
        photo = self._viewer.photo
        if wanted and photo is not None and self._query:
            self._running = self._bridge.submit(
                WhyJob(self._library, photo, self._query),
                "interactive",
                on_result=self._on_answered,
                on_error=self._on_failed,
            )

    def _on_answered(self, why: WhyMap) -> None:
        self._running = None
        self._viewer.why.show_answer(why.values, "", is_local=why.is_local)

    def _on_failed(self, error: BaseException) -> None:
        self._running = None
        if not isinstance(error, PhotoorgError):
            raise error
        self._viewer.why.show_answer(None, str(error), is_local=False)
