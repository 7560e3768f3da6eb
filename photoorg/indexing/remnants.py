"""Examinations of what should not be there: half-written files, rows that lead nowhere, what is left of pictures."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from photoorg.amounts import counted
from photoorg.catalog.backups import backups_in, half_made, problem_of, remove_backup
from photoorg.catalog.catalog import Catalog
from photoorg.indexing.examination import Examination, Found
from photoorg.paths import DataDir
from photoorg.search.left_overs import left_over_files

Stop = Callable[[], None]


def remnant_examinations(data_dir: DataDir, catalog: Catalog, stop: Stop) -> Iterator[Examination]:
    """`stop` is called now and then, and may raise."""
    yield _backups(data_dir, catalog, stop)
    yield _files(data_dir, catalog)
    yield _references(catalog)
    yield _photos(catalog)
    yield _orphans(catalog, stop)
    yield _embeddings(catalog, stop)


def _backups(data_dir: DataDir, catalog: Catalog, stop: Stop) -> Examination:
    def damaged() -> list[str]:
        return [backup.path.name for backup in backups_in(data_dir.backups) if problem_of(backup.path)]

    def look() -> Found:
        backups = backups_in(data_dir.backups)
        if not backups:
            return Found(ok=True, detail="There is none yet: indexing and watching make one a day.")
        if bad := damaged():
            return Found(False, f"Damaged: {', '.join(bad)}.", len(bad))
        newest = backups[0].made
        return Found(ok=True, detail=f"{len(backups)}, the newest of {newest:%Y-%m-%d %H:%M} UTC.")

    def mend() -> str:
        bad = [backup for backup in backups_in(data_dir.backups) if problem_of(backup.path)]
        for backup in bad:
            remove_backup(backup)
        made = catalog.backups.make_daily(stop)
        return f"{counted(len(bad), 'damaged copy was', 'damaged copies were')} deleted" + (
            ", and a new one was made." if made else "."
        )

    return Examination("backups", look, mend)


def _files(data_dir: DataDir, catalog: Catalog) -> Examination:
    def left_over() -> list[Path]:
        left = left_over_files(data_dir.index, catalog.embeddings.picture_counts())
        return [*left, *half_made(data_dir.backups, datetime.now(UTC)), *data_dir.root.glob("*.sqlite.restored*")]

    def look() -> Found:
        left = left_over()
        if not left:
            return Found(ok=True, detail="There are none.")
        size = sum(path.stat().st_size for path in left if path.exists()) / 1e6
        return Found(True, f"{counted(len(left), 'file', 'files')} of interrupted programs, {size:,.1f} MB.", len(left))

    def mend() -> str:
        left = left_over()
        for path in left:
            path.unlink(missing_ok=True)
        return f"{counted(len(left), 'file was', 'files were')} deleted."

    return Examination("left-over files", look, mend)


def _references(catalog: Catalog) -> Examination:
    def look() -> Found:
        dangling = catalog.health.dangling()
        if not dangling:
            return Found(ok=True, detail="All rows of the catalog refer to rows that are there.")
        tables = ", ".join(sorted({table for table, _ in dangling}))
        return Found(False, f"{counted(len(dangling), 'row leads', 'rows lead')} nowhere, in {tables}.", len(dangling))

    def mend() -> str:
        dangling = catalog.health.dangling()
        catalog.health.remove_rows(dangling)
        return f"{counted(len(dangling), 'row was', 'rows were')} deleted."

    return Examination("references", look, mend)


def _photos(catalog: Catalog) -> Examination:
    def look() -> Found:
        if lost := catalog.health.photos_without_files():
            return Found(False, f"{counted(len(lost), 'photo has', 'photos have')} no file at all.", len(lost))
        return Found(ok=True, detail="Each photo has a file.")

    def mend() -> str:
        lost = catalog.health.photos_without_files()
        catalog.health.remove_photos(lost)
        return f"{counted(len(lost), 'photo without a file was', 'photos without a file were')} deleted."

    return Examination("photos", look, mend)


def _orphans(catalog: Catalog, stop: Stop) -> Examination:
    def look() -> Found:
        counts = catalog.remains.orphans()
        if not counts.any:
            return Found(ok=True, detail="Nothing is kept of pictures that no file has.")
        detail = (
            f"Kept of pictures that no file has (any more): {counts.embeddings:,} embeddings, {counts.hashes:,} hashes, "
            f"{counts.thumbnails:,} thumbnails. That is no fault; they are removed once a day."
        )
        return Found(True, detail, counts.embeddings + counts.hashes + counts.thumbnails)

    def mend() -> str:
        removed = catalog.remains.remove_orphans(stop)
        return f"What was kept of {counted(removed, 'picture', 'pictures')} was deleted."

    return Examination("orphans", look, mend)


def _embeddings(catalog: Catalog, stop: Stop) -> Examination:
    def look() -> Found:
        if bad := catalog.health.invalid_embeddings(stop):
            detail = f"{counted(len(bad), 'is', 'are')} of the wrong size, not of unit length, or no numbers."
            return Found(False, detail, len(bad))
        return Found(ok=True, detail="All are of their model's size and of unit length.")

    def mend() -> str:
        bad = catalog.health.invalid_embeddings(stop)
        catalog.health.remove_embeddings(bad)
        return f"{counted(len(bad), 'was', 'were')} deleted, to be made again."

    return Examination("embeddings", look, mend)
