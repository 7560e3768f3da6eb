"""Errors of tags, albums and saved searches."""

from typing import ClassVar

from photoorg.errors import PhotoorgError


class NameEmpty(PhotoorgError):
    """A tag or album needs a name that can be seen."""

    code: ClassVar[str] = "name-empty"
    message: ClassVar[str] = "A name needs at least one letter or sign that can be seen."


class NameTooLong(PhotoorgError):
    """A name, or the text of a saved search, has too many characters."""

    code: ClassVar[str] = "name-too-long"
    message: ClassVar[str] = "The text “{start}…” is longer than {most} characters."
    hint: ClassVar[str] = "Shorten it."


class NameTaken(PhotoorgError):
    """Two albums, or two tags, cannot have one name; small and capital letters are the same."""

    code: ClassVar[str] = "name-taken"
    message: ClassVar[str] = "There is one named “{name}” already."
    hint: ClassVar[str] = "Choose another name, or delete or rename that one first."


class AlbumUnknown(PhotoorgError):
    """No such album."""

    code: ClassVar[str] = "album-unknown"
    message: ClassVar[str] = "There is no album “{album}”."
    hint: ClassVar[str] = "`photoorg album list` shows the albums."


class TagUnknown(PhotoorgError):
    """No such tag."""

    code: ClassVar[str] = "tag-unknown"
    message: ClassVar[str] = "There is no tag “{tag}”."
    hint: ClassVar[str] = "`photoorg tag list` shows the tags."


class AlbumFillsItself(PhotoorgError):
    """Photos are put by hand into a saved search, or taken out of it."""

    code: ClassVar[str] = "album-fills-itself"
    message: ClassVar[str] = "The album “{album}” is a saved search: it fills itself."
    hint: ClassVar[str] = "Change its search, or put the photos into an album of your own."


class SavedSearchBroken(PhotoorgError):
    """A saved search that cannot be answered: of an older program, or like a photo that is gone. Told beside results."""

    code: ClassVar[str] = "saved-search-broken"
    message: ClassVar[str] = "The saved search “{album}” finds nothing any more: {detail}"
    hint: ClassVar[str] = "Change what it searches for, or delete it."


class AlbumIsHandPicked(PhotoorgError):
    """The search of an album is changed that has none."""

    code: ClassVar[str] = "album-hand-picked"
    message: ClassVar[str] = "The album “{album}” is hand-picked: it has no search that could be changed."
    hint: ClassVar[str] = "Save the search under another name."
