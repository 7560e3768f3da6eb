"""What is said about models, and what can be done with them."""

import pytest
from model_fakes import FAILED, FOLDER, LOST, LOST_TOLD, SMALL, demo, installed, model, progress, row, work

from photoorg.errors import Cancelled, ForeignScript, PhotoorgError
from photoorg.jobs.events import JobProgress
from photoorg.model_errors import ModelGated
from photoorg.ui.error_texts import told
from photoorg.ui.fact_texts import FactRow
from photoorg.ui.model_offers import offers_of
from photoorg.ui.model_texts import (
    doing_text,
    model_facts,
    news_text,
    removal_text,
    speed_text,
    state_text,
    trouble_text,
    work_details,
)
from photoorg.ui.model_work import ModelRow, WorkKind
from photoorg.ui.progress_texts import byte_details, bytes_text

HALF = progress(302_500_000, 605_000_000, rate=4_200_000)
TRYING = progress(0, 0)


def plain(text):
    """With breaking spaces."""
    return text.replace("\N{NO-BREAK SPACE}", " ")


def actions(info, doing=None):
    return [offer.action for offer in offers_of(row(info, doing))]


@pytest.mark.parametrize(
    ("count", "text"),
    [
        *((0, "0 bytes"), (999, "999 bytes"), (1500, "1.5 kB"), (605_000_000, "605 MB"), (9_960_000, "10 MB")),
        *((1_541_000_000, "1.5 GB"), (20_400_000_000, "20 GB"), (4_200_000, "4.2 MB")),
    ],
)
def test_sizes(count, text):
    assert plain(bytes_text(count)) == text


def test_the_numbers_of_a_download_longest_first():
    assert [plain(line) for line in byte_details(HALF)] == [
        "302 MB of 605 MB · 4.2 MB/s · about 1 minute left",
        "302 MB of 605 MB · about 1 minute left",
        "302 MB of 605 MB",
    ]
    assert byte_details(JobProgress(1, 5, 0, "", 0.0, None)) == []
    assert [plain(line) for line in byte_details(progress(5_000_000, 605_000_000))] == ["5.0 MB of 605 MB"]


@pytest.mark.parametrize(
    ("info", "doing", "text"),
    [
        (model(), None, "605 MB · English"),
        (model(languages="English and 33 more languages"), None, "605 MB · many languages"),
        (model(languages="", download_bytes=None), None, ""),
        (model(partial_bytes=121_000_000), None, "20% downloaded"),
        (model(partial_bytes=700_000_000), None, "100% downloaded"),
        (model(partial_bytes=700_000_000, download_bytes=None), None, "700 MB downloaded"),
        (installed(), None, "Installed"),
        (installed(is_active=True), None, "In use"),
        (installed(is_answering=True), None, "Answers searches for now"),
        (installed(is_active=True, is_answering=True), None, "In use"),
        (installed(trust=FAILED), None, "Installed · did not pass the test"),
        (installed(problem="Broken."), None, "Cannot be used"),
        (model(), work(), "Downloading"),
        (model(), work(progress=HALF), "Downloading, 50%"),
        (model(), work(progress=TRYING), "Trying the model out"),
        (model(), work(waits=True), "Waits for its turn"),
        (model(), work(error=LOST), "The download stopped"),
        (installed(), work(WorkKind.VERIFY), "Trying the model out"),
        (installed(), work(WorkKind.USE), "Looking whether it loads"),
        (installed(trust=None), work(WorkKind.USE, progress=TRYING), "Trying the model out"),
        (installed(), work(WorkKind.USE, waits=True), "Waits for its turn"),
        (installed(), work(WorkKind.REMOVE), "Removing"),
    ],
)
def test_states(info, doing, text):
    assert plain(state_text(row(info, doing))) == text


def test_what_goes_on_with_a_model_that_nothing_is_known_of():
    unknown = ModelRow("/models/own", "own", None, work(WorkKind.ADD, "/models/own"))
    assert state_text(unknown) == "Copying"
    assert doing_text(unknown.title, unknown.work) == "Copying own"
    assert trouble_text(unknown) == ""
    assert [offer.action for offer in offers_of(unknown)] == ["cancel"]
    assert state_text(ModelRow("x", "x", None)) == ""
    assert offers_of(ModelRow("x", "x", None)) == ()


@pytest.mark.parametrize(
    ("doing", "details"),
    [
        (work(), "Connecting"),
        (work(WorkKind.ADD), "Reading the folder"),
        (work(waits=True), "Another model comes first"),
        (work(progress=TRYING), "A few drawn pictures show whether it finds what it should"),
        (work(WorkKind.VERIFY), "A few drawn pictures show whether it finds what it should"),
        (work(WorkKind.USE, progress=TRYING), "A few drawn pictures show whether it finds what it should"),
        (work(WorkKind.USE), "This takes some seconds"),
    ],
)
def test_where_there_are_no_numbers_there_are_words(doing, details):
    assert work_details(doing) == [details]


def test_trouble_is_told_with_what_to_do_about_it():
    assert trouble_text(row(model())) == ""
    assert trouble_text(row(installed(problem="It is\ncut off. Download it again."))).endswith("Download it again.")
    assert "3 of 12" in trouble_text(row(installed(trust=FAILED)))
    assert "a red circle" in trouble_text(row(installed(trust=FAILED)))
    assert trouble_text(row(model(), work(error=LOST))) == f"The download stopped. {LOST_TOLD}"
    assert trouble_text(row(installed(trust=FAILED), work(WorkKind.VERIFY))) == ""


def test_the_facts_of_a_model_that_can_be_had():
    facts = {fact.label: plain(fact.value) for fact in model_facts(model(relative_cost=4.0, needs_gpu=True))}
    assert facts == {
        "Languages": "English",
        "Licence": "MIT",
        "Download": "605 MB",
        "Memory": "about 252 MB",
        "Quality": "Finds 40 of 100\na table",
        "Speed": "About 4 times the work for each photo, meant for a graphics card",
        "Name": SMALL,
    }


def test_the_facts_of_one_that_is_here():
    facts = {fact.label: plain(fact.value) for fact in model_facts(installed(pictures=12345))}
    assert (facts["On disk"], facts["Photos"], facts["Folder"]) == ("605 MB", "12,345 photos read", str(FOLDER))
    assert "Download" not in facts
    assert "12 of 12" in facts["Test"]
    assert not any(fact.label == "Test" for fact in model_facts(installed(trust=FAILED)))  # that is told as trouble


def test_of_a_model_that_nobody_offers_the_licence_is_the_users_to_read():
    bare = model(
        "hf-hub:a/b", languages="", licence="", memory_bytes=None, quality="", relative_cost=None, partial_bytes=7
    )
    facts = model_facts(
        model("hf-hub:a/b", **{name: getattr(bare, name) for name in ("languages", "licence", "quality")})
    )
    assert FactRow("Licence", "Not known: please read it where it is from.") in facts
    assert {fact.label for fact in model_facts(bare)} == {"Licence", "Download", "Name"}


@pytest.mark.parametrize(
    ("cost", "text"),
    [
        *((1.0, "As little work for each photo as any"), (1.2, "A little more work for each photo")),
        *((1.6, "About 2 times the work for each photo"), (4.1, "About 4 times the work for each photo")),
        (14.1, "About 14 times the work for each photo"),
    ],
)
def test_speed_is_told_as_work_since_machines_differ(cost, text):
    assert speed_text(model(relative_cost=cost)) == text


def test_a_model_for_graphics_cards():
    assert speed_text(model(relative_cost=None, needs_gpu=True)) == "Meant for a graphics card"


@pytest.mark.parametrize(
    ("info", "doing", "wanted"),
    [
        (model(), None, ["download"]),
        (model(partial_bytes=7), None, ["download"]),
        (model(partial_bytes=7, can_be_removed=True), None, ["download", "remove"]),
        (installed(), None, ["use", "verify", "remove"]),
        (installed(is_active=True), None, ["verify", "remove"]),
        (demo(), None, ["use", "verify"]),
        (installed(problem="Broken."), None, ["download", "remove"]),
        (installed("hf-hub:a/b", problem="Broken.", is_offered=False), None, ["remove"]),
        (model(), work(progress=HALF), ["cancel"]),
        (model(), work(error=LOST), ["again", "dismiss"]),
        (installed(), work(WorkKind.VERIFY), ["cancel"]),
        (installed(), work(WorkKind.USE), ["cancel"]),
        (installed(), work(WorkKind.REMOVE), []),
    ],
)
def test_what_can_be_done(info, doing, wanted):
    assert actions(info, doing) == wanted


def test_a_doubtful_model_can_be_used_all_the_same_and_is_not_urged_upon_people():
    use = offers_of(row(installed(trust=FAILED)))[0]
    assert (use.text, use.is_main) == ("Use it all the same", False)
    assert offers_of(row(installed()))[0].is_main


def test_a_download_that_was_begun_is_resumed():
    assert offers_of(row(model(partial_bytes=7)))[0].text == "Resume the download"


def test_removing_says_what_goes_and_what_stays():
    text = plain(removal_text(installed(pictures=12345)))
    assert text == (
        "This deletes its files (605 MB) and what it has read of 12,345 photos. "
        "Your photos, tags and albums are not touched."
    )
    assert "until another model is in use" in removal_text(installed(is_active=True))


def test_removing_a_folder_of_ones_own_leaves_it_alone():
    text = removal_text(installed(str(FOLDER), pictures=1))
    assert text == (
        "This deletes what it has read of 1 photo. Its folder, your photos, tags and albums are not touched."
    )


@pytest.mark.parametrize(
    ("kind", "info", "text"),
    [
        (WorkKind.DOWNLOAD, installed(is_active=True), "CLIP Base is in use."),
        (WorkKind.DOWNLOAD, installed(), "CLIP Base is ready to be used."),
        (WorkKind.ADD, installed(trust=FAILED), "CLIP Base did not pass the test."),
        (WorkKind.USE, installed(trust=FAILED, is_active=True), "CLIP Base is in use."),
        (WorkKind.USE, installed(trust=FAILED), "CLIP Base did not pass the test."),
        (WorkKind.VERIFY, installed(is_active=True), "CLIP Base passed the test."),
        (WorkKind.REMOVE, None, "CLIP Base was removed."),
    ],
)
def test_how_it_ended(kind, info, text):
    assert news_text(kind, "CLIP Base", info) == text


@pytest.mark.parametrize("code", sorted(PhotoorgError._by_code))
def test_what_is_told_of_a_model_speaks_of_no_command(code):
    """Commands stand only where the window has none of its own for it."""
    text = told(PhotoorgError._by_code[code](model="a/b"), lambda reference: f"<{reference}>")
    assert "photoorg model" not in text or code == "model-missing"  # that is told by the card
    assert "same command" not in text


def test_models_are_told_by_their_titles():
    assert "<a/b>" in told(ForeignScript(model="a/b", multilingual="c/d"), lambda reference: f"<{reference}>")
    assert told(Cancelled(), str) == str(Cancelled())
    page = told(ModelGated(model="a/b", page="https://hub/a/b"), str)
    assert "Accept it on https://hub/a/b" in page


def test_a_version_that_is_not_to_be_had_any_more_can_be_replaced():
    gone = PhotoorgError.from_code("model-version-gone", {"model": SMALL, "commit": "c", "host": "h"})
    assert [offer.action for offer in offers_of(row(model(), work(error=gone)))] == ["latest", "dismiss"]
