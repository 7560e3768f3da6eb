"""The encoder in a process of its own: a crash, a lost device or too little memory costs that process, not this one."""

import contextlib
import logging
import threading
from collections.abc import Iterator, Sequence
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

import numpy as np

from photoorg.embedding.encoder import Pixels, TowerName, Vectors, check_pixels
from photoorg.embedding.encoder_child import EncoderFacts, serve
from photoorg.embedding.idle import IdleWatch
from photoorg.embedding.models import InstalledModel
from photoorg.errors import Cancelled, EncoderLost
from photoorg.spawning import spawn_context

log = logging.getLogger(__name__)

_TOWERS: tuple[TowerName, ...] = ("image", "text")


class _Child:
    """A running child with one pipe per tower, so that a search does not queue behind a batch of photos."""

    def __init__(self, model: InstalledModel, device: str, threads: int | None, tuning_file: Path | None) -> None:
        context = spawn_context()
        pairs = {tower: context.Pipe() for tower in _TOWERS}
        theirs = {tower: pair[1] for tower, pair in pairs.items()}
        self.pipes: dict[TowerName, Connection] = {tower: pair[0] for tower, pair in pairs.items()}
        self.facts: EncoderFacts | None = None
        self.process: BaseProcess = context.Process(
            target=serve, args=(theirs, model, device, threads, tuning_file), name="photoorg-encoder", daemon=True
        )
        self.process.start()
        for pipe in theirs.values():
            pipe.close()  # else our own copy keeps the pipe open when the child has died

    def receive(self, tower: TowerName) -> Any:
        """The child's next answer. Raises EncoderLost, and what the child raised."""
        try:
            kind, value, facts, lines = self.pipes[tower].recv()
        except (EOFError, OSError) as error:
            raise self.lost() from error
        self.facts = facts
        for level, line in lines:
            log.log(level, "%s", line)
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
    """An `Encoder` that drives a child process; after a loss, or a rest, the next call starts a fresh one."""

    def __init__(
        self,
        model: InstalledModel,
        device: str = "auto",
        threads: int | None = None,
        tuning_file: Path | None = None,
        idle_s: float = 0.0,
    ) -> None:
        """Nothing is started yet: the first use does that, and `close` can end it at any time.

        The child ends after `idle_s` seconds without a call; 0 means never.
        """
        self.model = model
        self._arguments = (model, device, threads, tuning_file)
        self._idle_s = idle_s
        self._child: _Child | None = None
        self._watch: IdleWatch | None = None
        self._known_facts: EncoderFacts | None = None
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
    def is_awake(self) -> bool:
        """Whether the child runs and has loaded the text tower; asking starts nothing."""
        child = self._child
        return child is not None and child.facts is not None and child.facts.is_awake

    @property
    def pid(self) -> int | None:
        """The child's process id; None when none runs."""
        child = self._child
        return child.process.pid if child else None

    def encode_images(self, pixels: Pixels) -> Vectors:
        """RGB pixels (n, size, size, 3) to unit vectors (n, dimension)."""
        check_pixels(self.model, pixels)
        if not len(pixels):
            return np.empty((0, self.model.dimension), np.float32)
        vectors: Vectors = self._call("image", pixels.shape, np.ascontiguousarray(pixels).reshape(-1).data)
        return vectors

    def encode_texts(self, texts: Sequence[str]) -> Vectors:
        """Texts to unit vectors (n, dimension)."""
        vectors: Vectors = self._call("text", ("encode_texts", list(texts)))
        return vectors

    def left_out(self, texts: Sequence[str]) -> list[str]:
        """Of each text the end that the model does not read, "" if it reads all."""
        ends: list[str] = self._call("text", ("left_out", list(texts)))
        return ends

    def warm_up(self, tower: TowerName) -> None:
        """Load one tower now."""
        self._call(tower, None)

    def close(self) -> None:
        """End the child at once; a running call ends with Cancelled."""
        self._closed = True
        with self._state:
            child, self._child = self._child, None
            watch, self._watch = self._watch, None
        if child:
            self._end(child)
        if watch:
            watch.stop()

    def _call(self, tower: TowerName, *parts: Any) -> Any:
        with self._turns[tower], self._cancelled_if_closed():
            child = self._running()
            try:
                child.send(tower, *parts)
                return child.receive(tower)
            except EncoderLost:
                self._forget(child)
                raise
            finally:
                self._known_facts = child.facts
                self._note_use()

    @contextlib.contextmanager
    def _cancelled_if_closed(self) -> Iterator[None]:
        try:
            yield
        except EncoderLost:
            if self._closed:
                raise Cancelled from None
            raise

    def _facts(self) -> EncoderFacts:
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
                child.receive("image")
            except BaseException:
                self._forget(child)
                raise
            self._known_facts = child.facts
            self._watch_over(child)
            return child

    def _watch_over(self, child: _Child) -> None:
        with self._state:
            if self._idle_s and self._watch is None and self._child is child:
                self._watch = IdleWatch(self._idle_s, self._rest)

    def _note_use(self) -> None:
        with self._state:
            if self._watch:
                self._watch.used()

    def _rest(self) -> bool:
        """End the child if no call runs; a call that comes meanwhile waits its turn, and starts another one."""
        with contextlib.ExitStack() as held:
            for lock in (*self._turns.values(), self._start):
                if not lock.acquire(blocking=False):
                    return False
                held.callback(lock.release)
            with self._state:
                child, self._child = self._child, None
                watch, self._watch = self._watch, None
            if child:
                log.info("The model was not used for %.0f minutes; its process ends.", self._idle_s / 60)
                self._end(child, have_turns=True)
        if watch:
            watch.stop()
        return True

    def _forget(self, child: _Child) -> None:
        with self._state:
            if self._child is child:
                self._child = None
                child.end()

    def _end(self, child: _Child, *, have_turns: bool = False) -> None:
        child.end()
        for tower in _TOWERS:
            with contextlib.nullcontext() if have_turns else self._turns[tower]:
                child.pipes[tower].close()
