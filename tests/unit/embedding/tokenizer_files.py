"""Small tokenizer folders in the shapes that models on hubs have, made with the `tokenizers` package."""

import json

from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, processors, trainers

CONTEXT = 16
SENTENCES = [
    "a photo of a dog on the beach",
    "two red squares on a blue background, and a green circle!",
    "The quick brown fox jumps over the lazy dog; isn't that 123 times 4.5?",
    "ein Hund läuft über die Straße am Strand",
    "собака бежит по пляжу на закате",
    "海辺の犬と赤い車 猫が好き",
    "كلب على الشاطئ",
    "समुद्र तट पर कुत्ता",
    "sunset over the sea at night with boats 🌅🚤",
] * 3
_BYTES = [f"<0x{number:02X}>" for number in range(256)]


def _around(before, after, rules):
    """A post-processor that puts tokens before and after a text."""
    single = " ".join([*before, "$A", *after])
    special = [(token, rules.token_to_id(token)) for token in {*before, *after}]
    return processors.TemplateProcessing(single=single, special_tokens=special)


def gemma():
    """Like SigLIP 2: byte-pair encoding over whole texts, bytes for what it does not know, the end behind the text."""
    rules = Tokenizer(models.BPE(unk_token="<unk>", fuse_unk=True, byte_fallback=True))
    rules.normalizer = normalizers.Replace(" ", "▁")
    rules.pre_tokenizer = pre_tokenizers.Split(" ", "merged_with_previous")
    special = ["<pad>", "<eos>", "<bos>", "<unk>", "<mask>"]
    trainer = trainers.BpeTrainer(
        vocab_size=500, special_tokens=special + _BYTES, limit_alphabet=40, show_progress=False
    )
    rules.train_from_iterator(SENTENCES, trainer)
    rules.post_processor = _around([], ["<eos>"], rules)
    content = json.loads(rules.to_str())
    # The bytes are words of the vocabulary, not special tokens.
    content["added_tokens"] = [token for token in content["added_tokens"] if token["content"] in special]
    return {
        "text": {"vocab_size": 600, "tokenizer_kwargs": {"clean": "canonicalize"}},
        "tokenizer.json": content,
        "tokenizer_config.json": {
            "tokenizer_class": "GemmaTokenizer",
            "add_bos_token": False,
            "add_eos_token": True,
            "padding_side": "right",
            "model_max_length": 64,
            **{
                name: f"<{name.removesuffix('_token')}>"
                for name in ("bos_token", "eos_token", "pad_token", "unk_token")
            },
            "added_tokens_decoder": {
                str(token["id"]): {key: value for key, value in token.items() if key != "id"}
                for token in content["added_tokens"]
            },
        },
    }


def gemma_padded_left():
    """The same without a word on padding: transformers pads that family on the left."""
    shape = gemma()
    del shape["tokenizer_config.json"]["padding_side"]
    return shape


def t5():
    """Like SigLIP: a unigram model, padded with the end token."""
    rules = Tokenizer(models.Unigram())
    rules.pre_tokenizer = pre_tokenizers.Sequence([pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Metaspace()])
    trainer = trainers.UnigramTrainer(
        vocab_size=300, special_tokens=["<pad>", "</s>", "<unk>"], unk_token="<unk>", show_progress=False
    )
    rules.train_from_iterator(SENTENCES, trainer)
    rules.post_processor = _around([], ["</s>"], rules)
    return {
        "text": {"vocab_size": 320, "tokenizer_kwargs": {"clean": "canonicalize"}},
        "tokenizer.json": json.loads(rules.to_str()),
        "tokenizer_config.json": {
            "tokenizer_class": "T5Tokenizer",
            "extra_ids": 0,
            "additional_special_tokens": [],
            "pad_token": "</s>",
            "eos_token": "</s>",
            "unk_token": "<unk>",
        },
    }


def bert():
    """Like CLIPA: word pieces, without the separator at the end; the files do not name the special tokens."""
    rules = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    rules.normalizer = normalizers.BertNormalizer(lowercase=True)
    rules.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    trainer = trainers.WordPieceTrainer(vocab_size=400, special_tokens=special, show_progress=False)
    rules.train_from_iterator(SENTENCES, trainer)
    rules.post_processor = _around(["[CLS]"], ["[SEP]"], rules)
    return {
        "text": {"vocab_size": 500, "tokenizer_kwargs": {"strip_sep_token": True}},
        "tokenizer.json": json.loads(rules.to_str()),
        "tokenizer_config.json": {"tokenizer_class": "BertTokenizer", "do_lower_case": True},
    }


def bytes_and_left():
    """Byte-level pairs; padding, cutting and their sides stand in tokenizer.json only."""
    rules = Tokenizer(models.BPE())
    rules.normalizer = normalizers.Sequence([normalizers.NFC(), normalizers.Replace(Regex(r"\s+"), " ")])
    rules.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    trainer = trainers.BpeTrainer(
        vocab_size=400,
        special_tokens=["<s>", "</s>", "<fill>"],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    rules.train_from_iterator(SENTENCES, trainer)
    rules.post_processor = _around(["<s>"], ["</s>"], rules)
    rules.enable_padding(direction="left", pad_id=rules.token_to_id("<fill>"), pad_token="<fill>", length=64)
    rules.enable_truncation(64)
    return {
        "text": {"vocab_size": 400, "tokenizer_kwargs": {"clean": "lower"}},
        "tokenizer.json": json.loads(rules.to_str()),
        "tokenizer_config.json": {"tokenizer_class": "PreTrainedTokenizerFast"},
    }


def roberta():
    """Like XLM-V: start and end around a text; special_tokens_map.json names the padding."""
    shape = bytes_and_left()
    shape["tokenizer.json"] |= {"padding": None, "truncation": None}
    shape["special_tokens_map.json"] = {
        "pad_token": {"content": "<fill>", "lstrip": False, "normalized": False, "rstrip": False, "single_word": False}
    }
    shape["text"]["tokenizer_kwargs"] = {"clean": "whitespace"}
    return shape


def sides_differ():
    """tokenizer_config.json has the last word on the side."""
    shape = bytes_and_left()
    shape["tokenizer_config.json"] |= {"padding_side": "right", "truncation_side": "left"}
    return shape


SHAPES = {
    shape.__name__: shape for shape in (gemma, gemma_padded_left, t5, bert, bytes_and_left, roberta, sides_differ)
}


def write_tokenizer(shape, folder):
    """Write a shape as the files of a model folder (without weights)."""
    folder.mkdir(parents=True, exist_ok=True)
    text_cfg = {"context_length": CONTEXT, "hf_tokenizer_name": "org/name", **shape["text"]}
    model_cfg = {"embed_dim": 48, "vision_cfg": {}, "text_cfg": text_cfg}
    files = {name: content for name, content in shape.items() if name.endswith(".json")}
    for name, content in {"open_clip_config.json": {"model_cfg": model_cfg}, **files}.items():
        (folder / name).write_text(json.dumps(content), encoding="utf-8")
    return folder
