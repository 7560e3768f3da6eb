"""tokenizer.json read by itself, against open_clip with transformers."""

import importlib.util
import json
import subprocess
import sys

import open_clip
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from random_model import write_random_model
from tiny_configs import TEXT, VIT
from tokenizer_files import CONTEXT, SHAPES, bert, gemma, t5, write_tokenizer

from photoorg.embedding.encoder import open_encoder
from photoorg.embedding.models import resolve
from photoorg.embedding.silence import silence
from photoorg.embedding.tokenizer import load_tokenizer
from photoorg.errors import ModelCorrupt

WORDS = [
    "dog",
    "Dog's",
    "on",
    "the",
    "собака",
    "犬",
    "海辺の",
    "Straße",
    "कुत्ता",
    "🌅",
    "👩‍👩‍👧",
    "a_b",
    "x" * 40,
    "…",
    "1,5",
]
TRICKS = [
    "<eos>",
    "</s>",
    "[SEP]",
    "<fill>",
    "▁",
    "<0x41>",
    "&amp;",
    "&lt;eos&gt;",
    "\u00a0",
    "\x00",
    "ﬁ",
    "İ",
    "e\u0301",
]
texts = st.one_of(
    st.text(max_size=60),
    st.lists(st.sampled_from(WORDS + TRICKS), max_size=30).map(" ".join),
    st.lists(st.sampled_from(WORDS + TRICKS), max_size=12).map("".join),
)


@pytest.fixture(scope="module")
def folder_of(tmp_path_factory):
    """A function from a shape's name to its folder."""
    root, made = tmp_path_factory.mktemp("tokenizers"), {}

    def folder(name):
        if name not in made:
            made[name] = write_tokenizer(SHAPES[name](), root / name)
        return made[name]

    return folder


@pytest.fixture(scope="module", params=SHAPES)
def both(request, folder_of):
    """Our tokenizer and open_clip's."""
    if importlib.util.find_spec("transformers") is None:
        pytest.skip("transformers, the reference, is not installed")
    folder = folder_of(request.param)
    with silence():
        reference = open_clip.get_tokenizer(f"local-dir:{folder}", local_files_only=True)
    return load_tokenizer(folder), reference


@settings(max_examples=150, deadline=None)
@given(batch=st.lists(texts, min_size=1, max_size=3))
def test_ids_equal_those_of_open_clip_with_transformers(both, batch):
    ours, reference = both
    ids = ours(batch)
    assert ids.dtype == torch.int64
    assert ids.shape == (len(batch), CONTEXT)
    assert torch.equal(ids, reference(batch))


@pytest.mark.parametrize("text", ["", " ", "?!", "a dog", "dog " * 50, "犬" * 50, "🌅" * 20, "x" * 500, "\ud800 dog"])
def test_special_texts(both, text):
    ours, reference = both
    assert torch.equal(ours([text]), reference([text]))


def test_padding_and_end_as_the_file_says(folder_of):
    tokenizer = load_tokenizer(folder_of("gemma"))
    short, long = tokenizer(["A dog!", "dog " * 50]).tolist()
    end = short.index(1)
    assert 0 < end < CONTEXT - 1
    assert set(short[end + 1 :]) == {0}
    assert long[-1] == 1
    assert 0 not in long


def test_transformers_is_not_needed(folder_of):
    code = (
        "import sys, pathlib; sys.modules['transformers'] = None;"
        "from photoorg.embedding.tokenizer import load_tokenizer;"
        "print(load_tokenizer(pathlib.Path(sys.argv[1]))(['a dog']).tolist())"
    )
    command = [sys.executable, "-W", "ignore", "-c", code, str(folder_of("gemma"))]
    printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    assert json.loads(printed) == load_tokenizer(folder_of("gemma"))(["a dog"]).tolist()


def test_a_model_like_siglip_2_encodes_texts(tmp_path):
    text_cfg = TEXT | {"context_length": CONTEXT, "hf_tokenizer_name": "org/name", **gemma()["text"]}
    text_cfg |= {"no_causal_mask": True, "proj_bias": True, "pool_type": "last"}
    config = {"embed_dim": 48, "custom_text": True, "vision_cfg": VIT, "text_cfg": text_cfg}
    folder = write_tokenizer(gemma(), tmp_path / "siglip")
    write_random_model(config, {}, folder)
    ids = load_tokenizer(folder)(["A dog!", "собака"])
    model = open_clip.create_model_from_pretrained(f"local-dir:{folder}", return_transform=False).eval()
    with torch.inference_mode():
        expected = model.encode_text(ids, normalize=True)
    encoder = open_encoder(resolve(str(folder), tmp_path / "models"), device="cpu")
    vectors = torch.from_numpy(encoder.encode_texts(["A dog!", "собака"]))
    assert torch.nn.functional.cosine_similarity(vectors, expected).min() > 0.999
    assert encoder.left_out(["a dog", "dog " * 40])[0] == ""
    assert encoder.left_out(["dog " * 40])[0].startswith("dog dog")
    encoder.close()


def test_what_is_left_out(folder_of):
    tokenizer = load_tokenizer(folder_of("t5"))
    text = "a dog on the beach " * 10
    assert tokenizer.left_out(["a dog", "", text.strip()])[:2] == ["", ""]
    left = tokenizer.left_out([text])[0]
    read = text[: text.rindex(left)]
    assert left
    assert tokenizer.left_out([read]) == [""]
    # One word more is too much.
    assert tokenizer.left_out([f"{read}{left.split()[0]}"]) == [left.split()[0]]
    assert torch.equal(tokenizer([read])[:, : CONTEXT - 4], tokenizer([text])[:, : CONTEXT - 4])


def broken(name, content):
    return lambda folder: (folder / name).write_bytes(content)


def without(name):
    return lambda folder: (folder / name).unlink()


def changed(name, **values):
    def change(folder):
        content = json.loads((folder / name).read_text())
        (folder / name).write_text(json.dumps({**content, **values}))

    return change


def text_cfg(**values):
    def change(folder):
        content = json.loads((folder / "open_clip_config.json").read_text())
        content["model_cfg"]["text_cfg"] |= values
        (folder / "open_clip_config.json").write_text(json.dumps(content))

    return change


@pytest.mark.parametrize(
    ("damage", "detail"),
    [
        (without("tokenizer.json"), "has no tokenizer.json"),
        (broken("tokenizer.json", b""), "tokenizer.json cannot be read"),
        (broken("tokenizer.json", b"<html>Sign in to the network</html>"), "tokenizer.json cannot be read"),
        (broken("tokenizer.json", b'{"version": "1.0"}'), "tokenizer.json cannot be read"),
        (broken("tokenizer.json", b"\xff\xfe\x00"), "tokenizer.json cannot be read"),
        (changed("tokenizer.json", model={"type": "BPE", "vocab": {"a": 0}, "merges": ["a b"]}), "cannot be read"),
        (broken("tokenizer_config.json", b"{"), "tokenizer_config.json cannot be read"),
        (broken("tokenizer_config.json", b"[]"), "not a JSON object"),
        (changed("tokenizer_config.json", pad_token="<nothing>"), "has no pad_token"),
        (changed("tokenizer_config.json", padding_side="up"), "cannot be loaded"),
        (changed("tokenizer_config.json", pad_token=["<pad>"]), "cannot be loaded"),
        (text_cfg(vocab_size=300), "another model"),
        (text_cfg(vocab_size=0), "another model"),
        (text_cfg(vocab_size="many"), "cannot be loaded"),
        (text_cfg(context_length=-1), "cannot be loaded"),
        (text_cfg(tokenizer_kwargs={"clean": "shiny"}), "cannot be loaded"),
        (text_cfg(tokenizer_kwargs=["clean"]), "cannot be loaded"),
    ],
)
def test_broken_files(tmp_path, damage, detail):
    folder = write_tokenizer(gemma(), tmp_path / "broken")
    damage(folder)
    with pytest.raises(ModelCorrupt, match=detail):
        load_tokenizer(folder)


def test_more_words_than_the_model_are_fine_if_no_text_contains_them(tmp_path):
    shape = t5()
    words = shape["tokenizer.json"]["model"]["vocab"]
    shape["text"]["vocab_size"] = len(words)
    words += [[f"▁<extra_id_{number}>", 0.0] for number in range(5)]
    load_tokenizer(write_tokenizer(shape, tmp_path / "unreachable"))
    words.append(["▁zebra", 0.0])
    with pytest.raises(ModelCorrupt, match="another model"):
        load_tokenizer(write_tokenizer(shape, tmp_path / "reachable"))


def test_what_is_put_around_a_text_must_be_known_to_the_model(tmp_path):
    shape = t5()
    words = shape["tokenizer.json"]["model"]["vocab"]
    shape["text"]["vocab_size"] = len(words)
    shape["tokenizer.json"]["post_processor"]["special_tokens"]["</s>"]["ids"] = [len(words)]
    words.append(["<end>", 0.0])
    with pytest.raises(ModelCorrupt, match="another model"):
        load_tokenizer(write_tokenizer(shape, tmp_path / "end"))


def test_unknown_signs_must_have_an_id(tmp_path):
    shape = bert()
    del shape["tokenizer.json"]["model"]["vocab"]["[UNK]"]
    shape["tokenizer.json"]["added_tokens"] = []
    with pytest.raises(ModelCorrupt, match="its tokenizer"):
        load_tokenizer(write_tokenizer(shape, tmp_path / "unknown"))
