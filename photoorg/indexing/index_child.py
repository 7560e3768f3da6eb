"""Catching up a large vector index in a process of its own.

hnswlib stops all of Python's threads while it loads and saves: with a million photos a window would stand still for
seconds. The gigabytes that the graph needs are given back when the process ends.
"""

import logging
from collections.abc import Generator
from multiprocessing.connection import Connection

from photoorg.catalog.catalog import Catalog
from photoorg.embedding.models import InstalledModel
from photoorg.errors import PhotoorgError
from photoorg.indexing.tools import IndexTools
from photoorg.paths import DataDir
from photoorg.search.index_cache import IndexCache
from photoorg.spawning import end_with_parent, lower_priority, spawn_context

# Decoding has 10, the encoder 5.
_NICENESS_WAITED_FOR = 5
_NICENESS_IN_THE_GAPS = 15

logger = logging.getLogger(__name__)


def catch_up_apart(tools: IndexTools, wait_s: float = 0.0) -> Generator[None, None, None]:
    """Catch the index up in a child; in parts of at most `wait_s` seconds of waiting. Closing it ends the child.

    With 0 nobody waits for it, and all else goes first. The parent holds the lease meanwhile. Raises DiskFull and other errors of the child.
    """
    mine, theirs = spawn_context().Pipe(duplex=False)
    niceness = _NICENESS_WAITED_FOR if wait_s else _NICENESS_IN_THE_GAPS
    arguments = (DataDir(tools.index_dir.parent), tools.model, tools.settings.cores, niceness, theirs)
    process = spawn_context().Process(target=_catch_up, args=arguments, name="photoorg-index", daemon=True)
    process.start()
    theirs.close()
    try:
        while process.is_alive():
            process.join(wait_s)
            yield
        if (error := _error_of(mine)) is not None:
            raise error
        if process.exitcode:  # exact search serves meanwhile
            logger.info("the vector index was not caught up: its process ended with %s", process.exitcode)
    finally:
        process.kill()  # what it wrote is either whole or ignored
        process.join()
        mine.close()


def _error_of(pipe: Connection) -> PhotoorgError | None:
    try:
        error: PhotoorgError = pipe.recv()
    except EOFError:
        return None
    return error


def _catch_up(data_dir: DataDir, model: InstalledModel, threads: int, niceness: int, pipe: Connection) -> None:
    """The child's main."""
    end_with_parent()
    lower_priority(niceness)
    try:
        catalog = Catalog(data_dir)
        try:
            for _ in IndexCache(catalog, data_dir.index, model).catch_up(threads):
                pass
        finally:
            catalog.close()
    except PhotoorgError as error:
        pipe.send(error)
