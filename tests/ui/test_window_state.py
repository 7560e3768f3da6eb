"""What the window looks like survives its end."""

import pytest
from PySide6.QtCore import QSize, Qt

from photoorg import Library

WIDE = (1280, 820)  # wider than the screen that there is in tests
Ctrl = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def reopen(open_window, data_dir, photos):
    """Closes the window that is open, if any, and opens one."""
    with Library(data_dir) as library:
        library.add_folder(photos)
    opened = []

    def reopen():
        for window in opened:
            window.close()
        opened.append(open_window(data_dir))
        opened[-1].wait_for_photos(3)
        return opened[-1]

    return reopen


def test_panes_sizes_and_cells_are_as_they_were(reopen):
    window = reopen()
    window.window.resize(*WIDE)
    window.press(Qt.Key.Key_F9, window.grid)
    window.press(Qt.Key.Key_I, window.grid, Ctrl)
    window.grid.set_cell_size(272)
    assert not window.browser.sidebar.isVisible()
    window.window.resize(780, 600)
    again = reopen()
    assert again.window.size() == QSize(780, 600)
    again.window.resize(*WIDE)
    assert not again.browser.sidebar.isVisible()
    assert not again.browser.details.isVisible()
    assert again.grid.cell_size == 272
    assert again.browser._slider.value() == 272
    again.press(Qt.Key.Key_F9, again.grid)
    assert again.browser.sidebar.isVisible()
    assert reopen().browser.sidebar.isVisible()


def test_the_width_of_the_panes_is_kept(reopen):
    window = reopen()
    window.window.resize(780, 600)  # with room for the sidebar only
    window.browser.splitter.setSizes([300, 480, 0])
    assert reopen().browser.sidebar.width() == 300


def test_closing_in_the_viewer_keeps_the_panes(reopen):
    window = reopen()
    window.open("a.jpg")
    again = reopen()
    again.window.resize(*WIDE)
    assert again.grid.isVisible()
    assert again.browser.sidebar.isVisible()
    assert again.browser.details.isVisible()


def test_no_start_is_in_full_screen(reopen):
    """That is the viewer's; without it there would be no way out by the keyboard."""
    window = reopen()
    window.window.resize(700, 500)
    window.open("a.jpg")
    window.press(Qt.Key.Key_F11, window.viewer)
    assert window.window.isFullScreen()
    assert not reopen().window.isFullScreen()


def test_the_full_screen_ends_with_the_viewer(reopen):
    window = reopen()
    window.open("a.jpg")
    window.press(Qt.Key.Key_F11, window.viewer)
    window.viewer.closed.emit()
    assert not window.window.isFullScreen()
    assert window.grid.isVisible()


@pytest.mark.parametrize(
    "damage", [b"", b"\xff\xfe\x00garbage", b"[General]\ncell_size=many\ngeometry=7\npanes=x\nsidebar=perhaps\n"]
)
def test_a_damaged_file_means_the_defaults(reopen, data_dir, damage):
    reopen().close()
    library_file = next(
        path
        for path in data_dir.glob("*")
        if path.is_file() and path.suffix != ".log" and b"geometry" in path.read_bytes()
    )
    library_file.write_bytes(damage)
    again = reopen()
    assert again.grid.cell_size == 160
    assert again.grid.isVisible()
