"""Two JPEG sizes per picture in thumbnails.sqlite."""

from collections.abc import Mapping, Sequence

from photoorg.catalog.database import IN_LIST_MAX, Database, batches, in_list


class ThumbnailStore:
    """JPEG bytes by picture key and long side in pixels."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def add(self, thumbnails: Mapping[bytes, Mapping[int, bytes]]) -> None:
        """Store the thumbnails of several pictures: picture key -> long side -> JPEG."""
        rows = [
            {"key": key, "side": side, "jpeg": jpeg}
            for key, sizes in thumbnails.items()
            for side, jpeg in sizes.items()
        ]
        with self._db.transaction() as write:
            write.executemany(
                """INSERT INTO thumbnail (picture_key, long_side, jpeg) VALUES (:key, :side, :jpeg)
                   ON CONFLICT (picture_key, long_side) DO UPDATE SET jpeg = :jpeg""",
                rows,
            )

    def of(self, picture_keys: Sequence[bytes], long_side: int) -> dict[bytes, bytes]:
        """The thumbnails of pictures by picture key; those that are not there are left out."""
        found: dict[bytes, bytes] = {}
        for batch in batches(list(dict.fromkeys(picture_keys)), IN_LIST_MAX):
            keys, params = in_list(batch)
            rows = self._db.all(
                f"SELECT picture_key, jpeg FROM thumbnail WHERE picture_key IN {keys} AND long_side = :side",
                params | {"side": long_side},
            )
            found |= {row[0]: row[1] for row in rows}
        return found

    def pictures(self) -> int:
        """How many pictures have thumbnails."""
        return int(self._db.value("SELECT count(DISTINCT picture_key) FROM thumbnail"))

    def present(self, picture_keys: Sequence[bytes]) -> set[bytes]:
        """Those of the pictures that have thumbnails."""
        found: set[bytes] = set()
        for batch in batches(picture_keys, IN_LIST_MAX):
            keys, params = in_list(batch)
            rows = self._db.all(f"SELECT DISTINCT picture_key FROM thumbnail WHERE picture_key IN {keys}", params)
            found.update(row[0] for row in rows)
        return found
