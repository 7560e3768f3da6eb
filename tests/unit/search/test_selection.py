"""Which photos fit: every condition on what is known of photos, and on what is not; and exact words."""

import os
from dataclasses import replace
from datetime import datetime

import numpy as np
import pytest
from labels import give_tag, put_into_album
from named_photos import NamedPhotos

from photoorg.search.great_circle import are_near, distances_km
from photoorg.search.language.conditions import (
    Has,
    InFolder,
    Named,
    Near,
    OfType,
    Oriented,
    Rated,
    Sized,
    Taken,
)
from photoorg.volumes import Volume

VIENNA = (48.2082, 16.3738)
OFFLINE = Volume("uuid:drawer", b"/media/drawer")


@pytest.fixture
def library(filled):
    return NamedPhotos(filled)


def check(library, condition, *names):
    """Exactly these fit; all others fit the negation."""
    assert library.fitting(condition) == set(names)
    assert library.others(condition) == set(library.ids) - set(names)


def test_no_conditions(library):
    assert library.fitting() == set()
    library.store("a")
    assert library.fitting() == {"a"}
    with pytest.raises(TypeError, match="not a condition"):
        library.fitting("a")


def test_taken(library):
    library.store("old", taken_local="2022-12-31T23:59:59.900")
    library.store("first", taken_local="2023-01-01T00:00:00")
    library.store("last", taken_local="2023-12-31T23:59:59.999")
    library.store("unknown")
    start, end = datetime(2023, 1, 1), datetime(2024, 1, 1)  # noqa: DTZ001
    check(library, Taken(start, end), "first", "last")
    check(library, Taken(start, None), "first", "last")
    check(library, Taken(None, start), "old")
    check(library, Taken(None, None), "old", "first", "last")
    check(library, Has("date"), "old", "first", "last")


def test_in_folder(library):
    other = library.filled.folder("scans", OFFLINE)
    library.store("Trips/Italy/1")
    library.store("Trips/2")
    library.store("Italy/Trips/3")
    library.store("italy.jpg")
    library.store("Italien 2020/4")
    library.store("5", folder=other)
    check(library, InFolder(("trips",)), "Trips/Italy/1", "Trips/2", "Italy/Trips/3")
    check(library, InFolder(("trips", "italy")), "Trips/Italy/1")
    check(library, InFolder(("ital*",)), "Trips/Italy/1", "Italy/Trips/3", "Italien 2020/4")
    check(library, InFolder(("pictures", "*", "italy")), "Trips/Italy/1")
    check(library, InFolder(("ital",)))
    check(library, InFolder(("scans",)), "5")
    check(library, InFolder(("", "media", "drawer", "scans")), "5")
    check(library, InFolder(("", "scans")))
    check(library, InFolder(("drawer",)), "5")
    mount = [name for name in os.fsdecode(library.filled.volume.mount).casefold().split(os.sep) if name]
    check(library, InFolder(("", *mount, "home", "pictures", "trips")), "Trips/Italy/1", "Trips/2")


def test_a_volume_at_another_place(library):
    library.store("5", folder=library.filled.folder("scans", OFFLINE))
    check(library, InFolder(("", "media", "drawer")), "5")
    library.filled.folder("scans", replace(OFFLINE, mount=b"/run/drawer"))
    check(library, InFolder(("", "media", "drawer")))
    check(library, InFolder(("", "run", "drawer")), "5")


def test_tags_and_albums(library):
    for name in "abc":
        library.store(name)
    give_tag(library.catalog, [library.ids["a"]], "Straße [1]")
    give_tag(library.catalog, [library.ids["a"], library.ids["b"]], "Sea")
    put_into_album(library.catalog, [library.ids["c"]], "Best of")
    check(library, Named("tag", "strasse [1]"), "a")
    check(library, Named("tag", "s*"), "a", "b")
    check(library, Named("tag", "se"))
    check(library, Named("album", "best of"), "c")
    check(library, Named("album", "*of"), "c")
    check(library, Named("album", "sea"))
    check(library, Has("tag"), "a", "b")
    check(library, Has("album"), "c")


def test_a_smart_album_has_no_photos_of_its_own(library):
    library.store("a")
    put_into_album(library.catalog, [library.ids["a"]], "Dogs")
    with library.catalog.columns._db.transaction() as write:
        write.execute("UPDATE album SET query = 'dog'")
    library.store("b")
    check(library, Named("album", "dogs"))
    check(library, Has("album"))


def test_camera_and_lens(library):
    library.store("canon", camera_make="Canon", camera_model="Canon EOS R6", lens="RF 24-105mm F4 L")
    library.store("fuji", camera_make="FUJIFILM", camera_model="X-T5")
    library.store("model", camera_model="Pixel 8")
    library.store("empty", camera_make=" ", camera_model="", lens="")
    library.store("unknown")
    check(library, Named("camera", "canon eos"), "canon")
    check(library, Named("camera", "eos r6"), "canon")
    check(library, Named("camera", "eos-r*"), "canon")
    check(library, Named("camera", "canon*r6"), "canon")
    check(library, Named("camera", "eo"))
    check(library, Named("camera", "fujifilm x-t5"), "fuji")
    check(library, Named("camera", "x t5"), "fuji")
    check(library, Named("camera", "*"), "canon", "fuji", "model")
    check(library, Named("camera", "8"), "model")
    check(library, Named("lens", "24-105mm"), "canon")
    check(library, Named("lens", "*mm"), "canon")
    check(library, Named("lens", "*"), "canon")
    check(library, Has("camera"), "canon", "fuji", "model")


def test_type_and_raw(library):
    library.store("jpeg")
    library.store("pair", beside=("raw",))
    library.store("heif", format="HEIF", beside=("motion",))
    library.store("nef", format="NEF")
    library.store("gif", format="GIF", animated=True)
    check(library, OfType("jpeg"), "jpeg", "pair")
    check(library, OfType("heif"), "heif")
    check(library, OfType("tiff"))
    check(library, Has("raw"), "pair", "nef")
    check(library, Has("live"), "heif")
    check(library, Has("animated"), "gif")


def test_rating_favourite_texts(library):
    for stars in (0, 3, 5):
        library.store(str(stars))
        library.edit(str(stars), rating=stars)
    library.edit("5", favourite=1, title="Am Meer")
    library.edit("3", caption="Ein Hund")
    check(library, Rated("=", 3), "3")
    check(library, Rated(">=", 3), "3", "5")
    check(library, Rated(">", 3), "5")
    check(library, Rated("<", 3), "0")
    check(library, Rated("<=", 3), "0", "3")
    check(library, Has("rated"), "3", "5")
    check(library, Has("favourite"), "5")
    check(library, Has("title"), "5")
    check(library, Has("caption"), "3")


def test_offline(library):
    os.makedirs(os.path.join(library.filled.volume.mount, os.fsencode(library.filled.folder().path)), exist_ok=True)
    here = library.filled.folder("")
    library.store("here", folder=here)
    library.store("held", folder=here)
    library.store("drawer", folder=library.filled.folder("scans", OFFLINE))
    library.store("no such folder", folder=library.filled.folder("no such folder"))
    held = {file.photo_id: file.id for file in library.catalog.files.known_in(here)}[library.ids["held"]]
    library.catalog.vanished.hold(here.id, [held])
    check(library, Has("offline"), "held", "drawer", "no such folder")


def test_near(library):
    library.store("stephansdom", latitude=48.2085, longitude=16.3731)
    library.store("schoenbrunn", latitude=48.1858, longitude=16.3128)
    library.store("graz", latitude=47.0707, longitude=15.4395)
    library.store("half", latitude=48.2085, longitude=None)
    library.store("unknown")
    check(library, Near(*VIENNA, 1), "stephansdom")
    check(library, Near(*VIENNA, 10), "stephansdom", "schoenbrunn")
    check(library, Near(*VIENNA, 200), "stephansdom", "schoenbrunn", "graz")
    check(library, Near(*VIENNA, 30_000), "stephansdom", "schoenbrunn", "graz")
    check(library, Has("gps"), "stephansdom", "schoenbrunn", "graz")


def test_known_distances():
    paris, sydney = (48.8566, 2.3522), (-33.8688, 151.2093)
    places = np.array([paris, sydney, VIENNA], np.float32)
    found = distances_km(places[:, 0], places[:, 1], *VIENNA)
    assert found == pytest.approx([1034, 15_976, 0], rel=0.01, abs=0.01)


@pytest.mark.parametrize("place", [(0, 179.9), (0, -179.9), (89.9, 0), (-89.5, 120), (60, 10), (-45, -179.99), (0, 0)])
@pytest.mark.parametrize("distance_km", [0.5, 30, 700, 9000, 30_000])
def test_the_box_leaves_nothing_out(place, distance_km):
    rng = np.random.default_rng(1)
    latitudes = np.clip(place[0] + rng.normal(0, 3, 3000), -90, 90).astype(np.float32)
    longitudes = ((place[1] + rng.normal(0, 40, 3000) + 180) % 360 - 180).astype(np.float32)
    expected = distances_km(latitudes, longitudes, *place) <= distance_km
    assert np.array_equal(are_near(latitudes, longitudes, *place, distance_km), expected)


def test_orientation_and_size(library):
    library.store("wide", width=6000, height=3000, size_bytes=10_000_000)
    library.store("landscape", width=4000, height=3000, size_bytes=2_500_000)
    library.store("portrait", width=3000, height=4000, size_bytes=500)
    library.store("square", width=1000, height=1000, size_bytes=2_000_000)
    check(library, Oriented("landscape"), "wide", "landscape")
    check(library, Oriented("portrait"), "portrait")
    check(library, Oriented("square"), "square")
    check(library, Oriented("panorama"), "wide")
    check(library, Sized(">", 2_000_000, "bytes"), "wide", "landscape")
    check(library, Sized(">=", 2_000_000, "bytes"), "wide", "landscape", "square")
    check(library, Sized("<", 1000, "bytes"), "portrait")
    check(library, Sized("=", 2_600_000, "bytes"), "landscape")
    check(library, Sized("=", 12, "megapixels"), "landscape", "portrait")
    check(library, Sized("<=", 1, "megapixels"), "square")
    check(library, Sized("=", 4000, "pixels"), "landscape", "portrait")
    check(library, Sized(">", 4000, "pixels"), "wide")


def test_several_conditions(library):
    library.store("a", format="HEIF", width=10, height=20)
    library.store("b", format="HEIF", width=20, height=10)
    library.store("c")
    assert library.fitting(OfType("heif"), Oriented("portrait")) == {"a"}
    assert library.fitting(OfType("heif"), without=[Oriented("portrait")]) == {"b"}
