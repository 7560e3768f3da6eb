"""The models of a library: get, try out, choose and remove them."""

from functools import partial
from pathlib import Path

from photoorg.catalog.catalog import Catalog
from photoorg.embedding.apart import CheckCancelled, Progress, Work, do_apart, do_here
from photoorg.embedding.models import InstalledModel, installed_folders, resolve
from photoorg.embedding.open_encoders import OpenEncoders
from photoorg.embedding.references import DEMO, parse_reference
from photoorg.embedding.registry import known_model, proposed_model
from photoorg.embedding.removal import partial_bytes, remove_files
from photoorg.embedding.trust import Trust, read_trust, write_trust
from photoorg.errors import ModelNotInstalled, ModelUnknown, PhotoorgError
from photoorg.jobs.blocking import OnProgress, run_blocking
from photoorg.jobs.job import CallJob, ContextJob, Job, JobContext
from photoorg.paths import DataDir
from photoorg.search.model_choice import ModelChoice
from photoorg.search.model_info import ModelInfo, ModelList
from photoorg.search.self_test import run_self_test
from photoorg.search.vector_index import index_folder, remove_stored

_TRYING_OUT = "Trying the model out"
_UNKNOWN_LANGUAGES = ("en",)


class LibraryModels:
    """What people do with models. The long ones come as jobs, too, for whoever has a job runner."""

    def __init__(self, catalog: Catalog, data_dir: DataDir, choice: ModelChoice, encoders: OpenEncoders) -> None:
        self._catalog = catalog
        self._index_dir = data_dir.index
        self._models_dir = data_dir.models
        self._choice = choice
        self._encoders = encoders
        self._list = ModelList(catalog, choice, data_dir.models)

    @property
    def active(self) -> InstalledModel | None:
        """The model every command uses, or None. Raises ActiveModelGone, ModelCorrupt."""
        return self._choice.active()

    def use(self, reference: str) -> InstalledModel:
        """Make a model the active one, after one look whether a new one loads. Going back to an earlier one is immediate.

        Until the new one has seen all photos, the one before answers searches.
        Raises ModelUnknown, ModelNotInstalled, ModelCorrupt, ModelUnsupported.
        """
        return self._choice.use(reference)

    def infos(self) -> list[ModelInfo]:
        """The models that are offered, and the others on this machine."""
        return self._list.all()

    def proposed(self, language: str) -> ModelInfo:
        """The model to begin with, for people whose system speaks `language` ("en_GB", "de" ...)."""
        wanted = self.proposed_reference(language)
        return next(info for info in self._list.all() if info.reference == wanted)

    @staticmethod
    def proposed_reference(language: str) -> str:
        """The name of that model."""
        return proposed_model(language).reference

    @property
    def is_awake(self) -> bool:
        """Whether the next search need not wait for a model to be loaded."""
        try:
            return self._encoders.is_awake(self._choice.answering())
        except PhotoorgError:  # there is none to wait for
            return True

    def install(self, reference: str, *, latest: bool = False, on_progress: OnProgress | None = None) -> InstalledModel:
        """Download a model and try it out; the first one that can be trusted becomes the active one.

        The version of the first download is held, unless `latest`. Raises ModelUnknown, ModelDownloadFailed and its kinds, ModelCorrupt, ModelUnsupported, DiskFull, Cancelled.
        """
        return run_blocking(self.install_job(reference, latest=latest), "interactive", on_progress)

    def add(self, folder: Path, *, on_progress: OnProgress | None = None) -> InstalledModel:
        """Install a model from a folder, without a network: it is copied. Raises like `install`."""
        return run_blocking(self.add_job(folder), "interactive", on_progress)

    def verify(self, reference: str | None = None, *, on_progress: OnProgress | None = None) -> Trust:
        """Try out a model, None for the active one, and remember the outcome. Raises ModelMissing, ModelNotInstalled ..."""
        return run_blocking(self.verify_job(reference), "interactive", on_progress)

    def remove(self, reference: str) -> None:
        """Remove a model with its files and all it said about the photos; the photos and what people did stay.

        What an interrupted download has left goes, too; a folder of the user's own is left alone, and so is what a model
        said that is here under another name as well. Raises ModelNotInstalled, ModelBusy, ModelNotRemoved.
        """
        reference = self._canonical(reference)
        folder = installed_folders(self._models_dir).get(reference)
        is_begun = partial_bytes(reference, self._models_dir) > 0
        gone = self._fingerprints(reference) - self._fingerprints_of_others(reference)
        if folder is None and not is_begun and not gone and reference != self._choice.reference:
            raise ModelNotInstalled(model=reference)
        with self._choice.forgetting(reference):
            self._encoders.let_go(but=self._choice.in_use())
            if is_begun or (folder is not None and folder.parent == self._models_dir):
                remove_files(reference, self._models_dir)
        for fingerprint in gone:  # last: whoever is interrupted here can go on
            self._catalog.embeddings.remove_model(fingerprint)
            remove_stored(index_folder(self._index_dir, fingerprint))

    # --- the same as jobs ---

    def install_job(self, reference: str, *, latest: bool = False) -> Job[InstalledModel]:
        """The job of `install`."""
        return ContextJob("install model", partial(self._get, partial(_install, reference, self._models_dir, latest)))

    def add_job(self, folder: Path) -> Job[InstalledModel]:
        """The job of `add`."""
        return ContextJob("add model", partial(self._get, partial(_add, folder, self._models_dir)))

    def use_job(self, reference: str) -> Job[InstalledModel]:
        """The job of `use`, with a trial first for a model that had none; one that fails it is not made active."""
        return ContextJob("use model", partial(self._use, reference))

    def verify_job(self, reference: str | None = None) -> Job[Trust]:
        """The job of `verify`."""
        return ContextJob("verify model", lambda ctx: self._try_out(self._named(reference), ctx))

    def remove_job(self, reference: str) -> Job[None]:
        """The job of `remove`."""
        return CallJob("remove model", lambda: self.remove(reference))

    # --- inside ---

    def _get(self, work: Work[InstalledModel], ctx: JobContext) -> InstalledModel:
        do = do_apart if self._encoders.host == "own-process" else do_here
        model = do(work, ctx.progress, ctx.check_cancelled)
        trust = read_trust(model.fingerprint, self._models_dir) or self._try_out(model, ctx)
        if trust.passed and self._choice.reference is None:
            self._choice.use(model.reference)
        return model

    def _use(self, reference: str, ctx: JobContext) -> InstalledModel:
        model = resolve(reference, self._models_dir)
        had_its_trial = model.reference == DEMO or read_trust(model.fingerprint, self._models_dir) is not None
        if had_its_trial or self._try_out(model, ctx).passed:
            self._choice.use(model.reference)
        return model

    def _try_out(self, model: InstalledModel, ctx: JobContext) -> Trust:
        ctx.progress(0, 0, _TRYING_OUT)
        known = known_model(model.reference)
        languages = known.languages if known else _UNKNOWN_LANGUAGES
        try:
            with self._encoders.on_trial(model) as encoder:
                trust = run_self_test(model, encoder, languages, ctx.check_cancelled)
        finally:
            self._encoders.let_go(but=self._choice.in_use())
        write_trust(model.fingerprint, trust, self._models_dir)
        return trust

    def _named(self, reference: str | None) -> InstalledModel:
        return self._choice.required() if reference is None else resolve(reference, self._models_dir)

    def _canonical(self, reference: str) -> str:
        """The name as it is kept; of what is nowhere any more (a folder, say) as it was given."""
        try:
            return parse_reference(reference, self._models_dir).text
        except ModelUnknown:
            return reference

    def _fingerprints(self, reference: str) -> set[str]:
        """Of a model as it is, and as it was when it embedded photos."""
        model = self._choice.try_resolve(reference)
        return self._catalog.embeddings.fingerprints(reference) | ({model.fingerprint} if model else set())

    def _fingerprints_of_others(self, reference: str) -> set[str]:
        """One model may be here under two names, one of them that of a folder elsewhere."""
        names = {*installed_folders(self._models_dir), *self._catalog.embeddings.models().values()}
        others = names | {model.reference for model in self._choice.in_use()}
        return {model.fingerprint for other in others - {reference} if (model := self._choice.try_resolve(other))}


# The two below may run in a process of their own; only there the modules are needed.


def _install(
    reference: str, models_dir: Path, latest: bool, progress: Progress, check_cancelled: CheckCancelled
) -> InstalledModel:
    from photoorg.embedding.install import install

    return install(reference, models_dir, progress, check_cancelled, latest=latest)


def _add(folder: Path, models_dir: Path, progress: Progress, check_cancelled: CheckCancelled) -> InstalledModel:
    from photoorg.embedding.adding import add_folder

    return add_folder(folder, models_dir, progress, check_cancelled)
