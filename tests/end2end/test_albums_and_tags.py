"""What people keep, on the command line: albums, saved searches, tags, the history, and taking it all back."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from pictures import write_jpeg

from .conftest import DemoLibrary, Photoorg, run_program


@pytest.fixture
def pictures(photoorg: Photoorg, tmp_path: Path) -> Path:
    """An indexed folder of three pictures."""
    folder = tmp_path.resolve() / "pictures"
    for number in range(3):
        write_jpeg(folder / f"{number}.jpg", number)
    assert photoorg("index", folder, "--json").exit_code == 0
    return folder


def test_a_hand_picked_album(photoorg: Photoorg, pictures: Path) -> None:
    empty = photoorg("album", "create", "Holidays", "--json").json
    assert empty == {"album": {"name": "Holidays", "query": None, "cut_off": None, "folded": None, "photos": 0}}
    added = photoorg("album", "add", "holidays", pictures / "2.jpg", pictures / "0.jpg", "--json").json
    assert added == {"changed": {"action": "add to album", "photos": 2}}
    assert photoorg("album", "add", "holidays", pictures / "2.jpg", "--json").json == {"changed": None}
    shown = photoorg("album", "show", "Holidays", "--json").json
    assert [Path(photo["path"]).name for photo in shown["results"]] == ["2.jpg", "0.jpg"]
    assert photoorg("album", "remove", "Holidays", pictures / "2.jpg").exit_code == 0
    assert photoorg("album", "rename", "Holidays", "Summer").exit_code == 0
    assert photoorg("album", "list").stdout == "Summer  (1 photo)\n"
    assert photoorg("album", "show", "Summer").stdout == f"{pictures / '0.jpg'}\n"
    photoorg("album", "delete", "Summer")
    assert "No albums yet" in photoorg("album", "list").stderr
    assert photoorg("undo", "--json").json == {"undone": {"action": "delete album", "photos": 1}}
    assert photoorg("album", "list").stdout == "Summer  (1 photo)\n"
    assert photoorg("redo").stdout == "Redone: delete album (1 photo)\n"
    assert photoorg("album", "list", "--json").json == {"albums": []}


def test_errors_of_albums_and_tags(photoorg: Photoorg, pictures: Path) -> None:
    photoorg("album", "create", "One")
    photoorg("album", "save", "Two", "a beach")
    for arguments, code in (
        (("album", "create", "ONE"), "name-taken"),
        (("album", "create", " "), "name-empty"),
        (("album", "show", "Three"), "album-unknown"),
        (("album", "add", "Two", pictures / "0.jpg"), "album-fills-itself"),
        (("album", "add", "One", pictures / "9.jpg"), "photo-unknown"),
        (("album", "save", "One", "a beach", "--replace"), "album-hand-picked"),
        (("tag", "delete", "sea"), "tag-unknown"),
        (("redo",), "nothing-to-undo"),
    ):
        result = photoorg(*arguments, "--json")
        assert (result.exit_code, result.json["error"]["code"]) == (1, code), arguments
    assert photoorg("album", "save", "Four", "a beach", "--cut-off", "1.5").exit_code == 2
    assert photoorg("history", "a beach").exit_code == 2


def test_saving_and_changing_a_search(photoorg: Photoorg) -> None:
    saved = photoorg("album", "save", "Beaches", "a beach", "--cut-off", "0.8", "--no-fold", "--json").json["album"]
    assert saved == {"name": "Beaches", "query": "a beach", "cut_off": 0.8, "folded": False, "photos": None}
    changed = photoorg("album", "save", "beaches", "a sandy beach", "--replace", "--json").json["album"]
    assert changed == saved | {"query": "a sandy beach"}
    assert photoorg("album", "list").stdout == "Beaches  (search: a sandy beach)\n"
    photoorg("undo")
    assert photoorg("album", "list", "--json").json["albums"] == [saved]


def test_tags(photoorg: Photoorg, pictures: Path) -> None:
    photoorg("tag", "add", "sea", pictures / "0.jpg", pictures / "1.jpg")
    photoorg("tag", "add", "Beach", pictures / "1.jpg", pictures / "2.jpg")
    assert photoorg("tag", "list").stdout == "Beach  (2 photos)\nsea  (2 photos)\n"
    assert photoorg("tag", "list", pictures / "0.jpg", "--json").json == {"tags": [{"name": "sea", "photos": 2}]}
    merged = photoorg("tag", "rename", "beach", "Sea", "--json").json
    assert merged["changed"]["action"] == "rename tag"
    assert photoorg("tag", "list", "--json").json == {"tags": [{"name": "sea", "photos": 3}]}
    photoorg("undo")
    assert photoorg("tag", "remove", "sea", pictures / "0.jpg").exit_code == 0
    assert photoorg("tag", "delete", "Beach").exit_code == 0
    assert photoorg("tag", "list").stdout == "sea  (1 photo)\n"


def test_a_saved_search_finds_what_is_there_now(demo: DemoLibrary, tmp_path: Path) -> None:
    """On a copy: other tests read the demo library."""
    import shutil

    data_dir = tmp_path / "demo"
    shutil.copytree(demo.data_dir, data_dir)
    assert run_program(data_dir, "album", "save", "Boats", "boats at night").exit_code == 0
    found = run_program(data_dir, "album", "show", "Boats", "--json").json
    searched = run_program(data_dir, "search", "boats at night", "-k", "100", "--json").json
    assert found["album"]["query"] == found["query"] == "boats at night"
    assert [hit["path"] for hit in found["results"]] == [hit["path"] for hit in searched["results"]] != []
    run_program(data_dir, "album", "save", "Boats", "boats at night", "--cut-off", "0.9", "--replace")
    strict = run_program(data_dir, "album", "show", "Boats", "--json").json["results"]
    assert 0 < len(strict) < len(found["results"])
    assert all(hit["relevance"] >= 0.9 for hit in strict)
    run_program(data_dir, "search", "a red house")
    assert run_program(data_dir, "history").stdout == "a red house\n", "what a program asks (--json) is not in it"


def test_things_that_the_demo_library_really_contains(demo: DemoLibrary, tmp_path: Path) -> None:
    """With the real demo model, its own things, and the relevance of searches."""
    import shutil

    from photoorg import Library
    from photoorg.jobs.job import JobContext
    from photoorg.search.things import LibraryThings, ThingCounter, ThingsJob, vocabulary

    data_dir = tmp_path / "demo"
    shutil.copytree(demo.data_dir, data_dir)
    with Library(data_dir) as library:
        model = library._model_choice.answering()
        searcher, tables = library._searching._searcher(model), library._searching._tables
        photos = searcher.embedding_count()
        counter = ThingCounter(
            searcher.texts.query, lambda vector: searcher.count_relevant(vector, tables.current()), lambda: photos
        )
        names = [*vocabulary(model), "a purple star"]
        things = LibraryThings(tmp_path / "things.json", model.fingerprint, names, counter)
        assert ThingsJob(things).run(JobContext(1, lambda _: None)) == len(names)
    found = {thing.text: thing.photos for thing in things.there()}
    assert {"a lighthouse", "a boat", "a cat", "a snowman"} <= found.keys()
    assert "a purple star" not in found
    assert all(count < photos for count in found.values())


def test_the_history(photoorg: Photoorg, tmp_path: Path) -> None:
    from photoorg import Library

    with Library(tmp_path / "library") as library:
        for query in ("a dog", "a cat", "a dog"):
            library.searches.remember(query)
    assert photoorg("history").stdout == "a dog  (2 times)\na cat\n"
    assert [past["query"] for past in photoorg("history", "-k", "1", "--json").json["searches"]] == ["a dog"]
    assert photoorg("history", "a dog", "--forget", "--json").json == {"forgotten": 1, "searches": []}
    assert photoorg("history", "--forget").exit_code == 0
    assert "No searches yet" in photoorg("history").stderr


def test_suggestions_come_without_a_model_and_with_one_that_is_gone(photoorg: Photoorg, pictures: Path) -> None:
    photoorg("album", "create", "Boats")
    photoorg("tag", "add", "boat trip", pictures / "0.jpg")
    photoorg("search", '"boat" has:tag')

    def suggested() -> dict[str, list[str]]:
        found = photoorg("suggest", "boat", "--json").json
        return {"past": [], "album": [], "tag": []} | {
            kind: [one["text"] for one in found["suggestions"] if one["kind"] == kind]
            for kind in ("past", "album", "tag")
        }

    assert suggested() == {"past": ['"boat" has:tag'], "album": ["Boats"], "tag": ["boat trip"]}
    queries = [one["query"] for one in photoorg("suggest", "a red house ta", "--json").json["completions"]]
    assert queries == ["a red house tag:"]
    assert photoorg("suggest", "boat", "--things").exit_code == 1
    stored = Path(photoorg("stats", "--json").json["data_dir"]) / "catalog.sqlite"
    with closing(sqlite3.connect(stored)) as catalog, catalog:
        catalog.execute("INSERT OR REPLACE INTO setting VALUES ('active_model', 'ViT-B-32/openai')")
    assert suggested()["album"] == ["Boats"]
