"""What can be done with a model, as buttons to offer. Free of Qt."""

from dataclasses import dataclass
from typing import Literal

from photoorg.library import ModelInfo
from photoorg.ui.model_work import ModelRow, ModelWork, WorkKind

Action = Literal["download", "cancel", "again", "dismiss", "latest", "use", "verify", "remove", "choose", "later"]
_DOTS = "\N{HORIZONTAL ELLIPSIS}"
_LASTING = {WorkKind.DOWNLOAD, WorkKind.ADD, WorkKind.VERIFY, WorkKind.USE}  # a removal must not stop half-way

_OTHER_VERSION = {"model-version-gone", "model-changed"}  # than the one that was downloaded first


@dataclass(frozen=True)
class Offer:
    """A button: what it does and says; the main one stands out."""

    action: Action
    text: str
    is_main: bool = False


def offers_of(row: ModelRow) -> tuple[Offer, ...]:
    """All that can be done with a model now, the likeliest first."""
    if row.work is not None:
        return work_offers(row.work)
    if row.info is None:
        return ()
    info = row.info
    removal = (Offer("remove", f"Remove {_DOTS}"),) if info.can_be_removed else ()
    if not info.is_installed:
        return (download_offer(info), *removal)
    if info.problem:
        return (*((Offer("download", "Download it again", is_main=True),) if info.is_offered else ()), *removal)
    use = () if info.is_active else (use_offer(info),)
    return (*use, Offer("verify", "Try it again" if info.trust else "Try it out"), *removal)


def work_offers(work: ModelWork) -> tuple[Offer, ...]:
    """What can be done about something that goes on, or went wrong."""
    if work.error is not None:
        is_other = work.error.code in _OTHER_VERSION
        way_on = Offer("latest", "Take the newest version") if is_other else Offer("again", "Try again", is_main=True)
        return way_on, Offer("dismiss", "Dismiss")
    return (Offer("cancel", "Cancel"),) if work.kind in _LASTING else ()


def download_offer(info: ModelInfo) -> Offer:
    """The button that gets a model, or the rest of it."""
    if info.partial_bytes:
        return Offer("download", "Resume the download", is_main=True)
    return Offer("download", "Download", is_main=True)


def use_offer(info: ModelInfo) -> Offer:
    """The button that makes a model the active one; of one that failed its test it warns."""
    if is_doubtful(info):
        return Offer("use", "Use it all the same")
    return Offer("use", "Use", is_main=True)


def is_doubtful(info: ModelInfo) -> bool:
    """Whether it has failed its test."""
    return info.trust is not None and not info.trust.passed
