"""Requests: what a program without the indexer's lease asks of the one that holds it."""

import json
from typing import Any

from photoorg.catalog.clock import utc_now
from photoorg.catalog.database import Database
from photoorg.catalog.records import Request


class RequestStore:
    """A small queue between programs."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def leave(self, kind: str, params: dict[str, Any]) -> int:
        """Leave a request and give its id."""
        with self._db.transaction() as write:
            request_id = write.execute(
                "INSERT INTO request (made_utc, kind, params) VALUES (:now, :kind, :params)",
                {"now": utc_now(), "kind": kind, "params": json.dumps(params)},
            ).lastrowid
        assert request_id is not None
        return request_id

    def open(self) -> list[Request]:
        """The requests that wait, oldest first."""
        rows = self._db.all("SELECT id, kind, params FROM request WHERE done_utc IS NULL ORDER BY id")
        return [Request(row[0], row[1], json.loads(row[2])) for row in rows]

    def finish(self, request_id: int, result: dict[str, Any]) -> None:
        """Answer a request."""
        with self._db.transaction() as write:
            write.execute(
                "UPDATE request SET done_utc = :now, result = :result WHERE id = :id",
                {"id": request_id, "now": utc_now(), "result": json.dumps(result)},
            )

    def result(self, request_id: int) -> dict[str, Any] | None:
        """The answer to a request, or None while it waits."""
        text = self._db.value("SELECT result FROM request WHERE id = :id", {"id": request_id})
        return json.loads(text) if text is not None else None

    def drop(self, request_id: int) -> None:
        """Forget a request: it was answered, or nobody waits for it any more."""
        with self._db.transaction() as write:
            write.execute("DELETE FROM request WHERE id = :id", {"id": request_id})
