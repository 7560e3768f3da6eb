"""Hugging Face's tokenizer.json without transformers: the ids that open_clip gets with it."""

from pathlib import Path
from typing import Any

import torch
from tokenizers import Tokenizer as Rules

from photoorg.embedding import folder as model_folder
from photoorg.embedding.freed_memory import give_back_memory
from photoorg.errors import ModelCorrupt

_RULES, _CONFIG, _SPECIAL = model_folder.TOKENIZER_NAMES
# What such tokens are called where the files do not say it (BERT's leave it to transformers' classes).
_PADDING = ("<pad>", "[PAD]")
_SEPARATOR = ("</s>", "[SEP]")
# transformers pads this family of tokenizers on the left unless the files say otherwise.
_PADDED_LEFT = ("GemmaTokenizer", "GemmaTokenizerFast")
# A byte that has no word of its own.
_BYTE = "<0x"


class FileEncoding:
    """Cleans texts as open_clip does, then follows the file: its words, what it puts around a text, padding, cutting."""

    def __init__(self, folder: Path, text_cfg: dict[str, Any]) -> None:
        """Raises ModelCorrupt."""
        from open_clip.tokenizer import DEFAULT_CONTEXT_LENGTH, get_clean_fn

        options = text_cfg.get("tokenizer_kwargs") or {}
        self._clean = get_clean_fn(options.get("clean", "whitespace"))
        self._context = text_cfg.get("context_length", DEFAULT_CONTEXT_LENGTH)
        self._rules = _read_rules(folder)
        self._settings = _read_settings(folder)
        self._separator = self._id_of(folder, "sep_token", _SEPARATOR) if options.get("strip_sep_token") else None
        self._set_up(self._id_of(folder, "pad_token", _PADDING))

    def ids(self, texts: list[str]) -> torch.Tensor:
        """Ids (n, context), padded and cut."""
        rows = [row.ids for row in self._rules.encode_batch([self._clean(text) for text in texts])]
        ids = torch.tensor(rows, dtype=torch.int64).reshape(-1, self._context)
        return ids if self._separator is None else ids.masked_fill(ids == self._separator, 0)

    def fits(self, text: str) -> bool:
        """Whether all of a text is in its ids."""
        return not self._rules.encode(self._clean(text)).overflowing

    def exceeds(self, vocabulary: int) -> bool:
        """Whether a text can get an id from `vocabulary` on: there may be such words if cleaned texts never contain them."""
        added = [number for number in self._rules.get_added_tokens_decoder() if number >= vocabulary]
        beyond = {*range(vocabulary, self._rules.get_vocab_size()), *added}
        return any(self._is_text(word) for number in beyond if (word := self._rules.id_to_token(number)) is not None)

    def _set_up(self, padding: int) -> None:
        side = (self._rules.padding or {}).get("direction")
        left = self._settings.get("tokenizer_class") in _PADDED_LEFT
        side = self._settings.get("padding_side") or side or ("left" if left else "right")
        cut = (self._rules.truncation or {}).get("direction") or "right"
        self._rules.enable_truncation(self._context, direction=self._settings.get("truncation_side") or cut)
        self._rules.enable_padding(direction=side, pad_id=padding, length=self._context)
        self._rules.encode_special_tokens = bool(self._settings.get("split_special_tokens"))

    def _id_of(self, folder: Path, name: str, usual: tuple[str, ...]) -> int:
        """The id of a special token: the one that the files name, else the usual one."""
        named = self._settings.get(name)
        token = named.get("content") if isinstance(named, dict) else named
        if name == "pad_token" and not token:
            token = (self._rules.padding or {}).get("pad_token")
        for candidate in (token,) if token else usual:
            number = self._rules.token_to_id(candidate)
            if number is not None:
                return int(number)
        raise ModelCorrupt(folder=str(folder), detail=f"its tokenizer has no {name} ({token or ' or '.join(usual)}).")

    def _is_text(self, word: str) -> bool:
        text = word.replace("\u2581", " ").strip()
        return text.startswith(_BYTE) or self._clean(text) == text


def _read_rules(folder: Path) -> Rules:
    try:
        rules = Rules.from_buffer((folder / _RULES).read_bytes())
    except FileNotFoundError as error:
        raise ModelCorrupt(folder=str(folder), detail=f"it has no {_RULES}.") from error
    except Exception as error:
        # The package raises plain exceptions.
        raise ModelCorrupt(folder=str(folder), detail=f"{_RULES} cannot be read ({error}).") from error
    give_back_memory()  # of 380 MB that glibc takes for reading SigLIP 2's file it would keep 290 for later
    return rules


def _read_settings(folder: Path) -> dict[str, Any]:
    """What tokenizer_config.json says, and special_tokens_map.json where transformers reads it."""
    config = _read_optional(folder, _CONFIG)
    return config if "added_tokens_decoder" in config else config | _read_optional(folder, _SPECIAL)


def _read_optional(folder: Path, name: str) -> dict[str, Any]:
    if not (folder / name).is_file():
        return {}
    return model_folder.read_json(folder, name)
