"""The window as a process: start, signals, bugs, errors, end."""

import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from photoorg import Library

PROGRAM = Path(__file__).parent / "window_program.py"


class Program:
    """A window in a process of its own, on `data_dir`."""

    def __init__(self, data_dir: Path, *suggestions: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-W", "error", PROGRAM, data_dir, *suggestions],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def hear(self, expected: str) -> None:
        """Wait for a line of its output."""
        assert self._process.stdout.readline().strip() == expected

    def do(self, order: str) -> None:
        self._process.stdin.write(f"{order}\n")
        self._process.stdin.flush()

    def send(self, number: signal.Signals) -> None:
        self._process.send_signal(number)

    def end(self) -> tuple[int, str, str]:
        """Wait for the end; exit code, rest of the output, stderr."""
        with self._process as process:
            output, errors = process.stdout.read(), process.stderr.read()
        return process.returncode, output, errors

    def kill(self) -> None:
        with self._process as process:
            process.kill()


Start = Callable[..., Program]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    started: list[Program] = []

    def start(*suggestions: str) -> Program:
        started.append(Program(tmp_path / "library", *suggestions))
        return started[-1]

    yield start
    for program in started:
        program.kill()


def log_of(tmp_path: Path) -> str:
    return (tmp_path / "library" / "photoorg.log").read_text(encoding="utf-8")


def test_a_window_opens_on_a_new_library_and_closes(start: Start, tmp_path: Path) -> None:
    program = start("a red house")
    program.hear("shown a red house")
    program.do("close")
    program.hear("did close")
    assert program.end() == (0, "shut down with 0 photos\n", "")
    assert "the window is open" in log_of(tmp_path)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")
@pytest.mark.parametrize("number", ["SIGTERM", "SIGINT", "SIGHUP"])
def test_a_signal_closes_the_window_in_order(start: Start, number: str, tmp_path: Path) -> None:
    if signal.getsignal(signal.Signals[number]) is signal.SIG_IGN:
        pytest.skip("these tests run under nohup, and so does the window")
    program = start()
    program.hear("shown")
    program.send(signal.Signals[number])
    assert program.end() == (130, "shut down with 0 photos\n", "")
    Library(tmp_path / "library").close()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")
def test_a_signal_ends_an_open_dialog_too(start: Start) -> None:
    program = start()
    program.hear("shown")
    program.do("dialog")
    program.hear("dialog shown")
    program.send(signal.SIGTERM)
    assert program.end() == (130, "did dialog\nshut down with 0 photos\n", "")


def test_a_bug_in_a_slot_is_logged_and_the_window_goes_on(start: Start, tmp_path: Path) -> None:
    program = start()
    program.hear("shown")
    for _ in range(3):
        program.do("raise")
    program.do("boxes")
    program.hear("1 boxes")
    program.do("close")
    exit_code, _, errors = program.end()
    assert exit_code == 0
    for text in (errors, log_of(tmp_path)):
        assert text.count("ValueError: a slot has a bug") == 3
        assert "_on_order" in text


def test_a_bug_in_a_thread_is_logged_and_the_window_goes_on(start: Start, tmp_path: Path) -> None:
    program = start()
    program.hear("shown")
    program.do("raise in thread")
    program.hear("did raise in thread")
    program.do("close")
    exit_code, _, errors = program.end()
    assert exit_code == 0
    assert "KeyError: 'a thread has a bug'" in errors
    assert "KeyError: 'a thread has a bug'" in log_of(tmp_path)


def test_a_second_start_raises_the_first_window_and_ends(start: Start) -> None:
    first = start()
    first.hear("shown")
    first.do("minimise")
    first.hear("did minimise")
    exit_code, output, errors = start().end()
    assert (exit_code, errors) == (0, "")
    assert output.startswith("photoorg is open already")
    first.do("minimised?")
    first.hear("minimised: False")
    first.do("close")
    assert first.end()[0] == 0


def test_a_library_of_a_newer_program_is_an_error(start: Start, tmp_path: Path) -> None:
    Library(tmp_path / "library").close()
    with sqlite3.connect(tmp_path / "library" / "catalog.sqlite") as catalog:
        catalog.execute("PRAGMA user_version = 9999")
    catalog.close()
    assert start().end() == (1, "error catalog-too-new\n", "")


def test_a_data_folder_that_is_a_file_is_an_error(start: Start, tmp_path: Path) -> None:
    (tmp_path / "library").write_text("")
    assert start().end() == (1, "error data-folder-unusable\n", "")
