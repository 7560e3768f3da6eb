"""Libraries of other programs: folders that look like one file, whose inside is nobody else's business."""

import os

# Their programs keep several versions of each photo in them, under names of their own, and move them about.
_ENDINGS = (
    *(b".photoslibrary", b".photolibrary", b".migratedphotolibrary", b".aplibrary", b".migratedaplibrary"),  # Apple
    *(b".imovielibrary", b".fcpbundle", b".theater", b".tvlibrary", b".musiclibrary"),
    *(b".lrlibrary", b".lrdata", b".lrcat-data"),  # Lightroom
    *(b".cocatalog",),  # Capture One
)


def is_package(path: bytes) -> bool:
    """Whether a folder is such a library, by the ending of its name."""
    return os.path.basename(path.rstrip(os.sep.encode())).lower().endswith(_ENDINGS)
