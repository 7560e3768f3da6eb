"""Searching in the window, on drawn pictures and with the demo model."""

import threading

import pytest
from PySide6.QtCore import Qt

from photoorg import Library
from photoorg.catalog.library_settings import ACTIVE_MODEL
from photoorg.jobs.job import JobContext
from photoorg.library import ALL_PHOTOS, FAVOURITES, LibraryModels
from photoorg.ui.search_control import Question, SearchJob

ALL = 40
GIBBERISH = "xyzzy qwrt plugh"


@pytest.fixture
def window(open_window, demo_data):
    window = open_window(demo_data)
    window.wait_for_photos(ALL)
    return window


def found(data_dir, text, *, keep_all=False):
    """What the library finds, without a window."""
    with Library(data_dir) as library:
        return [hit.photo.id for hit in library.search(text, k=300, keep_all=keep_all).hits]


def test_results_show_while_one_types_best_first(window, demo_data):
    window.search("snow")
    assert window.ids() == found(demo_data, "snow")
    assert 0 < len(window.ids()) < ALL
    assert window.browser.results.note() == f"{len(window.ids())} photos"
    assert window.browser.sidebar.collection() is None


def test_only_the_last_of_several_quick_searches_counts(window, demo_data):
    answers = []
    window.window._search.answered.connect(lambda answer: answers.append(answer.question.text))
    for text in ("a cat", "boats", "a red house", "snow"):
        window.browser.search.set_text(text)
    window.wait_for_results("snow")
    assert answers == ["snow"]
    assert window.ids() == found(demo_data, "snow")


def test_an_answer_that_comes_after_the_search_was_left_is_dropped(window):
    answers = []
    window.window._search.answered.connect(answers.append)
    window.browser.search.set_text("snow")
    window.press(Qt.Key.Key_Escape, window.line)
    window.search("boats")
    assert [answer.question.text for answer in answers] == ["boats"]


def test_gibberish_shows_a_page_whose_button_shows_the_nearest(window, demo_data):
    window.type_search(GIBBERISH)
    window.wait(lambda: window.browser.page is window.browser.empty)
    assert GIBBERISH in window.browser.empty.title()
    window.click("Show the nearest photos all the same")
    window.wait_for_photos(ALL)
    assert window.ids() == found(demo_data, GIBBERISH, keep_all=True)
    assert window.browser.page is window.grid


def test_weaker_matches_are_a_click_away(window):
    window.search("snow")
    few = len(window.ids())
    window.click("Show weaker matches")
    window.wait_for_photos(ALL)
    assert few < ALL
    assert not window.says("weaker")


@pytest.mark.parametrize("way", ["clear", "escape in the field", "escape in the grid", "close", "sidebar", "delete"])
def test_there_are_many_ways_back(window, qtbot, way):
    before = window.ids()
    window.search("snow")
    if way == "clear":
        window.click("Clear search")
    elif way == "close":
        window.click("Back to the photos (Esc)")
    elif way == "sidebar":
        window.choose()
    elif way == "delete":
        window.line.selectAll()
        qtbot.keyClick(window.line, Qt.Key.Key_Delete)
    else:
        window.press(Qt.Key.Key_Escape, window.line if "field" in way else window.grid)
    window.wait(lambda: window.ids() == before)
    assert window.line.text() == ""
    assert window.browser.results.isHidden()
    assert window.browser.sidebar.collection() == window.window._feed.collection


def test_the_same_search_works_again_after_leaving_its_results(window):
    for leave in (window.choose, lambda: window.press(Qt.Key.Key_Escape, window.grid)):
        window.search("snow")
        leave()
        window.wait_for_photos(ALL)
    window.search("snow")


def test_going_back_leads_to_the_collection_from_before(window):
    window.library.set_favourite(window.ids()[:2], favourite=True)
    window.choose(FAVOURITES)
    window.wait_for_photos(2)
    window.search("snow")
    window.click("Clear search")
    window.wait_for_photos(2)
    assert window.browser.sidebar.collection() == FAVOURITES


def test_find_similar(window):
    window.select("IMG_0007.jpg")
    asked = window.photo("IMG_0007.jpg")
    window.wait(lambda: window.shown_details() == "IMG_0007.jpg")
    window.click("Find similar", window.browser.details)
    window.wait_for_results("Like IMG_0007.jpg")
    window.wait_for_photos(ALL - 1)
    assert asked.id not in window.ids()
    assert not window.says("weaker")
    assert window.shown_details() == ""


def test_a_search_after_find_similar(window):
    window.search("snow")
    window.select(window.names()[0])
    window.action("Find similar").trigger()
    window.wait_for_results("Like ")
    assert window.line.text() == ""
    window.search("snow")


def test_suggestions_are_searches(open_window, demo_data):
    window = open_window(demo_data, suggestions=("boats at night", "a red house in the snow"))
    window.wait_for_photos(ALL)
    window.click("boats at night")
    window.wait_for_results("boats at night")
    assert window.line.text() == "boats at night"


def test_the_window_says_what_a_slow_search_waits_for(open_window, demo_data, monkeypatch):
    begun, go_on = threading.Event(), threading.Event()
    monkeypatch.setattr(Library, "prepare_encoder", lambda _self: None)
    monkeypatch.setattr(Library, "prepare_search", lambda _self: begun.set() or go_on.wait())
    try:
        window = open_window(demo_data)
        window.wait_for_photos(ALL)
        window.wait(begun.is_set)
        window.type_search("snow")
        window.wait(lambda: window.says("Searching", window.browser.search))
    finally:
        go_on.set()
    window.wait_for_results("snow")
    assert not window.says("Searching", window.browser.search)


@pytest.mark.parametrize("is_awake", [False, True])
def test_a_search_that_wakes_the_model_says_so(open_window, demo_data, monkeypatch, is_awake):
    go_on = threading.Event()
    search = Library.search
    monkeypatch.setattr(LibraryModels, "is_awake", is_awake)
    monkeypatch.setattr(Library, "search", lambda self, *args, **kwargs: go_on.wait() and search(self, *args, **kwargs))
    try:
        window = open_window(demo_data)
        window.wait_for_photos(ALL)
        window.type_search("snow")
        said = "Searching" if is_awake else "Loading the model"
        window.wait(lambda: window.says(said, window.browser.search))
    finally:
        go_on.set()
    window.wait_for_results("snow")


def test_a_search_says_first_whether_a_model_has_to_be_loaded(demo_data):
    said = []
    context = JobContext(1, lambda progress: said.append(progress.text))
    with Library(demo_data) as library:
        SearchJob(library, Question("a search that was never made")).run(context)
        assert said == ["Loading the model"]
        SearchJob(library, Question("another one")).run(context)
        assert said == ["Loading the model"]
        library._encoders.let_go(but=())
        SearchJob(library, Question("one more")).run(context)
        assert said == ["Loading the model"] * 2


def test_so_does_a_search_for_photos_like_one_that_no_model_has_read(demo_data):
    said = []
    context = JobContext(1, lambda progress: said.append(progress.text))
    with Library(demo_data) as library:
        photo = next(iter(library.photos()))
        library.catalog.embeddings.remove_model(library.models.active.fingerprint)
        assert not library.models.is_awake
        SearchJob(library, Question(like=photo)).run(context)
        assert said == ["Loading the model"]


@pytest.mark.parametrize("is_awake", [False, True])
def test_photos_like_one_are_waited_for_with_the_same_words(open_window, demo_data, monkeypatch, is_awake):
    go_on = threading.Event()
    similar = Library.similar
    monkeypatch.setattr(LibraryModels, "is_awake", is_awake)
    monkeypatch.setattr(Library, "similar", lambda self, *args, **more: go_on.wait() and similar(self, *args, **more))
    try:
        window = open_window(demo_data)
        window.wait_for_photos(ALL)
        window.select("IMG_0007.jpg")
        window.action("Find similar").trigger()
        said = "Searching" if is_awake else "Loading the model"
        window.wait(lambda: window.says(said, window.browser.search))
    finally:
        go_on.set()
    window.wait_for_results("Like IMG_0007.jpg")


def test_results_stay_as_they_are_while_photos_are_edited(window):
    """Also while the collection below, which they will lead back to, does not hold them."""
    window.choose(FAVOURITES)
    window.wait(lambda: window.browser.page is window.browser.empty)
    window.search("snow")
    before = window.ids()
    window.library.set_rating(before[:1], 3)
    window.wait(lambda: window.photos()[0].rating == 3)
    assert window.ids() == before


def test_a_photo_that_vanishes_leaves_the_results(open_window, demo_data, demo_library, tmp_path):
    window = open_window(demo_data)
    window.wait_for_photos(ALL)
    window.search("snow")
    before = window.ids()
    window.library.remove_folder(demo_library.parent / "pictures")
    window.wait(lambda: window.ids() == [])
    assert len(before) > 0


def test_letters_and_digits_that_are_typed_are_no_commands(window):
    window.select("IMG_0007.jpg")
    window.type_search("five 5 f/ ")
    assert window.line.text() == "five 5 f/ "
    window.wait_for_results("five 5 f/")
    photo = next(photo for photo in window.library.photos() if photo.path.endswith(b"IMG_0007.jpg"))
    assert (photo.rating, photo.favourite) == (0, False)


def test_results_of_a_folder_that_was_removed_meanwhile_lead_back_to_all_photos(window, demo_library, photos):
    window.library.add_folder(photos)
    window.wait_for_photos(ALL + 3)
    window.wait(lambda: "photos" in window.counts())
    window.choose(window.folder_collection("photos"))
    window.wait_for_photos(3)
    window.search("snow")
    window.library.remove_folder(photos)
    window.wait(lambda: "photos" not in window.counts())
    window.click("Clear search")
    window.wait_for_photos(ALL)
    assert window.browser.sidebar.collection() == ALL_PHOTOS


def test_how_much_can_be_searched_is_said_beside_the_results(open_window, demo_data, photos):
    with Library(demo_data) as library:
        library.catalog.settings.drop(ACTIVE_MODEL, "demo")
        library.index([photos])  # without a model
        library.models.use("demo")
        library.set_paused(paused=True)
    window = open_window(demo_data)
    window.wait_for_photos(ALL + 3)
    window.search("snow")
    assert window.browser.results.note().endswith("93% of the library can be searched so far")
    window.browser.results.controls.slider.setValue(60)
    assert window.browser.results.note().endswith("93% of the library can be searched so far")
    note = window.browser.results._note
    note.resize(note.fontMetrics().horizontalAdvance("40 photos · 93% searched") + 2, note.height())
    assert note.shown().endswith("93% searched")
