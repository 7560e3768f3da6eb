"""The indexer's lease: of several programs on one library, one indexes."""

from pathlib import Path

from filelock import FileLock, Timeout

from photoorg.errors import DataFolderUnusable


class IndexerLease:
    """An OS file lock; the system gives it back when its holder dies."""

    def __init__(self, path: Path) -> None:
        # Not of one thread: a job takes it in its lane, and closing may give it back in another thread.
        self._lock = FileLock(path, thread_local=False)

    def take(self, timeout_s: float = 0.0) -> bool:
        """Try to become the indexer; waits up to `timeout_s` and tells whether it worked."""
        try:
            self._lock.acquire(timeout=timeout_s)
        except Timeout:
            return False
        except OSError as error:
            raise DataFolderUnusable(path=str(self._lock.lock_file), detail=str(error)) from error
        return True

    def release(self) -> None:
        """Give the lease back; may be called twice."""
        self._lock.release()
