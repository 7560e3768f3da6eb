"""The encoder in a process of its own: a crash, a lost device or too little memory costs that process, not this one."""

import contextlib
import signal
import threading
import traceback
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any

import numpy as np

from photoorg.embedding.encoder import Encoder, Pixels, TowerName, Vectors, open_encoder
from photoorg.embedding.models import InstalledModel
from photoorg.errors import Cancelled, EncoderLost, PhotoorgError
from photoorg.spawning import end_with_parent, lower_priority, spawn_context

# The window, which drives this process, goes first; decoding has 10.
_NICENESS = 5
_TOWERS: tuple[TowerName, ...] = ("image", "text")


@dataclass(frozen=True)
class _Facts:
    """What the child says about itself when it is ready."""

    device: str
    precision: str
    batch_size: int


class _Child:
    """A running child with one pipe per tower, so that a search does not queue behind a batch of photos."""

    def __init__(self, model: InstalledModel, device: str, threads: int | None) -> None:
        context = spawn_context()
        pairs = {tower: context.Pipe() for tower in _TOWERS}
        theirs = {tower: pair[1] for tower, pair in pairs.items()}
        self.pipes: dict[TowerName, Connection] = {tower: pair[0] for tower, pair in pairs.items()}
        self.process: BaseProcess = context.Process(
            target=serve, args=(theirs, model, device, threads), name="photoorg-encoder", daemon=True
        )
        self.process.start()
        for pipe in theirs.values():
            pipe.close()  # else our own copy keeps the pipe open when the child has died

    def receive(self, tower: TowerName) -> Any:
        """The child's next answer. Raises EncoderLost, and what the child raised."""
        try:
            kind, value = self.pipes[tower].recv()
        except (EOFError, OSError) as error:
            raise self.lost() from error
        if kind == "error":
            raise value
        if kind == "bug":
            raise RuntimeError(value)
        return value

    def send(self, tower: TowerName, *parts: Any) -> None:
        """Send a request: its head, and bytes that are not worth pickling. Raises EncoderLost."""
        head, *blocks = parts
        try:
            self.pipes[tower].send(head)
            for block in blocks:
                self.pipes[tower].send_bytes(block)
        except OSError as error:
            raise self.lost() from error

    def lost(self) -> EncoderLost:
        """Reap the child and say how it ended."""
        self.process.join(timeout=10)
        return EncoderLost(detail=f"exit code {self.process.exitcode}")

    def end(self) -> None:
        """Kill: it holds nothing that could be lost, and torch takes long to end by itself."""
        self.process.kill()
        self.process.join()


class ProcessEncoder:
    """An `Encoder` that drives a child process; after a loss the next call starts a fresh one."""

    def __init__(self, model: InstalledModel, device: str = "auto", threads: int | None = None) -> None:
        """Nothing is started yet: the first use does that, and `close` can end it at any time."""
        self.model = model
        self._arguments = (model, device, threads)
        self._child: _Child | None = None
        self._known_facts: _Facts | None = None
        self._start = threading.Lock()
        self._state = threading.Lock()
        self._turns = {tower: threading.Lock() for tower in _TOWERS}
        self._closed = False

    @property
    def device(self) -> str:
        """Where the child computes. Like the other facts: raises DeviceUnavailable, EncoderLost, Cancelled."""
        return self._facts().device

    @property
    def precision(self) -> str:
        """What the towers compute in."""
        return self._facts().precision

    @property
    def batch_size(self) -> int:
        """Images per call that suit the device."""
        return self._facts().batch_size

    @property
    def pid(self) -> int | None:
        """The child's process id; None when none runs."""
        return self._child.process.pid if self._child else None

    def encode_images(self, pixels: Pixels) -> Vectors:
        """RGB pixels (n, size, size, 3) to unit vectors (n, dimension)."""
        side = self.model.model_input.size
        if pixels.dtype != np.uint8 or pixels.shape[1:] != (side, side, 3):
            raise ValueError(f"expected uint8 (n, {side}, {side}, 3), got {pixels.dtype} {pixels.shape}")
        if not len(pixels):
            return np.empty((0, self.model.dimension), np.float32)
        vectors: Vectors = self._call("image", pixels.shape, np.ascontiguousarray(pixels).reshape(-1).data)
        return vectors

    def encode_texts(self, texts: Sequence[str]) -> Vectors:
        """Texts to unit vectors (n, dimension)."""
        vectors: Vectors = self._call("text", list(texts))
        return vectors

    def warm_up(self, tower: TowerName) -> None:
        """Load one tower now."""
        self._call(tower, None)

    def close(self) -> None:
        """End the child at once; a running call ends with Cancelled."""
        self._closed = True
        with self._state:
            child, self._child = self._child, None
        if child:
            child.end()
            for tower in _TOWERS:
                with self._turns[tower]:
                    child.pipes[tower].close()

    def _call(self, tower: TowerName, *parts: Any) -> Any:
        with self._turns[tower], self._cancelled_if_closed():
            child = self._running()
            try:
                child.send(tower, *parts)
                return child.receive(tower)
            except EncoderLost:
                self._forget(child)
                raise

    @contextlib.contextmanager
    def _cancelled_if_closed(self) -> Iterator[None]:
        try:
            yield
        except EncoderLost:
            if self._closed:
                raise Cancelled from None
            raise

    def _facts(self) -> _Facts:
        if self._known_facts is None:
            with self._cancelled_if_closed():
                self._running()
        assert self._known_facts is not None
        return self._known_facts

    def _running(self) -> _Child:
        """The child, started and ready. Starting takes seconds, in which `close` does not wait."""
        with self._start:
            with self._state:
                if self._closed:
                    raise Cancelled
                if self._child is not None:
                    return self._child
                child = self._child = _Child(*self._arguments)
            try:
                self._known_facts = child.receive("image")
            except BaseException:
                self._forget(child)
                raise
            return child

    def _forget(self, child: _Child) -> None:
        with self._state:
            if self._child is child:
                self._child = None
                child.end()


def serve(pipes: dict[TowerName, Connection], model: InstalledModel, device: str, threads: int | None) -> None:
    """The child's main: answer requests on both pipes until the parent closes them."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    end_with_parent()
    lower_priority(_NICENESS)
    try:
        encoder = open_encoder(model, device, threads)
    except PhotoorgError as error:
        pipes["image"].send(("error", error))
        return
    pipes["image"].send(("ok", _Facts(encoder.device, encoder.precision, encoder.batch_size)))
    threading.Thread(target=_answer, args=(pipes["text"], encoder, "text"), daemon=True).start()
    _answer(pipes["image"], encoder, "image")


def _answer(pipe: Connection, encoder: Encoder, tower: TowerName) -> None:
    with contextlib.suppress(EOFError, OSError):
        while True:
            head = pipe.recv()
            block = pipe.recv_bytes() if tower == "image" and head is not None else b""
            pipe.send(_result(encoder, tower, head, block))


def _result(encoder: Encoder, tower: TowerName, head: Any, block: bytes) -> tuple[str, Any]:
    try:
        if head is None:
            encoder.warm_up(tower)
            return "ok", None
        if tower == "text":
            return "ok", encoder.encode_texts(head)
        return "ok", encoder.encode_images(np.frombuffer(block, np.uint8).reshape(head))
    except PhotoorgError as error:
        return "error", error
    except Exception:  # noqa: BLE001 - a bug crosses with its traceback
        return "bug", traceback.format_exc()
