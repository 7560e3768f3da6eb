"""Examinations of what indexing should have made and is not there: it is made by reading the photos again."""

from collections.abc import Callable, Iterator, Sequence

from photoorg.catalog.catalog import Catalog
from photoorg.embedding.models import InstalledModel
from photoorg.indexing.amounts import counted
from photoorg.indexing.examination import Check, Examination, Found

INDEX_MAKES_THEM = "`photoorg index` makes them; `photoorg doctor --repair` as well."


def gap_examinations(catalog: Catalog, model: InstalledModel | None) -> Iterator[Examination]:
    """Mending them only marks what is to be read again: then an index run has to follow."""
    health = catalog.health
    yield _gap(catalog, "thumbnails", "pictures", health.without_thumbnails, "All pictures have thumbnails.")
    yield _gap(catalog, "hashes", "pictures", health.without_hash, "All pictures have a perceptual hash.")
    yield _gap(catalog, "facts", "photos", health.without_facts, "The facts of all photos are known.")
    if model is not None:
        yield _coverage(catalog, model)


def check_gaps(examinations: Sequence[Examination], index: Callable[[], str]) -> list[Check]:
    """Look; where something lacks, mark it, index once, and look again. `index` gives what to add about the run."""
    found = [examination.look() for examination in examinations]
    lacking = [e for e, f in zip(examinations, found, strict=True) if f.count]
    for examination in lacking:
        if examination.mend:
            examination.mend()
    said = index() if lacking else ""
    return [_after(e, before, said) for e, before in zip(examinations, found, strict=True)]


def _after(examination: Examination, before: Found, said: str) -> Check:
    if not before.count:
        return Check(examination.name, before.ok, before.detail)
    after = examination.look()
    done = f"{before.count - after.count:,} of {before.count:,} were made by reading the photos again. {said}".rstrip()
    return Check(examination.name, after.ok, after.detail, done)


def _gap(catalog: Catalog, name: str, what: str, find: Callable[[], list[int]], well: str) -> Examination:
    def look() -> Found:
        lacking = len(find())
        if not lacking:
            return Found(ok=True, detail=well)
        one = what.removesuffix("s")
        return Found(False, f"{counted(lacking, f'{one} has', f'{what} have')} none. {INDEX_MAKES_THEM}", lacking)

    def mend() -> str:
        catalog.rereading.read_again(find())
        return ""

    return Examination(name, look, mend)


def _coverage(catalog: Catalog, model: InstalledModel) -> Examination:
    """An index run finds these by itself."""

    def look() -> Found:
        lacking = catalog.health.without_embedding(model.fingerprint)
        if not lacking:
            return Found(ok=True, detail=f"{model.reference} has seen all pictures.")
        pictures = counted(lacking, "picture", "pictures")
        return Found(False, f"{model.reference} has not seen {pictures}. {INDEX_MAKES_THEM}", lacking)

    return Examination("coverage", look)
