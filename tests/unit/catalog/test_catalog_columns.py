"""The columns of shown photos, as filters need them."""

from dataclasses import replace

import numpy as np
from catalog_samples import FACTS, digest, failed, known, read, store

from photoorg.catalog import columns as columns_module
from photoorg.catalog.columns import key_array
from photoorg.catalog.records import Companion, FileStat, Place


def columns(catalog, ids=None):
    """All in one."""
    (found,) = catalog.columns.all() if ids is None else catalog.columns.some(ids)
    return found


def test_what_is_known_of_a_photo(catalog, folder):
    facts = replace(
        FACTS, camera_model="EOS R6", lens="RF 50", latitude=48.25, longitude=16.5, animated=True, width=40, height=30
    )
    (one,) = store(catalog, read(folder, "Trips/IMG_1.JPG", facts=facts))
    catalog.journal.set_photos([one], "favourite", 1)
    catalog.journal.set_photos([one], "rating", 4)
    catalog.journal.set_photos([one], "title", "Am Meer")
    catalog.journal.set_photos([one], "caption", "Ein Hund")
    found = columns(catalog)
    assert found.photo_ids.tolist() == [one]
    assert found.picture_keys.tolist() == key_array([digest("sea")]).tolist()
    assert (found.folder_ids.tolist(), list(found.paths)) == ([folder.id], ["pictures/Trips/IMG_1.JPG"])
    assert found.taken.tolist() == np.array(["2024-05-06T07:08:09"], "datetime64[s]").tolist()
    assert (found.favourite.tolist(), found.ratings.tolist(), found.animated.tolist()) == ([True], [4], [True])
    assert (list(found.titles), list(found.captions), list(found.formats)) == (["Am Meer"], ["Ein Hund"], ["JPEG"])
    assert (found.widths.tolist(), found.heights.tolist(), found.sizes_bytes.tolist()) == ([40], [30], [1000])
    assert (list(found.cameras), list(found.lenses)) == ([("Canon", "EOS R6")], ["RF 50"])
    assert (found.latitudes.tolist(), found.longitudes.tolist()) == ([48.25], [16.5])


def test_what_is_unknown_of_a_photo(catalog, folder):
    facts = replace(FACTS, taken_local=None, camera_make=None)
    store(catalog, read(folder, "a.jpg", facts=facts))
    found = columns(catalog)
    assert np.isnat(found.taken).all()
    assert np.isnan(found.latitudes).all()
    assert np.isnan(found.longitudes).all()
    assert (list(found.cameras), list(found.lenses)) == ([(None, None)], [None])


def test_only_photos_that_are_shown(catalog, folder, volume):
    hidden = catalog.folders.add(volume, b"hidden")
    one, gone, _ = store(catalog, read(folder, "1.jpg", "1"), read(folder, "2.jpg", "2"), read(hidden, "3.jpg", "3"))
    catalog.files.record_failed([failed(folder, "bad.jpg")])
    catalog.files.mark_missing([known(catalog, folder)[b"2.jpg"].id])
    catalog.folders.remove(hidden)
    assert columns(catalog).photo_ids.tolist() == [one]
    assert columns(catalog, [one, gone]).photo_ids.tolist() == [one]
    assert list(catalog.columns.some([gone])) == []
    assert [folder.path for folder in catalog.columns.folders()] == [b"pictures"]


def test_the_other_files_of_a_photo(catalog, folder):
    beside = [
        Companion(None, Place(folder.volume_id, folder.id, b"pictures/1" + end), FileStat(1, 2, 3, number), role)
        for number, (end, role) in enumerate(((b".nef", "raw"), (b".mov", "motion")))
    ]
    store(
        catalog,
        replace(read(folder, "1.jpg", "1"), companions=(beside[0],)),
        replace(read(folder, "2.jpg", "2"), companions=(beside[1],)),
        read(folder, "3.jpg", "3"),
    )
    for found in (columns(catalog), columns(catalog, [1, 2, 3])):
        assert found.with_raw.tolist() == [True, False, False]
        assert found.with_motion.tolist() == [False, True, False]


def test_held_photos(catalog, folder):
    store(catalog, read(folder, "1.jpg", "1"), read(folder, "2.jpg", "2"))
    catalog.vanished.hold(folder.id, [known(catalog, folder)[b"2.jpg"].id])
    assert columns(catalog).held.tolist() == [False, True]


def test_many_photos_come_in_pieces(catalog, folder, monkeypatch):
    monkeypatch.setattr(columns_module, "_READ_AT_ONCE", 2)
    ids = store(catalog, *[read(folder, f"{n}.jpg", f"picture {n}") for n in range(5)])
    pieces = [piece.photo_ids.tolist() for piece in catalog.columns.all()]
    assert pieces == [ids[:2], ids[2:4], ids[4:]]


def test_what_changed(catalog, folder, volume):
    one, two = store(catalog, read(folder, "1.jpg", "1"), read(folder, "2.jpg", "2"))
    before = catalog.columns.revision()
    assert catalog.columns.changed(before, 5) == []
    catalog.journal.set_photos([two], "rating", 1)
    assert catalog.columns.changed(before, 5) == [two]
    catalog.journal.set_photos([one], "rating", 1)
    assert catalog.columns.changed(before, 1) is None
    catalog.folders.remove(folder)
    assert catalog.columns.changed(before, 5) is None


def test_labels(catalog, folder):
    one, two = store(catalog, read(folder, "1.jpg", "1"), read(folder, "2.jpg", "2"))
    with catalog.columns._db.transaction() as write:
        write.execute("INSERT INTO tag (name, name_key, made_utc) VALUES ('Sea', 'sea', '')")
        write.execute("INSERT INTO album (name, name_key, made_utc) VALUES ('Best', 'best', '')")
        write.execute("INSERT INTO album (name, name_key, made_utc, query) VALUES ('Dogs', 'dogs', '', 'dog')")
        write.executemany("INSERT INTO photo_tag (photo_id, tag_id) VALUES (?, 1)", [(one,), (two,)])
        write.execute("INSERT INTO album_photo (photo_id, album_id) VALUES (?, 1)", (two,))
    assert [(label.name, label.key) for label in catalog.columns.labels("tag")] == [("Sea", "sea")]
    assert [label.name for label in catalog.columns.labels("album")] == ["Best"]
    assert [numbers.tolist() for numbers in catalog.columns.labelled("tag")] == [[1, 1], [one, two]]
    assert [numbers.tolist() for numbers in catalog.columns.labelled("tag", [two])] == [[1], [two]]
    assert [numbers.tolist() for numbers in catalog.columns.labelled("album")] == [[1], [two]]
    assert [len(numbers) for numbers in catalog.columns.labelled("album", [one])] == [0, 0]


def test_keys_of_another_length():
    keys = key_array([b"a" * 16, b"b" * 20, b"b" * 21, b"\0" * 16])
    assert keys.dtype == "S16"
    assert len(set(keys.tolist())) == 4
    assert key_array([]).shape == (0,)


def test_perceptual_hashes(catalog):
    catalog.embeddings.add_hashes({b"a": 5, b"b": -7}, 1)
    assert catalog.embeddings.hashes([b"b", b"a", b"c", b"a"]) == {b"a": 5, b"b": -7}
    assert catalog.embeddings.hashes([]) == {}
