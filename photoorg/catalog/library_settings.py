"""Settings that belong to the library, not to the program."""

from photoorg.catalog.database import Database

ACTIVE_MODEL = "active_model"
# The model that was active before: it answers searches until the active one has seen all photos.
SUBSTITUTE_MODEL = "substitute_model"

# There while a person has paused indexing, for all programs on the library.
INDEXING_PAUSED = "indexing_paused"
_YES = "yes"


class LibrarySettings:
    """Text values by key, and the library's own id."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def get(self, key: str) -> str | None:
        """The value of a setting, or None."""
        found: str | None = self._db.value("SELECT value FROM setting WHERE key = :key", {"key": key})
        return found

    def put(self, key: str, value: str) -> None:
        """Change a setting."""
        with self._db.transaction() as write:
            write.execute(
                "INSERT INTO setting (key, value) VALUES (:key, :value) ON CONFLICT DO UPDATE SET value = :value",
                {"key": key, "value": value},
            )

    def drop(self, key: str, value: str) -> None:
        """Forget a setting if it has this value still."""
        if self.get(key) != value:
            return
        with self._db.transaction() as write:
            write.execute("DELETE FROM setting WHERE key = :key AND value = :value", {"key": key, "value": value})

    @property
    def is_paused(self) -> bool:
        """Whether a person has paused indexing."""
        return self.get(INDEXING_PAUSED) == _YES

    def set_paused(self, *, paused: bool) -> None:
        """Pause indexing, or let it go on."""
        if paused and not self.is_paused:
            self.put(INDEXING_PAUSED, _YES)
        elif not paused:
            self.drop(INDEXING_PAUSED, _YES)

    @property
    def library_id(self) -> str:
        """The random id this library was born with (32 hex digits)."""
        return str(self._db.value("SELECT id FROM library"))

    @property
    def revision(self) -> int:
        """A number that grows with every write to the catalog."""
        return int(self._db.value("SELECT revision FROM library"))
