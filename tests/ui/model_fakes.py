"""Made-up facts of models, and a library whose jobs do as the test says."""

import threading
from pathlib import Path

from photoorg.jobs.events import JobProgress
from photoorg.library import ModelInfo, Trust
from photoorg.model_errors import ModelDownloadFailed
from photoorg.ui.model_work import ModelRow, ModelWork, Shelf, WorkKind

SMALL, LARGE, DEMO = "ViT-B-32-256/datacomp_s34b_b86k", "ViT-L-14/datacomp_xl_s13b_b90k", "demo"
PASSED = Trust(passed=True, right=12, total=12, failed=())
FAILED = Trust(passed=False, right=3, total=12, failed=("a red circle", "a chessboard"))
FOLDER = Path("/home/anna/models/small")
LOST_TOLD = "Downloading CLIP Base failed: the connection was lost. Check the internet connection, and the proxy if there is one, then try again."
LOST = ModelDownloadFailed(model=SMALL, detail="the connection was lost.")


def model(reference=SMALL, **facts):
    """A model that is offered, and not here."""
    usual = {
        "reference": reference,
        "title": {SMALL: "CLIP Base", LARGE: "CLIP Large", DEMO: "Demo model"}.get(reference, reference),
        "summary": "Small and fast.",
        "languages": "English",
        "licence": "MIT",
        "download_bytes": 605_000_000,
        "memory_bytes": 252_000_000,
        "dimension": 512,
        "pixels": None,
        "quality": "finds 40 of 100",
        "quality_source": "a table",
        "relative_cost": 1.0,
        "needs_gpu": False,
        "is_offered": True,
        "is_installed": False,
        "is_active": False,
        "is_answering": False,
        "folder": None,
        "disk_bytes": 0,
        "partial_bytes": 0,
        "pictures": 0,
        "trust": None,
        "problem": "",
        "can_be_removed": False,
    }
    return ModelInfo(**usual | facts)


def installed(reference=SMALL, **facts):
    """The same, on this computer."""
    usual = {"is_installed": True, "folder": FOLDER, "disk_bytes": 605_200_000, "can_be_removed": True, "trust": PASSED}
    return model(reference, **usual | facts)


def demo(**facts):
    """The demo model."""
    return installed(DEMO, can_be_removed=False, trust=None, is_offered=False, **facts)


def shelf(*infos, proposed=SMALL):
    """These models, the small one proposed."""
    return Shelf(infos, proposed)


def progress(done, total, rate=0.0):
    """What a job reports; a total of 0: its end cannot be told."""
    return JobProgress(1, done, total, "weights", rate, (total - done) / rate if rate else None)


def work(kind=WorkKind.DOWNLOAD, reference=SMALL, **facts):
    """Something that goes on."""
    return ModelWork(reference, kind, **facts)


def row(info, doing=None):
    """A row of the list."""
    return ModelRow(info.reference, info.title, info, doing)


class Step:
    """A job that the test ends: `finish`, `fail`; it reports what it is told to."""

    def __init__(self, name):
        self.name = name
        self.is_cancelled = False
        self.begun = threading.Event()
        self._go_on = threading.Event()
        self._reports = []
        self._outcome = None

    def report(self, *numbers):
        self._reports.append(numbers)

    def finish(self, result=None):
        self._outcome = lambda: result
        self._go_on.set()

    def fail(self, error):
        def outcome():
            raise error

        self._outcome = outcome
        self._go_on.set()

    def run(self, ctx):
        self.begun.set()
        try:
            while not self._go_on.wait(0.002):
                ctx.check_cancelled()
                while self._reports:
                    ctx.progress(*self._reports.pop(0))
        except BaseException:
            self.is_cancelled = True
            raise
        return self._outcome()


class FakeModels:
    """Gives jobs as `LibraryModels` does; what is known is `known`."""

    def __init__(self, *infos):
        self.known = list(infos)
        self.jobs = []
        self.reads = 0

    def infos(self):
        self.reads += 1
        return list(self.known)

    def proposed_reference(self, _language):
        return SMALL

    def install_job(self, reference, *, latest=False):
        return self._job(f"install {'latest ' if latest else ''}{reference}")

    def add_job(self, folder):
        return self._job(f"add {folder}")

    def use_job(self, reference):
        return self._job(f"use {reference}")

    def verify_job(self, reference):
        return self._job(f"verify {reference}")

    def remove_job(self, reference):
        return self._job(f"remove {reference}")

    def _job(self, name):
        self.jobs.append(Step(name))
        return self.jobs[-1]


class FakeLibrary:
    """A library that has nothing but models."""

    def __init__(self, *infos):
        self.models = FakeModels(*infos)
