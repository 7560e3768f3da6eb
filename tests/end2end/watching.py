"""`photoorg watch` as a child process, and what the catalog says meanwhile."""

import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Self

LIMIT_S = 90.0


class Watching:
    """A running `photoorg watch`; a context manager."""

    def __init__(self, data_dir: Path, *arguments: str) -> None:
        self._data_dir = data_dir
        command = [sys.executable, "-m", "photoorg", "watch", "--data-dir", str(data_dir), *arguments]
        environment = os.environ | {"PYTHONWARNINGS": "error"}
        self.program = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.program.kill()
        self.program.communicate()

    def wait_until_ready(self) -> None:
        line = self.program.stderr.readline()
        assert line == "watching\n", line + self.program.stderr.read()

    def end(self, number: int = signal.SIGINT) -> tuple[int, str, str]:
        """Exit code, stdout and the rest of stderr."""
        self.program.send_signal(number)
        output, errors = self.program.communicate(timeout=LIMIT_S)
        return self.program.returncode, output, errors

    def shown(self) -> dict[Path, bytes]:
        """Content hash by path, of all photos that are shown."""
        rows = self._rows("""SELECT volume.mount, file.path, content_hash FROM shown
                             JOIN file ON file.id = file_id JOIN volume ON volume.id = shown.volume_id""")
        found = {_path(row): row[2] for row in rows}
        assert len(found) == len(rows), "a path is shown twice"
        return found

    def photo_ids(self) -> dict[Path, int]:
        rows = self._rows("SELECT volume.mount, path, photo_id FROM shown JOIN volume ON volume.id = volume_id")
        assert len({row[2] for row in rows}) == len(rows), "a photo is shown twice"
        return {_path(row): row[2] for row in rows}

    def companions(self) -> dict[Path, Path]:
        """The main file of each file that is beside one."""
        rows = self._rows("""SELECT volume.mount, file.path, shown.path FROM file
                             JOIN shown ON shown.photo_id = file.photo_id JOIN volume ON volume.id = file.volume_id
                             WHERE file.role != 'main' AND file.missing_since_utc IS NULL""")
        return {_path(row): _path((row[0], row[2])) for row in rows}

    def failed(self) -> set[Path]:
        return set(
            map(
                _path,
                self._rows("""SELECT volume.mount, path FROM file JOIN volume ON volume.id = volume_id
                              WHERE failure_code IS NOT NULL AND missing_since_utc IS NULL"""),
            )
        )

    def missing(self) -> int:
        return int(self._rows("SELECT count(*) FROM file WHERE missing_since_utc IS NOT NULL")[0][0])

    def vanished_from(self) -> list[Path]:
        """The watch folders of which so much vanished at once that a person is asked."""
        rows = self._rows("""SELECT volume.mount, path FROM watch_folder JOIN volume ON volume.id = volume_id
                             WHERE vanished_files > 0 AND vanishing_confirmed = 0""")
        return [_path(row) for row in rows]

    def _rows(self, sql: str) -> list[tuple[Any, ...]]:
        connection = sqlite3.connect(f"file:{self._data_dir / 'catalog.sqlite'}?mode=ro", uri=True, timeout=30)
        try:
            return connection.execute(sql).fetchall()
        finally:
            connection.close()


def seconds_until(
    condition: Callable[[], bool], limit_s: float = LIMIT_S, explain: Callable[[], object] = lambda: "it did not happen"
) -> float:
    """How long a condition took to hold; the test fails if it does not hold in time."""
    started, pause = time.monotonic(), threading.Event()
    while not condition():
        assert time.monotonic() - started < limit_s, explain()
        pause.wait(0.02)
    return time.monotonic() - started


def _path(row: tuple[bytes, bytes, *tuple[Any, ...]]) -> Path:
    return Path(os.fsdecode(os.path.join(row[0], row[1])))


def tell(text: str) -> None:
    """Print a measurement: pytest shows it with -s or -rP."""
    sys.stdout.write(text + "\n")
