"""The demo: what a newcomer sees first."""

from .conftest import DemoLibrary


def test_suggested_searches_find_what_was_drawn(demo: DemoLibrary) -> None:
    good = [sum(r["relevant"] for r in s["results"][:5]) >= 4 for s in demo.report["searches"]]
    assert len(good) >= 10
    assert sum(good) >= 0.9 * len(good)


def test_every_suggested_search_has_an_answer_above_the_cut_off(demo: DemoLibrary) -> None:
    for search in demo.report["searches"]:
        assert search["results"][0]["relevance"] >= 0.5, search["query"]


def test_run_again_starts_from_what_is_there(demo: DemoLibrary) -> None:
    again = demo.run("demo", "--headless", "--json", "--data-dir", demo.data_dir)
    assert again.exit_code == 0
    assert again.json["searches"] == demo.report["searches"]
    assert demo.run("index", "--json").json["embedded"] == 0


def test_the_record_of_what_was_drawn_is_not_among_the_photos(demo: DemoLibrary) -> None:
    stats = demo.run("stats", "--json").json
    assert stats["photos"] == demo.report["photos"] == 240
    assert not list((demo.data_dir / "pictures").rglob("*.json"))
