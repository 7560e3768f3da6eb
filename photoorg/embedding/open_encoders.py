"""The encoders that are open: one for each model, made at its first use."""

import contextlib
import threading
from collections.abc import Collection, Iterator
from pathlib import Path

from photoorg.embedding.encoder import Encoder, EncoderHost, open_encoder
from photoorg.embedding.models import InstalledModel
from photoorg.embedding.tuning import FILE_NAME
from photoorg.errors import Cancelled

__all__ = ["EncoderHost", "OpenEncoders"]


class OpenEncoders:
    """Opens encoders on one device and host; safe from any thread."""

    def __init__(
        self, device: str, threads: int, host: EncoderHost, models_dir: Path | None = None, idle_minutes: int = 0
    ) -> None:
        """`threads`: processor threads at most. In `models_dir` it is remembered how each model runs fastest.

        An encoder's own process ends after `idle_minutes` without a call (0: never) and starts again with the next.
        """
        self.host = host
        self._device = device
        self._threads = threads
        self._tuning_file = models_dir / FILE_NAME if models_dir else None
        self._idle_minutes = idle_minutes
        self._encoders: dict[str, Encoder] = {}
        self._lock = threading.Lock()
        self._is_closed = False
        self._on_trial: list[str] = []

    def check_open(self) -> None:
        """Raises Cancelled after `close`."""
        if self._is_closed:
            raise Cancelled

    def of(self, model: InstalledModel) -> Encoder:
        """The encoder of a model. Raises DeviceUnavailable, EncoderLost; Cancelled after `close`."""
        with self._lock:
            if self._is_closed:
                raise Cancelled
            if model.fingerprint not in self._encoders:
                self._encoders[model.fingerprint] = open_encoder(
                    model,
                    self._device,
                    self._threads,
                    self.host,
                    tuning_file=self._tuning_file,
                    idle_minutes=self._idle_minutes,
                )
            return self._encoders[model.fingerprint]

    @contextlib.contextmanager
    def on_trial(self, model: InstalledModel) -> Iterator[Encoder]:
        """The encoder of a model that is not in use (yet): `let_go` spares it meanwhile. Raises like `of`."""
        with self._lock:
            self._on_trial.append(model.fingerprint)
        try:
            yield self.of(model)
        finally:
            with self._lock:
                self._on_trial.remove(model.fingerprint)

    def use_threads(self, threads: int) -> None:
        """Use so many threads at most from now on: encoders that are open start again with them."""
        if threads != self._threads:
            self._threads = threads
            self.let_go(but=())

    def is_awake(self, model: InstalledModel) -> bool:
        """Whether a model encodes a text at once; asking starts nothing."""
        with self._lock:
            encoder = self._encoders.get(model.fingerprint)
        return encoder is not None and encoder.is_awake

    def let_go(self, but: Collection[InstalledModel]) -> None:
        """End the encoders of all other models that are not on trial."""
        kept = {model.fingerprint for model in but}
        with self._lock:
            for fingerprint in self._encoders.keys() - kept - set(self._on_trial):
                self._encoders.pop(fingerprint).close()

    def close(self) -> None:
        """End all encoders for good: calls that wait for one end with Cancelled. May be called twice."""
        with self._lock:
            self._is_closed = True
            while self._encoders:
                self._encoders.popitem()[1].close()
