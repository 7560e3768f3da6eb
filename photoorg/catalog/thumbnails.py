"""Two JPEG sizes per picture in thumbnails.sqlite."""

from collections.abc import Mapping

from photoorg.catalog.database import Database


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

    def get(self, picture_key: bytes, long_side: int) -> bytes | None:
        """One thumbnail, or None."""
        jpeg: bytes | None = self._db.value(
            "SELECT jpeg FROM thumbnail WHERE picture_key = :key AND long_side = :side",
            {"key": picture_key, "side": long_side},
        )
        return jpeg
