"""New watch folders: dropped, chosen, and what is no folder; and folders that go."""

import os

import pytest
from pictures import write_jpeg
from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent
from PySide6.QtWidgets import QApplication, QFileDialog

from photoorg import Library
from photoorg.library import ALL_PHOTOS


@pytest.fixture
def window(open_window, data_dir):
    """A window on a new library."""
    window = open_window(data_dir)
    window.wait(lambda: window.browser.page is window.browser.welcome)
    return window


@pytest.fixture
def watching(open_window, data_dir, photos):
    """A window on a library with one folder."""
    with Library(data_dir) as library:
        library.index([photos])
    window = open_window(data_dir)
    window.wait_for_photos(3)
    return window


def message(window):
    return window.browser.status.message()


def paths(window):
    return [folder.path for folder in window.library.folders()]


def test_the_page_of_an_empty_library_leads_to_the_first_folder(window, photos):
    assert not window.browser.search.isVisible()
    window.click("Choose a photo folder …")
    dialog = window.window.findChild(QFileDialog)
    window.wait(dialog.isVisible)
    assert dialog.fileMode() == QFileDialog.FileMode.Directory
    dialog.fileSelected.emit(str(photos))
    dialog.reject()
    window.wait_for_photos(3)
    assert window.browser.search.isVisible()
    assert paths(window) == [photos]


@pytest.mark.parametrize("way", ["sidebar", "menu", "key"])
def test_further_folders_are_chosen_the_same_way(watching, way):
    if way == "sidebar":
        watching.click("Add folder", watching.browser.sidebar)
    elif way == "menu":
        watching.action("Add folder …").trigger()
    else:
        watching.press(Qt.Key.Key_O, watching.grid, Qt.KeyboardModifier.ControlModifier)
    dialog = watching.window.findChild(QFileDialog)
    watching.wait(dialog.isVisible)
    dialog.reject()
    assert len(paths(watching)) == 1


def test_a_dropped_folder_is_watched(window, photos):
    assert window.drop(photos)
    window.wait_for_names("c.jpg", "b.jpg", "a.jpg")
    assert paths(window) == [photos]
    window.wait(lambda: window.counts().get("photos") == 3)


def test_several_folders_may_be_dropped_at_once(window, photos, tmp_path):
    other = write_jpeg(tmp_path.resolve() / "other" / "d.jpg", seed=7).parent
    assert window.drop(photos, other)
    window.wait_for_photos(4)
    assert paths(window) == [photos, other]


def test_a_dropped_file_is_no_folder(window, photos):
    window.drop(photos / "a.jpg")
    window.wait(lambda: message(window) == "a.jpg is a file. Drop the folder that it is in.")
    assert paths(window) == []


def test_a_folder_that_is_watched_already(watching, photos):
    watching.drop(photos)
    watching.wait(lambda: message(watching) == "photos is watched already.")
    assert paths(watching) == [photos]


def test_a_folder_inside_a_watch_folder(watching, photos):
    write_jpeg(photos / "inner" / "d.jpg", seed=8)
    watching.drop(photos / "inner")
    watching.wait(lambda: message(watching) == f"inner is inside {photos}, which is watched already.")
    assert paths(watching) == [photos]
    watching.wait_for_photos(4)


def test_a_folder_around_a_watch_folder(watching, photos):
    write_jpeg(photos.parent / "beside" / "d.jpg", seed=8)
    (photos.parent / "library" / "settings.toml").touch()
    watching.drop(photos.parent)
    watching.wait(lambda: len(paths(watching)) == 2)
    watching.wait_for_photos(4)


def test_a_link_to_a_watch_folder(watching, photos):
    link = photos.parent / "link"
    link.symlink_to(photos)
    watching.drop(link)
    watching.wait(lambda: message(watching) == "link is watched already.")


def test_a_folder_that_does_not_exist(window, tmp_path):
    window.drop(tmp_path / "nowhere")
    window.wait(lambda: "nowhere cannot be reached" in message(window))
    assert window.browser.page is window.browser.welcome


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="nothing is forbidden to root")
@pytest.mark.parametrize("inner", [".", "inner"])
def test_a_folder_without_permission(window, photos, inner):
    (photos / "inner").mkdir()
    photos.chmod(0)
    try:
        window.drop(photos / inner)
        window.wait(lambda: "cannot be reached (Permission denied)" in message(window))
    finally:
        photos.chmod(0o755)
    assert paths(window) == []


def test_what_is_no_file_is_not_taken(window):
    data = QMimeData()
    data.setText("text")
    data.setUrls([QUrl("https://example.org/photos")])
    keys = Qt.KeyboardModifier.NoModifier
    event = QDragEnterEvent(QPoint(9, 9), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, keys)
    event.ignore()
    QApplication.sendEvent(window.window, event)
    assert not event.isAccepted()


def test_nothing_in_the_window_takes_a_dropped_folder_for_text(watching):
    assert not watching.line.acceptDrops()


def test_a_folder_that_is_removed_takes_its_photos_along_and_brings_them_back(watching, photos, tmp_path):
    other = write_jpeg(tmp_path.resolve() / "other" / "d.jpg", seed=7).parent
    watching.drop(other)
    watching.wait_for_photos(4)
    watching.library.set_rating([watching.photo("b.jpg").id], 5)
    watching.browser.sidebar.remove_folder_wanted.emit(photos)
    watching.wait_for_names("d.jpg")
    assert "photos is not watched any more" in message(watching)
    watching.wait(lambda: "photos" not in watching.counts())
    watching.drop(photos)
    watching.wait_for_photos(4)
    watching.wait(lambda: watching.photo("b.jpg").rating == 5)


def test_removing_the_last_folder_leads_back_to_the_first_page(watching, photos):
    watching.browser.sidebar.remove_folder_wanted.emit(photos)
    watching.wait(lambda: watching.browser.page is watching.browser.welcome)


def test_when_the_folder_that_is_shown_is_removed_all_photos_show(watching, photos, tmp_path):
    other = write_jpeg(tmp_path.resolve() / "other" / "d.jpg", seed=7).parent
    watching.drop(other)
    watching.wait(lambda: watching.counts().get("other") == 1)
    watching.choose(watching.folder_collection("other"))
    watching.wait_for_names("d.jpg")
    watching.library.remove_folder(other)
    watching.wait_for_names("c.jpg", "b.jpg", "a.jpg")
    assert watching.browser.sidebar.collection() == ALL_PHOTOS


def test_a_watch_folder_that_is_gone_is_shown_as_such_and_can_be_removed(watching, photos):
    photos.rename(photos.with_name("elsewhere"))
    watching.window._feed._counted.invalidate()  # else it is noticed some seconds later
    watching.wait(lambda: not watching.window._browsing._overview.folders[0].online)
    watching.browser.sidebar.remove_folder_wanted.emit(photos)
    watching.wait(lambda: watching.browser.page is watching.browser.welcome)
