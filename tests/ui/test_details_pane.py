from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QLabel, QPushButton

from photoorg.library import Photo, PhotoFacts
from photoorg.ui.views.details_pane import DetailsPane
from photoorg.ui.views.fact_list import FactList
from photoorg.ui.views.favourite_button import FavouriteButton
from photoorg.ui.views.rating_stars import RatingStars
from photoorg.ui.views.thumbnail_label import ThumbnailLabel
from photoorg.ui.views.wrapped_text import WrappedText

FACTS = PhotoFacts("JPEG", 4032, 3024, 1, "2019-07-14T14:05:09", 120, "exif", "Canon", "Canon EOS R5", iso=100)
PHOTO = Photo(1, b"/photos/2019/a <b>.jpg", True, b"key", True, 3, "", "", FACTS)


@pytest.fixture
def pane(qtbot, theme):
    pane = DetailsPane()
    qtbot.addWidget(pane)
    pane.resize(280, 700)
    pane.show()
    pane.show_photo(PHOTO, None)
    return pane


@pytest.fixture
def stars(pane):
    return pane.findChild(RatingStars)


def click_star(qtbot, stars, star):
    place = QPoint(stars.width() * (2 * star - 1) // 10, stars.height() // 2)
    qtbot.mouseClick(stars, Qt.MouseButton.LeftButton, pos=place)


def shown_buttons(pane):
    return [button.text() for button in pane.findChildren(QPushButton) if button.isVisible()]


def texts(pane):
    return [text.toPlainText() for text in pane.findChildren(WrappedText) if text.isVisible()]


def test_a_photo_is_shown_with_what_is_known(pane):
    rows = pane.findChild(FactList).rows()
    assert [row.label for row in rows] == ["Taken", "Camera", "Exposure", "Size", "Format", "Folder"]
    assert texts(pane)[0] == "a <b>.jpg"
    assert shown_buttons(pane) == ["Find similar", "Show in folder", "Copy"]


def test_rows_go_when_the_next_photo_knows_less(pane):
    pane.show_photo(replace(PHOTO, facts=PhotoFacts("PNG", 8, 8, 1, None, None, None)), None)
    assert [row.label for row in pane.findChild(FactList).rows()] == ["Size", "Format", "Folder"]


def test_showing_says_nothing(qtbot, pane):
    with qtbot.assertNotEmitted(pane.favourite_toggled), qtbot.assertNotEmitted(pane.rating_chosen):
        pane.show_photo(replace(PHOTO, favourite=False, rating=5), None)
        pane.show_many(3)
        pane.show_nothing()


def test_the_heart(qtbot, pane):
    heart = pane.findChild(FavouriteButton)
    assert heart.accessibleName() == "Remove from favourites"
    with qtbot.waitSignal(pane.favourite_toggled) as toggled:
        qtbot.mouseClick(heart, Qt.MouseButton.LeftButton)
    assert toggled.args == [False]
    with qtbot.waitSignal(pane.favourite_toggled) as toggled:
        qtbot.keyClick(heart, Qt.Key.Key_Space)
    assert toggled.args == [True]


@pytest.mark.parametrize("star", [1, 2, 4, 5])
def test_a_click_on_a_star_is_the_rating(qtbot, pane, stars, star):
    with qtbot.waitSignal(pane.rating_chosen) as chosen:
        click_star(qtbot, stars, star)
    assert (chosen.args, stars.value()) == ([star], star)


def test_a_click_on_the_present_star_takes_the_rating_away(qtbot, pane, stars):
    with qtbot.waitSignal(pane.rating_chosen) as chosen:
        click_star(qtbot, stars, 3)
    assert chosen.args == [0]


@pytest.mark.parametrize(
    ("key", "rating"),
    [(Qt.Key.Key_5, 5), (Qt.Key.Key_0, 0), (Qt.Key.Key_Right, 4), (Qt.Key.Key_Left, 2), (Qt.Key.Key_End, 5)],
)
def test_the_keyboard_rates(qtbot, pane, stars, key, rating):
    with qtbot.waitSignal(pane.rating_chosen) as chosen:
        qtbot.keyClick(stars, key)
    assert chosen.args == [rating]


def test_the_same_rating_is_no_news(qtbot, pane, stars):
    with qtbot.assertNotEmitted(pane.rating_chosen):
        qtbot.keyClick(stars, Qt.Key.Key_3)


def test_the_mouse_over_a_star_shows_what_a_click_would_give(qtbot, stars):
    before = stars.grab().toImage()
    qtbot.mouseMove(stars, QPoint(stars.width() - 4, 8))
    qtbot.waitUntil(lambda: stars.grab().toImage() != before)
    assert stars.value() == 3


def test_heart_and_stars_can_be_reached_by_the_keyboard(pane, stars):
    for widget in (stars, pane.findChild(FavouriteButton), *pane.findChildren(QPushButton)):
        assert widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        assert widget.accessibleName()


@pytest.mark.parametrize(
    ("text", "signal"),
    [("Find similar", "similar_clicked"), ("Show in folder", "show_in_folder_clicked"), ("Copy", "copy_clicked")],
)
def test_the_buttons(qtbot, pane, text, signal):
    button = next(b for b in pane.findChildren(QPushButton) if b.text() == text)
    with qtbot.waitSignal(getattr(pane, signal)):
        button.click()


def test_an_offline_photo_says_so(pane):
    pane.show_photo(replace(PHOTO, online=False), None)
    said = [label.text() for label in pane.findChildren(QLabel) if label.isVisible()]
    assert any("not connected" in text for text in said)
    enabled = {b.text(): b.isEnabled() for b in pane.findChildren(QPushButton)}
    assert enabled == {"Find similar": True, "Show in folder": False, "Copy": False}
    pane.show_many(2)
    assert all(b.isEnabled() for b in pane.findChildren(QPushButton))
    pane.show_photo(PHOTO, None)
    assert not any("not connected" in label.text() for label in pane.findChildren(QLabel) if label.isVisible())


def test_many_photos_keep_heart_and_stars(qtbot, pane, stars):
    pane.show_many(1234)
    assert texts(pane) == ["1,234 photos selected"]
    assert shown_buttons(pane) == ["Copy"]
    with qtbot.waitSignal(pane.rating_chosen) as chosen:
        click_star(qtbot, stars, 4)
    assert chosen.args == [4]


def test_after_many_one_is_whole_again(pane):
    pane.show_many(2)
    pane.show_photo(PHOTO, None)
    assert shown_buttons(pane) == ["Find similar", "Show in folder", "Copy"]


def test_nothing_is_a_hint(pane, stars):
    pane.show_nothing()
    assert not stars.isVisible()


@pytest.mark.parametrize("width", [220, 280, 420])
def test_long_names_and_folders_wrap(qtbot, pane, width):
    path = b"/photos/" + b"a_long_folder_name" * 12 + b"/" + b"a_long_file_name" * 10 + b".jpg"
    pane.show_photo(replace(PHOTO, path=path), None)
    pane.resize(width, 900)
    whole = [text for text in pane.findChildren(WrappedText) if text.isVisible()]
    qtbot.waitUntil(lambda: all(text.height() >= text.heightForWidth(text.width()) for text in whole))
    assert all(text.width() <= width for text in whole)


def test_a_thumbnail_keeps_its_proportions_and_is_not_too_high(qtbot, theme):
    thumbnail = ThumbnailLabel()
    qtbot.addWidget(thumbnail)
    for size, height in (((480, 320), 160), ((320, 480), 240), ((160, 160), 240)):
        thumbnail.show_pixmap(QPixmap(*size))
        assert thumbnail.heightForWidth(240) == height
    thumbnail.show_pixmap(QPixmap())
    assert thumbnail.heightForWidth(240) == thumbnail.heightForWidth(480)
