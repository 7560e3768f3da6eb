"""Why this match, in the viewer of the window: asked with W about one photo after the other."""

import threading

import numpy as np
import pytest
from found_window import ALL, ask, hurry, texts
from PySide6.QtCore import Qt

from photoorg import Library
from photoorg.errors import PhotoOffline
from photoorg.library import WhyMap


@pytest.fixture
def window(open_window, demo_data, monkeypatch):
    hurry(monkeypatch)
    window = open_window(demo_data)
    window.wait_for_photos(ALL)
    return window


def look_at(window, text, key=Qt.Key.Key_W):
    """Open the first result of a query, and ask why."""
    ask(window, text)
    window.open(window.names()[0])
    window.press(key, window.viewer)


def is_answered(window):
    return window.window._finding._why._running is None


def test_w_shows_where_it_lies_and_w_again_the_photo(window):
    look_at(window, "a snowman")
    assert window.viewer.why.is_on
    assert "Looking" in texts(window.viewer)
    window.wait(lambda: is_answered(window))
    assert "Looking" not in texts(window.viewer)
    window.press(Qt.Key.Key_W, window.viewer)
    assert not window.viewer.why.is_on


def test_the_next_photo_is_asked_about_and_the_one_before_no_more(window, monkeypatch):
    asked, go_on = [], threading.Event()

    def why(_library, photo, query, *, check_cancelled):
        asked.append((photo.id, query))
        if len(asked) == 1:
            go_on.wait()
        check_cancelled()
        return WhyMap(np.zeros((4, 4), np.float32), (0.5, 0.5), (0.0, 0.0, 1.0, 1.0), 0.0, is_local=False)

    monkeypatch.setattr(Library, "why", why)
    try:
        look_at(window, "snow")
        window.wait(lambda: len(asked) == 1)
        window.press(Qt.Key.Key_Right, window.viewer)
    finally:
        go_on.set()
    window.wait(lambda: "whole scene" in texts(window.viewer))
    assert asked == [(photo_id, "snow") for photo_id in window.ids()[:2]]


def test_a_photo_out_of_reach_is_told_about(window, monkeypatch):
    def why(_library, *_args, **_more):
        raise PhotoOffline

    monkeypatch.setattr(Library, "why", why)
    look_at(window, "snow")
    window.wait(lambda: is_answered(window))
    assert str(PhotoOffline()) in texts(window.viewer)


@pytest.mark.parametrize("query", ["like:#7", "-snow", "type:jpeg"])
def test_without_a_description_there_is_nothing_to_ask(window, query):
    look_at(window, query)
    assert not window.viewer.why.is_on
    assert not window.viewer._bar._why.isVisible()


def test_an_album_that_is_a_description_can_be_asked(qtbot, window):
    window.library.save_search("Winter", "date:2000..2100 snow")
    found = window.library.albums.named("Winter")
    assert found.query
    look_at(window, found.query)
    assert window.viewer.why.is_on
    window.press(Qt.Key.Key_Escape, window.viewer)
    window.wait(lambda: not window.viewer.why.is_on)
