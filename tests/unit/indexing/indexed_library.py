"""A library on a temporary folder whose model is a stub; scanning, decoding and storing are the real ones."""

import os
from contextlib import ExitStack
from pathlib import Path

from pictures import write_jpeg
from stub_encoder import StubEncoder, stub_model

from photoorg.catalog.catalog import Catalog
from photoorg.indexing.index_job import IndexJob, IndexTools
from photoorg.indexing.pixel_shelf import PixelShelf
from photoorg.indexing.scanner import Scanner
from photoorg.jobs.job import JobContext
from photoorg.paths import DataDir
from photoorg.settings import Settings
from photoorg.volumes import volume_of


class IndexedLibrary:
    """The parts of a library that an index job needs."""

    def __init__(self, root: Path, data: str = "data") -> None:
        self.root = root.resolve()
        self.photos = self.root / "photos"
        self.photos.mkdir(exist_ok=True)
        self.data_dir = DataDir(self.root / data)
        self.data_dir.create()
        self.catalog = Catalog(self.data_dir)
        _without_waiting_for_the_disk(self.catalog)
        self.encoder = StubEncoder(stub_model())
        self._stack = ExitStack()
        self._stack.callback(self.catalog.close)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._stack.close()

    def watch(self, path: Path | None = None):
        """Follow a folder."""
        path = os.fsencode(path or self.photos)
        volume = volume_of(path)
        return self.catalog.folders.add(volume, volume.relative(path))

    def picture(self, name: str, seed: int | None = None) -> Path:
        """A small JPEG below the photos' folder; the seed decides what is on it."""
        return write_jpeg(self.photos / name, sum(name.encode()) if seed is None else seed)

    def tools(self, encoder: StubEncoder | None) -> IndexTools:
        model = encoder.model if encoder else None
        settings = Settings(decode_workers=1, decode_timeout_s=30)
        shelf = PixelShelf(self.data_dir.shelf, model) if model else None
        return IndexTools(self.catalog, self.data_dir.index, settings, model, lambda: encoder, shelf)

    def index(self, folders=None, *, encoder: StubEncoder | None = None, model: bool = True, ctx=None):
        """Run one index job and give its report."""
        encoder = (encoder or self.encoder) if model else None
        return IndexJob(self.tools(encoder), folders).run(ctx or context())

    def scan(self, *folders):
        """Scan watch folders."""
        roots = [(f, os.path.join(f.mount, f.path)) for f in folders or [self.watch()]]
        return Scanner(self.catalog.folders, lambda _: None).scan(roots)

    def shown(self) -> dict[str, int]:
        """Path relative to the root -> photo id, of all photos that are shown."""
        return {os.path.relpath(os.fsdecode(p.path), self.root): p.id for p in self.catalog.photos.all()}


def _without_waiting_for_the_disk(catalog: Catalog) -> None:
    for store in (catalog.files, catalog.embeddings, catalog.thumbnails):
        store._db._writer.execute("PRAGMA synchronous = OFF")


def context(report=lambda _: None) -> JobContext:
    """A context of a job that nobody cancels."""
    return JobContext(1, report)


def counts(report) -> dict[str, int]:
    """The counts of a report that are not zero."""
    names = ("files", "photos", "new", "changed", "moved", "missing", "unchanged", "embedded")
    values = {name: getattr(report, name) for name in names} | {"failed": len(report.failed)}
    return {name: value for name, value in values.items() if value}
