import subprocess
import sys

import pytest

from photoorg.media.formats import kind_of


@pytest.mark.parametrize(
    "name", [b"a.jpg", b"A.JPEG", b"\xff\xfe.HeIc", b"x.y.tif", b"a b.webp", b"\xe9.avif", b"s.jp2"]
)
def test_pictures_are_known_by_extension_in_any_case_and_encoding(name):
    assert kind_of(name) == "picture"


@pytest.mark.parametrize("name", [b"a.mp4", b"MVI_1.MOV", b"c.M2TS", b"d.3gp"])
def test_videos_are_known(name):
    assert kind_of(name) == "video"


@pytest.mark.parametrize("name", [b"a", b".jpg", b"folder/.png", b"a.jpg.txt", b"a.xyz", b"a.", b"", b"jpg", b"a.svg"])
def test_other_names_are_of_no_use(name):
    assert kind_of(name) is None


def test_formats_load_nothing_heavy():
    code = (
        "import sys, photoorg.media.formats; print(sorted({'PIL', 'numpy', 'pebble', 'pillow_heif'} & {*sys.modules}))"
    )
    assert subprocess.check_output([sys.executable, "-c", code], text=True).strip() == "[]"
