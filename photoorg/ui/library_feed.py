"""The feed: brings what changes in the library, by whichever program, to the list and the figures of the window."""

from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QElapsedTimer, QObject, QTimer, Signal

from photoorg.jobs.job import CallJob
from photoorg.library import ALL_PHOTOS, Collection, Library, Overview, Timeline, TimelineChanges
from photoorg.ui.job_bridge import JobBridge

_LOOK_MS = 300
# Counting costs more than looking for changes, and nobody reads figures faster.
_COUNT_MS = 1_000
# Drives come and go without a word in the catalog.
_COUNT_AGAIN_MS = 10_000
# What is wrong with the catalog is rarely over at once.
_AFTER_ERROR_MS = 5_000


@dataclass(frozen=True)
class _Seen:
    """What the catalog was asked, and what it said; `changes` None: so many that `timeline` was read anew."""

    show: Collection
    revision: int
    timeline: Timeline | None
    changes: TimelineChanges | None


class LibraryFeed(QObject):
    """Looks into the catalog a few times a second, in the background, and tells what is new since the last look."""

    timeline_opened = Signal(object)  # Timeline: of the collection that was asked for
    timeline_renewed = Signal(object)  # Timeline: the same collection, read anew
    changed = Signal(object)  # TimelineChanges
    overview_changed = Signal(object)  # Overview
    recounted = Signal()  # something was written since the last time; not more often than figures are counted

    def __init__(self, library: Library, bridge: JobBridge, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._library = library
        self._bridge = bridge
        self._show = ALL_PHOTOS
        self._revision: int | None = None  # None: the collection is still to be opened
        self._counted_revision = -1
        self._counted = QElapsedTimer()
        self._overview: Overview | None = None
        self._is_looking = self._is_counting = self._is_stopped = False
        self._timer = QTimer(self, interval=_LOOK_MS)
        self._timer.timeout.connect(self.look)

    @property
    def collection(self) -> Collection:
        """What is shown."""
        return self._show

    def start(self) -> None:
        """Begin to look."""
        self._timer.start()
        self.look()

    def stop(self) -> None:
        """Look no more."""
        self._is_stopped = True
        self._timer.stop()

    def show_collection(self, show: Collection) -> None:
        """Open another collection, or the same from its beginning; `timeline_opened` follows."""
        self._show, self._revision = show, None
        self.look()

    def look(self) -> None:
        """Look now, for instance after an edit; if a look is under way, the next one comes soon."""
        if self._is_looking or self._is_stopped:
            return
        self._is_looking = True
        show, since = self._show, self._revision
        call = CallJob("look", partial(_look, self._library, show, since))
        self._bridge.submit(call, "quick", on_result=partial(self._on_seen, since), on_error=self._on_failed)

    def _on_seen(self, since: int | None, seen: _Seen) -> None:
        self._is_looking = False
        if self._timer.interval() != _LOOK_MS:  # it was slowed down by an error
            self._timer.setInterval(_LOOK_MS)
        if (seen.show, since) != (self._show, self._revision):  # a collection was chosen meanwhile, perhaps the same
            self.look()
            return
        self._revision = seen.revision
        if seen.timeline is not None:
            (self.timeline_opened if since is None else self.timeline_renewed).emit(seen.timeline)
        elif seen.changes is not None and not _is_empty(seen.changes):
            self.changed.emit(seen.changes)
        self._count(seen.revision)

    def _count(self, revision: int) -> None:
        """Figures come after what people look at, and from a lane of their own: drives are asked whether they are there."""
        is_due = self._is_count_old(_COUNT_MS) and revision != self._counted_revision
        if self._is_counting or self._is_stopped or not (is_due or self._is_count_old(_COUNT_AGAIN_MS)):
            return
        self._is_counting = True
        call = CallJob("count", self._library.overview)
        self._bridge.submit(call, "disk", on_result=partial(self._on_counted, revision), on_error=self._on_failed)

    def _is_count_old(self, age_ms: int) -> bool:
        return not self._counted.isValid() or self._counted.hasExpired(age_ms)

    def _on_counted(self, revision: int, overview: Overview) -> None:
        self._is_counting = False
        self._counted.start()
        is_new = revision != self._counted_revision
        self._counted_revision = revision  # of before: what was written meanwhile is counted again
        if overview != self._overview:
            self._overview = overview
            self.overview_changed.emit(overview)
        if is_new:
            self.recounted.emit()

    def _on_failed(self, error: BaseException) -> None:
        self._is_looking = self._is_counting = False
        self._timer.setInterval(_AFTER_ERROR_MS)
        self._bridge.failed.emit(error)


def _look(library: Library, show: Collection, since: int | None) -> _Seen:
    """In the background."""
    revision = library.revision
    if since == revision:
        return _Seen(show, revision, None, None)
    changes = None if since is None else library.changes(show, since)
    if changes is not None:
        return _Seen(show, changes.revision, None, changes)
    timeline = library.timeline(show)
    return _Seen(show, timeline.revision, timeline, None)


def _is_empty(changes: TimelineChanges) -> bool:
    return not len(changes.gone) and not len(changes.there.photo_ids)
