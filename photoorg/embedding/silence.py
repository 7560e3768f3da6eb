"""Third parties' warnings, kept away from the user."""

import contextlib
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
