"""What people should know about how a model reads their words: what it leaves out, which languages it was made for."""

import unicodedata
from collections.abc import Callable, Sequence
from typing import Any

from photoorg.embedding import folder as model_folder
from photoorg.embedding.encoder import Encoder
from photoorg.embedding.models import InstalledModel
from photoorg.embedding.registry import proposed_model
from photoorg.errors import ForeignScript, ModelCorrupt, PerhapsForeignScript, PhotoorgError, TextTooLong

_ENGLISH = ("en",)
_MULTIPLE_LANGUAGES = "mul"  # ISO 639
# A name or a word in another script does not make a text foreign; a quarter of its letters does.
_FOREIGN_SHARE = 0.25
# Letters of no script: signs that modify others.
_NO_SCRIPT = "MODIFIER LETTER"
# open_clip's default context. Start, end and a first blank take a place of it at most.
_CONTEXT = 77
_AROUND = 3
_SHOWN = 120


def notices_for(
    text: str, model: InstalledModel, languages: Sequence[str], encoder: Callable[[], Encoder]
) -> list[PhotoorgError]:
    """Things to show with the answers to a text: ForeignScript, TextTooLong.

    `languages`: ISO 639 codes that the model knows, none if that is not known. `encoder` is asked for long texts only.
    Raises like Encoder.left_out.
    """
    try:
        text_cfg = model_folder.read_config(model.folder)["model_cfg"]["text_cfg"]
    except ModelCorrupt:
        # Somebody took the model away; its cached texts can be searched for still.
        return []
    notices: list[PhotoorgError] = []
    if is_foreign(text) and (notice := _foreign_to(text_cfg, languages)):
        multilingual = proposed_model(_MULTIPLE_LANGUAGES).reference
        notices.append(notice(model=model.reference, multilingual=multilingual))
    filled = [template.replace("{}", text) for template in model.templates]
    if any(_may_overflow(one, text_cfg) for one in filled) and (left_out := _left_out(filled, model, encoder())):
        notices.append(TextTooLong(model=model.reference, left_out=_shortened(left_out)))
    return notices


def is_foreign(text: str) -> bool:
    """Whether a text is written in another script than the Latin one, at least in part."""
    # Compatibility forms of letters (full width, mathematical ...) are those letters.
    letters = [sign for sign in unicodedata.normalize("NFKC", text) if sign.isalpha()]
    names = [name for sign in letters if not (name := unicodedata.name(sign, "")).startswith(_NO_SCRIPT)]
    foreign = [name for name in names if not name.startswith("LATIN")]
    return bool(foreign) and len(foreign) >= _FOREIGN_SHARE * len(names)


def _foreign_to(text_cfg: dict[str, Any], languages: Sequence[str]) -> type[ForeignScript] | None:
    if tuple(languages) == _ENGLISH:
        return ForeignScript
    return PerhapsForeignScript if not languages and model_folder.is_of_open_clip(text_cfg) else None


def _may_overflow(text: str, text_cfg: dict[str, Any]) -> bool:
    """No byte of a cleaned text takes more than one place. Cleaning may compose, replace or lower letters."""
    sizes = [len(unicodedata.normalize(form, text).lower().encode(errors="surrogatepass")) for form in ("NFC", "NFKC")]
    return max(sizes) + _AROUND > int(text_cfg.get("context_length") or _CONTEXT)


def _left_out(filled: list[str], model: InstalledModel, encoder: Encoder) -> str:
    """The end of the query that is not read in at least one template, without the template's own end."""
    ends = zip(model.templates, encoder.left_out(filled), strict=True)
    return max((_without(template.rpartition("{}")[2].strip(), end) for template, end in ends), key=len)


def _without(tail: str, end: str) -> str:
    return "" if tail.endswith(end) else end.removesuffix(tail).strip()


def _shortened(text: str) -> str:
    if len(text) <= _SHOWN:
        return text
    return f"{text[:_SHOWN].rpartition(' ')[0] or text[:_SHOWN]} …"
