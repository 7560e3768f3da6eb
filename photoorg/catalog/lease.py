"""The indexer's lease: of several programs on one library, one indexes."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from photoorg.errors import DataFolderUnusable, LibraryInUse


class IndexerLease:
    """An OS file lock; the system gives it back when its holder dies."""

    def __init__(self, path: Path) -> None:
        # Not of one thread: a job takes it in its lane, and closing may give it back in another thread.
        self._lock = FileLock(path, thread_local=False)
        # FileLock counts: without this, a second `take` in the same program would succeed too.
        self._within_program = threading.Lock()

    def take(self, timeout_s: float = 0.0) -> bool:
        """Try to become the indexer; waits up to `timeout_s` and tells whether it worked."""
        if not self._within_program.acquire(timeout=timeout_s):
            return False
        taken = False
        try:
            self._lock.acquire(timeout=timeout_s)
            taken = True
        except Timeout:
            pass
        except (OSError, NotImplementedError) as error:  # the second one: a file system without locks
            raise DataFolderUnusable(path=str(Path(self._lock.lock_file).parent), detail=str(error)) from error
        finally:
            if not taken:
                self._within_program.release()
        return taken

    @contextmanager
    def held(self, folder: Path) -> Iterator[None]:
        """Hold the lease for a while. Raises LibraryInUse (about the library in `folder`) where another program has it."""
        if not self.take():
            raise LibraryInUse(path=str(folder))
        try:
            yield
        finally:
            self.release()

    def release(self) -> None:
        """Give the lease back; may be called twice."""
        if self._lock.is_locked:
            self._lock.release()
            self._within_program.release()
