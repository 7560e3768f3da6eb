"""How edits of tags and albums are shown."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from photoorg.amounts import counted
from photoorg.cli.context import say

if TYPE_CHECKING:
    from photoorg.library import JournalEntry

PhotosArgument = Annotated[list[Path], typer.Argument(metavar="PHOTO...", show_default=False)]


def edit_dict(entry: "JournalEntry | None") -> dict[str, Any]:
    """The JSON document of an edit; null where everything was like that already."""
    return {"changed": None if entry is None else {"action": entry.action, "photos": len(entry.photo_ids)}}


def say_edit(value: dict[str, Any]) -> None:
    """What was changed, for people."""
    changed = value["changed"]
    if changed is None:
        say("Nothing to change.")
        return
    photos = f": {counted(changed['photos'], 'photo', 'photos')}" if changed["photos"] else ""
    say(f"Done: {changed['action']}{photos}. `photoorg undo` takes it back.")
