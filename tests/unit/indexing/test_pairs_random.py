"""After any changes to files of the same names, the catalog has the photos that the names make, whichever way it looks."""

import os
import shutil
import tempfile
from dataclasses import replace
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from indexed_library import IndexedLibrary, context
from test_diff import read_file

from photoorg.catalog.records import FailedFile
from photoorg.indexing.discovery import Discovery
from photoorg.indexing.reading import _raw_files
from photoorg.indexing.scan import Part

ENDINGS = ("heic", "jpg", "cr2", "dng", "mov")  # the preferred picture first
STEMS = ("a", "b", "x/a")
NAMES = st.sampled_from([f"{stem}.{ending}" for stem in STEMS for ending in ENDINGS])


class PairsAndCatalog(RuleBasedStateMachine):
    """Random changes on a real folder; files that begin with "bad" cannot be read."""

    def __init__(self) -> None:
        super().__init__()
        self.root = Path(tempfile.mkdtemp())
        self.library = IndexedLibrary(self.root)
        self.folder = self.library.watch()
        (self.library.photos / "x").mkdir()
        self.serial = 0
        self.changed: set[str] = set()

    def teardown(self) -> None:
        self.library.__exit__()
        shutil.rmtree(self.root)

    # --- changes ---

    def path(self, name: str) -> Path:
        self.changed.add(name)
        return self.library.photos / name

    @rule(name=NAMES, is_bad=st.sampled_from([False, False, True]))
    def write(self, name, is_bad):
        self.serial += 1
        self.path(name).write_text(f"{'bad' if is_bad else 'good'} {self.serial}", encoding="utf-8")

    @rule(name=NAMES)
    def delete(self, name):
        self.path(name).unlink(missing_ok=True)

    @rule(name=NAMES, other=NAMES)
    def rename(self, name, other):
        if self.path(name).exists():
            self.path(name).replace(self.path(other))

    @rule(name=NAMES, other=NAMES)
    def copy(self, name, other):
        if self.path(name).exists() and name != other:
            shutil.copy2(self.path(name), self.path(other))

    @rule(stem=st.sampled_from(STEMS), other=st.sampled_from(STEMS))
    def rename_all_of_a_name_between_two_looks(self, stem, other):
        self.look(in_parts=True)
        if any(self.path(f"{other}.{ending}").exists() for ending in ENDINGS):
            return
        before = self.library.shown()
        for ending in ENDINGS:
            self.rename(f"{stem}.{ending}", f"{other}.{ending}")
        self.look(in_parts=True)
        after = {name.replace(f"photos/{stem}.", f"photos/{other}."): photo for name, photo in before.items()}
        assert self.library.shown() == after

    # --- the catalog ---

    @rule(in_parts=st.booleans())
    def look(self, in_parts):
        discovery, root = Discovery(self.library.catalog, None, tuple), os.fsencode(self.library.photos)
        if in_parts:
            parts = [Part(self.folder, root, os.path.join(root, os.fsencode(name))) for name in sorted(self.changed)]
            found = discovery.look_at_parts(context(), parts)
        else:
            found = discovery.look_at_folders(context(), [(self.folder, root)])
        looked_at = set(self.changed)
        self.changed.clear()
        work = found.diff.work
        while work:
            failed = {item for item in work if self.is_bad(item)}
            work = self.read(work)
            if any(item.has_rivals for item in failed):
                self.changed = looked_at
                self.look(in_parts)
                return
        self.check_photos()

    def read(self, work):
        """Gives what is to be read after all: RAW files whose picture is broken."""
        files = self.library.catalog.files
        bad = [item for item in work if self.is_bad(item)]
        for item in work:
            if item not in bad:
                read = replace(read_file(item, Path(os.fsdecode(item.path))), companions=item.companions)
                files.record_read([read])
        files.record_failed(
            [FailedFile(item.file_id, item.place, item.stat, "corrupt", {}, item.companions) for item in bad]
        )
        return [raw for item in bad if not item.has_rivals for raw in _raw_files(item)]

    def is_bad(self, item) -> bool:
        return Path(os.fsdecode(item.path)).read_bytes().startswith(b"bad")

    @rule()
    def a_second_look_has_nothing_to_do(self):
        self.look(in_parts=False)
        root = os.fsencode(self.library.photos)
        found = Discovery(self.library.catalog, None, tuple).look_at_folders(context(), [(self.folder, root)])
        diff = found.diff
        assert (diff.work, diff.moves, diff.missing, diff.attachments, diff.strays) == ([], [], [], [], [])

    def check_photos(self) -> None:
        photos = {
            os.path.relpath(os.fsdecode(p.path), self.library.photos): p for p in self.library.catalog.photos.all()
        }
        expected = self.expected()
        found = {
            name: {os.path.relpath(os.fsdecode(c), self.library.photos) for c in photo.companions}
            for name, photo in photos.items()
        }
        assert found == expected
        assert len({photo.id for photo in photos.values()}) == len(photos)

    def expected(self) -> dict[str, set[str]]:
        """What the names make, from the disk alone: main file -> companions."""
        photos: dict[str, set[str]] = {}
        for stem in STEMS:
            there = {
                e: self.library.photos / f"{stem}.{e}"
                for e in ENDINGS
                if (self.library.photos / f"{stem}.{e}").exists()
            }
            good = [e for e, path in there.items() if e != "mov" and not path.read_bytes().startswith(b"bad")]
            main = next((e for e in ("heic", "jpg") if e in good), None)
            for ending in good:
                if ending in ("heic", "jpg") or main is None:
                    photos[f"{stem}.{ending}"] = set()
            if main:
                photos[f"{stem}.{main}"] = {f"{stem}.{e}" for e in there if e in ("cr2", "dng", "mov")}
        return photos

    @invariant()
    def no_photo_has_two_main_files_that_are_there(self):
        files = [f for f in self.library.catalog.files.known_in(self.folder) if not f.missing]
        mains = [f.photo_id for f in files if f.role == "main" and f.failure_code is None]
        assert len(set(mains)) == len(mains)
        assert all(f.photo_id is not None for f in files if f.role != "main")


TestPairsAndCatalog = PairsAndCatalog.TestCase
TestPairsAndCatalog.settings = settings(
    max_examples=20, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True
)
