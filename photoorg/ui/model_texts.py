"""The facts of a model, and what goes on with it, as texts for people. Free of Qt."""

from photoorg.amounts import counted
from photoorg.library import ModelInfo
from photoorg.ui.error_texts import told
from photoorg.ui.fact_texts import FactRow
from photoorg.ui.model_offers import is_doubtful
from photoorg.ui.model_work import ModelRow, ModelWork, WorkKind
from photoorg.ui.progress_texts import byte_details, bytes_text
from photoorg.ui.shown_text import one_line, shown_path

_TRYING = "Trying the model out"
_ASIDE = {
    WorkKind.VERIFY: "A few drawn pictures show whether it finds what it should",
    WorkKind.USE: "This takes some seconds",
    WorkKind.REMOVE: "What it has read of the photos goes, too",
}
_AS_LITTLE, _FROM_TWICE = 1.05, 1.5  # times the default model's cost
_DOT = " \N{MIDDLE DOT} "
_DOING = {
    WorkKind.DOWNLOAD: "Downloading",
    WorkKind.ADD: "Copying",
    WorkKind.VERIFY: _TRYING,
    WorkKind.USE: "Looking whether it loads",
    WorkKind.REMOVE: "Removing",
}
_FAILED = {
    WorkKind.DOWNLOAD: "The download stopped",
    WorkKind.ADD: "It could not be added",
    WorkKind.VERIFY: "It could not be tried out",
    WorkKind.USE: "It could not be chosen",
    WorkKind.REMOVE: "It could not be removed",
}


def state_text(row: ModelRow) -> str:
    """The state of a model in a few words, for a list."""
    if row.work is not None:
        return work_text(row.work)
    info = row.info
    if info is None:
        return ""
    if not info.is_installed:
        return f"{_share(info)} downloaded" if info.partial_bytes else _size_and_languages(info)
    return _DOT.join(part for part in (_place(info), _doubt(info)) if part)


def work_text(work: ModelWork) -> str:
    """What goes on, in a few words: "Downloading, 34%"."""
    if work.error is not None:
        return failed_text(work)
    if work.waits:
        return "Waits for its turn"
    if work.progress is None:
        return _DOING[work.kind]
    if work.counts_bytes:
        return f"{_DOING[work.kind]}, {work.progress.done / work.progress.total:.0%}"
    return _TRYING if work.is_trial else _DOING[work.kind]


def failed_text(work: ModelWork) -> str:
    """What did not succeed."""
    return _FAILED[work.kind]


def work_details(work: ModelWork) -> list[str]:
    """The numbers of what goes on, longest first; where there are none, what it is about."""
    if work.waits:
        return ["Another model comes first"]
    if work.progress and work.counts_bytes:
        return byte_details(work.progress)
    if work.brings_model and work.progress is None:
        return ["Connecting"] if work.kind is WorkKind.DOWNLOAD else ["Reading the folder"]
    return [_ASIDE[WorkKind.VERIFY if work.is_trial else work.kind]]


def doing_text(title: str, work: ModelWork) -> str:
    """What goes on with which model."""
    if work.waits:
        return f"{title} waits for its turn"
    if work.brings_model and (work.progress is None or work.counts_bytes):
        return f"{_DOING[work.kind]} {title}"
    return _TRYING if work.is_trial else _DOING[work.kind]


def trouble_text(row: ModelRow) -> str:
    """What is wrong with a model, and what to do about it; empty if all is well."""
    if row.work is not None and row.work.error is not None:
        return f"{failed_text(row.work)}. {error_text(row)}"
    if row.work is not None or row.info is None:
        return ""
    if row.info.problem:
        return one_line(row.info.problem)
    return doubt_text(row.info) if is_doubtful(row.info) else ""


def error_text(row: ModelRow) -> str:
    """Why it failed, and the hint."""
    assert row.work is not None
    assert row.work.error is not None
    return told(row.work.error, lambda reference: row.title if reference == row.reference else reference)


def doubt_text(info: ModelInfo) -> str:
    """What an untrustworthy model got wrong."""
    assert info.trust is not None
    return f"{info.trust.summary} It may find the wrong photos."


def model_facts(info: ModelInfo) -> list[FactRow]:
    """What people want to know before they choose; what is not known is left out."""
    rows = [
        FactRow("Languages", info.languages),
        FactRow(
            "Licence", info.licence or ("" if info.is_installed else "Not known: please read it where it is from.")
        ),
        FactRow("Download", "" if info.is_installed else download_text(info)),
        FactRow("On disk", bytes_text(info.disk_bytes) if info.disk_bytes else ""),
        FactRow("Memory", f"about {bytes_text(info.memory_bytes)}" if info.memory_bytes else ""),
        FactRow("Quality", quality_text(info)),
        FactRow("Speed", speed_text(info)),
        FactRow("Test", info.trust.summary if info.trust and not is_doubtful(info) else ""),
        FactRow("Photos", f"{counted(info.pictures, 'photo', 'photos')} read" if info.pictures else ""),
        FactRow("Name", one_line(info.reference)),
        FactRow("Folder", shown_path(info.folder) if info.folder else ""),
    ]
    return [row for row in rows if row.value]


def download_text(info: ModelInfo) -> str:
    """How much there is to get, and how much is here already."""
    if not info.download_bytes:
        return f"{bytes_text(info.partial_bytes)} are here already" if info.partial_bytes else ""
    whole = bytes_text(info.download_bytes)
    return f"{bytes_text(info.partial_bytes)} of {whole} are here already" if info.partial_bytes else whole


def quality_text(info: ModelInfo) -> str:
    """What was measured, and who measured it."""
    source = f"\n{info.quality_source}" if info.quality_source else ""
    return f"{info.quality[:1].upper()}{info.quality[1:]}{source}" if info.quality else ""


def speed_text(info: ModelInfo) -> str:
    """How much work it is to read a photo, beside the smallest model."""
    card = "meant for a graphics card" if info.needs_gpu else ""
    if info.relative_cost is None:
        return card.capitalize()
    return ", ".join(part for part in (_cost(info.relative_cost), card) if part).capitalize()


def removal_text(info: ModelInfo) -> str:
    """What goes with a model, and what does not."""
    size = f" ({bytes_text(info.disk_bytes or info.partial_bytes)})" if info.disk_bytes or info.partial_bytes else ""
    own = info.folder is not None and info.reference == str(info.folder)  # a folder of the user's
    goes = [] if own else [f"its files{size}"]
    goes += [f"what it has read of {counted(info.pictures, 'photo', 'photos')}"] if info.pictures else []
    deletes = f"This deletes {' and '.join(goes)}. " if goes else ""
    kept = "Its folder, your photos, tags and albums" if own else "Your photos, tags and albums"
    stops = " Nothing can be searched by description until another model is in use." if info.is_active else ""
    return f"{deletes}{kept} are not touched.{stops}"


def news_text(kind: WorkKind, title: str, info: ModelInfo | None) -> str:
    """How something ended, in a sentence."""
    if kind is WorkKind.REMOVE:
        return f"{title} was removed."
    if info is not None and is_doubtful(info) and not (kind is WorkKind.USE and info.is_active):
        return f"{title} did not pass the test."
    if info is not None and info.is_active and kind is not WorkKind.VERIFY:
        return f"{title} is in use."
    return f"{title} passed the test." if kind is WorkKind.VERIFY else f"{title} is ready to be used."


def _cost(relative: float) -> str:
    """It counts the arithmetic; how much longer that takes, depends on the machine."""
    if relative < _FROM_TWICE:
        return "as little work for each photo as any" if relative < _AS_LITTLE else "a little more work for each photo"
    return f"about {relative:.0f} times the work for each photo"


def _size_and_languages(info: ModelInfo) -> str:
    size = bytes_text(info.download_bytes) if info.download_bytes else ""
    languages = info.languages if info.languages in {"", "English"} else "many languages"
    return _DOT.join(part for part in (size, languages) if part)


def _place(info: ModelInfo) -> str:
    if info.problem:
        return "Cannot be used"
    if info.is_active:
        return "In use"
    return "Answers searches for now" if info.is_answering else "Installed"


def _doubt(info: ModelInfo) -> str:
    return "did not pass the test" if is_doubtful(info) and not info.problem else ""


def _share(info: ModelInfo) -> str:
    if not info.download_bytes:
        return bytes_text(info.partial_bytes)
    return f"{min(info.partial_bytes / info.download_bytes, 1):.0%}"
