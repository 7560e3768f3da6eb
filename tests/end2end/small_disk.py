"""Run in mounts of its own (`unshare -m`): `photoorg watch` with its data folder on a small disk that is full for a while."""

import json
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parents[1]))

from pictures import write_jpeg
from watching import Watching, seconds_until


def mount(disk: Path, *arguments: str) -> None:
    subprocess.run(["mount", *arguments, str(disk)], check=True)


def fill(disk: Path) -> None:
    with (disk / "filler").open("wb", buffering=0) as stream:
        try:
            while True:
                stream.write(bytes(4096))
        except OSError:  # that is what it is for
            return


def run(disk: Path, photos: Path) -> list[object]:
    """The line on stderr about the trouble, how many photos are shown at the end, and the exit code."""
    mount(disk, "-t", "tmpfs", "-o", "size=6m", "tmpfs")
    add = [sys.executable, "-m", "photoorg", "add", str(photos), "--data-dir", str(disk)]
    subprocess.run(add, check=True, capture_output=True)
    write_jpeg(photos / "first.jpg", seed=1)
    with Watching(disk) as program:
        program.wait_until_ready()
        seconds_until(lambda: len(program.shown()) == 1)
        fill(disk)
        for number in range(12):
            write_jpeg(photos / f"{number}.jpg", seed=10 + number)
        line = program.program.stderr.readline()
        mount(disk, "-o", "remount,size=64m")
        seconds_until(lambda: len(program.shown()) == 13)
        return [line, len(program.shown()), program.end()[0]]


if __name__ == "__main__":
    sys.stdout.write(json.dumps(run(Path(sys.argv[1]), Path(sys.argv[2]))))
