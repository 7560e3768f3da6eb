"""What the system lets a program watch, and what doctor says about it."""

import errno

from indexed_library import IndexedLibrary

from photoorg.indexing import watch_limits
from photoorg.indexing.watch_limits import INSTANCES, WATCHES, check_watching, limit_notice, limit_of


def test_a_limit_is_read_and_one_that_is_not_there_is_none(tmp_path):
    (tmp_path / WATCHES).write_text("8192\n", encoding="ascii")
    (tmp_path / INSTANCES).write_text("many", encoding="ascii")
    assert limit_of(WATCHES, tmp_path) == 8192
    assert limit_of(INSTANCES, tmp_path) is None
    assert limit_of("other", tmp_path) is None


def test_a_notice_names_more_than_there_is(monkeypatch):
    monkeypatch.setattr(watch_limits, "limit_of", lambda _name: 1_000_000)
    notice = limit_notice(errno.ENOSPC, b"/photos")
    assert "/photos" in str(notice)
    assert "sudo sysctl fs.inotify.max_user_watches=2000000" in notice.hint_text


def folders_of(library: IndexedLibrary) -> IndexedLibrary:
    library.watch()
    for name in ("a.jpg", "x/b.jpg", "x/y/z/c.jpg"):
        library.picture(name)
    library.index(model=False)
    return library


def test_the_folders_with_pictures_are_counted(library, monkeypatch):
    monkeypatch.setattr(watch_limits, "limit_of", lambda _name: 8192)
    ok, text = check_watching(folders_of(library).catalog)
    assert ok
    assert text.startswith("4 folders are to be followed.")
    assert "8,192" in text


def test_more_folders_than_watches_are_not_well(library, monkeypatch):
    monkeypatch.setattr(watch_limits, "limit_of", lambda _name: 3)
    ok, text = check_watching(folders_of(library).catalog)
    assert not ok
    assert "sudo sysctl fs.inotify.max_user_watches=524288" in text


def test_where_there_is_no_limit_nothing_is_wrong(library, monkeypatch):
    monkeypatch.setattr(watch_limits, "limit_of", lambda _name: None)
    assert check_watching(folders_of(library).catalog) == (True, "4 folders are to be followed.")
