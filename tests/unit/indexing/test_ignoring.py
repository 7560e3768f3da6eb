"""What is left alone: patterns of settings and ignore files, .nomedia, and how photos come back."""

import logging
import os

import pytest
from indexed_library import context, counts

from photoorg.indexing.discovery import Discovery
from photoorg.indexing.ignoring import Ignoring, is_followed
from photoorg.indexing.scan import Part
from photoorg.indexing.scanner import Scanner


def empty(library, *names) -> None:
    for name in names:
        path = library.photos / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()


def rule(library, folder, text) -> None:
    path = library.photos / folder / ".photoorgignore"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def scan(library, *folders, ignore=()):
    roots = [(f, os.path.join(f.mount, f.path)) for f in folders or [library.watch()]]
    return Scanner(library.catalog.folders, lambda _: None, Ignoring(ignore)).scan(roots)


def found(library, *folders, ignore=()) -> set[str]:
    files = scan(library, *folders, ignore=ignore).files.values()
    return {os.path.relpath(os.fsdecode(file.path), library.photos) for file in files}


# --- names ---


@pytest.mark.parametrize(
    "name",
    [
        *(b"@eaDir", b"#recycle", b"@Recycle", b"$RECYCLE.BIN", b"$Recycle.Bin", b"lost+found", b".Trash-1000"),
        *(b".@__thumb", b".thumbnails", b".dtrash", b"Holiday.photoslibrary", b"Catalog Previews.lrdata"),
    ],
)
def test_folders_of_storage_systems_and_other_programs_are_left_alone(library, name):
    assert not is_followed(name)
    empty(library, os.fsdecode(name) + "/a.jpg", "b.jpg")
    assert found(library) == {"b.jpg"}


# --- patterns ---


@pytest.mark.parametrize(
    ("patterns", "kept"),
    [
        ([], {"a.jpg", "a.tmp.jpg", "cache/b.jpg", "x/cache/c.jpg", "x/d.png", "x/y/e.jpg"}),
        (["*.tmp.jpg"], {"a.jpg", "cache/b.jpg", "x/cache/c.jpg", "x/d.png", "x/y/e.jpg"}),
        (["**/cache/**"], {"a.jpg", "a.tmp.jpg", "x/d.png", "x/y/e.jpg"}),
        (["cache/"], {"a.jpg", "a.tmp.jpg", "x/d.png", "x/y/e.jpg"}),
        (["/cache"], {"a.jpg", "a.tmp.jpg", "x/cache/c.jpg", "x/d.png", "x/y/e.jpg"}),
        (["x/*", "!x/d.png"], {"a.jpg", "a.tmp.jpg", "cache/b.jpg", "x/d.png"}),
        (["*", "!a.jpg"], {"a.jpg"}),
        (["# cache", "", "cach?/"], {"a.jpg", "a.tmp.jpg", "x/d.png", "x/y/e.jpg"}),
    ],
)
@pytest.mark.parametrize("place", ["settings", "file"])
def test_patterns_are_gits(library, patterns, kept, place):
    empty(library, "a.jpg", "a.tmp.jpg", "cache/b.jpg", "x/cache/c.jpg", "x/d.png", "x/y/e.jpg")
    if place == "file":
        rule(library, ".", "\n".join(patterns))
    assert found(library, ignore=patterns if place == "settings" else ()) == kept


def test_files_in_inner_folders_add_up_and_the_inner_one_has_the_last_word(library):
    empty(library, "a.png", "a.jpg", "x/b.png", "x/b.jpg", "x/y/c.png", "x/y/c.jpg", "x/y/keep.png")
    rule(library, ".", "*.png")
    rule(library, "x", "b.jpg")
    rule(library, "x/y", "!*.png\nc.*")
    assert found(library) == {"a.jpg", "x/y/keep.png"}
    assert found(library, ignore=["a.jpg"]) == {"x/y/keep.png"}


def test_a_folder_with_nomedia_is_left_alone_with_all_below(library):
    empty(library, "a.jpg", "app/b.jpg", "app/deep/c.jpg", "app/.nomedia")
    report = library.index([library.watch()])
    assert set(library.shown()) == set()  # empty files are no pictures
    assert [os.path.basename(failure.path) for failure in report.failed] == [b"a.jpg"]
    assert report.skipped["ignored"] == 1


def test_what_rules_leave_alone_is_counted(library):
    empty(library, "a.jpg", "b.tmp.jpg", "cache/c.jpg", "@eaDir/d.jpg")
    assert scan(library, ignore=["*.tmp.*", "cache/"]).skipped["ignored"] == 3


@pytest.mark.parametrize("text", [b"\xef\xbb\xbf*.png\r\n", b"*.png", b"!\n*.png\n\\\n[", b"\xff\xfe\n*.png"])
def test_odd_ignore_files_are_understood_as_far_as_possible(library, text):
    empty(library, "a.jpg", "b.png")
    (library.photos / ".photoorgignore").write_bytes(text)
    assert found(library) == {"a.jpg"}


def test_a_line_that_means_nothing_is_logged(library, caplog):
    empty(library, "a.jpg")
    rule(library, ".", "!")
    with caplog.at_level(logging.INFO, "photoorg.indexing.ignoring"):
        assert found(library) == {"a.jpg"}
    assert ".photoorgignore" in caplog.text


def test_a_folder_in_the_place_of_an_ignore_file_ignores_nothing(library):
    empty(library, "a.jpg", ".photoorgignore/b.jpg")
    assert found(library) == {"a.jpg"}


@pytest.mark.skipif(os.name != "posix", reason="names of POSIX")
def test_names_that_are_no_text_can_be_ignored(library):
    try:
        for name in (b"caf\xe9.jpg", b"caf\xe8.jpg"):
            (library.photos / os.fsdecode(name)).touch()
    except OSError:
        pytest.skip("this file system takes only Unicode names")
    (library.photos / ".photoorgignore").write_bytes(b"caf\xe9.jpg")
    assert found(library) == {os.fsdecode(b"caf\xe8.jpg")}


# --- watch folders within each other, and links ---


@pytest.mark.parametrize("outer_rule", ["inner/", "*.jpg", "*"])
def test_a_watch_folder_inside_another_has_rules_of_its_own(library, outer_rule):
    empty(library, "a.png", "b.jpg", "inner/c.jpg", "inner/d.png")
    rule(library, ".", outer_rule)
    rule(library, "inner", "d.*")
    outer, inner = library.watch(), library.watch(library.photos / "inner")
    assert found(library, outer, inner) - {"a.png", "b.jpg"} == {"inner/c.jpg"}
    assert found(library, inner) == {"inner/c.jpg"}


@pytest.mark.parametrize(("name", "text"), [(".nomedia", ""), (".photoorgignore", "inner/"), (".photoorgignore", "*")])
def test_what_is_gone_from_a_watch_folder_inside_an_ignored_one_is_missing(library, name, text):
    (library.photos / "inner").mkdir()
    library.picture("inner/a.jpg")
    (library.photos / name).write_text(text, encoding="utf-8")
    for folder in (library.photos, library.photos / "inner"):
        library.watch(folder)
    library.index()
    assert library.shown().keys() == {"photos/inner/a.jpg"}
    (library.photos / "inner" / "a.jpg").unlink()
    assert counts(library.index()) == {"missing": 1}


def test_the_stub_of_an_evicted_photo_is_ignored_like_the_photo(library):
    library.picture("a.jpg")
    library.index([library.watch()])
    (library.photos / "a.jpg").rename(library.photos / ".a.jpg.icloud")
    rule(library, ".", "*.jpg")
    assert counts(library.index()) == {}
    assert looked_at(library, "a.jpg") == set()


@pytest.mark.skipif(os.name != "posix", reason="needs links of POSIX")
def test_a_link_to_what_is_ignored_leads_nowhere(library):
    empty(library, "cache/a.jpg", "b.jpg", "c.tmp.jpg", "kept/d.jpg")
    for name, target in (("l1", "cache"), ("l2.jpg", "c.tmp.jpg"), ("l3", "kept"), ("l4.jpg", "cache/a.jpg")):
        (library.photos / name).symlink_to(target)
    rule(library, ".", "cache/\n*.tmp.jpg")
    assert found(library) == {"b.jpg", "kept/d.jpg"}


@pytest.mark.skipif(os.name != "posix", reason="needs links of POSIX")
def test_a_link_can_be_ignored_and_one_that_leads_away_brings_the_settings_along(library):
    away = library.root / "away"
    away.mkdir()
    for name in ("a.jpg", "b.tmp.jpg"):
        (away / name).touch()
    (library.photos / "link").symlink_to(away)
    assert found(library, ignore=["*.tmp.jpg"]) == {"../away/a.jpg"}
    assert found(library, ignore=["link"]) == set()


@pytest.mark.skipif(os.name != "posix", reason="needs links of POSIX")
@pytest.mark.parametrize(("target", "missing"), [("../away", {}), ("inside", {"missing": 1})])
def test_what_an_ignored_link_leads_to_is_not_gone_unless_it_is_looked_at_itself(library, target, missing):
    path = library.picture(f"{target}/a.jpg")
    (library.photos / "link").symlink_to(target)
    library.index([library.watch()])
    assert len(library.shown()) == 1
    rule(library, ".", "link")
    assert "missing" not in counts(library.index())
    if missing:
        path.unlink()
        assert counts(library.index()) == missing


# --- single paths ---


def looked_at(library, *names, ignore=()):
    folder = library.watch()
    root = os.fsencode(library.photos)
    parts = [Part(folder, root, os.path.join(root, os.fsencode(name))) for name in names]
    scan = Discovery(library.catalog, None, tuple, ignore).look_at_parts(context(), parts).scan
    return {os.path.relpath(os.fsdecode(file.path), library.photos) for file in scan.files.values()}


def test_single_paths_follow_the_same_rules(library):
    empty(library, "a.jpg", "b.png", "x/c.jpg", "x/y/d.jpg", "n/e.jpg", "n/.nomedia", "n/m/f.jpg", "k/g.jpg")
    rule(library, ".", "*.png")
    rule(library, "x", "/y")
    names = ("a.jpg", "b.png", "x/c.jpg", "x/y/d.jpg", "x/y", "n/e.jpg", "n", "n/m", "n/m/f.jpg", "k")
    assert looked_at(library, *names) == {"a.jpg", "x/c.jpg", "k/g.jpg"}
    assert looked_at(library, "x", ignore=["c.jpg"]) == set()


def test_single_paths_in_a_watch_folder_inside_another_follow_its_rules(library):
    empty(library, "inner/a.jpg", "inner/b.png")
    rule(library, ".", "inner/")
    library.watch(library.photos / "inner")
    assert looked_at(library, "inner/a.jpg") == {"inner/a.jpg"}
    assert looked_at(library, "inner") == {"inner/a.jpg", "inner/b.png"}


# --- photos that were there before the rule ---


@pytest.mark.parametrize("name", [".nomedia", ".photoorgignore"])
def test_ignored_photos_are_hidden_and_come_back_as_they_were(library, name):
    library.picture("a.jpg")
    (library.photos / "x").mkdir()
    library.picture("x/b.jpg")
    library.index([library.watch()])
    before = library.shown()
    library.catalog.journal.set_photos([before["photos/x/b.jpg"]], "rating", 4)
    path = library.photos / "x" / name
    path.write_text("*.jpg", encoding="utf-8")
    report = library.index()
    assert set(library.shown()) == {"photos/a.jpg"}
    assert counts(report) == {"files": 1, "photos": 1, "unchanged": 1}  # they are not lost
    assert report.skipped["ignored"] == 1
    path.unlink()
    library.encoder.encoded_images = 0
    report = library.index()
    assert library.shown() == before
    assert library.catalog.photos.by_ids(before.values())[before["photos/x/b.jpg"]].rating == 4
    assert library.encoder.encoded_images == 0
    assert (report.new, report.embedded) == (0, 0)


def test_a_rescan_looks_at_no_more_than_before(library, monkeypatch):
    empty(library, *(f"{folder}/{name}.jpg" for folder in "abcd" for name in range(3)))
    rule(library, ".", "*.png")
    folder, opened, looked = library.watch(), [], []
    real_open, real_lstat = open, os.lstat
    monkeypatch.setattr("builtins.open", lambda path, *rest: (opened.append(path), real_open(path, *rest))[1])
    monkeypatch.setattr(os, "lstat", lambda path, **rest: (looked.append(path), real_lstat(path, **rest))[1])
    scan(library, folder)
    ours = os.fsencode(library.photos)
    assert [path for path in opened if isinstance(path, bytes) and path.startswith(ours)] == [
        os.path.join(ours, b".photoorgignore")
    ]
    assert len([path for path in looked if isinstance(path, bytes) and path.startswith(ours)]) == 12
