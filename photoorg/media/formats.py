"""Which names are worth opening, and which decoders may see an untrusted file. Imports nothing heavy."""

from typing import Final, Literal

Kind = Literal["picture", "video"]

PICTURE_EXTENSIONS: Final = frozenset(
    (
        *(b"jpg", b"jpeg", b"jpe", b"jfif", b"mpo"),
        *(b"png", b"apng", b"webp", b"gif", b"bmp", b"dib", b"tif", b"tiff"),
        *(b"avif", b"heic", b"heif", b"hif", b"jxl"),
        *(b"jp2", b"j2k", b"jpx", b"j2c", b"jpf", b"jpc"),
        *(b"pnm", b"pgm", b"ppm", b"pbm"),
    )
)
# Camera RAW, as LibRaw reads it; TIFF stands above.
RAW_EXTENSIONS: Final = frozenset(
    (
        *(b"3fr", b"arw", b"cr2", b"cr3", b"crw", b"dcr", b"dng", b"erf", b"fff", b"gpr", b"iiq", b"k25", b"kdc"),
        *(b"mef", b"mos", b"mrw", b"nef", b"nrw", b"orf", b"pef", b"raf", b"raw", b"rw2", b"rwl", b"sr2", b"srf"),
        *(b"srw", b"x3f"),
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
    extension = extension_of(name)
    if extension in PICTURE_EXTENSIONS or extension in RAW_EXTENSIONS:
        return "picture"
    return "video" if extension in VIDEO_EXTENSIONS else None


def is_raw(name: bytes) -> bool:
    """Whether a file's name promises a camera RAW."""
    return extension_of(name) in RAW_EXTENSIONS


def extension_of(name: bytes) -> bytes:
    """In lower case, without its dot; empty for a name without one, and for a hidden file that is all extension."""
    stem, dot, extension = name.rpartition(b".")
    return extension.lower() if dot and stem and not stem.endswith((b"/", b"\\")) else b""
