"""Every feature of the query language: in the Python API, in one child process that answers them all, and on the command line."""

import contextlib
import json
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from photoorg import Library
from photoorg.demo.drawing import draw
from photoorg.demo.scene import Scene

from .conftest import DemoLibrary, Photoorg, Result, run_program
from .unit_samples import dng, drawn, encoded, exif_bytes

CHILD = Path(__file__).with_name("search_child.py")
BEACH = Scene("day", "clear", "beach")
VIENNA = {1: "N", 2: (48.0, 12.0, 0.0), 3: "E", 4: (16.0, 22.0, 0.0)}


class Asked:
    """The demo library with a few photos more, and a program that searches in it. Tests only read it."""

    def __init__(self, data_dir: Path, extra: Path, program: "subprocess.Popen[str]") -> None:
        self.data_dir, self.extra = data_dir, extra
        self._program = program

    def __call__(self, query: str, **options: Any) -> dict[str, Any]:
        assert self._program.stdin is not None
        assert self._program.stdout is not None
        self._program.stdin.write(json.dumps({"query": query, "k": 1000} | options) + "\n")
        self._program.stdin.flush()
        found: dict[str, Any] = json.loads(self._program.stdout.readline())
        return found

    def names(self, query: str, **options: Any) -> set[str]:
        return set(self(query, **options)["names"])

    def run(self, *arguments: str | Path) -> Result:
        return run_program(self.data_dir, *arguments)


def _write_extra(folder: Path, a_demo_picture: Path) -> None:
    """Photos that differ from the demo's in place, shape, size, format, camera and lens."""
    folder.mkdir()
    camera = {0x9003: "1995:07:04 10:00:00", 0xA434: "Acme 50mm f/1.8"}
    tags = {0x010F: "Acme", 0x0110: "One"}
    where = exif_bytes(tags=tags, camera=camera, gps=VIENNA)
    (folder / "vienna.jpg").write_bytes(encoded(draw(BEACH, (300, 200), 11), "JPEG", exif=where))
    (folder / "tower.png").write_bytes(encoded(draw(BEACH, (200, 500), 12), "PNG"))
    (folder / "wide.webp").write_bytes(encoded(draw(BEACH, (900, 200), 13), "WEBP"))
    (folder / "large.jpg").write_bytes(encoded(draw(BEACH, (2100, 1400), 14), "JPEG"))
    (folder / "raw.dng").write_bytes(dng(draw(BEACH, (60, 40), 15)))
    shutil.copy(a_demo_picture, folder / "a copy.jpg")


def _mark(data_dir: Path, extra: Path) -> None:
    """What people add: stars, hearts, tags, albums, titles."""
    with Library(data_dir) as library:
        vienna, tower = library.photo(extra / "vienna.jpg"), library.photo(extra / "tower.png")
        library.set_rating([vienna], 4)
        library.set_rating([tower], 2)
        library.set_favourite([tower], favourite=True)
        library.tags.add([vienna], "city trip")
        library.albums.add(library.albums.create("Our wedding"), [vienna, tower])
        library.save_search("Lighthouses", "a lighthouse")
        library.catalog.journal.set_photos([tower.id], "title", "The leaning tower")
        library.catalog.journal.set_photos([tower.id], "caption", "Seen from below")


@pytest.fixture(scope="module")
def ask(demo: DemoLibrary, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asked]:
    folder = tmp_path_factory.mktemp("asked").resolve()
    data_dir, extra = folder / "data", folder / "extra"
    shutil.copytree(demo.data_dir, data_dir)
    _write_extra(extra, demo.data_dir / "pictures" / "2024" / "IMG_0196.jpg")
    indexed = run_program(data_dir, "index", extra, "--json")
    assert (indexed.exit_code, indexed.json["failed"]) == (0, [])
    _mark(data_dir, extra)
    command = [sys.executable, str(CHILD), str(data_dir)]
    program = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    with program:
        yield Asked(data_dir, extra, program)
        assert program.stdin is not None
        program.stdin.close()


@pytest.fixture(scope="module")
def drawn_in(demo: DemoLibrary) -> dict[str, dict[str, Any]]:
    """What was drawn in each picture of the demo, by its name."""
    content = json.loads((demo.data_dir / "what-was-drawn.json").read_text(encoding="utf-8"))
    return {Path(name).name: scene for name, scene in content.items()}


# --- facts ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "found", "left_out"),
    [
        ("date:1995", {"vienna.jpg"}, {"IMG_0001.jpg"}),
        ("date:1995-06..1995-08", {"vienna.jpg"}, {"IMG_0001.jpg"}),
        ('date:"july 1995"', {"vienna.jpg"}, {"IMG_0001.jpg"}),
        ("date:1990s", {"vienna.jpg"}, {"IMG_0001.jpg"}),
        ("before:1996", {"vienna.jpg"}, {"IMG_0001.jpg"}),
        ("after:1996", {"IMG_0001.jpg"}, {"vienna.jpg"}),
        ("folder:extra", {"vienna.jpg", "tower.png"}, {"IMG_0001.jpg"}),
        ("folder:pictures/2021", {"IMG_0001.jpg"}, {"vienna.jpg", "IMG_0196.jpg"}),
        ('album:"our wedding"', {"vienna.jpg", "tower.png"}, {"IMG_0001.jpg"}),
        ("album:our*", {"vienna.jpg", "tower.png"}, {"IMG_0001.jpg"}),
        ('tag:"city trip"', {"vienna.jpg"}, {"tower.png"}),
        ("tag:city*", {"vienna.jpg"}, {"tower.png"}),
        ("camera:acme", {"vienna.jpg", "raw.dng"}, {"IMG_0001.jpg"}),
        ('camera:"demo camera"', {"IMG_0001.jpg"}, {"vienna.jpg"}),
        ("lens:50mm", {"vienna.jpg"}, {"IMG_0001.jpg"}),
        ("type:png", {"tower.png"}, {"vienna.jpg"}),
        ("type:webp", {"wide.webp"}, {"vienna.jpg"}),
        ("type:raw", {"raw.dng"}, {"vienna.jpg"}),
        ("is:raw", {"raw.dng"}, {"vienna.jpg"}),
        ("rating:>=4", {"vienna.jpg"}, {"tower.png"}),
        ("rating:2", {"tower.png"}, {"vienna.jpg"}),
        ("rating:<=2", {"tower.png", "IMG_0001.jpg"}, {"vienna.jpg"}),
        ("is:favourite", {"tower.png"}, {"vienna.jpg"}),
        ("is:rated", {"tower.png", "vienna.jpg"}, {"IMG_0001.jpg"}),
        ("has:gps", {"vienna.jpg"}, {"tower.png"}),
        ("has:title", {"tower.png"}, {"vienna.jpg"}),
        ("has:caption", {"tower.png"}, {"vienna.jpg"}),
        ("has:tag", {"vienna.jpg"}, {"tower.png"}),
        ("has:album", {"vienna.jpg", "tower.png"}, {"IMG_0001.jpg"}),
        ("has:camera", {"vienna.jpg", "IMG_0001.jpg"}, {"tower.png"}),
        ("near:48.2,16.4,10km", {"vienna.jpg"}, {"tower.png"}),
        ("near:48.2,16.4", {"vienna.jpg"}, {"tower.png"}),
        ("near:48.2,16.4,1mi OR is:raw", {"raw.dng"}, {"vienna.jpg"}),
        ("orientation:portrait folder:extra", {"tower.png"}, {"vienna.jpg"}),
        ("orientation:panorama", {"wide.webp"}, {"vienna.jpg"}),
        ("size:>2000px", {"large.jpg"}, {"vienna.jpg"}),
        ("size:>=2MP", {"large.jpg"}, {"vienna.jpg"}),
        ("size:<600px", {"vienna.jpg", "tower.png"}, {"large.jpg", "IMG_0001.jpg"}),
        ("size:>1kb", {"large.jpg", "IMG_0001.jpg"}, set()),
        ("folder:extra -type:png", {"vienna.jpg"}, {"tower.png", "IMG_0001.jpg"}),
        ("folder:extra not tag:city*", {"tower.png"}, {"vienna.jpg"}),
        ("is:favourite OR type:webp", {"tower.png", "wide.webp"}, {"vienna.jpg"}),
        ("folder:extra (type:png | type:webp)", {"tower.png", "wide.webp"}, {"vienna.jpg"}),
        ("folder:extra -(type:png OR type:webp)", {"vienna.jpg"}, {"tower.png", "wide.webp"}),
        ('"leaning tower"', {"tower.png"}, {"vienna.jpg"}),
        ('"from below"', {"tower.png"}, {"vienna.jpg"}),
        ('"city trip"', {"vienna.jpg"}, {"tower.png"}),
        ('"vienna"', {"vienna.jpg"}, {"tower.png"}),
        ('"acme one"', {"vienna.jpg"}, {"tower.png"}),
        ('"2021" "demo camera"', {"IMG_0001.jpg"}, {"IMG_0196.jpg", "vienna.jpg"}),
        ('folder:extra -"vienna"', {"tower.png"}, {"vienna.jpg"}),
    ],
)
def test_facts_keep_some_and_leave_out_some(ask: Asked, query: str, found: set[str], left_out: set[str]) -> None:
    names = ask.names(query, fold=False)
    assert found <= names
    assert not left_out & names


# --- meanings -------------------------------------------------------------------------------------------------------


def test_what_is_subtracted_is_not_in_the_results(ask: Asked, drawn_in: dict[str, dict[str, Any]]) -> None:
    def share_at_night(query: str) -> float:
        names = [name for name in ask(query)["names"][:12] if name in drawn_in]
        assert names
        return sum(drawn_in[name]["time"] == "night" for name in names) / len(names)

    for query in ("a boat -night", "a boat not night", "a boat -(at night)"):
        assert share_at_night(query) < share_at_night("a boat at night"), query


def test_weights_change_what_counts(ask: Asked, drawn_in: dict[str, dict[str, Any]]) -> None:
    def boats(query: str) -> int:
        names = [name for name in ask(query, keep_all=True)["names"] if name in drawn_in]
        return sum(drawn_in[name]["subject"] == "boat" for name in names[:15])

    assert boats("boat^5 snow") > boats("boat snow^5")


def test_examples_by_path_and_by_id_are_the_same(ask: Asked) -> None:
    by_path = ask(f'like:"{ask.extra / "vienna.jpg"}"')
    vienna = ask('"vienna"')["ids"][0]
    assert ask(f"like:#{vienna}")["ranking"] == by_path["ranking"]
    assert ask("", like=str(ask.extra / "vienna.jpg"))["ranking"] == by_path["ranking"]
    assert by_path["ids"][0] == vienna


def test_several_examples_and_feedback(ask: Asked) -> None:
    first, second, *_, last = ask("a boat")["ids"]
    several = ask(f"like:#{first} like:#{second}")
    assert {first, second} <= set(several["ids"][:5])
    told = ask(f"a boat like:#{second}^0.5 -like:#{last}^0.5")["ranking"]
    assert told.index(second) <= ask("a boat")["ranking"].index(second)
    assert last not in told or told.index(last) > told.index(second)


def test_alternatives_and_meanings_under_filters(ask: Asked, drawn_in: dict[str, dict[str, Any]]) -> None:
    either = ask.names("a lighthouse OR a snowman", fold=False)
    subjects = {drawn_in[name]["subject"] for name in either if name in drawn_in}
    assert {"lighthouse", "snowman"} <= subjects
    of_2021 = ask.names("a boat date:2021", fold=False)
    assert of_2021
    assert of_2021 <= ask.names("date:2021", fold=False)
    grouped = ask.names("date:2021 (a lighthouse | a snowman)", fold=False)
    assert grouped <= ask.names("date:2021", fold=False)


def test_a_smart_album_in_a_query(ask: Asked) -> None:
    inside = ask.names("album:lighthouses", fold=False)
    assert inside == ask.names("a lighthouse", fold=False) != set()
    assert ask.names("album:lighthouses date:2021", fold=False) == inside & ask.names("date:2021", fold=False)
    assert not inside & ask.names("-album:lighthouses", fold=False)


def test_cut_off_rest_paging_and_copies(ask: Asked) -> None:
    usual, strict = ask("a boat"), ask("a boat", cut_off=0.9)
    assert 0 < strict["relevant"] < usual["relevant"]
    assert min(strict["relevance"]) >= 0.9
    everything = ask("a boat", keep_all=True, fold=False)
    assert everything["relevance"] == sorted(everything["relevance"], reverse=True)
    assert len(everything["ids"]) == 246
    assert everything["ids"][: len(ask("a boat", fold=False)["ids"])] == ask("a boat", fold=False)["ids"]
    assert ask("a boat", k=3)["ids"] == usual["ids"][:3]
    assert ask("a boat", k=0, rest=200)["ranking"][: usual["relevant"]] == usual["ranking"][: usual["relevant"]]
    folded, single = ask("date:2024 a red house in the snow"), ask("a red house in the snow", fold=False)
    assert "a copy.jpg" in single["names"]
    assert max(folded["copies"]) >= 0
    assert sum(ask("a red house in the snow")["copies"]) > 0


def test_nothing_matches(ask: Asked) -> None:
    for query in ("a pizza", "xqzw vbnmk", "date:1801", '"no such words"', "tag:nothing"):
        found = ask(query)
        assert (found["nothing_matches"], found["names"]) == (True, []), query
    assert ask("a pizza", keep_all=True, k=5)["names"]


@pytest.mark.parametrize(
    ("query", "code", "place"),
    [
        ("a boat rating:9", "query-filter-value", [7, 15]),
        ("dat:2023", "query-filter-unknown", [0, 8]),
        ("(dog", "query-unbalanced", [0, 1]),
        ("dog OR", "query-operator", [4, 6]),
        ("boat^99", "query-weight", [4, 7]),
        ("...", "query-empty", [0, 3]),
        ("", "query-empty", [None, None]),
        ("boat " * 5000, "query-too-complex", [10_000, 25_000]),
        ("like:/no/such.jpg", "no-such-photo", [None, None]),
        ("like:#99999999", "photo-unknown", [None, None]),
        ("like:/", "example-unreadable", [None, None]),
    ],
)
def test_errors_and_their_places(ask: Asked, query: str, code: str, place: list[int | None]) -> None:
    assert ask(query) == {"error": code, "place": place}


# --- the command line -----------------------------------------------------------------------------------------------


def test_errors_on_the_command_line(ask: Asked) -> None:
    in_json = ask.run("search", "a boat rating:9", "--json")
    assert in_json.exit_code == 1
    error = in_json.json["error"]
    assert (error["code"], error["start"], error["end"], error["near"]) == ("query-filter-value", 7, 15, "rating:9")
    assert "^^^" not in in_json.stderr
    for_people = ask.run("search", "a boat rating:9")
    assert (for_people.exit_code, for_people.stdout) == (1, "")
    assert for_people.stderr.splitlines()[1:3] == ["  a boat rating:9", "         ^^^^^^^^"]
    hyphen = ask.run("search", "-snow")
    assert hyphen.exit_code == 2
    assert "search -- -snow" in hyphen.stderr


def test_pages_and_how_many_more(ask: Asked) -> None:
    first = ask.run("search", "date:2021", "-k", "3")
    of = first.stderr.split()[2].rstrip(";")
    assert first.stderr == f"3 of {of}; -k {of} shows all.\n"
    second = ask.run("search", "date:2021", "-k", "2", "--skip", "1")
    assert second.stdout.splitlines() == first.stdout.splitlines()[1:]
    assert second.stderr == f"2 to 3 of {of}; -k {of} shows all.\n"
    assert ask.run("search", "date:2021", "--skip", "500").stderr == f"There are only {of}.\n"
    assert ask.run("search", "tag:nothing").stderr == "No photo fits that.\n"


def test_examples_copies_and_notes_on_the_command_line(ask: Asked) -> None:
    vienna, tower = ask.extra / "vienna.jpg", ask.extra / "tower.png"
    liked = ask.run("search", "", "--like", vienna, "--like", tower, "--json").json
    assert {"vienna.jpg", "tower.png"} <= {Path(hit["path"]).name for hit in liked["results"][:6]}
    assert ask(f"like:#{liked['results'][0]['id']}")["ids"][0] == liked["results"][0]["id"]
    folded = ask.run("search", "a red house in the snow")
    single = ask.run("search", "a red house in the snow", "--copies")
    assert "(+1 copy)" in folded.stdout
    assert len(single.stdout.splitlines()) > len(folded.stdout.splitlines())
    words = ask.run("search", "city trip")
    assert "1 photo has these words" in words.stderr
    assert """photoorg search '"city trip"'""" in words.stderr


def test_an_album_is_cut_off_and_folded_as_it_says(ask: Asked, tmp_path: Path) -> None:
    data_dir = tmp_path / "data"
    shutil.copytree(ask.data_dir, data_dir)
    query = "a red house in the snow"
    for name, options in (("folded", ()), ("single", ("--no-fold",)), ("weak", ("--cut-off", "0.05"))):
        assert run_program(data_dir, "album", "save", name, query, *options).exit_code == 0
    folded, single, weak = (
        run_program(data_dir, "album", "show", name, "--json").json["results"] for name in ("folded", "single", "weak")
    )
    assert len(folded) < len(single)
    assert sum(hit["copies"] for hit in folded) > 0 == sum(hit["copies"] for hit in single)
    assert len(weak) > len(folded)
    assert all(hit["relevance"] >= 0.05 for hit in weak)


def test_why_takes_the_description_of_a_query_with_filters(ask: Asked) -> None:
    photo = ask.data_dir.parent / "extra" / "a copy.jpg"
    with_filters = ask.run("why", 'a red house date:2023 -night "words"', photo, "--json")
    assert (with_filters.exit_code, with_filters.json["query"]) == (0, 'a red house date:2023 -night "words"')
    wrong = ask.run("why", "date:2023", photo, "--json")
    assert (wrong.exit_code, wrong.json["error"]["code"]) == (1, "query-empty")


def test_without_a_model_facts_are_found_and_descriptions_say_how_to_get_one(
    photoorg: Photoorg, tmp_path: Path
) -> None:
    folder = tmp_path / "pictures"
    folder.mkdir()
    (folder / "one.png").write_bytes(encoded(drawn(), "PNG"))
    assert photoorg("index", folder, "--json").json["model"] is None
    found = photoorg("search", "type:png", "--json").json
    assert [Path(hit["path"]).name for hit in found["results"]] == ["one.png"]
    assert (found["model"], found["coverage"], found["results"][0]["score"]) == ("", 1.0, None)
    described = photoorg("search", "a boat type:png", "--json")
    assert (described.exit_code, described.json["error"]["code"]) == (1, "model-missing")
    assert "photoorg model download" in described.json["error"]["hint"]


def test_searching_never_waits_for_indexing_and_says_what_it_covers(demo: DemoLibrary, tmp_path: Path) -> None:
    data_dir, more = tmp_path / "data", tmp_path / "more"
    shutil.copytree(demo.data_dir, data_dir)
    more.mkdir()
    for number in range(20):
        (more / f"{number}.png").write_bytes(encoded(draw(BEACH, (160, 120), number), "PNG"))
    command = [sys.executable, "-m", "photoorg", "--data-dir", str(data_dir), "index", str(more)]
    with Library(data_dir) as library:
        library.prepare_encoder()
        indexing = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        with indexing:
            meanwhile = []
            while indexing.poll() is None:
                meanwhile.append(library.search("a boat"))
        assert indexing.returncode == 0
        assert meanwhile
        assert all(result.relevant for result in meanwhile)
        assert library.search("a boat").coverage == 1.0
    with contextlib.closing(sqlite3.connect(data_dir / "derived.sqlite")) as derived, derived:
        derived.execute("DELETE FROM embedding WHERE rowid IN (SELECT rowid FROM embedding ORDER BY rowid LIMIT 50)")
    said = run_program(data_dir, "search", "a boat")
    assert said.exit_code == 0
    assert "of the photos; `photoorg index` embeds the rest" in said.stderr
