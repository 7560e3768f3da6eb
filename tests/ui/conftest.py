"""What the tests of the window share: no display is needed, and both themes can be asked for."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import pytest
from pictures import write_jpeg
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

if TYPE_CHECKING:
    from hub import Hub
    from opened_window import OpenedWindow

HANG_MS = 100_000
SETTINGS = "decode_workers = 1\n"
_PATIENCE_S = 120  # with a hub that stalls: longer than any test


class PatientBot(QtBot):
    """Waits for facts as long as a busy machine may need: only what hangs takes that long."""

    def waitUntil(self, callback, *, timeout=HANG_MS):
        super().waitUntil(callback, timeout=timeout)

    def waitSignal(self, signal, *, timeout=HANG_MS, **options):
        return super().waitSignal(signal, timeout=timeout, **options)

    def waitSignals(self, signals, *, timeout=HANG_MS, **options):
        return super().waitSignals(signals, timeout=timeout, **options)


@pytest.fixture
def qtbot(qapp: QApplication, request: pytest.FixtureRequest) -> QtBot:
    return PatientBot(request)


@pytest.fixture(autouse=True)
def _no_widgets_of_earlier_tests(qapp: QApplication) -> None:
    """Widgets that are to be deleted later are deleted now: no event loop runs between tests."""
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


@pytest.fixture
def theme(qapp: QApplication) -> Iterator[Callable[[bool], None]]:
    """The light theme; call the fixture with True for the dark one."""
    from photoorg.ui.theme import apply_theme

    apply_theme(qapp, dark=False)
    yield lambda dark: apply_theme(qapp, dark=dark)
    apply_theme(qapp, dark=False)


@pytest.fixture(scope="session")
def demo_library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of a library with 40 drawn pictures, indexed with the demo model. Not to be changed."""
    from photoorg import Library
    from photoorg.demo.drawing import draw_library

    place = tmp_path_factory.mktemp("demo").resolve()
    draw_library(place / "pictures", count=40)
    data_dir = new_data_dir(place / "library")
    with Library(data_dir) as library:
        library.models.use("demo")
        library.index([place / "pictures"])
    return data_dir


@pytest.fixture
def demo_data(demo_library: Path, tmp_path: Path) -> Path:
    """A copy of that library's data folder; the pictures themselves are those of all tests."""
    return shutil.copytree(demo_library, tmp_path.resolve() / "library")


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    """The data folder of a new library."""
    return new_data_dir(tmp_path.resolve() / "library")


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    """A folder with three small pictures, written one after the other: a.jpg, b.jpg, c.jpg."""
    folder = tmp_path.resolve() / "photos"
    for number, name in enumerate(("a.jpg", "b.jpg", "c.jpg")):
        path = write_jpeg(folder / name, seed=number)
        os.utime(path, (1_600_000_000 + number, 1_600_000_000 + number))
    return folder


@pytest.fixture
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """What happens a few times a second happens more often."""
    monkeypatch.setattr("photoorg.indexing.watch_job._TICK_S", 0.02)
    monkeypatch.setattr("photoorg.ui.library_feed._LOOK_MS", 20)
    monkeypatch.setattr("photoorg.ui.library_feed._COUNT_MS", 40)


@pytest.fixture
def open_window(qtbot, theme, _impatient) -> Iterator[Callable[..., "OpenedWindow"]]:
    """Opens the window of the library in a data folder; after the test everything is closed."""
    from opened_window import OpenedWindow

    from photoorg import Library

    opened: list[OpenedWindow] = []

    def open_window(
        data_dir: Path, suggestions: tuple[str, ...] = (), encoder_host: str = "in-process"
    ) -> OpenedWindow:
        opened.append(OpenedWindow(qtbot, Library(data_dir, encoder_host=encoder_host), suggestions))
        return opened[-1]

    yield open_window
    for window in opened:
        window.close()
        window.window.deleteLater()


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator["Hub"]:
    """A hub with one model, which is proposed; the self-test is the demo's, as the model is."""
    import huggingface_hub
    from model_hub import demo_hub, proposing

    from photoorg.embedding import download, registry
    from photoorg.paths import resources

    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "HF_ENDPOINT"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    monkeypatch.setattr(download, "PAUSE_S", 0.01)
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_ETAG_TIMEOUT", _PATIENCE_S)
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_DOWNLOAD_TIMEOUT", _PATIENCE_S)
    hub = demo_hub()
    monkeypatch.setenv("HF_ENDPOINT", hub.endpoint)
    content = proposing(hub)
    monkeypatch.setattr(registry, "_registry", lambda: content)
    monkeypatch.setattr("photoorg.search.self_test_pictures.resources", lambda: resources() / "demo_model")
    registry.known_models.cache_clear()
    huggingface_hub.close_session()
    yield hub
    huggingface_hub.close_session()
    hub.close()
    registry.known_models.cache_clear()


@pytest.fixture
def _confused(hub: "Hub") -> None:
    """The hub's model has its words mixed up."""
    from model_hub import mix_words_up

    mix_words_up(hub)


@pytest.fixture
def drawn(demo_data: Path) -> Path:
    """The library of drawn pictures, with no model chosen and nothing embedded yet."""
    from photoorg import Library

    with Library(demo_data) as library:
        library.models.remove("demo")
    return demo_data


def new_data_dir(folder: Path) -> Path:
    """A data folder whose library is content with one decode worker."""
    folder.mkdir()
    (folder / "settings.toml").write_text(SETTINGS, encoding="utf-8")
    return folder
