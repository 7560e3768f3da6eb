"""The history of searches: what was looked for, how often and when last. It can be forgotten; it is no matter of undo."""

import re
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass

from photoorg.catalog.clock import utc_now
from photoorg.catalog.database import Database
from photoorg.catalog.naming import query_text
from photoorg.catalog.path_text import search_key

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


def forget_searches_like(write: sqlite3.Connection, photos: Iterable[tuple[int | None, bytes]]) -> None:
    """Delete searches that name a photo (id, path) as their example: its name must not stay behind."""
    rows = _with_examples(write)
    if not rows:
        return
    names, numbers = set(), set()
    for photo_id, path in photos:
        names.add(search_key(path).replace("\\", "/").rpartition("/")[2])
        numbers.add(f"#{photo_id}")
    for row in rows:
        query = search_key(row[0].encode())
        if numbers.intersection(re.findall(r"#\d+", query)) or any(name in query for name in names):
            write.execute("DELETE FROM search_history WHERE query = :query", {"query": row[0]})


def _with_examples(write: sqlite3.Connection) -> list[sqlite3.Row]:
    """A backup may be of a version that kept no searches."""
    if not write.execute("SELECT 1 FROM sqlite_schema WHERE name = 'search_history'").fetchone():
        return []
    return write.execute("SELECT query FROM search_history WHERE query LIKE '%like:%'").fetchall()
