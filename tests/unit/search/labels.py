"""Tags and albums put straight into the tables."""

from photoorg.catalog.path_text import folded


def give_tag(catalog, photo_ids, name):
    """The photos have the tag from now on."""
    _give(catalog, "tag", photo_ids, name)


def put_into_album(catalog, photo_ids, name):
    """The photos are in the album from now on; it is made by its first use."""
    _give(catalog, "album", photo_ids, name)


def take_tag(catalog, photo_ids, name):
    """The photos lose the tag."""
    with catalog.columns._db.transaction() as write:
        write.executemany(
            "DELETE FROM photo_tag WHERE photo_id = ? AND tag_id = (SELECT id FROM tag WHERE name = ?)",
            [(photo_id, name) for photo_id in photo_ids],
        )


def rename_tag(catalog, old, new):
    """The tag has another name; no photo changes by that."""
    with catalog.columns._db.transaction() as write:
        write.execute("UPDATE tag SET name = ?, name_key = ? WHERE name = ?", (new, folded(new), old))


def drop_tag(catalog, name):
    """No photo has the tag any more."""
    with catalog.columns._db.transaction() as write:
        write.execute("DELETE FROM tag WHERE name = ?", (name,))


def _give(catalog, kind, photo_ids, name):
    with catalog.columns._db.transaction() as write:
        write.execute(
            f"INSERT OR IGNORE INTO {kind} (name, name_key, made_utc) VALUES (?, ?, 'now')", (name, folded(name))
        )
        write.executemany(
            f"""INSERT OR IGNORE INTO photo_{kind} (photo_id, {kind}_id)
                SELECT ?, id FROM {kind} WHERE name = ?""".replace("photo_album ", "album_photo "),
            [(photo_id, name) for photo_id in photo_ids],
        )
