"""The encoders that are open: one for each model, made at its first use."""

import threading
from typing import Literal

from photoorg.embedding.encoder import Encoder, open_encoder
from photoorg.embedding.models import InstalledModel
from photoorg.errors import Cancelled

EncoderHost = Literal["in-process", "own-process"]


class OpenEncoders:
    """Opens encoders on one device and host; safe from any thread."""

    def __init__(self, device: str, threads: int, host: EncoderHost) -> None:
        """`threads`: processor threads at most."""
        self._arguments = (device, threads, host)
        self._encoders: dict[str, Encoder] = {}
        self._lock = threading.Lock()
        self._is_closed = False

    def of(self, model: InstalledModel) -> Encoder:
        """The encoder of a model. Raises DeviceUnavailable, EncoderLost; Cancelled after `close`."""
        with self._lock:
            if self._is_closed:
                raise Cancelled
            if model.fingerprint not in self._encoders:
                self._encoders[model.fingerprint] = open_encoder(model, *self._arguments)
            return self._encoders[model.fingerprint]

    def let_go(self, but: InstalledModel | None) -> None:
        """End the encoders of all other models."""
        with self._lock:
            for fingerprint in [known for known in self._encoders if but is None or known != but.fingerprint]:
                self._encoders.pop(fingerprint).close()

    def close(self) -> None:
        """End all encoders for good: calls that wait for one end with Cancelled. May be called twice."""
        with self._lock:
            self._is_closed = True
            while self._encoders:
                self._encoders.popitem()[1].close()
