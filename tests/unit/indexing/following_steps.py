"""Ways in which changes on the disk come to the catalog: a run over all, or a look at what changed, as when watching."""

import os

from indexed_library import IndexedLibrary, context

from photoorg.indexing.discovery import Discovered, Discovery
from photoorg.indexing.equipment import Equipment
from photoorg.indexing.reading import PhotoReading
from photoorg.indexing.roots import reachable
from photoorg.indexing.scan import Part
from photoorg.indexing.surroundings import Surroundings, Unattended
from photoorg.indexing.work_queue import WorkQueue


def by_run(library: IndexedLibrary, *_names: str) -> None:
    """Index everything."""
    library.index()


def by_parts(library: IndexedLibrary, *names: str) -> None:
    """Look at these paths (relative to the photos' folder) only, and read what is to be read there."""
    queue = WorkQueue()
    queue.add(look(library, *names).work)
    if len(queue):
        read(library, queue)


def look(library: IndexedLibrary, *names: str) -> Discovered:
    """Look at these paths."""
    roots, _ = reachable(library.catalog.folders.all())
    paths = [os.path.normpath(os.path.join(os.fsencode(library.photos), os.fsencode(name))) for name in names]
    parts = [Part(folder, root, path) for path in paths for folder, root in roots if path.startswith(root + b"/")]
    return Discovery(library.catalog, library.encoder.model, Unattended().settling).look_at_parts(context(), parts)


def read(library: IndexedLibrary, queue: WorkQueue, surroundings: Surroundings | None = None) -> None:
    """Read what is in a queue."""
    with Equipment() as equipment:
        PhotoReading(library.tools(library.encoder), equipment, queue, surroundings or Unattended()).run(context())
