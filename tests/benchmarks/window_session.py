"""One life of the window, measured from within: `window.py` starts it. Prints JSON."""

import json
import os
import random
import shutil
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
from big_library import SEARCHES
from PySide6.QtCore import QEventLoop, QObject, QPoint, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

STARTED = float(os.environ["PHOTOORG_STARTED"])
SECONDS = 12.0
_HANG_S = 120.0


def main() -> None:
    kind, data_dir, *more = sys.argv[1:]
    app = QApplication(["photoorg"])
    result = _MEASURES[kind](app, Path(data_dir), *map(Path, more))
    print(json.dumps(result))


class Gaps(QObject):
    """Notes how much time lies between two beats of a timer that should beat every 5 ms."""

    def __init__(self) -> None:
        super().__init__()
        self._last = time.perf_counter()
        self.all: list[float] = []
        self._timer = QTimer(self, interval=5, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._on_beat)
        self._timer.start()

    def _on_beat(self) -> None:
        now = time.perf_counter()
        self.all.append(1000 * (now - self._last))
        self._last = now

    def report(self) -> dict[str, float]:
        self._timer.stop()
        ordered = sorted(self.all)
        return {
            "median": round(ordered[len(ordered) // 2], 1),
            "p99": round(ordered[int(len(ordered) * 0.99)], 1),
            "max": round(ordered[-1], 1),
            "over_100": sum(gap > 100 for gap in ordered),
            "beats": len(ordered),
        }


class Window:
    """The real window over a library."""

    def __init__(self, app: QApplication, data_dir: Path) -> None:
        from photoorg.library import Library
        from photoorg.ui.main_window import MainWindow
        from photoorg.ui.theme import apply_theme

        apply_theme(app)
        self.library = Library(data_dir, encoder_host="own-process")
        self.window = MainWindow(self.library)
        self.window.resize(1600, 1000)
        self.window.show()
        self.model, self.grid = self.window._model, self.window._browser.grid

    def is_painted(self) -> bool:
        return self.model.rowCount() > 0 and self.window._browser.page is self.grid

    def has_thumbnails(self) -> bool:
        area = self.grid.viewport().rect()
        points = [QPoint(x, y) for x in range(0, area.width(), 60) for y in range(0, area.height(), 60)]
        rows = {row for point in points if (row := self.grid.row_at(point)) is not None}
        return bool(rows) and all(self.has_thumbnail(row) for row in rows)

    def has_thumbnail(self, row: int) -> bool:
        rect = self.grid.visualRect(self.model.index(row, 0))
        side = round(rect.width() * self.grid.devicePixelRatioF())
        return self.model.cells.cell(self.model.photo_id(row), side).pixmap is not None

    def end(self) -> None:
        self.window.shut_down()
        self.library.close()


def wait_until(is_so: Callable[[], bool]) -> None:
    """Let the event loop run, not spin: what is waited for needs the processor."""
    loop = QEventLoop()
    look = QTimer(interval=2, timerType=Qt.TimerType.PreciseTimer)
    look.timeout.connect(lambda: loop.quit() if is_so() else None)
    look.start()
    QTimer.singleShot(round(1000 * _HANG_S), loop, loop.quit)
    loop.exec()
    if not is_so():
        raise SystemExit("the window hangs")


def memory_mb() -> float:
    return round(psutil.Process().memory_info().rss / 1e6, 1)


def measure_start(app: QApplication, data_dir: Path) -> dict[str, Any]:
    window = Window(app, data_dir)
    wait_until(window.is_painted)
    window.grid.viewport().repaint()
    painted_s = time.time() - STARTED
    wait_until(window.has_thumbnails)
    window.grid.viewport().repaint()
    result = {"painted_s": painted_s, "with_thumbnails_s": time.time() - STARTED, "memory_mb": memory_mb()}
    window.end()
    return result


def measure_empty(app: QApplication, _data_dir: Path) -> dict[str, Any]:
    window = QWidget()
    window.resize(1600, 1000)
    window.show()
    wait_until(window.isVisible)
    window.repaint()
    return {"painted_s": time.time() - STARTED}


def measure_gaps(app: QApplication, data_dir: Path, photos: Path | None = None, *, scrolling: bool) -> dict[str, Any]:
    window = Window(app, data_dir)
    wait_until(window.has_thumbnails)
    before = window.library.overview().photos
    if photos:
        add_photos(window.library, photos)
        wait_until(lambda: window.library.overview().photos > before)
    gaps = Gaps()
    scroller = QTimer(interval=16)
    scroller.timeout.connect(lambda: scroll(window))
    if scrolling:
        scroller.start()
    run_for(SECONDS)
    scroller.stop()
    report = {"gaps_ms": gaps.report(), "memory_mb": memory_mb(), "indexed": window.library.overview().photos - before}
    window.end()
    return report


def scroll(window: Window) -> None:
    """Sometimes a page, sometimes a jump through the years, mostly a steady move."""
    bar = window.grid.verticalScrollBar()
    step = random.choices((60, 600, bar.maximum() // 7), (96, 3, 1))[0]
    bar.setValue(bar.value() + step if bar.value() + step <= bar.maximum() else 0)


def measure_reference(app: QApplication, data_dir: Path, photos: Path) -> dict[str, Any]:
    """An empty window, and the same indexing run with its encoder in a process of its own, driven by this process."""
    from photoorg.jobs.runner import JobRunner
    from photoorg.library import Library

    window = QWidget()
    window.resize(1600, 1000)
    window.show()
    library = Library(data_dir, encoder_host="own-process")
    before = library.overview().photos
    runner = JobRunner(lambda _event: None)
    runner.submit(library.watch_job(), "model")
    add_photos(library, photos)
    wait_until(lambda: library.overview().photos > before)
    gaps = Gaps()
    run_for(SECONDS)
    report = {"gaps_ms": gaps.report(), "indexed": library.overview().photos - before}
    library.interrupt()
    runner.close()
    library.close()
    return report


def measure_search(app: QApplication, data_dir: Path) -> dict[str, Any]:
    window = Window(app, data_dir)
    wait_until(window.has_thumbnails)
    ready = threading.Event()
    threading.Thread(target=lambda: (window.library.prepare_encoder(), ready.set())).start()
    wait_until(ready.is_set)
    line = window.window._browser.search._field.line
    times, found = [], []
    for text in SEARCHES:
        window.window._browser.search.set_text(text[:-1], settle=False)
        started = time.perf_counter()
        QTest.keyClick(line, text[-1])
        wait_until(lambda text=text: shown_answer(window) == text and window.is_painted())
        window.grid.viewport().repaint()
        times.append(1000 * (time.perf_counter() - started))
        found.append(window.model.rowCount())
        run_for(0.2)
    window.end()
    times.sort()
    return {
        "key_press_to_results_ms": {
            "median": round(times[len(times) // 2]),
            "p95": round(times[int(len(times) * 0.95)]),
            "max": round(times[-1]),
            "searches": len(times),
            "photos_found": sorted(found)[len(found) // 2],
        }
    }


def shown_answer(window: Window) -> str | None:
    answer = window.window._browsing.answer
    return answer.question.text if answer else None


def add_photos(library: Any, photos: Path) -> None:
    """Links in a new watch folder: at once, and without copying."""
    folder = library.data_dir.root / "new photos"
    folder.mkdir()
    for number, path in enumerate(sorted(photos.rglob("*.jpg"))):
        shutil.copyfile(path, folder / f"{number:05}.jpg")
    library.add_folder(folder)


def run_for(seconds: float) -> None:
    loop = QEventLoop()
    QTimer.singleShot(round(1000 * seconds), loop.quit)
    loop.exec()


_MEASURES: dict[str, Callable[..., dict[str, Any]]] = {
    "start": measure_start,
    "empty": measure_empty,
    "search": measure_search,
    "scroll": lambda *arguments: measure_gaps(*arguments, scrolling=True),
    "rest": lambda *arguments: measure_gaps(*arguments, scrolling=False),
    "reference": measure_reference,
}

if __name__ == "__main__":
    main()
