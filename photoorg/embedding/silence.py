"""Third parties' warnings, kept away from the user, and their imports, made a little quicker."""

import contextlib
import gc
import threading
import warnings
from collections.abc import Iterator

# The filters belong to the whole process: two threads that save and restore them crosswise would leave them changed.
_turn = threading.RLock()


@contextlib.contextmanager
def silence() -> Iterator[None]:
    """Ignore warnings in the block; for imports and constructors of other people's code."""
    with _turn, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


@contextlib.contextmanager
def recorded_warnings() -> Iterator[list[str]]:
    """A list that collects the texts of the warnings in the block, which are not shown."""
    texts: list[str] = []
    with _turn, warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            yield texts
        finally:
            texts += [str(warning.message) for warning in caught]


@contextlib.contextmanager
def heavy_import() -> Iterator[None]:
    """For importing torch and open_clip: without the garbage collector it takes a fifth less.

    Thousands of modules live for ever: looking through them again and again for garbage finds none.
    """
    with _turn, silence():
        was_enabled = gc.isenabled()
        gc.disable()
        try:
            yield
        finally:
            if was_enabled:
                gc.enable()
