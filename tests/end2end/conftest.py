"""The program as a child process, in a data folder of its own."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

PROGRAM = [sys.executable, "-m", "photoorg"]


@dataclass(frozen=True)
class Result:
    """What a run of the program gave."""

    exit_code: int
    stdout: str
    stderr: str

    @property
    def json(self) -> Any:
        return json.loads(self.stdout)


Photoorg = Callable[..., Result]


def run_program(data_dir: Path, *arguments: str | bytes | Path, timeout_s: float = 200) -> Result:
    done = subprocess.run(
        [*PROGRAM, *arguments],
        capture_output=True,
        text=True,
        errors="surrogateescape",
        timeout=timeout_s,
        check=False,
        env=os.environ | {"PHOTOORG_DATA_DIR": str(data_dir), "PYTHONWARNINGS": "error"},
    )
    return Result(done.returncode, done.stdout, done.stderr)


@pytest.fixture
def photoorg(tmp_path: Path) -> Photoorg:
    """Runs the command line on a fresh library."""
    return lambda *arguments: run_program(tmp_path / "library", *arguments)


@dataclass(frozen=True)
class DemoLibrary:
    """The demo library, and what the demo printed when it made it."""

    data_dir: Path
    report: dict[str, Any]

    def run(self, *arguments: str | Path) -> Result:
        return run_program(self.data_dir, *arguments)


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> DemoLibrary:
    """Made once; tests that use it only read."""
    data_dir = tmp_path_factory.mktemp("demo")
    made = run_program(data_dir, "demo", "--headless", "--json", "--data-dir", data_dir)
    assert made.exit_code == 0, made.stderr
    return DemoLibrary(data_dir, made.json)
