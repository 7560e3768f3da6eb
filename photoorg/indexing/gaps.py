"""Examinations of what indexing should have made and is not there: it is made by reading the photos again."""

import os
from collections.abc import Callable, Container, Iterator, Sequence

from photoorg.amounts import counted
from photoorg.catalog.catalog import Catalog
from photoorg.catalog.records import Photo
from photoorg.embedding.models import InstalledModel
from photoorg.indexing.examination import Check, Examination, Found
from photoorg.indexing.placeholders import is_online_only

INDEX_MAKES_THEM = "`photoorg index` makes them; `photoorg doctor --repair` as well."
_AT_ONCE = 500


def gap_examinations(
    catalog: Catalog, model: InstalledModel | None, shelf: Container[bytes] = ()
) -> Iterator[Examination]:
    """Mending them only marks what is to be read again: then an index run has to follow.

    Pictures on the `shelf` (by key) were read, and wait for the model.
    """
    health = catalog.health
    yield _gap(catalog, "thumbnails", "pictures", health.without_thumbnails, "All pictures have thumbnails.")
    yield _gap(catalog, "hashes", "pictures", health.without_hash, "All pictures have a perceptual hash.")
    yield _gap(catalog, "facts", "photos", health.without_facts, "The facts of all photos are known.")
    if model is not None:
        yield _coverage(catalog, model, shelf)


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


def _coverage(catalog: Catalog, model: InstalledModel, shelf: Container[bytes]) -> Examination:
    """An index run finds these by itself. It is no fault where photos wait, or cannot be reached now."""

    def look() -> Found:
        lacking = catalog.health.without_embedding(model.fingerprint)
        if not lacking:
            return Found(ok=True, detail=f"{model.reference} has seen all pictures.")
        rest = [key for key in lacking if key not in shelf]
        unseen = _within_reach(catalog, rest)
        waiting, away, paused = len(lacking) - len(rest), len(rest) - len(unseen), catalog.settings.is_paused
        told = [f"{model.reference} has not seen {counted(len(lacking), 'picture', 'pictures')}."]
        told += [f"{waiting:,} were read and wait for it."] if waiting else []
        told += [f"{away:,} are on drives that are away, or in a cloud only."] if away else []
        told += ["Indexing is paused."] if paused else []
        told += [INDEX_MAKES_THEM] if unseen else []
        return Found(paused or not unseen, " ".join(told), waiting + len(unseen))

    return Examination("coverage", look)


def _within_reach(catalog: Catalog, picture_keys: Sequence[bytes]) -> list[bytes]:
    """The pictures of which a file can be read now."""
    catalog.mounted.look_again()
    found: list[bytes] = []
    for start in range(0, len(picture_keys), _AT_ONCE):
        page = picture_keys[start : start + _AT_ONCE]
        photos = catalog.photos.by_picture(page)
        # One whose facts are lost is not among them.
        found += [key for key in page if key not in photos or any(map(_can_be_read, photos[key]))]
    return found


def _can_be_read(photo: Photo) -> bool:
    try:
        return photo.online and not is_online_only(os.lstat(photo.path))
    except OSError:
        return False
