"""Errors as the window tells them: models by their titles, and hints that speak of buttons, not of commands. Free of Qt."""

from collections import defaultdict
from collections.abc import Callable

from photoorg.errors import PhotoorgError
from photoorg.ui.shown_text import one_line

_GO_ON = "Try again: it goes on where it stopped."
_MULTILINGUAL = "Ask in English, or choose a model for many languages: Models \N{HORIZONTAL ELLIPSIS} in the menu."
_CHOOSE = "Choose another one: Models \N{HORIZONTAL ELLIPSIS} in the menu."
# By the error's code; of the others the general hint fits.
_HINTS = {
    "active-model-gone": f"Put it back. {_CHOOSE}",
    "disk-full": "Free some space, then try again: it goes on where it stopped.",
    "download-damaged": "Try again. If it repeats, try another network: something on the way changes the data.",
    "download-interrupted": _GO_ON,
    "download-short": f"{_GO_ON} If it repeats, a proxy may cut large files.",
    "embedding-invalid": f"If it happens with every photo, use another model. {_CHOOSE}",
    "encoder-lost": "Nothing that was stored is lost. If it repeats, start photoorg with --device cpu.",
    "foreign-script": _MULTILINGUAL,
    "hub-busy": f"Wait some minutes. {_GO_ON}",
    "hub-offline": "Unset HF_HUB_OFFLINE and start photoorg again, or add a model from a folder.",
    "model-absent": "Check the spelling. A private model can be downloaded by hand; then add its folder.",
    "model-busy": "Wait until it has ended, then try again.",
    "model-changed": "If you trust the change, take the newest version.",
    "model-download-failed": "Check the internet connection, and the proxy if there is one, then try again.",
    "model-gated": "Accept it on {page}, download the files there, and add their folder. photoorg sends no login.",
    "model-not-installed": "Download it first.",
    "model-not-trustworthy": f"Remove it and get it again. {_CHOOSE}",
    "model-unknown": "A name is like ViT-B-32-256/datacomp_s34b_b86k, or hf-hub:ORGANISATION/NAME.",
    "model-version-gone": "Take the newest version.",
    "perhaps-foreign-script": _MULTILINGUAL,
}


def told(error: PhotoorgError, title: Callable[[str], str]) -> str:
    """Message and hint in one line; `title`: what a model is called, by its reference."""
    shown = error
    if reference := error.params.get("model"):
        shown = type(error)(**{**error.params, "model": title(str(reference))})
    hint = _HINTS.get(error.code)
    said = error.hint_text if hint is None else hint.format_map(defaultdict(lambda: "?", error.params))
    return one_line(f"{shown} {said}".strip())
