"""What the unit tests of media files draw, for tests of the whole program."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1] / "unit" / "media"))

from media_samples import drawn, encoded, exif_bytes
from raw_samples import dng, jpeg

__all__ = ["dng", "drawn", "encoded", "exif_bytes", "jpeg"]
