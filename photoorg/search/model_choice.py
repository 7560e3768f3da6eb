"""Which model the library uses, and which there are."""

from pathlib import Path

from photoorg.catalog.catalog import Catalog
from photoorg.catalog.library_settings import ACTIVE_MODEL
from photoorg.embedding.models import InstalledModel, check_loads, installed, resolve
from photoorg.embedding.references import DEMO
from photoorg.errors import ActiveModelGone, ModelMissing, ModelNotInstalled, ModelUnknown


class ModelChoice:
    """The active model is a setting of the library."""

    def __init__(self, catalog: Catalog, models_dir: Path) -> None:
        self._catalog = catalog
        self._models_dir = models_dir

    @property
    def reference(self) -> str | None:
        """The name of the active model, whether it is there or not."""
        return self._catalog.settings.get(ACTIVE_MODEL)

    def active(self) -> InstalledModel | None:
        """The active model, or None. Raises ActiveModelGone, ModelCorrupt."""
        reference = self.reference
        if reference is None:
            return None
        try:
            return resolve(reference, self._models_dir)
        except (ModelUnknown, ModelNotInstalled) as error:
            raise ActiveModelGone(model=reference) from error

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
            if model.reference != DEMO and not self._catalog.embeddings.knows_model(model.fingerprint):
                check_loads(model)
            self._catalog.settings.put(ACTIVE_MODEL, model.reference)
        return model

    def all(self) -> list[InstalledModel]:
        """The models on this machine."""
        return installed(self._models_dir)
