"""The card above the photos: what it says in each state, and how it is used."""

import pytest
from model_fakes import FAILED, LARGE, LOST, LOST_TOLD, SMALL, demo, installed, model, progress, row, shelf, work
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QProgressBar, QPushButton, QVBoxLayout, QWidget

from photoorg.ui.model_card_content import card_content
from photoorg.ui.model_work import WorkKind, rows_of
from photoorg.ui.views.model_card import ModelCard
from photoorg.ui.views.offer_row import OfferRow

HALF = progress(302_500_000, 605_000_000, rate=4_200_000)


def content(*infos, doing=(), wants_model=True, is_asked=False):
    known = shelf(*infos)
    return card_content(known, rows_of(known, doing, {}), wants_model=wants_model, is_asked=is_asked)


def actions(*infos, **facts):
    return [offer.action for offer in content(*infos, **facts).offers]


def test_the_proposal_says_why_and_what_before_anything_is_downloaded():
    shown = content(model(), model(LARGE), demo())
    assert shown.reference == SMALL
    assert "stays" in shown.text or "never leave" in shown.text
    assert shown.text.count(". ") + shown.text.endswith(".") == 2
    assert (shown.model, shown.summary) == ("CLIP Base", "Small and fast.")
    assert shown.facts.replace("\N{NO-BREAK SPACE}", " ") == "605 MB · MIT licence · English"
    assert [offer.action for offer in shown.offers] == ["download", "choose", "later"]


def test_nothing_is_said_where_there_is_a_model_or_nobody_wants_to_hear_of_it():
    assert content(model(), demo(), wants_model=False) is None
    assert content(installed(is_active=True), demo()) is None
    assert content(demo(is_active=True), model()) is None
    assert content() is None  # nothing is known yet


def test_whoever_searched_is_told_what_the_search_needs():
    assert "needs a model" in content(model(), is_asked=True).title


def test_what_is_being_downloaded_shows_whatever_was_put_off():
    shown = content(model(), doing=[work(progress=HALF)], wants_model=False)
    assert (shown.title, shown.work.progress) == ("Downloading CLIP Base", HALF)
    assert [offer.action for offer in shown.offers] == ["cancel"]


def test_a_further_model_shows_too_while_it_is_downloaded_but_not_while_it_is_tried_out():
    active, other = installed(is_active=True), work(reference=LARGE, progress=HALF)
    assert content(active, model(LARGE), doing=[other]).title == "Downloading CLIP Large"
    assert content(active, installed(LARGE), doing=[work(WorkKind.VERIFY, LARGE)]) is None
    for doing in (work(WorkKind.VERIFY), work(WorkKind.USE, progress=progress(0, 0))):
        assert content(installed(trust=None), doing=[doing]).title == "Trying the model out"


def test_of_several_the_one_that_goes_on_shows():
    doing = [work(error=LOST), work(reference=LARGE, progress=HALF)]
    assert content(model(), model(LARGE), doing=doing).reference == LARGE


def test_the_model_is_tried_out():
    assert content(model(), doing=[work(progress=progress(0, 0))]).title == "Trying the model out"


def test_an_error_is_told_with_its_hint_and_a_way_on():
    shown = content(model(), doing=[work(error=LOST)], wants_model=False)
    assert shown.title == "CLIP Base: the download stopped"
    assert shown.text == LOST_TOLD
    assert [offer.action for offer in shown.offers] == ["again", "choose", "dismiss"]
    assert shown.is_trouble


def test_a_download_that_was_begun_comes_before_the_proposal():
    shown = content(model(), model(LARGE, partial_bytes=210_000_000))
    assert (shown.reference, shown.offers[0].text) == (LARGE, "Resume the download")
    assert shown.facts.replace("\N{NO-BREAK SPACE}", " ").startswith("210 MB of 605 MB are here already")


def test_a_model_that_is_here_needs_no_download():
    assert actions(model(), installed(LARGE)) == ["use", "choose", "later"]
    assert content(model(), installed(LARGE)).facts == "MIT licence · English"


def test_the_demo_model_is_not_offered_for_photos():
    assert content(model(), demo()).reference == SMALL


def test_a_doubtful_model_is_called_so():
    shown = content(installed(trust=FAILED), model(LARGE))
    assert shown.title == "CLIP Base did not pass its test"
    assert "a red circle" in shown.text
    assert [offer.action for offer in shown.offers] == ["verify", "use", "choose", "later"]
    assert content(installed(trust=FAILED), installed(LARGE)).reference == LARGE


def test_an_active_model_that_is_gone_or_broken():
    gone = model(is_active=True)
    assert actions(gone) == ["download", "choose", "later"]
    broken = content(installed(is_active=True, problem="Cut\noff."))
    assert broken.text == "Cut\N{REPLACEMENT CHARACTER}off."
    assert [offer.action for offer in broken.offers] == ["choose", "later"]


# --- the widget ---


@pytest.fixture
def card(qtbot, theme):
    window = QWidget()
    qtbot.addWidget(window)
    card = ModelCard()
    layout = QVBoxLayout(window)
    layout.addWidget(card)
    layout.addStretch(1)
    window.resize(600, 400)
    window.show()
    yield card
    window.close()


def buttons(card):
    return {button.accessibleName(): button for button in card.findChildren(QPushButton) if button.isVisible()}


def test_it_is_hidden_until_there_is_something_to_say(card):
    assert not card.isVisible()
    card.show_content(content(model(title="A <b>title</b>")))
    assert card.isVisible()
    assert card.accessibleName() == "Find photos by describing them"
    assert "A <b>title</b>" in [label.text() for label in card.findChildren(QLabel) if label.isVisible()]
    card.show_content(None)
    assert not card.isVisible()


def test_buttons_tell_what_is_wanted_and_of_which_model(qtbot, card):
    card.show_content(content(model()))
    with qtbot.waitSignal(card.wanted) as wanted:
        buttons(card)["Not now"].click()
    assert wanted.args == ["later", SMALL]


def test_the_bar_follows_the_download(card):
    card.show_content(content(model()))
    bar = card.findChild(QProgressBar)
    assert not bar.isVisible()
    card.show_content(content(model(), doing=[work()]))
    assert (bar.minimum(), bar.maximum()) == (0, 0)  # to and fro
    card.show_content(content(model(), doing=[work(progress=HALF)]))
    assert bar.value() == bar.maximum() // 2
    assert card._progress.details().endswith("about 1 minute left")


def test_the_focus_stays_on_a_button_while_numbers_change(qtbot, card):
    card.window().activateWindow()
    card.show_content(content(model(), doing=[work(progress=HALF)]))
    cancel = buttons(card)["Cancel"]
    cancel.setFocus()
    qtbot.waitUntil(cancel.hasFocus)
    card.show_content(content(model(), doing=[work(progress=progress(400_000_000, 605_000_000))]))
    assert buttons(card)["Cancel"] is cancel
    assert cancel.hasFocus()
    card.show_content(content(model(), doing=[work(error=LOST)]))
    assert buttons(card)["Try again"].hasFocus()


def test_the_buttons_are_reached_one_after_the_other(qtbot, card):
    card.window().activateWindow()
    card.show_content(content(model()))
    first, second, third = (buttons(card)[name] for name in ("Download", "Choose another …", "Not now"))
    first.setFocus()
    qtbot.waitUntil(first.hasFocus)
    qtbot.keyClick(first, Qt.Key.Key_Tab)
    assert second.hasFocus()
    qtbot.keyClick(second, Qt.Key.Key_Tab)
    assert third.hasFocus()
    with qtbot.waitSignal(card.wanted) as wanted:
        qtbot.keyClick(third, Qt.Key.Key_Space)
    assert wanted.args[0] == "later"


@pytest.mark.parametrize("width", [300, 600, 1200])
def test_all_of_it_fits(qtbot, card, width):
    """Also in a narrow window: it grows higher instead."""
    card.window().resize(width, 600)
    card.show_content(content(model()))
    qtbot.waitUntil(lambda: card.height() == card.heightForWidth(card.width()))
    inside = card.rect()
    for part in [*card.findChildren(QLabel), *card.findChildren(QPushButton)]:
        if part.isVisible():
            assert inside.contains(part.mapTo(card, part.rect().topLeft()))
            assert inside.contains(part.mapTo(card, part.rect().bottomRight()))
            assert part.height() >= part.heightForWidth(part.width())


def test_the_same_offers_keep_their_buttons(qtbot, theme):
    offers = OfferRow()
    qtbot.addWidget(offers)
    offers.show_offers(content(model()).offers)
    before = offers.findChildren(QPushButton)
    offers.show_offers(content(model()).offers)
    assert offers.findChildren(QPushButton) == before


def test_rows_know_what_goes_on():
    known = shelf(model(), model(LARGE))
    doing = work(reference="hf-hub:a/b")
    assert rows_of(known, [doing], {"hf-hub:a/b": "b"})[-1].title == "b"
    assert [r.work for r in rows_of(known, [doing], {})] == [None, None, doing]
    assert row(model()).work is None
