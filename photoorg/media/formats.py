"""Which names are worth opening, and which decoders may see an untrusted file. Imports nothing heavy."""

from typing import Final, Literal

Kind = Literal["picture", "video"]

PICTURE_EXTENSIONS: Final = frozenset(
    (
        *(b"jpg", b"jpeg", b"jpe", b"jfif", b"mpo"),
        *(b"png", b"apng", b"webp", b"gif", b"bmp", b"dib", b"tif", b"tiff"),
        *(b"avif", b"heic", b"heif", b"hif"),
        *(b"jp2", b"j2k", b"jpx", b"j2c", b"jpf", b"jpc"),
        *(b"pnm", b"pgm", b"ppm", b"pbm"),
    )
)
VIDEO_EXTENSIONS: Final = frozenset(
    (
        *(b"mp4", b"m4v", b"mov", b"qt", b"3gp", b"3g2", b"avi", b"mkv", b"webm"),
        *(b"mts", b"m2ts", b"wmv", b"mpg", b"mpeg", b"ogv", b"flv"),
    )
)


def kind_of(name: bytes) -> Kind | None:
    """The kind that a file's name promises, by its extension in any case; None where photoorg has no use for it."""
    stem, dot, extension = name.rpartition(b".")
    if not dot or not stem or stem.endswith((b"/", b"\\")):
        return None  # no extension, or a hidden file that is all extension
    extension = extension.lower()
    if extension in PICTURE_EXTENSIONS:
        return "picture"
    return "video" if extension in VIDEO_EXTENSIONS else None
