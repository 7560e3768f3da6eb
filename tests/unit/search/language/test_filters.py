"""What the filters mean."""

from datetime import date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from photoorg.query_errors import FilterValueInvalid
from photoorg.search.language.conditions import Has, InFolder, Named, Near, OfType, Oriented, Rated, Sized, Taken
from photoorg.search.language.expression import Filter
from photoorg.search.language.filters import FILTERS, conditions_of

TODAY = date(2026, 11, 25)


def taken(start, end):
    return Taken(*(datetime.fromisoformat(side) if side else None for side in (start, end)))


def meant(text):
    key, value = text.split(":", 1)
    return conditions_of(Filter(key, value), TODAY)


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("date:2023-06", "2023-06-01", "2023-07-01"),
        ("date:last summer", "2026-06-01", "2026-09-01"),
        ("date:2020..", "2020-01-01", None),
        ("date:>2020", "2021-01-01", None),
        ("date:>=2020", "2020-01-01", None),
        ("date:<2020", None, "2020-01-01"),
        ("date:<= 2020", None, "2021-01-01"),
        ("date:=2020", "2020-01-01", "2021-01-01"),
        ("before:2023", None, "2023-01-01"),
        ("after:2023", "2023-01-01", None),
        ("after:yesterday", "2026-11-24", None),
    ],
)
def test_dates(text, start, end):
    assert meant(text) == taken(start, end)


def test_relative_dates_are_understood_when_they_are_asked():
    summer = Filter("date", "last summer")
    assert conditions_of(summer, date(2024, 1, 1)) == taken("2023-06-01", "2023-09-01")


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("folder:Italy", ("italy",)),
        ("folder:trips/Italy/", ("trips", "italy")),
        ("folder:trips\\Italy", ("trips", "italy")),
        ("folder:/home/me/Photos", ("", "home", "me", "photos")),
        ("folder:D:\\Photos", ("", "d:", "photos")),
        ("folder:20*/./x", ("20*", "x")),
        ("folder:Cafe\u0301", ("caf\u00e9",)),
        ("folder:a  b", ("a  b",)),
    ],
)
def test_folders(text, names):
    assert meant(text) == InFolder(names)


def test_a_folder_in_the_home_folder(monkeypatch):
    monkeypatch.setenv("HOME", "/home/me")
    monkeypatch.setenv("USERPROFILE", "/home/me")
    assert meant("folder:~/Photos") == InFolder(("", "home", "me", "photos"))


@pytest.mark.parametrize(
    ("text", "condition"),
    [
        ("tag:Straße", Named("tag", "strasse")),
        ("album:Our  Wedding", Named("album", "our  wedding")),
        ("camera: Canon  EOS ", Named("camera", "canon eos")),
        ("lens:50mm*", Named("lens", "50mm*")),
        ("type:JPG", OfType("jpeg")),
        ("type:.heic", OfType("heif")),
        ("type:jxl", OfType("jpeg xl")),
        ("type:JPEG 2000", OfType("jpeg 2000")),
        ("type:jpeg-2000", OfType("jpeg 2000")),
        ("type:nef", OfType("nef")),
        ("type:raw", Has("raw")),
        ("rating:4", Rated("=", 4)),
        ("rating:>=4", Rated(">=", 4)),
        ("rating:< 2", Rated("<", 2)),
        ("rating:none", Rated("=", 0)),
        ("is:favorite", Has("favourite")),
        ("is:Favourite", Has("favourite")),
        ("is:offline", Has("offline")),
        ("has:gps", Has("gps")),
        ("has:tags", Has("tag")),
        ("has:rating", Has("rated")),
        ("near:48.2,16.4,10km", Near(48.2, 16.4, 10)),
        ("near:48.2, 16.4", Near(48.2, 16.4, 10)),
        ("near:-33.9 +151.2 500 m", Near(-33.9, 151.2, 0.5)),
        ("near:0,0,1mi", Near(0, 0, 1.609344)),
        ("near:0;0;2,5km", Near(0, 0, 2.5)),
        ("orientation:Portrait", Oriented("portrait")),
        ("orientation:horizontal", Oriented("landscape")),
        ("size:>5MB", Sized(">", 5_000_000, "bytes")),
        ("size:>=12MP", Sized(">=", 12, "megapixels")),
        ("size:<2000px", Sized("<", 2000, "pixels")),
        ("size:1.5 GB", Sized(">=", 1_500_000_000, "bytes")),
        ("size:2,5mp", Sized(">=", 2.5, "megapixels")),
        ("size:=1KiB", Sized("=", 1024, "bytes")),
    ],
)
def test_other_facts(text, condition):
    assert meant(text) == condition


@pytest.mark.parametrize(
    "text",
    [
        *("near:91,0", "near:0,181", "near:0,0,0km", "near:0,0,30000km", "near:1", "near:a,b", "near:0,0,5parsec"),
        *("rating:6", "rating:-1", "rating:>=", "rating:4.5", "size:5", "size:MB", "size:>>5MB", "size:-5MB", "date:>"),
        *(
            "date:>9999",
            "folder:/",
            "folder:../x",
            "type:mp4",
            "is:",
            "has:money",
            "orientation:left",
            "colour:red",
            "tag:  ",
        ),
    ],
)
def test_values_that_are_not_understood(text):
    with pytest.raises(FilterValueInvalid) as caught:
        meant(text)
    assert (caught.value.start, caught.value.end, caught.value.params["query"]) == (0, len(text), text)
    assert "?" not in str(caught.value).replace(text, "")


@settings(max_examples=200, deadline=None)
@given(
    st.sampled_from(sorted(FILTERS)), st.one_of(st.text(max_size=20), st.text("0123456789.,<>= -mpbkx", max_size=12))
)
def test_any_value_is_a_condition_or_refused(key, value):
    try:
        condition = conditions_of(Filter(key, value), TODAY)
    except FilterValueInvalid:
        return
    assert hash(condition) is not None
