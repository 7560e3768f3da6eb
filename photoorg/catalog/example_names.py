"""The names of photos in searches: as examples they may stand in the history, in saved searches, and in the journal of these.

Forgetting a photo leaves none of them. Works inside a write transaction, also of a backup of a version without searches.
"""

import json
import re
import sqlite3
from collections.abc import Mapping, Sequence

from photoorg.catalog.path_text import search_key

_EXAMPLE = re.compile(r'(?<![\w"])(like:)("[^"]*"?|[^\s()^"]+)', re.IGNORECASE)
_WITH_EXAMPLES = "LIKE '%like:%'"


def forget_examples(write: sqlite3.Connection, photos: Sequence[tuple[int | None, bytes]]) -> None:
    """Searches of the past that name one of these photos (id, path) are deleted; saved ones keep its id for the name."""
    if not write.execute("SELECT 1 FROM sqlite_schema WHERE name = 'search_history'").fetchone():
        return
    names = {_file_name(search_key(path)): photo_id for photo_id, path in photos}
    _forget_in_history(write, names)
    for row in write.execute(f"SELECT id, query FROM album WHERE query {_WITH_EXAMPLES}").fetchall():
        if (query := without_names(row[1], names)) != row[1]:
            write.execute("UPDATE album SET query = :query WHERE id = :id", {"id": row[0], "query": query})
    _forget_in_journal(write, names)


def without_names(query: str, names: Mapping[str, int | None]) -> str:
    """A query whose examples go by their ids, as far as they have one of these names (folded file names) of photos."""

    def replaced(match: re.Match[str]) -> str:
        name = _file_name(search_key(match[2].strip('"').encode()))
        return f"{match[1]}#{names[name] or 0}" if name in names else match[0]

    return _EXAMPLE.sub(replaced, query)


def _forget_in_history(write: sqlite3.Connection, names: Mapping[str, int | None]) -> None:
    ids = {f"#{photo_id}" for photo_id in names.values()}
    for row in write.execute(f"SELECT query FROM search_history WHERE query {_WITH_EXAMPLES}").fetchall():
        examples = {match[2].strip('"') for match in _EXAMPLE.finditer(row[0])}
        if examples & ids or without_names(row[0], names) != row[0]:
            write.execute("DELETE FROM search_history WHERE query = :query", {"query": row[0]})


def _forget_in_journal(write: sqlite3.Connection, names: Mapping[str, int | None]) -> None:
    rows = write.execute(
        f"""SELECT id, before, after FROM journal_change
            WHERE table_name = 'album' AND (before {_WITH_EXAMPLES} OR after {_WITH_EXAMPLES})"""
    ).fetchall()
    for row in rows:
        before, after = _values_without_names(row[1], names), _values_without_names(row[2], names)
        if (before, after) != (row[1], row[2]):
            write.execute(
                "UPDATE journal_change SET before = :before, after = :after WHERE id = :id",
                {"id": row[0], "before": before, "after": after},
            )


def _values_without_names(text: str, names: Mapping[str, int | None]) -> str:
    values = json.loads(text)
    if values and values.get("query"):
        values["query"] = without_names(values["query"], names)
    return json.dumps(values)


def _file_name(path: str) -> str:
    return path.replace("\\", "/").rpartition("/")[2]
