"""The encoders that are open."""

import pytest
from stub_encoder import StubEncoder, stub_model

from photoorg.embedding.open_encoders import OpenEncoders
from photoorg.errors import Cancelled


@pytest.fixture
def opened(monkeypatch):
    """What was opened: stub encoders, with the options that they got."""
    opened = []

    def open_encoder(model, *arguments, **options):
        opened.append((StubEncoder(model), arguments, options))
        return opened[-1][0]

    monkeypatch.setattr("photoorg.embedding.open_encoders.open_encoder", open_encoder)
    return opened


def test_one_for_each_model_with_all_options(opened, tmp_path):
    encoders = OpenEncoders("cpu", 2, "own-process", tmp_path, 5)
    one = encoders.of(stub_model("one"))
    assert encoders.of(stub_model("one")) is one
    assert encoders.of(stub_model("two")) is not one
    options = {"tuning_file": tmp_path / "tuning.json", "idle_minutes": 5}
    assert [entry[1:] for entry in opened] == [(("cpu", 2, "own-process"), options)] * 2


def test_several_may_stay(opened):
    encoders = OpenEncoders("cpu", 2, "in-process")
    models = [stub_model(name) for name in ("one", "two", "three")]
    for model in models:
        encoders.of(model)
    encoders.let_go(but=models[:2])
    assert [entry[0].closed for entry in opened] == [False, False, True]
    encoders.let_go(but=[])
    assert all(entry[0].closed for entry in opened)
    assert encoders.of(models[0]) is opened[3][0]


def test_awake_is_the_model_that_is_asked(opened):
    encoders = OpenEncoders("cpu", 2, "in-process")
    one, two = stub_model("one"), stub_model("two")
    assert not encoders.is_awake(one)
    assert not opened  # by asking
    encoders.of(one)
    encoders.of(two).is_awake = False
    assert (encoders.is_awake(one), encoders.is_awake(two)) == (True, False)


def test_closed_for_good(opened):
    encoders = OpenEncoders("cpu", 2, "in-process")
    encoders.of(stub_model("one"))
    encoders.close()
    encoders.close()
    assert opened[0][0].closed
    with pytest.raises(Cancelled):
        encoders.of(stub_model("one"))
