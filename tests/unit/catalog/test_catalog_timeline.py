"""The timeline, and what the catalog says has changed in it: replaying the changes gives the timeline itself."""

import random
from dataclasses import replace

import numpy as np
import pytest
from catalog_samples import FACTS, failed, read, store

from photoorg.catalog import timeline as timeline_module
from photoorg.catalog.timeline import ALL_PHOTOS, FAVOURITES, Collection


@pytest.fixture(autouse=True, params=["few photos", "many photos"])
def size(request, monkeypatch):
    """Timelines are read in two ways, which must not differ."""
    if request.param == "many photos":
        monkeypatch.setattr(timeline_module, "_MANY", 0)
        monkeypatch.setattr(timeline_module, "_READ_AT_ONCE", 2)


def taken(local):
    return replace(FACTS, taken_local=local)


def pairs(timeline):
    return list(zip(timeline.photo_ids.tolist(), timeline.taken.tolist(), strict=True))


def test_newest_first_and_of_one_moment_the_latest_added(catalog, folder):
    moments = ["2020-01-02T03:04:05", "2024-05-06T07:08:09.250000", "2020-01-02T03:04:05", None]
    for number, moment in enumerate(moments):
        store(catalog, read(folder, f"{number}.jpg", f"picture {number}", facts=taken(moment)))
    assert pairs(catalog.timelines.timeline(ALL_PHOTOS)) == [
        (2, 20240506070809250),
        (3, 20200102030405000),
        (1, 20200102030405000),
        (4, 0),
    ]


def test_collections_hold_what_belongs_to_them(catalog, folder, volume):
    other = catalog.folders.add(volume, b"scans")
    (one,) = store(catalog, read(folder, "one.jpg", "one"))
    (two,) = store(catalog, read(other, "two.jpg", "two"))
    catalog.journal.set_photos([two], "favourite", 1)
    assert catalog.timelines.timeline(ALL_PHOTOS).photo_ids.tolist() == [two, one]
    assert catalog.timelines.timeline(FAVOURITES).photo_ids.tolist() == [two]
    assert catalog.timelines.timeline(Collection("folder", folder.id)).photo_ids.tolist() == [one]


def test_nothing_changed(catalog, folder):
    store(catalog, read(folder, "one.jpg"))
    before = catalog.timelines.timeline(ALL_PHOTOS)
    changes = catalog.timelines.changes(ALL_PHOTOS, before.revision)
    assert (changes.revision, len(changes.gone), len(changes.there.photo_ids)) == (before.revision, 0, 0)


def test_a_new_a_changed_and_a_missing_photo(catalog, folder):
    ids = store(catalog, read(folder, "one.jpg", "one"), read(folder, "two.jpg", "two"))
    before = catalog.timelines.timeline(ALL_PHOTOS).revision
    (new,) = store(catalog, read(folder, "three.jpg", "three"))
    catalog.journal.set_photos([ids[0]], "rating", 3)
    files = {file.photo_id: file.id for file in catalog.files.known_in(folder)}
    catalog.files.mark_missing([files[ids[1]]])
    changes = catalog.timelines.changes(ALL_PHOTOS, before)
    assert sorted(changes.there.photo_ids.tolist()) == [ids[0], new]
    assert changes.gone.tolist() == [ids[1]]


def test_a_photo_leaves_the_favourites(catalog, folder):
    (one,) = store(catalog, read(folder, "one.jpg"))
    catalog.journal.set_photos([one], "favourite", 1)
    before = catalog.timelines.timeline(FAVOURITES).revision
    catalog.journal.undo()
    assert catalog.timelines.changes(FAVOURITES, before).gone.tolist() == [one]


def test_too_many_changes_ask_for_a_new_timeline(catalog, folder, monkeypatch):
    monkeypatch.setattr(timeline_module, "_MOST_CHANGES", 3)
    before = catalog.timelines.timeline(ALL_PHOTOS).revision
    store(catalog, *[read(folder, f"{n}.jpg", f"picture {n}") for n in range(3)])
    assert catalog.timelines.changes(ALL_PHOTOS, before) is not None
    store(catalog, read(folder, "one more.jpg", "one more"))
    assert catalog.timelines.changes(ALL_PHOTOS, before) is None


def test_a_folder_that_is_hidden_or_shown_asks_for_a_new_timeline(catalog, folder, volume):
    store(catalog, read(folder, "one.jpg"))
    before = catalog.timelines.timeline(ALL_PHOTOS).revision
    catalog.folders.remove(folder)
    assert catalog.timelines.changes(ALL_PHOTOS, before) is None
    between = catalog.timelines.timeline(ALL_PHOTOS).revision
    catalog.folders.add(volume, b"pictures")
    assert catalog.timelines.changes(ALL_PHOTOS, between) is None


def test_overview_counts_what_is_shown(catalog, folder):
    ids = store(catalog, read(folder, "one.jpg", "one"), read(folder, "two.jpg", "two"))
    catalog.files.record_failed([failed(folder, "bad.jpg")])
    catalog.journal.set_photos(ids, "favourite", 1)
    assert catalog.photos.overview() == (2, 2, 1)
    catalog.folders.remove(folder)
    assert catalog.photos.overview() == (0, 0, 0)


def test_photos_by_id_leaves_out_what_is_not_shown(catalog, folder):
    ids = store(catalog, read(folder, "one.jpg", "one"), read(folder, "two.jpg", "two"))
    found = catalog.photos.by_ids([*ids, 99])
    assert {number: photo.path.rpartition(b"/")[2] for number, photo in found.items()} == {
        ids[0]: b"one.jpg",
        ids[1]: b"two.jpg",
    }


def test_thumbnails_of_several_pictures(catalog):
    catalog.thumbnails.add({b"a": {160: b"small a", 480: b"large a"}, b"b": {160: b"small b"}})
    assert catalog.thumbnails.of([b"a", b"b", b"c"], 160) == {b"a": b"small a", b"b": b"small b"}
    assert catalog.thumbnails.of([b"b"], 480) == {}


def random_edit(rng, catalog, folder):
    """One of the things that happen to a library."""
    known = catalog.files.known_in(folder)
    shown = catalog.timelines.timeline(ALL_PHOTOS).photo_ids.tolist()
    name, moment = f"{rng.randrange(6)}.jpg", f"202{rng.randrange(3)}-01-01T10:00:00"
    edits = [
        lambda: store(catalog, read(folder, name, f"{name} {moment}", facts=taken(moment))),
        lambda: catalog.files.record_failed([failed(folder, name)]),
        lambda: catalog.files.mark_missing([rng.choice(known).id]) if known else None,
        lambda: catalog.journal.set_photos([rng.choice(shown)], "favourite", rng.randrange(2)) if shown else None,
    ]
    rng.choice(edits)()


@pytest.mark.parametrize("show", [ALL_PHOTOS, FAVOURITES])
@pytest.mark.parametrize("seed", range(4))
def test_replaying_the_changes_gives_the_timeline(catalog, folder, show, seed):
    rng, rows = random.Random(seed), {}
    revision = catalog.timelines.timeline(show).revision
    for _ in range(100):
        for _ in range(rng.randrange(1, 4)):
            random_edit(rng, catalog, folder)
        changes = catalog.timelines.changes(show, revision)
        revision = changes.revision
        rows = {photo_id: when for photo_id, when in rows.items() if photo_id not in changes.gone} | dict(
            pairs(changes.there)
        )
        assert rows == dict(pairs(catalog.timelines.timeline(show)))


def test_the_arrays_have_whole_numbers(catalog):
    empty = catalog.timelines.timeline(ALL_PHOTOS)
    assert (empty.photo_ids.dtype, empty.taken.dtype, len(empty.taken)) == (np.int64, np.int64, 0)
