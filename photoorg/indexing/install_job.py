"""The install job: gets a model in the background."""

from pathlib import Path

from photoorg.embedding.models import InstalledModel
from photoorg.jobs.job import JobContext


class InstallJob:
    """Downloads or adds a model. Gives an InstalledModel."""

    name = "install model"

    def __init__(self, reference: str, models_dir: Path) -> None:
        self._reference = reference
        self._models_dir = models_dir

    def run(self, ctx: JobContext) -> InstalledModel:
        """Install. Raises what embedding.install raises."""
        from photoorg.embedding.install import install

        return install(self._reference, self._models_dir, ctx.progress, ctx.check_cancelled)
