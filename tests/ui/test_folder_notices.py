"""Folders that vanish, as the window shows them: marks, the question above the photos, and what is said."""

import errno

import pytest
from pictures import write_jpeg
from PySide6.QtGui import QGuiApplication

from photoorg import Library
from photoorg.indexing import vanishing
from photoorg.indexing.watch_limits import limit_notice
from photoorg.ui.views.notice_card import NoticeCard
from photoorg.ui.views.wrapped_text import WrappedText


@pytest.fixture
def watching(open_window, data_dir, photos, monkeypatch):
    """A window on a library with one folder of three photos, which are many here. They are in a sub folder: so all can go at once."""
    monkeypatch.setattr(vanishing, "LEAST_FILES", 3)
    photos.rename(photos.with_name("sub"))
    photos.mkdir()
    photos.with_name("sub").rename(photos / "sub")
    with Library(data_dir) as library:
        library.index([photos])
    window = open_window(data_dir)
    window.wait_for_photos(3)
    window.wait_until_watching()
    return window


@pytest.fixture
def emptied(watching, photos):
    """All photos of the folder are gone, and the window asks."""
    (photos / "sub").rename(photos.with_name("away"))
    watching.wait(lambda: "All 3 photos of photos are gone" in watching.browser.notice.title())
    watching.wait(lambda: len(watching.photos()) == 3 and not any(photo.online for photo in watching.photos()))
    return watching


def count_anew(window):
    window.window._feed._counted.invalidate()  # else it is noticed some seconds later


def sidebar_row(window):
    model = window.browser.sidebar._model
    return model.row_at(model.index(model.row_of(window.folder_collection("photos"))))


def unplug(window, photos):
    photos.rename(photos.with_name("unplugged"))
    count_anew(window)
    window.wait(lambda: not sidebar_row(window).online)
    window.wait(lambda: len(window.photos()) == 3 and not any(photo.online for photo in window.photos()))


def test_a_folder_that_is_gone_is_marked_with_its_photos(watching, photos):
    unplug(watching, photos)
    row = sidebar_row(watching)
    assert (row.icon, row.mark, row.count) == ("folder-offline", "offline", 3)
    assert watching.browser.notice.title() == ""
    photos.with_name("unplugged").rename(photos)
    count_anew(watching)
    watching.wait(lambda: sidebar_row(watching).online and all(photo.online for photo in watching.photos()))


def test_an_offline_photo_is_shown_as_its_thumbnail_and_not_copied_or_shown_in_its_folder(watching, photos):
    unplug(watching, photos)
    watching.open("a.jpg")
    watching.wait(lambda: "Its drive is not connected" in watching.viewer._message.text)
    for command in ("Copy", "Show in folder"):
        QGuiApplication.clipboard().setText("before")
        watching.browser.status.show_message("")
        watching.action(command).trigger()
        watching.wait(lambda: "its drive or folder is not there" in watching.browser.status.message())
    assert QGuiApplication.clipboard().text() == "before"


def test_a_drive_that_goes_while_a_photo_is_looked_at_is_told_from_a_file_that_is_gone(watching, photos):
    photos.rename(photos.with_name("unplugged"))  # and the window does not know yet
    watching.open("a.jpg")
    watching.wait(lambda: "Its drive is not connected" in watching.viewer._message.text)


def test_what_is_there_is_copied_and_the_rest_is_counted(watching, tmp_path, photos):
    other = write_jpeg(tmp_path.resolve() / "other" / "d.jpg", seed=7).parent
    watching.drop(other)
    watching.wait_for_photos(4)
    photos.rename(photos.with_name("unplugged"))
    count_anew(watching)
    watching.wait(lambda: sum(photo.online for photo in watching.photos()) == 1)
    watching.select("d.jpg", "a.jpg")
    watching.action("Copy").trigger()
    watching.wait(lambda: "Left out, as their drive is not connected: 1" in watching.browser.status.message())
    assert [url.fileName() for url in QGuiApplication.clipboard().mimeData().urls()] == ["d.jpg"]


def test_vanished_photos_stay_until_a_person_says_that_they_are_gone(emptied):
    assert (sidebar_row(emptied).icon, sidebar_row(emptied).mark) == ("warning", "3 gone")
    emptied.click("They are gone")
    emptied.wait(lambda: emptied.model.rowCount() == 0)
    emptied.wait(lambda: emptied.browser.notice.title() == "")


def test_vanished_photos_that_are_back_are_found_when_a_person_says_so(emptied, photos):
    photos.with_name("away").rename(photos / "sub")
    emptied.click("Look again")
    emptied.wait(lambda: emptied.browser.notice.title() == "")
    emptied.wait(lambda: all(photo.online for photo in emptied.photos()))
    assert emptied.model.rowCount() == 3


def test_what_the_system_does_not_let_us_follow_is_said_until_it_is_dismissed(watching, photos):
    watching.window._indexing.noticed.emit(limit_notice(errno.ENOSPC, str(photos).encode()))
    assert "lets photoorg follow only a part" in watching.browser.notice.title()
    assert "sysctl fs.inotify.max_user_watches=" in watching.browser.notice.text()
    watching.click("Dismiss")
    assert watching.browser.notice.title() == ""


def test_what_is_dismissed_does_not_come_back_after_a_question(emptied, photos):
    emptied.window._indexing.noticed.emit(limit_notice(errno.ENOSPC, str(photos).encode()))
    photos.with_name("away").rename(photos / "sub")
    emptied.click("Look again")
    emptied.wait(lambda: "lets photoorg follow only a part" in emptied.browser.notice.title())
    emptied.click("Dismiss")
    (photos / "sub").rename(photos.with_name("away"))
    emptied.wait(lambda: "are gone" in emptied.browser.notice.title())
    emptied.click("They are gone")
    emptied.wait(emptied.browser.notice.isHidden)


def test_a_long_path_is_read_whole(qtbot, theme):
    card = NoticeCard()
    qtbot.addWidget(card)
    path = "/media/" + 8 * "a_folder_without_any_space_"
    card.show_notice(f"All 214 photos of {path} are gone", f"Look into {path}.", [("look", "Look again")])
    card.resize(400, card.heightForWidth(400))
    card.layout().activate()
    for part in card.findChildren(WrappedText):
        assert card.rect().contains(part.mapTo(card, part.rect().bottomRight()))
        assert part.height() >= part.heightForWidth(part.width())
