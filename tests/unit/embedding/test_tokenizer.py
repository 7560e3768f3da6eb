"""open_clip's own tokenizer, and what of a text a model does not read."""

import gzip
import importlib.util
import json
import shutil

import open_clip
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from tiny_configs import CONFIGS, TEXT
from tokenizer_files import bytes_and_left, write_tokenizer

from photoorg.embedding.tokenizer import load_tokenizer
from photoorg.errors import ModelCorrupt, ModelUnsupported

START, END = 49406, 49407


@pytest.fixture(scope="module")
def tokenizer(model_folder):
    return load_tokenizer(model_folder("vit"))


@pytest.fixture
def folder_with(tmp_path, model_folder):
    """A function from text_cfg settings to a folder of that configuration."""

    def folder(**text_cfg):
        copy = shutil.copytree(model_folder("vit"), tmp_path / "copy")
        config = {"model_cfg": CONFIGS["vit"] | {"text_cfg": TEXT | text_cfg}}
        (copy / "open_clip_config.json").write_text(json.dumps(config))
        return copy

    return folder


@settings(max_examples=100, deadline=None)
@given(batch=st.lists(st.text(max_size=120), min_size=1, max_size=3))
def test_ids_equal_open_clips(tokenizer, batch):
    assert torch.equal(tokenizer(batch), open_clip.tokenize(batch))


def test_no_texts(tokenizer):
    assert tokenizer([]).shape == (0, 77)
    assert tokenizer.left_out([]) == []


def test_the_end_stays_when_a_text_is_cut(tokenizer):
    ids = tokenizer(["dog " * 100])[0].tolist()
    assert ids[0] == START
    assert ids[-1] == END
    assert ids.count(END) == 1


@pytest.mark.parametrize("text", ["", "a dog", " ".join(["dog"] * 75), "dog\n" * 75, "🌅"])
def test_a_text_that_is_read_completely(tokenizer, text):
    assert tokenizer.left_out([text]) == [""]


@pytest.mark.parametrize(
    ("text", "left"),
    [
        (" ".join(["dog"] * 76), "dog"),
        (" ".join(["dog"] * 75) + " a\tblack   cat ", "a\tblack   cat"),
        # A word that is read in part only is reported as a whole.
        (" ".join(["dog"] * 74) + " Donaudampfschifffahrt", "Donaudampfschifffahrt"),
        ("Donaudampfschifffahrt" * 20, "Donaudampfschifffahrt" * 20),
        ("dog" + " cat" * 10_000, "cat" + " cat" * (10_000 - 75)),
    ],
)
def test_the_words_that_are_not_read(tokenizer, text, left):
    assert tokenizer.left_out(["a dog", text]) == ["", left]


def test_writing_without_spaces_is_cut_between_characters(tokenizer):
    text = "海辺の犬" * 30
    left = tokenizer.left_out([text])[0]
    assert 0 < len(left) < len(text)
    assert tokenizer.left_out([text.removesuffix(left)]) == [""]


def test_a_long_text_costs_little(tokenizer, monkeypatch):
    lengths = []
    encode = tokenizer._encoding.fits
    monkeypatch.setattr(tokenizer._encoding, "fits", lambda text: lengths.append(len(text)) or encode(text))
    tokenizer.left_out(["dog " * 100_000])
    # Once as a whole; then never much more than what is read.
    assert sorted(lengths)[-2] <= 4 * 128


def test_merges_of_the_folders_own(folder_with):
    folder = folder_with(tokenizer_kwargs={"bpe_path": "merges.txt.gz"})
    with pytest.raises(ModelCorrupt, match="tokenizer"):
        load_tokenizer(folder)
    shutil.copy(open_clip.tokenizer.default_bpe(), folder / "merges.txt.gz")
    assert torch.equal(load_tokenizer(folder)(["a dog"]), open_clip.tokenize(["a dog"]))


@pytest.mark.parametrize(
    "content", [b"no archive", gzip.compress(b"merges " * 9999)[:-20], gzip.compress(b"\xff\xfe\xfd" * 99)]
)
def test_broken_merges(folder_with, content):
    folder = folder_with(tokenizer_kwargs={"bpe_path": "merges.txt.gz"})
    (folder / "merges.txt.gz").write_bytes(content)
    with pytest.raises(ModelCorrupt, match="its tokenizer"):
        load_tokenizer(folder)(["a dog"])


def test_a_model_that_knows_fewer_words(folder_with):
    with pytest.raises(ModelCorrupt, match="another model"):
        load_tokenizer(folder_with(vocab_size=49407))


def test_ids_that_come_up_later_are_refused(folder_with):
    tokenizer = load_tokenizer(folder_with())
    tokenizer._vocabulary = START
    with pytest.raises(ModelCorrupt, match="another model"):
        tokenizer(["a dog"])


@pytest.mark.parametrize("text", [{"hf_model_name": "roberta-base"}, {"tokenizer_mode": "clips"}])
def test_what_only_open_clip_and_transformers_know_is_left_to_them(tmp_path, text):
    if importlib.util.find_spec("transformers") is None:
        pytest.skip("transformers is not installed")
    shape = bytes_and_left()
    shape["text"] |= text
    tokens = {"bos_token": "<s>", "eos_token": "</s>", "cls_token": "</s>", "pad_token": "<fill>"}
    shape["tokenizer_config.json"] |= tokens
    folder = write_tokenizer(shape, tmp_path / "roberta")
    tokenizer, batch = load_tokenizer(folder), ["a dog", "dog " * 30]
    assert torch.equal(tokenizer(batch), open_clip.get_tokenizer(f"local-dir:{folder}", local_files_only=True)(batch))
    whole, cut = tokenizer.left_out(batch)
    assert whole == ""
    assert set(cut.split()) == {"dog"}


def test_text_towers_of_transformers_need_it(tmp_path, monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)
    shape = bytes_and_left()
    shape["text"] |= {"hf_model_name": "roberta-base"}
    with pytest.raises(ModelUnsupported, match="transformers"):
        load_tokenizer(write_tokenizer(shape, tmp_path / "roberta"))
