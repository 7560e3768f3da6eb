"""The program on a terminal of its own: for what it shows and asks only there."""

import contextlib
import os
import pty
import subprocess
from collections.abc import Callable
from pathlib import Path

from .conftest import PROGRAM, Result


def run_on_terminal(
    data_dir: Path, *arguments: str, answer: str = "", seen: Callable[[str], None] = lambda _text: None
) -> Result:
    """Run with stdin and stderr on a terminal, where `answer` was typed ahead; `seen` gets what was shown so far."""
    ours, theirs = pty.openpty()
    environment = os.environ | {"PHOTOORG_DATA_DIR": str(data_dir), "TERM": "xterm", "COLUMNS": "140"}
    with subprocess.Popen(
        [*PROGRAM, *arguments], stdin=theirs, stderr=theirs, stdout=subprocess.PIPE, text=True, env=environment
    ) as program:
        os.close(theirs)
        os.write(ours, answer.encode())
        shown = ""
        with contextlib.suppress(OSError):  # how Linux says that nobody has the other end any more
            while block := os.read(ours, 65536):
                shown += block.decode(errors="replace")
                seen(shown)
        os.close(ours)
        stdout, _ = program.communicate(timeout=60)
    return Result(program.returncode, stdout, shown)
