"""Many photos are shown before they are embedded, and none is read twice for that."""

import threading

import pytest
from indexed_library import context, counts
from running_job import Running, embedded
from stub_encoder import StubEncoder, stub_model

from photoorg.catalog.library_settings import ACTIVE_MODEL
from photoorg.errors import Cancelled
from photoorg.indexing import pixel_shelf, reading

pytestmark = pytest.mark.usefixtures("_shared_decoder")
PHOTOS = 20


@pytest.fixture
def many(library, monkeypatch):
    """A watched folder with many photos, two of them copies."""
    monkeypatch.setattr(reading, "SHOWN_FIRST_FROM", PHOTOS)
    library.catalog.settings.put(ACTIVE_MODEL, "stub")
    library.watch()
    for n in range(PHOTOS - 1):
        library.picture(f"{n:02}.jpg", seed=n)
    library.picture("copy.jpg", seed=0)
    return library


@pytest.fixture
def shown_when_encoding(many, monkeypatch):
    """How many photos were shown whenever the encoder was asked."""
    shown = []
    encode = many.encoder.encode_images
    monkeypatch.setattr(
        many.encoder, "encode_images", lambda pixels: (shown.append(len(many.shown())), encode(pixels))[1]
    )
    return shown


def shelved(library):
    return len(list(library.data_dir.shelf.rglob("*.pixels")))


def cancelled_at(library, text):
    ctx = context(lambda event: event.text == text and ctx.cancel())
    with pytest.raises(Cancelled):
        library.index(ctx=ctx)


def test_all_are_shown_before_the_first_is_embedded(many, shown_when_encoding, decoder):
    events = []
    report = many.index(ctx=context(events.append))
    assert counts(report) == {"files": PHOTOS, "photos": PHOTOS, "new": PHOTOS, "embedded": PHOTOS}
    assert set(shown_when_encoding) == {PHOTOS}
    assert (len(decoder), many.encoder.encoded_images, shelved(many)) == (PHOTOS, PHOTOS - 1, 0)
    texts = list(dict.fromkeys(event.text for event in events))
    assert texts == ["Scanning folders", "Loading the model", "Reading photos", "Embedding photos"]
    assert (events[-1].done, events[-1].total) == (PHOTOS - 1, PHOTOS - 1)
    assert report.photos_per_second > 0


def test_a_few_are_embedded_at_once(many, shown_when_encoding, monkeypatch):
    monkeypatch.setattr(reading, "SHOWN_FIRST_FROM", PHOTOS + 1)
    many.index()
    assert shown_when_encoding[0] == 0


def test_a_graphics_card_keeps_up(many, shown_when_encoding):
    many.encoder.device = "cuda"
    many.index()
    assert shown_when_encoding[0] == 0


def test_the_newest_are_embedded_first(many, monkeypatch):
    first = many.picture("new.jpg", seed=99)
    asked = []
    encode = many.encoder.encode_images
    monkeypatch.setattr(
        many.encoder, "encode_images", lambda pixels: (asked.append(pixels[0].copy()), encode(pixels))[1]
    )
    many.index()
    model_id = many.catalog.embeddings.model_id(many.encoder.model.fingerprint, "stub", 32)
    key = next(photo.picture_key for photo in many.catalog.photos.all() if photo.path.endswith(first.name.encode()))
    assert abs(many.catalog.embeddings.vector(model_id, key) - encode(asked[0][None])[0]).max() < 2e-3


def test_after_an_end_in_the_middle_of_embedding_nothing_is_read_again(many, decoder):
    cancelled_at(many, "Embedding photos")
    assert 0 < embedded(many, many.encoder.model) < PHOTOS - 1
    decoder.clear()
    report = many.index()
    assert (decoder, embedded(many, many.encoder.model), shelved(many)) == ([], PHOTOS - 1, 0)
    assert many.encoder.encoded_images == PHOTOS - 1
    assert (report.new, report.unchanged) == (0, PHOTOS)
    assert 0 < report.embedded < PHOTOS


def test_after_an_end_in_the_middle_of_reading_only_the_rest_is_read(many, decoder):
    cancelled_at(many, "Reading photos")
    kept = len(many.shown())
    assert 0 < kept < PHOTOS
    assert (embedded(many, many.encoder.model), shelved(many) > 0) == (0, True)
    decoder.clear()
    many.index()
    assert (len(decoder), embedded(many, many.encoder.model)) == (PHOTOS - kept, PHOTOS - 1)
    assert many.encoder.encoded_images == PHOTOS - 1


def test_what_was_embedded_before_a_crash_is_not_embedded_twice(many, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(pixel_shelf.PixelShelf, "drop", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            many.index()
    assert embedded(many, many.encoder.model) == many.encoder.encoded_images > 0
    many.index()
    assert embedded(many, many.encoder.model) == many.encoder.encoded_images == PHOTOS - 1


def test_with_a_full_shelf_the_encoder_keeps_up_with_the_reading(many, shown_when_encoding, decoder, monkeypatch):
    monkeypatch.setattr(pixel_shelf, "_MOST_BYTES", 6 * 200)
    assert many.index().embedded == PHOTOS
    assert shown_when_encoding[0] < PHOTOS
    assert (len(decoder), shelved(many)) == (PHOTOS, 0)


def test_without_a_place_for_a_shelf_photos_are_embedded_at_once(many, shown_when_encoding):
    many.data_dir.shelf.write_text("a file is in the way")
    assert many.index().embedded == PHOTOS
    assert shown_when_encoding[0] == 0


def test_a_photo_that_comes_while_others_are_embedded_goes_first(many):
    encode, stop, go_on = many.encoder.encode_images, threading.Event(), threading.Event()

    def encode_when_told(pixels):
        if embedded(many, many.encoder.model):
            stop.set()
            go_on.wait(30)
        return encode(pixels)

    many.encoder.encode_images = encode_when_told
    with Running(many) as job:
        job.until(stop.is_set)
        many.picture("new.jpg", seed=99)
        go_on.set()
        job.until(lambda: "photos/new.jpg" in many.shown())
        job.until(lambda: embedded(many, many.encoder.model) == PHOTOS)
    assert shelved(many) == 0


def test_what_waits_is_embedded_when_the_library_is_followed_again(many, decoder):
    cancelled_at(many, "Embedding photos")
    decoder.clear()
    with Running(many) as job:
        job.until(lambda: embedded(many, many.encoder.model) == PHOTOS - 1)
    assert decoder == []


def test_another_model_ends_the_embedding(many):
    mine = StubEncoder(stub_model("mine"))
    encode = many.encoder.encode_images

    def encode_and_change(pixels):
        many.catalog.settings.put(ACTIVE_MODEL, "mine")
        return encode(pixels)

    many.encoder.encode_images = encode_and_change
    with Running(many) as job:
        job.encoders["mine"] = mine
        job.until(lambda: embedded(many, mine.model) == PHOTOS - 1)
    assert embedded(many, many.encoder.model) <= many.encoder.batch_size
    assert shelved(many) == 0
