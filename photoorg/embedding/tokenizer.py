"""From texts to the token ids that a model's text tower reads, and which words it does not read. No network."""

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Protocol

import torch

from photoorg.embedding import folder as model_folder
from photoorg.embedding.silence import silence
from photoorg.errors import ModelCorrupt, PhotoorgError

# Scripts that put no spaces between words: Han and kana count one by one.
_UNSPACED = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_WORD = re.compile(f"[{_UNSPACED}]|[^\\s{_UNSPACED}]+")

# Two signs that no vocabulary has: one that is not assigned, one for private use.
_STRANGE = "\u0378\U0010fffd"

# open_clip's default (open_clip.model.CLIPTextCfg).
_VOCABULARY = 49408


class TokenEncoding(Protocol):
    """One way of turning texts into ids."""

    def ids(self, texts: list[str]) -> torch.Tensor:
        """Ids (n, context), padded and cut, int64."""
        ...

    def fits(self, text: str) -> bool:
        """Whether all of a text is in its ids."""
        ...

    def exceeds(self, vocabulary: int) -> bool:
        """Whether a text can get an id that a model of so many words does not know."""
        ...


class Tokenizer:
    """A model's tokenizer: texts to int64 ids (n, context)."""

    def __init__(self, folder: Path, encoding: TokenEncoding, vocabulary: int | None) -> None:
        """`vocabulary`: how many ids the text tower knows, None if that is not known. Raises ModelCorrupt."""
        self._folder = folder
        self._encoding = encoding
        self._vocabulary = vocabulary
        # What is put around every text must be known as well, and what stands for unknown signs.
        self(["", _STRANGE])
        if vocabulary is not None and encoding.exceeds(vocabulary):
            raise self._foreign()

    def __call__(self, texts: Sequence[str]) -> torch.Tensor:
        """Ids (n, context). Raises ModelCorrupt for ids that the model does not know."""
        ids = self._encoding.ids(list(texts))
        if self._vocabulary is not None and ids.numel() and int(ids.max()) >= self._vocabulary:
            raise self._foreign()
        return ids

    def left_out(self, texts: Sequence[str]) -> list[str]:
        """The end of each text, in whole words, that the model does not read; "" if it reads all."""
        return [self._end_of(text) for text in texts]

    def _end_of(self, text: str) -> str:
        if self._encoding.fits(text):
            return ""
        words = list(_WORD.finditer(text))
        count = _most(len(words), lambda first: self._encoding.fits(text[: words[first - 1].end()]))
        return text[words[count].start() :].strip() if count < len(words) else ""

    def _foreign(self) -> PhotoorgError:
        detail = f"its tokenizer is of another model: this one knows {self._vocabulary} words only."
        return ModelCorrupt(folder=str(self._folder), detail=detail)


class _OpenClipEncoding:
    """open_clip's own byte-pair encoding: start, text, end, zeros; the end stays when the text is cut."""

    def __init__(self, folder: Path, options: dict[str, Any]) -> None:
        import open_clip

        extra = {"bpe_path": str(folder / options["bpe_path"])} if options.get("bpe_path") else {}
        self._tokenizer = open_clip.get_tokenizer(f"local-dir:{folder}", **extra)

    def ids(self, texts: list[str]) -> torch.Tensor:
        ids: torch.Tensor = self._tokenizer(texts)
        return ids

    def fits(self, text: str) -> bool:
        return len(self._tokenizer.encode(text)) + 2 <= int(self._tokenizer.context_length)

    def exceeds(self, vocabulary: int) -> bool:
        return int(self._tokenizer.vocab_size) > vocabulary


class _TransformersEncoding:
    """open_clip's tokenizer over transformers, for models that need that package anyway."""

    def __init__(self, folder: Path) -> None:
        import open_clip

        self._tokenizer = open_clip.get_tokenizer(f"local-dir:{folder}", local_files_only=True)

    def ids(self, texts: list[str]) -> torch.Tensor:
        ids: torch.Tensor = self._tokenizer(texts)
        return ids

    def fits(self, text: str) -> bool:
        ids = self._tokenizer.tokenizer(self._tokenizer.clean_fn(text), verbose=False).input_ids
        return len(ids) <= int(self._tokenizer.context_length)

    def exceeds(self, vocabulary: int) -> bool:
        return len(self._tokenizer.tokenizer) > vocabulary


def load_tokenizer(folder: Path) -> Tokenizer:
    """The tokenizer of a model folder. Raises ModelCorrupt, ModelUnsupported."""
    model_cfg = model_folder.read_config(folder)["model_cfg"]
    model_folder.check_supported(str(folder), model_cfg)
    text_cfg = model_cfg["text_cfg"]
    # transformers' towers have a configuration of their own, which says how many words they know.
    known = None if text_cfg.get("hf_model_name") else text_cfg.get("vocab_size", _VOCABULARY)
    try:
        with silence():
            return Tokenizer(folder, _encoding(folder, text_cfg), known)
    except PhotoorgError:
        raise
    except Exception as error:
        # Files from somewhere: nonsense in them ends in any kind of exception.
        raise ModelCorrupt(folder=str(folder), detail=f"its tokenizer cannot be loaded ({error}).") from error


def _encoding(folder: Path, text_cfg: dict[str, Any]) -> TokenEncoding:
    if model_folder.needs_transformers(text_cfg):
        return _TransformersEncoding(folder)
    if text_cfg.get("hf_tokenizer_name"):
        from photoorg.embedding.tokenizer_file import FileEncoding

        return FileEncoding(folder, text_cfg)
    return _OpenClipEncoding(folder, text_cfg.get("tokenizer_kwargs") or {})


def _most(total: int, fits: Callable[[int], bool]) -> int:
    """The largest count up to `total` that fits; looks at few words more than that, however long the text is."""
    low, high = 0, 1
    while high <= total and fits(high):
        low, high = high, 2 * high
    high = min(high, total + 1)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if fits(middle) else (low, middle)
    return low
