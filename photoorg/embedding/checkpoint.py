"""The tensors of one weights file, read one by one."""

import os
import pickle
import re
from pathlib import Path
from typing import Any, Self

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file

from photoorg.embedding.silence import silence
from photoorg.errors import ModelCorrupt

_OS_ERROR = re.compile(r"os error (\d+)")


class Checkpoint:
    """An open weights file: .safetensors, mapped into memory, or torch's .bin without any code. Raises ModelCorrupt."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._tensors: dict[str, torch.Tensor] = {}
        self._file: Any = None
        if path.suffix == ".safetensors":
            self._file = self._open()
            self.names = list(self._file.keys())
        else:
            self._tensors = self._read_pickled()
            self.names = list(self._tensors)
        if not self.names:
            raise self._corrupt("it holds no tensors")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        if self._file is not None:
            self._file.__exit__(None, None, None)

    def tensor(self, name: str) -> torch.Tensor:
        """One tensor on the CPU, as it is in the file. Raises ModelCorrupt."""
        if self._file is None:
            return self._tensors[name]
        try:
            tensor: torch.Tensor = self._file.get_tensor(name)
        except (SafetensorError, OSError) as error:
            raise self._corrupt(str(error)) from error
        return tensor

    def save(self, target: Path) -> None:
        """Write all tensors as safetensors. Raises OSError."""
        tensors = {name: self.tensor(name).contiguous().clone() for name in self.names}
        try:
            save_file(tensors, target, metadata={"format": "pt"})
        except SafetensorError as error:
            # It hides what the system said in its text.
            if found := _OS_ERROR.search(str(error)):
                raise OSError(int(found[1]), os.strerror(int(found[1])), str(target)) from error
            raise OSError(str(error)) from error

    def _open(self) -> Any:
        try:
            file: Any = safe_open(self._path, framework="pt", device="cpu")
            return file.__enter__()
        except (SafetensorError, OSError) as error:
            raise self._corrupt(str(error)) from error

    def _read_pickled(self) -> dict[str, torch.Tensor]:
        try:
            with silence():
                content = torch.load(self._path, map_location="cpu", weights_only=True)
        except (pickle.UnpicklingError, RuntimeError, OSError, EOFError, ValueError, KeyError) as error:
            raise self._corrupt(str(error).splitlines()[0] if str(error) else type(error).__name__) from error
        state = content.get("state_dict", content) if isinstance(content, dict) else None
        if not isinstance(state, dict) or not all(isinstance(value, torch.Tensor) for value in state.values()):
            raise self._corrupt("it holds no state dict")
        # Written by DistributedDataParallel.
        return {str(name).removeprefix("module."): value for name, value in state.items()}

    def _corrupt(self, why: str) -> ModelCorrupt:
        return ModelCorrupt(folder=str(self._path.parent), detail=f"{self._path.name} is damaged ({why}).")
