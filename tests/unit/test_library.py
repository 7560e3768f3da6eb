"""The public API on a library whose model is a stub."""

import os

import pytest
from pictures import write_jpeg
from stub_encoder import StubEncoder, stub_model

from photoorg import Library
from photoorg.errors import (
    FileVanished,
    FolderIsLibrary,
    FolderNotWatched,
    FolderUnreachable,
    ModelMissing,
    NoSuchPhoto,
    NothingToUndo,
    PhotoOffline,
    PhotoUnknown,
)
from photoorg.library import Collection, Hit, IndexReport
from photoorg.query_errors import QueryEmpty


@pytest.fixture
def photos(tmp_path):
    """A folder with four photos, two of them of the same picture."""
    folder = tmp_path.resolve() / "photos"
    for name, seed in (("a.jpg", 1), ("copy.jpg", 1), ("b.jpg", 2), ("x/c.jpg", 3)):
        write_jpeg(folder / name, seed)
    return folder


@pytest.fixture
def encoders(monkeypatch):
    """All stub encoders that a library opened; every reference resolves to a stub model of that name."""
    opened = []

    def open_encoder(model, *_, **__):
        opened.append(StubEncoder(model))
        return opened[-1]

    monkeypatch.setattr("photoorg.embedding.open_encoders.open_encoder", open_encoder)
    monkeypatch.setattr("photoorg.search.model_choice.resolve", lambda reference, _: stub_model(reference))
    monkeypatch.setattr("photoorg.search.model_choice.is_installed", lambda *_: True)
    monkeypatch.setattr("photoorg.search.model_choice.check_loads", lambda _: None)  # the stub has no files
    return opened


@pytest.fixture
def library(tmp_path, encoders):
    with Library(tmp_path / "data") as opened:
        yield opened


@pytest.fixture
def indexed(library, photos):
    library.models.use("stub")
    library.index([photos])
    return library


def names(result):
    return sorted(hit.path.name for hit in result.hits)


@pytest.mark.parametrize("options", [{"k": -1}, {"rest": -1}, {"cut_off": 2.0}, {"cut_off": float("nan")}])
def test_options_of_a_search_that_make_no_sense_are_refused(library, options):
    with pytest.raises(ValueError, match="0"):
        library.search("is:raw", **options)


def test_a_photo_is_found_by_any_of_its_files(library, photos):
    library.models.use("stub")
    (photos / "b.CR2").write_bytes(b"belongs to its picture")
    library.index([photos])
    photo = library.photo(photos / "b.CR2")
    assert photo == library.photo(photos / "b.jpg")
    assert photo.companions == (os.fsencode(photos / "b.CR2"),)
    assert names(library.similar(photos / "b.CR2")) == names(library.similar(photos / "b.jpg"))


def test_index_then_search(indexed, photos):
    result = indexed.search("anything", keep_all=True, fold=False)
    assert names(result) == ["a.jpg", "b.jpg", "c.jpg", "copy.jpg"]
    assert all(isinstance(hit, Hit) and hit.path.is_relative_to(photos) for hit in result.hits)
    assert result.coverage == 1


def test_index_tells_what_it_did_and_how_far_it_is(library, photos):
    library.models.use("stub")
    seen = []
    report = library.index([photos], on_progress=seen.append)
    assert isinstance(report, IndexReport)
    assert (report.new, report.embedded) == (4, 4)
    assert seen[-1].total == 4


def test_without_a_model_indexing_works_and_searching_says_what_is_missing(library, photos):
    assert library.index([photos]).new == 4
    for search in (lambda: library.search("a cat"), lambda: library.similar(photos / "a.jpg")):
        with pytest.raises(ModelMissing):
            search()


def test_an_empty_query_is_refused(indexed, photos):
    for text in ("", "  ", "\t\n"):
        with pytest.raises(QueryEmpty):
            indexed.search(text)
    assert indexed.search("", like=photos / "a.jpg").hits


def test_similar_leaves_out_the_picture_that_was_asked_about(indexed, photos):
    assert names(indexed.similar(photos / "a.jpg")) == ["b.jpg", "c.jpg"]


def test_similar_takes_photos_that_are_not_in_the_library(indexed, photos, tmp_path, encoders):
    outside = write_jpeg(tmp_path / "outside.jpg", seed=9)
    assert len(indexed.similar(outside).hits) == 4
    known = write_jpeg(tmp_path / "known.jpg", seed=2)
    before = encoders[0].encoded_images
    assert names(indexed.similar(known)) == ["a.jpg", "c.jpg", "copy.jpg"]
    assert encoders[0].encoded_images == before


def test_similar_looks_again_at_a_photo_that_changed(indexed, photos):
    write_jpeg(photos / "b.jpg", seed=3)
    os.utime(photos / "b.jpg", (1, 1))
    assert names(indexed.similar(photos / "b.jpg")) == ["a.jpg", "b.jpg", "copy.jpg"]


def test_a_photo_that_is_nowhere_is_unknown(indexed, photos):
    for ask in (indexed.similar, lambda path: indexed.search(like=path)):
        with pytest.raises(NoSuchPhoto):
            ask(photos / "nowhere.jpg")
    with pytest.raises(PhotoUnknown):
        indexed.photo(photos / "nowhere.jpg")


def test_searching_by_photo_finds_it_first(indexed, photos):
    hits = indexed.search(like=photos / "b.jpg", k=1, keep_all=True).hits
    assert [hit.path for hit in hits] == [photos / "b.jpg"]
    assert hits[0].score == pytest.approx(1, abs=1e-3)


def test_a_library_opens_one_encoder_for_each_model_and_only_when_needed(library, photos, encoders):
    library.models.use("stub")
    library.stats()
    assert encoders == []
    library.index([photos])
    library.search("a cat")
    library.search("a dog")
    assert len(encoders) == 1
    library.models.use("other")
    library.index()
    library.search("a cat")
    assert len(encoders) == 2


def test_the_model_before_answers_until_the_new_one_has_seen_all_photos(indexed, photos, encoders):
    first = indexed.search("a cat", keep_all=True)
    indexed.models.use("other")
    meanwhile = indexed.search("a cat", keep_all=True)
    assert (meanwhile.model, meanwhile.hits, meanwhile.coverage) == ("stub", first.hits, 1)
    assert (indexed.overview().answering_model, indexed.overview().covered) == ("stub", 0)
    indexed.index()
    assert indexed.search("a cat", keep_all=True).model == "other"
    assert (indexed.overview().answering_model, indexed.overview().covered) == (None, 1)


def test_going_back_to_the_model_before_is_immediate(indexed, encoders):
    indexed.models.use("other")
    indexed.models.use("stub")
    assert indexed.search("a cat").model == "stub"
    assert indexed.overview().answering_model is None
    indexed.index()
    assert encoders[0].encoded_images == 3  # two of the four photos are of one picture


def test_of_several_models_in_between_the_one_that_knows_most_answers(indexed):
    indexed.models.use("other")
    indexed.models.use("third")
    assert indexed.search("a cat").model == "stub"


def test_switching_back_and_forth_loses_and_repeats_nothing(indexed, encoders):
    for name in ("other", "stub", "other", "stub"):
        indexed.models.use(name)
        indexed.index()
        assert indexed.search("a cat").model == name
    assert sum(encoder.encoded_images for encoder in encoders) == 2 * 3  # two of the four photos are of one picture
    assert indexed.stats().embedded == {"stub": 4, "other": 4}


def test_a_removed_model_leaves_nothing_behind(indexed, photos):
    indexed.models.use("other")
    indexed.index()
    indexed.models.remove("other")
    assert indexed.models.active is None
    assert indexed.stats().embedded["other"] == 0
    with pytest.raises(ModelMissing):
        indexed.search("a cat")
    indexed.models.use("stub")
    assert len(indexed.search("a cat", keep_all=True, fold=False).hits) == 4


def test_a_substitute_that_is_removed_answers_no_more(indexed):
    indexed.models.use("other")
    indexed.catalog.settings.put("active_model", "other")
    with indexed.models._choice.forgetting("stub"):
        pass
    assert indexed.search("a cat").model == "other"


def test_an_encoded_text_needs_no_encoder_in_the_next_run(indexed, tmp_path, encoders):
    first = indexed.search("a cat", keep_all=True)
    indexed.close()
    del encoders[:]
    with Library(tmp_path / "data") as again:
        assert [hit.photo for hit in again.search("a cat", keep_all=True).hits] == [hit.photo for hit in first.hits]
    assert encoders == []


def test_closing_ends_the_encoders_and_may_be_done_twice(indexed, encoders):
    indexed.close()
    indexed.close()
    assert [encoder.closed for encoder in encoders] == [True]


def test_a_library_is_closed_when_its_block_fails(tmp_path, encoders, photos):
    def fail(library):
        library.models.use("stub")
        library.index([photos])
        library.photo(photos / "nowhere.jpg")

    with pytest.raises(PhotoUnknown), Library(tmp_path / "data") as library:
        fail(library)
    assert encoders[0].closed


def test_folders_are_added_once_and_listed(indexed, photos):
    assert indexed.add_folder(photos) == indexed.add_folder(str(photos) + os.sep)
    (info,) = indexed.folders()
    assert (info.path, info.online, info.photos) == (photos, True, 4)


@pytest.mark.parametrize("kind", ["missing", "file"])
def test_what_is_no_folder_cannot_be_added(library, tmp_path, kind):
    path = tmp_path / "file"
    if kind == "file":
        path.touch()
    with pytest.raises(FolderUnreachable):
        library.add_folder(path)


def test_a_library_of_another_program_cannot_be_added_but_what_is_in_it_can(library, tmp_path):
    package = tmp_path / "Photos Library.PhotosLibrary"
    (package / "originals").mkdir(parents=True)
    with pytest.raises(FolderIsLibrary):
        library.add_folder(package)
    with pytest.raises(FolderIsLibrary):
        library.add_folder(f"{package}{os.sep}")
    library.add_folder(package / "originals")


def test_photos_of_a_folder_that_is_gone_are_offline_and_found_all_the_same(indexed, photos):
    photos.rename(photos.with_name("elsewhere"))
    assert indexed.folders()[0].online is False
    hits = indexed.search("anything", keep_all=True, fold=False).hits
    assert [hit.photo.online for hit in hits] == [False] * 4
    with pytest.raises(PhotoOffline):
        indexed.picture(hits[0].photo)
    photos.with_name("elsewhere").rename(photos)
    assert indexed.folders()[0].online is True
    assert all(photo.online for photo in indexed.photos())
    hits[0].path.unlink()
    with pytest.raises(FileVanished):
        indexed.picture(hits[0].photo)


def test_a_folder_that_comes_back_has_its_ratings(indexed, photos):
    indexed.set_rating([indexed.photo(photos / "a.jpg")], 4)
    indexed.remove_folder(photos)
    assert indexed.search("anything", keep_all=True).hits == []
    assert indexed.stats().counts.photos == 0
    indexed.add_folder(photos)
    assert indexed.photo(photos / "a.jpg").rating == 4
    report = indexed.index()
    assert (report.unchanged, report.embedded) == (4, 0)


def test_a_folder_that_is_gone_can_be_removed(indexed, photos):
    photos.rename(photos.with_name("elsewhere"))
    assert not indexed.folders()[0].online
    indexed.remove_folder(photos)
    assert indexed.folders() == []
    with pytest.raises(FolderNotWatched):
        indexed.remove_folder(photos)


def test_a_folder_of_a_volume_that_is_not_mounted_can_be_removed(library):
    from photoorg.volumes import Volume

    library.catalog.folders.add(Volume("uuid:stick", b"/media/stick"), b"trip")
    assert [(str(f.path), f.online) for f in library.folders()] == [("/media/stick/trip", False)]
    library.remove_folder("/media/stick/trip")
    assert library.folders() == []


def test_ratings_and_favourites_can_be_undone_and_redone(indexed, photos):
    def state():
        photo = indexed.photo(photos / "a.jpg")
        return photo.rating, photo.favourite

    indexed.set_rating([indexed.photo(photos / "a.jpg")], 5)
    indexed.set_favourite([indexed.photo(photos / name) for name in ("a.jpg", "b.jpg")], favourite=True)
    assert state() == (5, True)
    assert indexed.undo().action == "set favourite"
    assert state() == (5, False)
    assert not indexed.photo(photos / "b.jpg").favourite
    indexed.undo()
    assert state() == (0, False)
    with pytest.raises(NothingToUndo):
        indexed.undo()
    indexed.redo()
    indexed.redo()
    assert state() == (5, True)
    with pytest.raises(NothingToUndo):
        indexed.redo()


@pytest.mark.parametrize("rating", [-1, 6])
def test_a_rating_has_up_to_five_stars(indexed, photos, rating):
    with pytest.raises(ValueError, match="5 stars"):
        indexed.set_rating([indexed.photo(photos / "a.jpg")], rating)


def test_stats_count_what_is_there(indexed, photos, tmp_path):
    (photos / "bad.jpg").write_bytes(b"no picture")
    (photos / "b.jpg").unlink()
    indexed.index()
    stats = indexed.stats()
    counts = stats.counts
    assert (counts.photos, counts.files, counts.pictures, counts.failed, counts.missing) == (3, 4, 2, 1, 1)
    assert stats.embedded == {"stub": 3}
    assert (stats.active_model, stats.data_dir) == ("stub", tmp_path / "data")
    assert stats.sizes["catalog"] > 0
    assert stats.sizes["index"] > 0


def test_a_new_library_is_empty(library):
    stats = library.stats()
    assert (stats.counts.photos, stats.counts.files, stats.embedded, stats.folders) == (0, 0, {}, [])
    assert library.index().files == 0


def test_photos_are_never_changed(library, photos):
    before = {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in photos.rglob("*.jpg")}
    library.models.use("stub")
    library.index([photos])
    library.set_rating([library.photo(photos / "a.jpg")], 3)
    library.similar(photos / "a.jpg")
    assert before == {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in photos.rglob("*.jpg")}


# --- settings and pausing ---


@pytest.fixture
def handed_on(monkeypatch, encoders):
    """Numbers of workers and threads that were handed on, on a computer with eight cores."""
    from photoorg.embedding import open_encoders
    from photoorg.media import settled_pool

    workers, threads = [], []
    pool, open_stub = settled_pool.DecodePool, open_encoders.open_encoder
    monkeypatch.setattr("photoorg.settings.available_cores", lambda: 8)
    monkeypatch.setattr(settled_pool, "DecodePool", lambda n, **limits: (workers.append(n), pool(1, **limits))[1])
    monkeypatch.setattr(
        open_encoders,
        "open_encoder",
        lambda model, _device, n, *_rest, **_more: (threads.append(n), open_stub(model))[1],
    )
    return workers, threads


@pytest.mark.parametrize(
    ("given", "wanted"),
    [({}, (8, 8)), ({"max_cores": 4}, (2, 2)), ({"max_cores": 1}, (1, 1)), ({"max_cores": 3}, (1, 2))],
)
def test_workers_and_threads_keep_to_the_limit_of_cores(tmp_path, photos, handed_on, given, wanted):
    with Library(tmp_path / "library", **given) as library:
        library.models.use("stub")
        library.index([photos])
    assert handed_on == ([wanted[0]], [wanted[1]])


def test_another_limit_of_cores_holds_from_the_next_run_on(tmp_path, photos, handed_on):
    with Library(tmp_path / "library") as library:
        library.models.use("stub")
        library.index([photos])
        library.change_settings(max_cores=2)
        write_jpeg(photos / "new.jpg", 9)
        library.index()
    assert handed_on == ([8, 1], [8, 1])


def test_a_pause_is_remembered_and_indexing_on_request_goes_on(tmp_path, photos):
    with Library(tmp_path / "library") as library:
        assert not library.is_paused
        library.set_paused(paused=True)
    with Library(tmp_path / "library") as library:
        assert library.is_paused
        assert library.overview().is_paused
        assert library.index([photos]).photos == 4
        library.set_paused(paused=True)
        library.set_paused(paused=False)
        library.set_paused(paused=False)
        assert not library.is_paused


def test_albums_tags_and_the_history(library, photos):
    library.index([photos])
    shown = list(library.photos())
    album = library.albums.create("Holidays")
    library.albums.add(album, shown[:2])
    library.tags.add([shown[0].id], "sea")
    library.searches.remember("a dog")
    assert list(library.albums.photo_ids(album)) == [photo.id for photo in shown[:2]]
    assert [album.photos for album in library.albums.list()] == [2]
    assert list(library.tags.of(shown[0])) == ["sea"]
    assert [one.text for one in library.searches.suggestions("a")] == ["a dog", "Holidays", "sea"]
    assert library.undo().action == "add tag"
    assert library.tags.list() == []
    in_album = library.timeline(Collection("album", album_id=album.id)).photo_ids.tolist()
    assert sorted(in_album) == sorted(photo.id for photo in shown[:2])
