"""The history of searches: what was looked for, how often and when last. It can be forgotten; it is no matter of undo."""

from dataclasses import dataclass

from photoorg.catalog.clock import utc_now
from photoorg.catalog.database import Database
from photoorg.catalog.naming import query_text

MOST_SEARCHES = 1_000


@dataclass(frozen=True)
class PastSearch:
    """A search of the past; `searched_utc` is the last time."""

    query: str
    searched_utc: str
    times: int


class SearchHistory:
    """The last MOST_SEARCHES different searches."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def recent(self, limit: int = MOST_SEARCHES) -> list[PastSearch]:
        """The latest searches, most recent first."""
        rows = self._db.all(
            "SELECT query, searched_utc, times FROM search_history ORDER BY searched_utc DESC LIMIT :limit",
            {"limit": limit},
        )
        return [PastSearch(*row) for row in rows]

    def remember(self, query: str) -> None:
        """Note a search that was made just now; one that is empty is not noted. Raises NameTooLong."""
        text = query_text(query)
        if not text:
            return
        with self._db.transaction() as write:
            write.execute(
                """INSERT INTO search_history (query, searched_utc) VALUES (:query, :now)
                   ON CONFLICT (query) DO UPDATE SET searched_utc = excluded.searched_utc, times = times + 1""",
                {"query": text, "now": utc_now()},
            )
            write.execute(
                """DELETE FROM search_history WHERE query IN (
                       SELECT query FROM search_history ORDER BY searched_utc DESC LIMIT -1 OFFSET :most)""",
                {"most": MOST_SEARCHES},
            )

    def forget(self, query: str | None = None) -> int:
        """Forget one search, or all of them; gives how many there were."""
        with self._db.transaction() as write:
            if query is None:
                return write.execute("DELETE FROM search_history").rowcount
            return write.execute(
                "DELETE FROM search_history WHERE query = :query", {"query": query_text(query)}
            ).rowcount
