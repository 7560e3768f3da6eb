"""A program for the tests of the application: a small window of its own, told on stdin what to do, on a real library.

usage: window_program.py DATA_DIR. Each line on stdin is done on the GUI thread; what happened is printed.
"""

import sys
import threading
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QApplication, QDialog, QWidget

from photoorg.errors import Cancelled, PhotoorgError
from photoorg.ui.application import run_window


def tell(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


class Orders(QObject):
    """Lines of stdin, read in a thread."""

    came = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        for line in sys.stdin:
            self.came.emit(line.strip())


class Window(QWidget):
    closing = Signal()

    def __init__(self, library, suggestions) -> None:
        super().__init__()
        self._library = library
        self._orders = Orders()
        self._orders.came.connect(self._on_order)
        QTimer.singleShot(0, lambda: tell(f"shown {' '.join(suggestions)}".strip()))

    def shut_down(self) -> None:
        tell(f"shut down with {self._library.stats().counts.photos} photos")

    def _on_order(self, order: str) -> None:
        if order == "dialog":
            QTimer.singleShot(0, lambda: tell("dialog shown"))
            QDialog(self).exec()
        elif order == "raise":
            raise ValueError("a slot has a bug")
        elif order == "raise in thread":
            thread = threading.Thread(target=lambda: {}["a thread has a bug"])
            thread.start()
            thread.join()
        elif order == "boxes":
            self._tell_boxes()
            return
        elif order == "minimise":
            self.showMinimized()
        elif order == "minimised?":
            tell(f"minimised: {self.isMinimized()}")
        elif order == "close":
            self.close()
        tell(f"did {order}")

    def _tell_boxes(self) -> None:
        """Wait for the first box, then count."""
        boxes = [w for w in QApplication.topLevelWidgets() if w.isVisible() and w is not self]
        if boxes:
            tell(f"{len(boxes)} boxes")
        else:
            QTimer.singleShot(1, self._tell_boxes)


def on_fatal(error: PhotoorgError) -> None:
    tell(f"fatal {error.code}")


def main() -> int:
    try:
        run_window(Path(sys.argv[1]), suggestions=sys.argv[2:], say=tell, on_fatal=on_fatal, make_window=Window)
    except Cancelled:
        return 130
    except PhotoorgError as error:
        tell(f"error {error.code}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
