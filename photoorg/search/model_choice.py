"""Which model the library uses, and which one answers searches while a new one has not seen all photos yet."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

from photoorg.catalog.catalog import Catalog
from photoorg.catalog.library_settings import ACTIVE_MODEL, SUBSTITUTE_MODEL
from photoorg.embedding.models import InstalledModel, check_loads, is_installed, resolve
from photoorg.embedding.references import DEMO
from photoorg.embedding.trust import read_trust
from photoorg.errors import (
    ActiveModelGone,
    ModelCorrupt,
    ModelMissing,
    ModelUnsupported,
)

# A few photos that no model can embed must not keep the old one in service.
_COVERED = 0.9995


class ModelChoice:
    """The active model is a setting of the library; so is its substitute, the model that was active before."""

    def __init__(self, catalog: Catalog, models_dir: Path) -> None:
        self._catalog = catalog
        self._models_dir = models_dir
        self._coverages: dict[str, tuple[object, float]] = {}  # by fingerprint, with what they were counted for

    @property
    def reference(self) -> str | None:
        """The name of the active model, whether it is there or not."""
        return self._catalog.settings.get(ACTIVE_MODEL)

    def active(self) -> InstalledModel | None:
        """The active model, or None. Raises ActiveModelGone, ModelCorrupt."""
        reference = self.reference
        if reference is None:
            return None
        if not is_installed(reference, self._models_dir):  # resolve would look it up in open_clip's list
            raise ActiveModelGone(model=reference)
        return resolve(reference, self._models_dir)

    def required(self) -> InstalledModel:
        """The active model. Raises ModelMissing, ActiveModelGone, ModelCorrupt."""
        model = self.active()
        if model is None:
            raise ModelMissing
        return model

    def use(self, reference: str) -> InstalledModel:
        """Make a model the active one, after one look whether a new one loads.

        Raises ModelUnknown, ModelNotInstalled, ModelCorrupt, ModelUnsupported.
        """
        model = resolve(reference, self._models_dir)
        if self.reference != model.reference:
            if model.reference != DEMO and not self._is_known(model):
                check_loads(model)
            # In this order: a substitute that is the active model itself means none.
            self._choose_substitute(model)
            self._catalog.settings.put(ACTIVE_MODEL, model.reference)
        return model

    @contextlib.contextmanager
    def forgetting(self, reference: str) -> Iterator[None]:
        """Let a model be neither the active one nor its substitute, unless the block fails."""
        settings = self._catalog.settings
        keys = [key for key in (SUBSTITUTE_MODEL, ACTIVE_MODEL) if settings.get(key) == reference]
        for key in keys:
            settings.drop(key, reference)
        try:
            yield
        except BaseException:
            for key in keys:
                settings.put(key, reference)
            raise

    def answering(self) -> InstalledModel:
        """The model to search with: the active one, but the one before as long as that has seen more of the library.

        Raises ModelMissing, ActiveModelGone, ModelCorrupt.
        """
        active = self.required()
        return self.substitute_for(active) or active

    def substitute_for(self, active: InstalledModel) -> InstalledModel | None:
        """The model that answers instead of the active one, or None. One that is not needed any more is forgotten."""
        reference = self._catalog.settings.get(SUBSTITUTE_MODEL)
        if reference is None or reference == active.reference:
            return None
        substitute = self.try_resolve(reference)
        if substitute is not None and self.coverage(active) < min(_COVERED, self.coverage(substitute)):
            return substitute
        self._catalog.settings.drop(SUBSTITUTE_MODEL, reference)
        return None

    def handover(self) -> tuple[str | None, float]:
        """The name of the substitute that answers searches, and the share of the photos that the active model has seen.

        (None, 1.0) if there is none.
        """
        if self._catalog.settings.get(SUBSTITUTE_MODEL) is None or not (active := self._try_active()):
            return None, 1.0
        substitute = self.substitute_for(active)
        return (substitute.reference, self.coverage(active)) if substitute else (None, 1.0)

    def in_use(self) -> list[InstalledModel]:
        """The models whose encoders are needed: the active one and the one that answers; none that is gone or broken."""
        named = (self._catalog.settings.get(key) for key in (ACTIVE_MODEL, SUBSTITUTE_MODEL))
        return [model for reference in named if reference and (model := self.try_resolve(reference))]

    def coverage(self, model: InstalledModel) -> float:
        """The share of the shown photos that a model has embedded, 0..1."""
        embeddings = self._catalog.embeddings
        state = embeddings.state(embeddings.model_id(model.fingerprint, model.reference, model.dimension))
        now = (state, self._catalog.settings.revision)
        known = self._coverages.get(model.fingerprint)
        if known is None or known[0] != now:  # counting takes 40 ms with 100,000 photos
            known = self._coverages[model.fingerprint] = (now, self._catalog.photos.coverage(model.fingerprint))
        return known[1]

    def _is_known(self, model: InstalledModel) -> bool:
        """Whether the model was loaded before: it was tried out, or has embedded photos."""
        was_tried_out = read_trust(model.fingerprint, self._models_dir) is not None
        return was_tried_out or self._catalog.embeddings.knows_model(model.fingerprint)

    def _choose_substitute(self, new: InstalledModel) -> None:
        """Of the active model and its own substitute the one that has seen most, if that is more than the new one has."""
        known = {self.reference, self._catalog.settings.get(SUBSTITUTE_MODEL)} - {None, new.reference}
        models = [model for reference in sorted(filter(None, known)) if (model := self.try_resolve(reference))]
        best = max(models, key=self.coverage, default=None)
        if best is not None and self.coverage(new) < min(_COVERED, self.coverage(best)):
            self._catalog.settings.put(SUBSTITUTE_MODEL, best.reference)
        elif (before := self._catalog.settings.get(SUBSTITUTE_MODEL)) is not None:
            self._catalog.settings.drop(SUBSTITUTE_MODEL, before)

    def _try_active(self) -> InstalledModel | None:
        return self.try_resolve(reference) if (reference := self.reference) else None

    def try_resolve(self, reference: str) -> InstalledModel | None:
        """A model on this machine; None if it is gone or broken by now."""
        try:
            return resolve(reference, self._models_dir) if is_installed(reference, self._models_dir) else None
        except (ModelCorrupt, ModelUnsupported):
            return None
