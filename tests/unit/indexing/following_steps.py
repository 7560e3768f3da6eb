"""Ways in which changes on the disk come to the catalog: a run over all, or a look at what changed, as when watching."""

import os

from indexed_library import IndexedLibrary, context

from photoorg.indexing.discovery import Discovery
from photoorg.indexing.equipment import Equipment
from photoorg.indexing.reading import PhotoReading
from photoorg.indexing.roots import reachable
from photoorg.indexing.scanner import Part
from photoorg.indexing.surroundings import Unattended
from photoorg.indexing.work_queue import WorkQueue


def by_run(library: IndexedLibrary, *_names: str) -> None:
    """Index everything."""
    library.index()


def by_parts(library: IndexedLibrary, *names: str) -> None:
    """Look at these paths (relative to the photos' folder) only, and read what is to be read there."""
    roots, _ = reachable(library.catalog.folders.all())
    paths = [os.path.normpath(os.path.join(os.fsencode(library.photos), os.fsencode(name))) for name in names]
    parts = [Part(folder, root, path) for path in paths for folder, root in roots if path.startswith(root + b"/")]
    tools, queue = library.tools(library.encoder), WorkQueue()
    found = Discovery(library.catalog, tools.model, Unattended().settling).look_at_parts(context(), parts)
    queue.add(found.work)
    if len(queue):
        with Equipment() as equipment:
            PhotoReading(tools, equipment, queue, Unattended()).run(context())
