"""What is wrong with watch folders: much that vanished at once, and what the system does not let the program follow."""

from pathlib import Path

from PySide6.QtCore import QObject, Signal

from photoorg.amounts import counted
from photoorg.errors import PhotoorgError, WatchLimited
from photoorg.jobs.job import EditJob
from photoorg.library import FolderInfo, Library, Overview
from photoorg.ui.job_bridge import JobBridge
from photoorg.ui.shown_text import shown_name, shown_path
from photoorg.ui.views.notice_card import NoticeCard

LOOK, GONE, DISMISS = "look", "gone", "dismiss"


class FolderNotices(QObject):
    """Shows one thing at a time on a card: first what a person is asked, then what is good to know."""

    look_wanted = Signal()
    decided = Signal()
    failed = Signal(object)  # PhotoorgError

    def __init__(self, library: Library, bridge: JobBridge, card: NoticeCard) -> None:
        super().__init__(card)
        self._library = library
        self._bridge = bridge
        self._card = card
        self._folder: FolderInfo | None = None
        self._limit: WatchLimited | None = None
        self._is_limit_dismissed = False
        card.chosen.connect(self._on_chosen)

    def show_overview(self, overview: Overview) -> None:
        """Take over what there is to ask."""
        asked = next((folder for folder in overview.folders if folder.vanished and folder.online), None)
        if asked != self._folder:
            self._folder = asked
            self._show()

    def take_notice(self, notice: PhotoorgError) -> None:
        """Something that the watch job tells; what vanished is in the overview, too."""
        if isinstance(notice, WatchLimited) and self._limit is None:
            self._limit = notice
            self._show()

    def _show(self) -> None:
        if self._folder is not None:
            self._card.show_notice(*_question(self._folder), ((LOOK, "Look again"), (GONE, "They are gone")))
        elif self._limit is not None and not self._is_limit_dismissed:
            self._card.show_notice(str(self._limit), self._limit.hint_text, ((DISMISS, "Dismiss"),))
        else:
            self._card.hide()

    def _on_chosen(self, action: str) -> None:
        if action == LOOK:
            self.look_wanted.emit()
        elif action == DISMISS:
            self._is_limit_dismissed = True
            self._show()
        elif self._folder is not None:
            self._confirm(self._folder.path)

    def _confirm(self, path: Path) -> None:
        call = EditJob("confirm what vanished", lambda: self._library.confirm_vanished(path))
        self._bridge.submit(call, "disk", on_result=lambda _none: self.decided.emit(), on_error=self.failed.emit)


def _question(folder: FolderInfo) -> tuple[str, str]:
    assert folder.vanished is not None
    gone, there = folder.vanished.files, folder.vanished.there
    name = shown_name(folder.path)
    photos = counted(gone, "photo", "photos")
    title = f"All {photos} of {name} are gone" if gone == there else f"{gone:,} of {there:,} photos of {name} are gone"
    text = (
        f"Is the drive there? Look into {shown_path(folder.path)}. Until you decide, nothing is changed: the photos stay here, "
        "with all you did with them."
    )
    return title, text
