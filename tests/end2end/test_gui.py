"""The window through the command line: it opens, it is the only one, signals close it, and without a display it says so."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from .conftest import PROGRAM, Photoorg

DISPLAYS = ("QT_QPA_PLATFORM", "DISPLAY", "WAYLAND_DISPLAY", "WAYLAND_SOCKET")
UNREACHABLE = "/nowhere:99"
OPEN = "the window is open"


@dataclass(frozen=True)
class Window:
    """`photoorg` with a window, as a child process."""

    process: subprocess.Popen[str]
    data_dir: Path

    def wait_until_open(self) -> None:
        """Until the log tells so; fails if the program ends before."""
        log = self.data_dir / "photoorg.log"
        while not (log.exists() and OPEN in log.read_text(encoding="utf-8")):
            try:
                self.process.wait(timeout=0.05)
            except subprocess.TimeoutExpired:
                continue
            pytest.fail(f"the window ended with {self.process.returncode}: {self.process.stderr.read()}")

    def end(self) -> tuple[int, str, str]:
        stdout, stderr = self.process.communicate(timeout=100)
        return self.process.returncode, stdout, stderr


Start = Callable[..., Window]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Starts windows on one library, without a display."""
    started: list[subprocess.Popen[str]] = []
    data_dir = tmp_path / "library"
    environment = os.environ | {
        "PHOTOORG_DATA_DIR": str(data_dir), "QT_QPA_PLATFORM": "offscreen", "PYTHONWARNINGS": "error"
    }  # fmt: skip

    def start(*arguments: str) -> Window:
        process = subprocess.Popen(
            [*PROGRAM, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
        )
        started.append(process)
        return Window(process, data_dir)

    yield start
    for process in started:
        process.kill()
        process.communicate()


@pytest.fixture
def no_display(monkeypatch: pytest.MonkeyPatch) -> None:
    if sys.platform in ("win32", "darwin"):
        pytest.skip("this system always has a display")
    for name in DISPLAYS:
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize("arguments", [[], ["gui"], ["demo"]])
def test_without_a_display_the_commands_that_need_none_are_named(
    photoorg: Photoorg, no_display: None, arguments: list[str], tmp_path: Path
) -> None:
    result = photoorg(*arguments)
    assert (result.exit_code, result.stdout) == (1, "")
    assert "DISPLAY" in result.stderr
    assert "photoorg index" in result.stderr
    assert not (tmp_path / "library").exists()


def test_without_a_display_the_error_is_json_if_that_is_asked_for(photoorg: Photoorg, no_display: None) -> None:
    result = photoorg("gui", "--json")
    assert (result.exit_code, result.json["error"]["code"]) == (1, "no-display")
    assert "demo --headless" in result.json["error"]["hint"]


def test_a_display_that_cannot_be_reached_is_an_error_and_no_abort(
    photoorg: Photoorg, no_display: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DISPLAY", UNREACHABLE)
    result = photoorg("gui", "--json")
    assert (result.exit_code, result.json["error"]["code"] in {"no-display", "qt-libraries-missing"}) == (1, True)


@pytest.mark.parametrize("command", ["gui", "demo"])
def test_an_unknown_device_is_wrong_usage(photoorg: Photoorg, command: str) -> None:
    assert photoorg(command, "--device", "abacus").exit_code == 2


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")
@pytest.mark.parametrize("arguments", [[], ["gui"]])
def test_sigterm_closes_the_window_in_order(start: Start, arguments: list[str], photoorg: Photoorg) -> None:
    window = start(*arguments)
    window.wait_until_open()
    window.process.send_signal(signal.SIGTERM)
    exit_code, stdout, stderr = window.end()
    assert (exit_code, stdout) == (130, "")
    assert "Traceback" not in stderr
    assert photoorg("stats").exit_code == 0


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")
def test_the_demo_is_indexed_while_its_window_is_open_and_goes_on_after_sigterm(
    start: Start, photoorg: Photoorg, tmp_path: Path
) -> None:
    def run_until(embedded: int) -> None:
        window = start("demo", "--data-dir", str(tmp_path / "library"))
        window.wait_until_open()
        while photoorg("stats", "--json").json["embedded"].get("demo", 0) < embedded:
            assert window.process.poll() is None
        window.process.send_signal(signal.SIGTERM)
        exit_code, stdout, stderr = window.end()
        assert (exit_code, stdout) == (130, "")
        assert "Traceback" not in stderr

    run_until(embedded=1)
    run_until(embedded=240)
    stats = photoorg("stats", "--json").json
    assert [(folder["path"], folder["photos"]) for folder in stats["folders"]] == [
        (str(tmp_path / "library" / "pictures"), 240)
    ]
    assert stats["active_model"] == "demo"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")
def test_a_signal_before_the_window_is_there_ends_the_program_too(start: Start) -> None:
    window = start("gui", "--json")
    while not window.data_dir.exists():
        assert window.process.poll() is None
    window.process.send_signal(signal.SIGTERM)
    exit_code, stdout, stderr = window.end()
    assert exit_code == 130
    assert '"cancelled"' in stdout
    assert "Traceback" not in stderr


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")
def test_a_signal_while_qt_is_loaded_waits_for_the_end_of_that(tmp_path: Path) -> None:
    script = (
        "import os, signal, sys; from photoorg.cli.main import main; from photoorg.ui import display; "
        "display.check_window_possible = lambda: (os.kill(os.getpid(), signal.SIGTERM), print('loaded')); "
        "sys.argv = ['photoorg', 'gui']; main()"
    )
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", script], capture_output=True, text=True, check=False, timeout=60,
        env=os.environ | {"PHOTOORG_DATA_DIR": str(tmp_path / "library")},
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (130, "loaded\n")
    assert not (tmp_path / "library").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")
def test_a_second_window_on_the_library_is_the_first_one(start: Start) -> None:
    first = start()
    first.wait_until_open()
    exit_code, stdout, stderr = start("gui").end()
    assert (exit_code, stdout) == (0, "")
    assert "open already" in stderr
    first.process.send_signal(signal.SIGINT)
    assert first.end()[0] == 130


def test_an_error_while_opening_leaves_as_from_any_command(start: Start) -> None:
    window = start("gui", "--json", "--data-dir", __file__)
    exit_code, stdout, _ = window.end()
    assert exit_code == 1
    assert '"data-folder-unusable"' in stdout
