"""What untrusted files may do to a worker, by name; importable in workers. Other names are decoded as usual."""

import os
import resource
import signal
import sys
import threading
from pathlib import Path

from photoorg.media.decode import decode_photo


def decode(path, model_input, limits):
    name = os.fsdecode(path).rpartition("/")[2]
    act = _ACTS.get(name)
    return act(path) if act else decode_photo(path, model_input, limits)


def _bug(path):
    raise ZeroDivisionError("a bug")


def _hang(path):
    Path(os.fsdecode(path)).write_text(str(os.getpid()))
    threading.Event().wait()


def _grow(path):
    kept = [b"x" * 50_000_000 for _ in range(40)]
    threading.Event().wait()
    return kept


def _die_once(path):
    marker = Path(os.fsdecode(path + b".seen"))
    if not marker.exists():
        marker.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return "second try"


def _describe(path):
    return {
        "pid": os.getpid(),
        "nice": os.nice(0),
        "core": resource.getrlimit(resource.RLIMIT_CORE),
        "memory": resource.getrlimit(resource.RLIMIT_AS)[0],
        "threads": os.environ["OMP_NUM_THREADS"],
        "interrupts blocked": signal.SIGINT in signal.pthread_sigmask(signal.SIG_BLOCK, ()),
        "loaded": sorted({"torch", "PySide6", "sqlite3", "open_clip"} & {*sys.modules}),
    }


_ACTS = {
    "exit": lambda _path: os._exit(3),
    "segfault": lambda _path: os.kill(os.getpid(), signal.SIGSEGV),
    "hang": _hang,
    "allocate": lambda _path: bytearray(2**40),
    "grow": _grow,
    "bug": _bug,
    "die once": _die_once,
    "describe": _describe,
}
