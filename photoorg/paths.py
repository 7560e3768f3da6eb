"""Where things live: the data folder of a library, and the resources that ship with the program."""

import os
import stat
from dataclasses import dataclass
from pathlib import Path

from photoorg.errors import DataFolderUnusable

ENVIRONMENT_VARIABLE = "PHOTOORG_DATA_DIR"


@dataclass(frozen=True)
class DataDir:
    """The one folder that holds everything of one library."""

    root: Path

    @property
    def catalog(self) -> Path:
        """What people did and what is where; the truth."""
        return self.root / "catalog.sqlite"

    @property
    def derived(self) -> Path:
        """What can be computed again but is dear: embeddings, hashes."""
        return self.root / "derived.sqlite"

    @property
    def thumbnails(self) -> Path:
        """Two JPEG sizes per picture."""
        return self.root / "thumbnails.sqlite"

    @property
    def index(self) -> Path:
        """One folder per model with the vector index."""
        return self.root / "index"

    @property
    def shelf(self) -> Path:
        """Model input of photos that wait to be embedded, one folder per model."""
        return self.root / "shelf"

    @property
    def models(self) -> Path:
        """One folder per installed model."""
        return self.root / "models"

    @property
    def backups(self) -> Path:
        """Copies of the catalog: one a day, and one from before each migration."""
        return self.root / "backups"

    @property
    def lease(self) -> Path:
        """The lock of the one program that indexes."""
        return self.root / "indexer.lock"

    @property
    def settings(self) -> Path:
        """Settings of the program that a user may edit by hand."""
        return self.root / "settings.toml"

    @property
    def things(self) -> Path:
        """What everyday things the library contains, as counted last."""
        return self.root / "things.json"

    @property
    def window_state(self) -> Path:
        """What the window looked like when it was closed."""
        return self.root / "window.ini"

    @property
    def log(self) -> Path:
        """The log file."""
        return self.root / "photoorg.log"

    def sizes(self) -> dict[str, int]:
        """Bytes on disk of each part."""
        parts = {
            "catalog": self.catalog,
            "derived": self.derived,
            "thumbnails": self.thumbnails,
            "index": self.index,
            "models": self.models,
        }
        return {name: _size_of(path) for name, path in parts.items()}

    def create(self) -> None:
        """Make the folder. Raises DataFolderUnusable."""
        try:
            self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise DataFolderUnusable(path=str(self.root), detail=error.strerror or str(error)) from error
        if not os.access(self.root, os.W_OK | os.X_OK):
            raise DataFolderUnusable(path=str(self.root), detail="not writable")


def default_data_dir() -> Path:
    """The folder from the environment, else the platform's own place for application data."""
    from platformdirs import user_data_path

    named = os.environ.get(ENVIRONMENT_VARIABLE)
    return Path(named).expanduser().absolute() if named else user_data_path("photoorg", appauthor=False)


def resources() -> Path:
    """The folder of icons, prompt templates and the demo model: inside the wheel, or at the top of the source tree."""
    package = Path(__file__).parent
    installed = package / "resources"
    return installed if installed.is_dir() else package.parent / "resources"


def _size_of(path: Path) -> int:
    """Bytes of a folder with all below it, or of a database with its write-ahead log."""
    found = path.rglob("*") if path.is_dir() else path.parent.glob(f"{path.name}*")
    return sum(_bytes_of(file) for file in found)


def _bytes_of(file: Path) -> int:
    try:
        status = file.stat()
    except FileNotFoundError:  # another program has just closed the library
        return 0
    return status.st_size if stat.S_ISREG(status.st_mode) else 0
