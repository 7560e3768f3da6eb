"""What indexing works with."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from photoorg.catalog.catalog import Catalog
from photoorg.embedding.encoder import Encoder
from photoorg.embedding.models import InstalledModel
from photoorg.indexing.pixel_shelf import PixelShelf
from photoorg.settings import Settings


@dataclass(frozen=True)
class IndexTools:
    """What an index job works with. `encoder` opens the encoder of `model`, or gives the one that is open.

    `shelf` is where model input may wait; without one each photo is embedded as soon as it is decoded.
    """

    catalog: Catalog
    index_dir: Path
    settings: Settings
    model: InstalledModel | None
    encoder: Callable[[], Encoder]
    shelf: PixelShelf | None = None
    settings_now: Callable[[], Settings] | None = None
    """The settings may change while others work with them."""

    @property
    def current_settings(self) -> Settings:
        """What holds now, while `settings` stay what they were when the tools were made."""
        return self.settings_now() if self.settings_now else self.settings
