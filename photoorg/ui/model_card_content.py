"""What the card above the photos says about models: the way to the first one, and what is being downloaded. Free of Qt."""

from collections.abc import Sequence
from dataclasses import dataclass

from photoorg.library import ModelInfo
from photoorg.ui.model_offers import Offer, download_offer, is_doubtful, use_offer, work_offers
from photoorg.ui.model_texts import doing_text, doubt_text, download_text, error_text, failed_text
from photoorg.ui.model_work import ModelRow, ModelWork, Shelf, WorkKind
from photoorg.ui.shown_text import one_line

_DEMO = "demo"  # knows nothing but drawn pictures
_TITLE = "Find photos by describing them"
_WANTED = "To search by description, photoorg needs a model"
_WHY = (
    "To do so, photoorg needs a model: a file that has learned what pictures show. "
    "It runs on this computer, and your photos never leave it."
)
_CHOOSE = Offer("choose", "Choose another \N{HORIZONTAL ELLIPSIS}")
_LATER = Offer("later", "Not now")


@dataclass(frozen=True)
class CardContent:
    """Texts and buttons; `model`, `summary` and `facts` are the lines about a model that is offered."""

    reference: str
    title: str
    text: str = ""
    model: str = ""
    summary: str = ""
    facts: str = ""
    work: ModelWork | None = None
    offers: tuple[Offer, ...] = ()
    is_trouble: bool = False


def card_content(
    shelf: Shelf, rows: Sequence[ModelRow], *, wants_model: bool, is_asked: bool = False
) -> CardContent | None:
    """What to show, None for nothing. `wants_model`: people want to hear that there is none; `is_asked`: they searched."""
    active = shelf.active
    worked_on = [row for row in rows if row.work and _concerns_all(row.work, has_active=active is not None)]
    busy = next((row for row in worked_on if row.work and row.work.progress), None)
    if row := busy or next(iter(worked_on), None):
        return _of_work(row)
    if not wants_model or (active and not active.problem and active.is_installed):
        return None
    if active:
        return _of_broken(active)
    return _of_choice(_candidate(shelf), _WANTED if is_asked else _TITLE)


def _concerns_all(work: ModelWork, *, has_active: bool) -> bool:
    """Whether it is news outside the list of models, too."""
    return work.brings_model or (not has_active and work.kind is not WorkKind.REMOVE)


def _of_work(row: ModelRow) -> CardContent:
    work = row.work
    assert work is not None
    if work.error is not None:
        failed = failed_text(work)
        title = f"{row.title}: {failed[0].lower()}{failed[1:]}"
        offers = (*work_offers(work)[:1], _CHOOSE, *work_offers(work)[1:])
        return CardContent(row.reference, title, error_text(row), offers=offers, is_trouble=True)
    return CardContent(row.reference, doing_text(row.title, work), work=work, offers=work_offers(work))


def _of_broken(info: ModelInfo) -> CardContent:
    problem = one_line(info.problem) or "Its files are not there any more."
    again = (download_offer(info),) if info.is_offered and not info.is_installed else ()
    return CardContent(
        info.reference,
        f"{info.title} cannot be used",
        problem,
        offers=(*again, _CHOOSE, _LATER),
        is_trouble=True,
    )


def _candidate(shelf: Shelf) -> ModelInfo | None:
    """The model to offer: one that is here, else one that is here in part, else the proposed one."""
    here = [info for info in shelf.infos if info.is_installed and info.reference != _DEMO and not info.problem]
    here.sort(key=is_doubtful)
    begun = sorted((info for info in shelf.infos if info.partial_bytes), key=lambda info: -info.partial_bytes)
    proposed = shelf.info(shelf.proposed)
    return next(iter([*here, *begun]), proposed)


def _of_choice(info: ModelInfo | None, title: str) -> CardContent | None:
    if info is None:
        return None
    if is_doubtful(info):
        offers = (Offer("verify", "Try it again"), use_offer(info), _CHOOSE, _LATER)
        return CardContent(
            info.reference, f"{info.title} did not pass its test", doubt_text(info), offers=offers, is_trouble=True
        )
    get = use_offer(info) if info.is_installed else download_offer(info)
    facts = "" if info.is_installed else download_text(info)
    licence = f"{info.licence} licence" if info.licence else ""
    return CardContent(
        info.reference,
        title,
        _WHY,
        info.title,
        info.summary,
        " \N{MIDDLE DOT} ".join(part for part in (facts, licence, info.languages) if part),
        offers=(get, _CHOOSE, _LATER),
    )
