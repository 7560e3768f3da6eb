"""Reading photos: pictures, counts, coverage, failures; and watch folders that come and go."""

import os
from contextlib import closing
from dataclasses import replace

import numpy as np
from catalog_samples import FACTS, STAT, digest, failed, known, place, read, shown, store

from photoorg.catalog.catalog import Catalog
from photoorg.catalog.photos import Counts, PhotoStore
from photoorg.volumes import Mounted, Volume, volume_of

VECTOR = np.full(4, 0.5, np.float32)


def embed(catalog, fingerprint, *pictures):
    model_id = catalog.embeddings.model_id(fingerprint, f"model {fingerprint}", 4)
    catalog.embeddings.add(model_id, {digest(picture): VECTOR for picture in pictures})


def names_without(catalog, fingerprint, *folders):
    files = catalog.files.without_embedding(fingerprint, folders)
    return [os.path.basename(file.place.path) for file in files]


def test_a_new_library_is_empty(catalog):
    assert catalog.photos.counts() == Counts(0, 0, 0, 0, 0)
    assert catalog.photos.coverage("a") == 1.0
    assert catalog.photos.embedded_counts() == {}
    assert list(catalog.photos.all()) == []
    assert catalog.photos.by_ids([1]).get(1) is None


def test_counts_tell_photos_files_pictures_failures_and_missing_photos(catalog, folder):
    store(catalog, read(folder, "1.jpg", "sea"), read(folder, "2.jpg", "sea"), read(folder, "3.jpg", "hill"))
    store(catalog, read(folder, "gone.jpg", "gone"), read(folder, "broke.jpg", "broke"))
    catalog.files.mark_missing([known(catalog, folder)[b"gone.jpg"].id])
    catalog.files.record_failed([failed(folder, "broke.jpg"), failed(folder, "bad.jpg")])
    assert catalog.photos.counts() == Counts(photos=3, files=5, pictures=2, failed=2, missing=1)


def test_photos_of_removed_folders_do_not_count(catalog, folder):
    store(catalog, read(folder, "1.jpg"), read(folder, "2.jpg", "hill"))
    catalog.files.record_failed([failed(folder, "bad.jpg")])
    catalog.files.mark_missing([known(catalog, folder)[b"2.jpg"].id])
    catalog.folders.remove(folder)
    assert catalog.photos.counts() == Counts(0, 0, 0, 0, 0)
    assert list(catalog.photos.all()) == []


def test_coverage_is_the_share_of_shown_photos_that_a_model_has_embedded(catalog, folder):
    store(
        catalog, read(folder, "1.jpg"), read(folder, "2.jpg"), read(folder, "3.jpg", "hill"), read(folder, "4.jpg", "x")
    )
    embed(catalog, "a", "sea", "not shown")
    embed(catalog, "b", "sea", "hill", "x")
    assert [catalog.photos.coverage(model) for model in ("a", "b", "never used")] == [0.5, 1.0, 0.0]
    assert catalog.photos.embedded_counts() == {"model a": 2, "model b": 4}


def test_files_without_an_embedding_are_listed_newest_first_and_copies_too(catalog, folder):
    ages = {"old.jpg": 1, "new.jpg": 3, "middle.jpg": 2}
    store(catalog, *(read(folder, name, name, stat=replace(STAT, mtime_ns=age)) for name, age in ages.items()))
    store(catalog, read(folder, "copy.jpg", "old.jpg"), read(folder, "done.jpg", "done"))
    embed(catalog, "a", "done")
    embed(catalog, "b", "old.jpg", "new.jpg", "middle.jpg")
    assert names_without(catalog, "a", folder) == [b"copy.jpg", b"new.jpg", b"middle.jpg", b"old.jpg"]
    assert names_without(catalog, "b", folder) == [b"done.jpg"]
    assert len(names_without(catalog, "never used", folder)) == 5


def test_only_what_is_shown_in_the_named_folders_needs_an_embedding(catalog, folder, volume):
    other, removed = (catalog.folders.add(volume, path) for path in (b"other", b"removed"))
    store(catalog, read(folder, "here.jpg", "1"), read(other, "there.jpg", "2"), read(removed, "hidden.jpg", "3"))
    store(catalog, read(folder, "gone.jpg", "4"), read(folder, "broke.jpg", "5"))
    catalog.files.mark_missing([known(catalog, folder)[b"gone.jpg"].id])
    catalog.files.record_failed([failed(folder, "broke.jpg"), failed(folder, "bad.jpg")])
    catalog.folders.remove(removed)
    assert names_without(catalog, "a", folder) == [b"here.jpg"]
    assert set(names_without(catalog, "a", folder, other, removed)) == {b"here.jpg", b"there.jpg"}
    assert names_without(catalog, "a") == []


def test_any_number_of_pictures_can_be_asked_for(catalog, folder):
    [photo_id] = store(catalog, read(folder, "sea.jpg"))
    embed(catalog, "a", "sea")
    keys = [digest(f"unknown {number}") for number in range(40_000)]
    keys.insert(20_000, digest("sea"))
    found = catalog.photos.by_picture([*keys, digest("sea")])
    assert {key: [photo.id for photo in photos] for key, photos in found.items()} == {digest("sea"): [photo_id]}
    assert catalog.embeddings.present(1, keys) == {digest("sea")}
    assert catalog.photos.by_picture([]) == {}


def test_all_photos_come_newest_first_and_those_without_a_time_last(catalog, folder):
    times = {"a.jpg": "2020-01-01T00:00:00", "b.jpg": None, "c.jpg": "2021-01-01T00:00:00"}
    store(catalog, *(read(folder, name, name, facts=replace(FACTS, taken_local=time)) for name, time in times.items()))
    assert [os.path.basename(photo.path) for photo in catalog.photos.all()] == [b"c.jpg", b"a.jpg", b"b.jpg"]


def test_photos_of_a_mounted_volume_are_online_at_its_present_mount_point(catalog, folder, data_dir):
    here = volume_of(os.path.realpath(os.fsencode(data_dir.root)))
    with_here = catalog.folders.add(here, here.relative(os.path.realpath(os.fsencode(data_dir.root))))
    store(catalog, read(folder, "away.jpg"), read(with_here, "here.jpg"))
    with closing(Catalog(data_dir)) as again:
        online = {os.path.basename(photo.path): photo.online for photo in again.photos.all()}
    assert online == {b"away.jpg": False, b"here.jpg": True}


def test_a_volume_that_is_mounted_elsewhere_moves_all_its_photos(catalog, folder):
    store(catalog, read(folder, "sea.jpg"))
    elsewhere = PhotoStore(catalog.photos._db, Mounted(look=lambda: {"uuid:1234": Volume("uuid:1234", b"/mnt")}))
    assert [photo.path for photo in elsewhere.all()] == [b"/mnt/pictures/sea.jpg"]
    assert elsewhere.failures([folder.id]) == []


def test_a_volume_is_remembered_with_its_last_mount_point(catalog, folder):
    moved = Volume("uuid:1234", b"/run/media/disk")
    assert catalog.folders.volume_id(moved) == folder.volume_id
    [again] = catalog.folders.all()
    assert (again.id, again.mount) == (folder.id, b"/run/media/disk")


def test_adding_a_folder_twice_changes_nothing(catalog, folder, volume):
    revision = catalog.settings.revision
    assert catalog.folders.add(volume, b"pictures") == folder
    assert catalog.folders.all() == [folder]
    assert catalog.settings.revision == revision


def test_a_removed_folder_comes_back_with_all_its_photos(catalog, folder, volume):
    [photo_id] = store(catalog, read(folder, "sea.jpg"))
    catalog.journal.set_photos([photo_id], "title", "The sea")
    catalog.folders.remove(folder)
    assert (shown(catalog), catalog.folders.all(), catalog.folders.find(volume, b"pictures")) == ({}, [], None)
    assert catalog.folders.add(volume, b"pictures") == folder
    assert catalog.photos.by_ids([photo_id]).get(photo_id).title == "The sea"


def test_photos_of_a_removed_folder_stay_with_a_folder_around_it(catalog, folder, volume):
    inner = catalog.folders.add(volume, b"pictures/2024")
    [photo_id] = store(catalog, read(inner, "sea.jpg"))
    assert catalog.folders.photo_counts() == {inner.id: 1}
    catalog.folders.remove(inner)
    assert shown(catalog) == {b"/media/disk/pictures/2024/sea.jpg": photo_id}
    assert catalog.folders.photo_counts() == {folder.id: 1}


def test_of_several_folders_around_it_the_innermost_one_inherits(catalog, folder, volume):
    everything, outer, inner = (catalog.folders.add(volume, path) for path in (b"", b"pictures/20", b"pictures/20/24"))
    store(catalog, read(inner, "sea.jpg"))
    for removed, heir in ((inner, outer), (outer, folder), (folder, everything)):
        catalog.folders.remove(removed)
        assert catalog.folders.photo_counts() == {heir.id: 1}


def test_a_folder_inside_a_removed_one_keeps_showing_its_photos_without_a_new_scan(catalog, folder, volume):
    inside, outside = store(catalog, read(folder, "2024/sea.jpg"), read(folder, "sea.jpg", "hill"))
    inner = catalog.folders.add(volume, b"pictures/2024")
    catalog.folders.remove(folder)
    assert shown(catalog) == {b"/media/disk/pictures/2024/sea.jpg": inside}
    catalog.folders.add(volume, b"pictures")
    assert outside in shown(catalog).values()
    assert catalog.folders.photo_counts() == {inner.id: 1, folder.id: 1}


def test_a_folder_whose_name_begins_alike_inherits_nothing(catalog, folder, volume):
    catalog.folders.add(volume, b"pict")
    catalog.folders.add(Volume("uuid:other", b"/media/other"), b"")
    store(catalog, read(folder, "sea.jpg"))
    catalog.folders.remove(folder)
    assert shown(catalog) == {}


def test_scans_are_noted(catalog, folder):
    catalog.folders.mark_scanned([folder.id])
    assert catalog.folders._db.value("SELECT scanned_utc FROM watch_folder").endswith("Z")


PLANS = {
    "by_picture": lambda catalog, _: catalog.photos.by_picture([b"1", b"2"]),
    "by_ids": lambda catalog, _: catalog.photos.by_ids([1]),
    "at": lambda catalog, _: catalog.photos.at(Volume("uuid:1234", b"/"), b"x"),
    "known_in": lambda catalog, folder: catalog.files.known_in(folder),
    "coverage": lambda catalog, _: catalog.photos.coverage("a"),
    "counts": lambda catalog, _: catalog.photos.counts(),
    "embedded_counts": lambda catalog, _: catalog.photos.embedded_counts(),
    "photo_counts": lambda catalog, _: catalog.folders.photo_counts(),
    "without_embedding": lambda catalog, folder: catalog.files.without_embedding("a", [folder]),
    "one_for_each_picture": lambda catalog, folder: catalog.files.one_for_each_picture([folder]),
    "failures": lambda catalog, folder: catalog.photos.failures([folder.id]),
}


def plans(catalog, monkeypatch, use, folder):
    """The lines of SQLite's plans for what `use` reads."""
    database, lines = catalog.photos._db, []
    monkeypatch.setattr(database, "_reader", lambda: database._writer)
    execute = database.all

    def explained(sql, params=None):
        lines.extend(row["detail"] for row in execute(f"EXPLAIN QUERY PLAN {sql}", params))
        return execute(sql, params)

    monkeypatch.setattr(database, "all", explained)
    monkeypatch.setattr(database, "each", explained)
    monkeypatch.setattr(database, "one", lambda sql, params=None: next(iter(explained(sql, params)), None))
    database._writer.execute("ATTACH DATABASE :path AS derived", {"path": str(catalog.embeddings._db.path)})
    use(catalog, folder)
    return lines


def test_no_query_of_the_catalog_walks_the_table_of_files(catalog, folder, monkeypatch):
    for name, use in PLANS.items():
        with monkeypatch.context() as patch:
            lines = plans(catalog, patch, use, folder)
        catalog.photos._db._writer.execute("DETACH DATABASE derived")
        assert lines, name
        walks = {"SCAN file", "SCAN photo", "SCAN facts", "SCAN e"}
        assert not walks.intersection(lines), (name, lines)
        assert not any("AUTOMATIC" in line for line in lines), (name, lines)


def test_counting_photos_reads_an_index_that_holds_all_it_needs(catalog, folder, monkeypatch):
    for name in ("coverage", "counts", "embedded_counts", "photo_counts", "without_embedding", "one_for_each_picture"):
        with monkeypatch.context() as patch:
            lines = plans(catalog, patch, PLANS[name], folder)
        catalog.photos._db._writer.execute("DETACH DATABASE derived")
        assert "SCAN file USING COVERING INDEX file_shown" in lines, (name, lines)


def test_no_write_walks_a_table_so_a_millionth_photo_costs_what_the_first_did(catalog, folder):
    store(catalog, read(folder, "gone.jpg"), read(folder, "here.jpg", "hill"))
    gone, here = (known(catalog, folder)[name] for name in (b"gone.jpg", b"here.jpg"))
    writer, statements = catalog.files._db._writer, []
    writer.set_trace_callback(statements.append)
    catalog.files.mark_missing([gone.id])
    store(catalog, read(folder, "found.jpg"), read(folder, "new.jpg", "new"), read(folder, "here.jpg", "edited"))
    catalog.files.record_failed([failed(folder, "bad.jpg")])
    catalog.files.move([(here.id, place(folder, "moved.jpg"), STAT)])
    catalog.journal.set_photos([here.photo_id], "rating", 3)
    catalog.journal.undo()
    catalog.journal.redo()
    writer.set_trace_callback(None)
    changes = {text for text in statements if text.split()[0] in ("SELECT", "UPDATE", "INSERT", "DELETE")}
    lines = {row["detail"]: text for text in changes for row in writer.execute(f"EXPLAIN QUERY PLAN {text}")}
    assert len(lines) > 5
    small = ("SCAN library", "SCAN journal USING INDEX journal_undone")
    walks = {line: text for line, text in lines.items() if ("SCAN" in line or ">?" in line) and line not in small}
    # The last standing entry of the journal is the first that is looked at.
    assert {text for text in walks.values() if "DESC LIMIT 1" not in text} == set()
