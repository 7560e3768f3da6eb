"""What indexing works with."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from photoorg.catalog.catalog import Catalog
from photoorg.embedding.encoder import Encoder
from photoorg.embedding.models import InstalledModel
from photoorg.settings import Settings


@dataclass(frozen=True)
class IndexTools:
    """What an index job works with. `encoder` opens the encoder of `model`, or gives the one that is open."""

    catalog: Catalog
    index_dir: Path
    settings: Settings
    model: InstalledModel | None
    encoder: Callable[[], Encoder]
