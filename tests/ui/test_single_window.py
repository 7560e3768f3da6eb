"""One window per library: who is first, who asks, and what a crash leaves behind."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from photoorg.errors import DataFolderUnusable, WindowNotAnswering
from photoorg.ui.single_window import only_window

# Holds the window of a library until its stdin ends; prints who it is, and "asked" for each program that came second.
HOLDER = """
import sys, threading
from pathlib import Path
from PySide6.QtCore import QCoreApplication, QMetaObject, Qt
from photoorg.ui.single_window import only_window

def tell(line):
    sys.stdout.write(line + "\\n")
    sys.stdout.flush()

def wait_for_the_end():
    sys.stdin.read()
    QMetaObject.invokeMethod(app, "quit", Qt.ConnectionType.QueuedConnection)

app = QCoreApplication(["holder"])
with only_window(Path(sys.argv[1])) as first:
    tell("first" if first else "second")
    if first:
        first.raise_wanted.connect(lambda: tell("asked"))
        threading.Thread(target=wait_for_the_end, daemon=True).start()
        app.exec()
"""


def holder(data_dir: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-W", "error", "-c", HOLDER, data_dir],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def line(program: subprocess.Popen[str]) -> str:
    return program.stdout.readline().strip()


def finish(program: subprocess.Popen[str]) -> list[str]:
    with program:
        program.stdin.close()
        lines = program.stdout.read().splitlines()
    assert program.returncode == 0
    return lines


def test_the_first_hears_of_the_second(tmp_path: Path) -> None:
    first = holder(tmp_path)
    assert line(first) == "first"
    assert finish(holder(tmp_path)) == ["second"]
    assert line(first) == "asked"
    assert finish(holder(tmp_path)) == ["second"]
    assert line(first) == "asked"
    assert finish(first) == []


def test_other_libraries_have_windows_of_their_own(tmp_path: Path, qapp: QApplication) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
    with only_window(tmp_path / "one") as one, only_window(tmp_path / "two") as two:
        assert one
        assert two


def test_another_way_to_the_same_folder_is_the_same_library(tmp_path: Path, qapp: QApplication, qtbot: QtBot) -> None:
    (tmp_path / "library").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "library")
    with only_window(tmp_path / "library") as first:
        assert first
        with qtbot.waitSignal(first.raise_wanted):
            assert finish(holder(tmp_path / "link")) == ["second"]


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL")
def test_a_crash_leaves_nothing_that_stops_the_next_start(tmp_path: Path) -> None:
    crashed = holder(tmp_path)
    assert line(crashed) == "first"
    crashed.send_signal(signal.SIGKILL)
    crashed.communicate(timeout=60)
    following = holder(tmp_path)
    assert line(following) == "first"
    assert finish(holder(tmp_path)) == ["second"]
    assert line(following) == "asked"
    assert finish(following) == []


def test_of_many_starts_at_once_one_is_first_and_hears_of_all_others(tmp_path: Path) -> None:
    programs = [holder(tmp_path) for _ in range(6)]
    lines = {program: line(program) for program in programs}
    assert sorted(lines.values()) == ["first"] + 5 * ["second"]
    first = next(program for program in programs if lines[program] == "first")
    for program in programs:
        if program is not first:
            assert finish(program) == []
    assert [line(first) for _ in range(5)] == 5 * ["asked"]
    assert finish(first) == []


def test_the_library_is_free_again_after_the_window(tmp_path: Path, qapp: QApplication) -> None:
    for _ in range(2):
        with only_window(tmp_path) as first:
            assert first


def test_a_start_while_the_window_closes_becomes_the_first(tmp_path: Path, qapp: QApplication) -> None:
    with only_window(tmp_path) as first:
        assert first
        first.close()
        following = holder(tmp_path)
    assert line(following) == "first"
    assert finish(following) == []


def test_a_holder_that_does_not_answer_is_an_error(tmp_path: Path, qapp: QApplication) -> None:
    with only_window(tmp_path) as first:
        assert first
        first.close()
        with pytest.raises(WindowNotAnswering, match="has the library"), only_window(tmp_path, patience_s=0.1):
            pass


def test_a_folder_that_cannot_be_locked_is_an_error(tmp_path: Path, qapp: QApplication) -> None:
    (tmp_path / "window.lock").mkdir()
    with pytest.raises(DataFolderUnusable), only_window(tmp_path):
        pass
