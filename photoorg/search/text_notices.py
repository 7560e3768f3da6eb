"""What people should know about how a model reads their words: what it leaves out, which languages it was made for."""

import unicodedata
from collections.abc import Sequence

from photoorg.embedding import folder as model_folder
from photoorg.embedding.models import InstalledModel
from photoorg.embedding.registry import proposed_model
from photoorg.errors import ForeignScript, ModelCorrupt, PerhapsForeignScript, PhotoorgError, TextTooLong

_ENGLISH = ("en",)
_MULTIPLE_LANGUAGES = "mul"  # ISO 639
# A name or a word in another script does not make a text foreign; a quarter of its letters does.
_FOREIGN_SHARE = 0.25
# Letters of no script: signs that modify others.
_NO_SCRIPT = "MODIFIER LETTER"
_SHOWN = 120


def notices_for(
    text: str, model: InstalledModel, languages: Sequence[str], left_out: Sequence[str]
) -> list[PhotoorgError]:
    """Things to show with the answers to a text: ForeignScript, TextTooLong.

    `languages`: ISO 639 codes that the model knows, none if that is not known. `left_out`: the end that the model does
    not read of the text in each of its templates.
    """
    notices: list[PhotoorgError] = []
    if is_foreign(text) and (notice := _foreign_to(model, languages)):
        multilingual = proposed_model(_MULTIPLE_LANGUAGES).reference
        notices.append(notice(model=model.reference, multilingual=multilingual))
    if end := _own_end(model.templates, left_out):
        notices.append(TextTooLong(model=model.reference, left_out=_shortened(end)))
    return notices


def is_foreign(text: str) -> bool:
    """Whether a text is written in another script than the Latin one, at least in part."""
    # Compatibility forms of letters (full width, mathematical ...) are those letters.
    letters = [sign for sign in unicodedata.normalize("NFKC", text) if sign.isalpha()]
    names = [name for sign in letters if not (name := unicodedata.name(sign, "")).startswith(_NO_SCRIPT)]
    foreign = [name for name in names if not name.startswith("LATIN")]
    return bool(foreign) and len(foreign) >= _FOREIGN_SHARE * len(names)


def _foreign_to(model: InstalledModel, languages: Sequence[str]) -> type[ForeignScript] | None:
    if languages:
        return ForeignScript if tuple(languages) == _ENGLISH else None
    try:
        text_cfg = model_folder.read_config(model.folder)["model_cfg"]["text_cfg"]
    except ModelCorrupt:  # somebody took the model away; its cached texts can be searched for still
        return None
    return PerhapsForeignScript if model_folder.is_of_open_clip(text_cfg) else None


def _own_end(templates: Sequence[str], left_out: Sequence[str]) -> str:
    """The end of the text that is not read in at least one template, without the template's own end."""
    ends = zip(templates, left_out, strict=True)
    return max((_without(template.rpartition("{}")[2].strip(), end) for template, end in ends), key=len)


def _without(tail: str, end: str) -> str:
    return "" if tail.endswith(end) else end.removesuffix(tail).strip()


def _shortened(text: str) -> str:
    if len(text) <= _SHOWN:
        return text
    return f"{text[:_SHOWN].rpartition(' ')[0] or text[:_SHOWN]} …"
