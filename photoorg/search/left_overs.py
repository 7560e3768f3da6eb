"""What interrupted programs have left in the folders of the vector indexes."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from photoorg.search.vector_index import index_folder, read_header


def left_over_files(index_dir: Path, fingerprints: Iterable[str]) -> Iterator[Path]:
    """Half-written and outdated generations, and all of models that the library does not know. For the lease's holder."""
    known = {index_folder(index_dir, fingerprint) for fingerprint in fingerprints}
    for folder in sorted(path for path in index_dir.glob("*") if path.is_dir()):
        if folder not in known:
            yield from sorted(path for path in folder.iterdir() if path.is_file())
            continue
        header = read_header(folder)
        yield from sorted(folder.glob("*.new"))
        yield from sorted(path for path in folder.glob("*.hnsw") if header is None or path.name != header.file)
