"""The encoder's own process, seen from inside: it answers what comes through its pipes."""

import contextlib
import logging
import signal
import threading
import traceback
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import numpy as np

from photoorg.embedding.encoder import Encoder, TowerName, open_encoder
from photoorg.embedding.models import InstalledModel
from photoorg.errors import PhotoorgError
from photoorg.spawning import end_with_parent, lower_priority

# The window, which drives this process, goes first; decoding has 10.
_NICENESS = 5


@dataclass(frozen=True)
class EncoderFacts:
    """What the child says about itself when it is ready, and with every answer: they change when it measures."""

    device: str
    precision: str
    batch_size: int
    is_awake: bool


class LogLines(logging.Handler):
    """Collects what is logged here, for the program that has the log: (level, text)."""

    def __init__(self) -> None:
        super().__init__(logging.INFO)
        self._lines: list[tuple[int, str]] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep one line."""
        self._lines.append((record.levelno, record.getMessage()))

    def taken(self) -> list[tuple[int, str]]:
        """The lines since the last time."""
        with self.lock or contextlib.nullcontext():
            lines, self._lines = self._lines, []
        return lines


def serve(
    pipes: dict[TowerName, Connection],
    model: InstalledModel,
    device: str,
    threads: int | None,
    tuning_file: Path | None,
) -> None:
    """The child's main: answer requests on both pipes until the parent closes them."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    end_with_parent()
    lower_priority(_NICENESS)
    log_lines = LogLines()
    logging.getLogger("photoorg").addHandler(log_lines)
    logging.getLogger("photoorg").setLevel(logging.INFO)
    try:
        encoder = open_encoder(model, device, threads, tuning_file=tuning_file)
    except PhotoorgError as error:
        pipes["image"].send(("error", error, None, log_lines.taken()))
        return
    pipes["image"].send(("ok", None, _facts_of(encoder), log_lines.taken()))
    threading.Thread(target=_answer, args=(pipes["text"], encoder, "text", log_lines), daemon=True).start()
    _answer(pipes["image"], encoder, "image", log_lines)


def _answer(pipe: Connection, encoder: Encoder, tower: TowerName, log_lines: LogLines) -> None:
    with contextlib.suppress(EOFError, OSError):
        while True:
            head = pipe.recv()
            block = pipe.recv_bytes() if tower == "image" and head is not None else b""
            kind, value = _result(encoder, tower, head, block)
            pipe.send((kind, value, _facts_of(encoder), log_lines.taken()))


def _facts_of(encoder: Encoder) -> EncoderFacts:
    return EncoderFacts(encoder.device, encoder.precision, encoder.batch_size, encoder.is_awake)


def _result(encoder: Encoder, tower: TowerName, head: Any, block: bytes) -> tuple[str, Any]:
    try:
        if head is None:
            encoder.warm_up(tower)
            return "ok", None
        if tower == "text":
            asked, texts = head
            return "ok", encoder.left_out(texts) if asked == "left_out" else encoder.encode_texts(texts)
        return "ok", encoder.encode_images(np.frombuffer(block, np.uint8).reshape(head))
    except PhotoorgError as error:
        return "error", error
    except Exception:  # noqa: BLE001 - a bug crosses with its traceback
        return "bug", traceback.format_exc()
