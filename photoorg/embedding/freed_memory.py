"""Memory that was freed, and is not given back by itself."""

import contextlib
import ctypes


def give_back_memory() -> None:
    """Return to the system what was freed; glibc keeps the pieces between those in use."""
    # Other systems' libraries have no such function, and need none.
    with contextlib.suppress(AttributeError, OSError, TypeError):
        ctypes.CDLL(None).malloc_trim(0)
