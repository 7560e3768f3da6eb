"""Drawn pictures and the demo library: repeatable, complete, and silent about their content."""

import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest
from PIL import ExifTags, Image

from photoorg.demo.drawing import draw, draw_library, draw_marked
from photoorg.demo.scene import COLOURS, GROUNDS, SUBJECTS, TIMES, WEATHERS, Scene, all_scenes, held_out
from photoorg.demo.searches import SUGGESTED_SEARCHES

SCENE = Scene("day", "clear", "meadow", "house", "red", 2)


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Scene]]:
    folder = tmp_path_factory.mktemp("library")
    return folder, draw_library(folder)


def exif_of(path: Path) -> dict[int, object]:
    with Image.open(path) as image:
        exif = image.getexif()
        return {**exif, **exif.get_ifd(ExifTags.IFD.Exif)}


def size_of(path: Path) -> tuple[int, int]:
    with Image.open(path) as image:
        return image.size


def test_the_same_seed_draws_the_same_picture() -> None:
    assert draw(SCENE, (320, 214), 4).tobytes() == draw(SCENE, (320, 214), 4).tobytes()
    assert draw(SCENE, (320, 214), 4).tobytes() != draw(SCENE, (320, 214), 5).tobytes()


@pytest.mark.parametrize("seed", range(4))
def test_a_marked_picture_is_the_same_and_tells_where_its_subject_is(seed: int) -> None:
    scene = Scene("night", "rain", "city", "cat", "orange", 1)
    picture, change = draw_marked(scene, (640, 427), seed)
    assert picture.tobytes() == draw(scene, (640, 427), seed).tobytes()
    assert change.size == picture.size
    box = change.point([255 * (value > 24) for value in range(256)]).getbbox()
    assert box is not None
    # The eyes are green; the rest of a cat is orange, as nothing else is by night.
    inside = picture.crop(box).resize((1, 1), Image.Resampling.BOX).getpixel((0, 0))
    outside = picture.resize((1, 1), Image.Resampling.BOX).getpixel((0, 0))
    assert isinstance(inside, tuple)
    assert isinstance(outside, tuple)
    assert inside[0] - inside[2] > outside[0] - outside[2] + 30
    assert 0.1 < (box[3] - box[1]) / picture.height < 0.6


@pytest.mark.parametrize("size", [(640, 427), (480, 640), (64, 64), (97, 61), (720, 240)])
def test_pictures_have_the_size_asked_for(size: tuple[int, int]) -> None:
    picture = draw(SCENE, size, 1)
    assert (picture.size, picture.mode) == (size, "RGB")


def test_every_kind_of_scene_can_be_drawn() -> None:
    kinds = {(scene.time, scene.weather, scene.ground): scene for scene in all_scenes()}
    kinds |= {(scene.subject, scene.ground, f"{scene.count}"): scene for scene in all_scenes()}
    assert {draw(scene, (48, 48), 1).size for scene in kinds.values()} == {(48, 48)}


def test_the_library_is_complete_and_partly_unseen(library: tuple[Path, dict[str, Scene]]) -> None:
    folder, record = library
    assert sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.*")) == sorted(record)
    assert len(record) == 240
    assert sum(map(held_out, record.values())) >= 60
    assert {scene.subject for scene in record.values()} == set(SUBJECTS)


def test_shapes_and_folders_vary(library: tuple[Path, dict[str, Scene]]) -> None:
    folder, record = library
    assert len({size_of(folder / path) for path in record}) >= 5
    assert len({Path(path).parent for path in record}) >= 3


def test_every_suggested_search_has_answers(library: tuple[Path, dict[str, Scene]]) -> None:
    for search in SUGGESTED_SEARCHES:
        assert sum(map(search.matches, library[1].values())) >= 8, search.query


def test_names_and_exif_reveal_nothing(library: tuple[Path, dict[str, Scene]]) -> None:
    folder, record = library
    words = {*TIMES, *WEATHERS, *GROUNDS, *SUBJECTS, *COLOURS}
    for path in record:
        told = f"{path} {[value for value in exif_of(folder / path).values() if isinstance(value, str)]}".lower()
        assert not [word for word in words if word in told]


def test_photos_carry_a_camera_and_their_time(library: tuple[Path, dict[str, Scene]]) -> None:
    folder, record = library
    taken = [str(exif_of(folder / path)[ExifTags.Base.DateTimeOriginal]) for path in sorted(record)]
    assert all(earlier <= later for earlier, later in pairwise(taken))
    assert all(time[:4] == path[:4] for time, path in zip(taken, sorted(record), strict=True))
    assert exif_of(folder / next(iter(record)))[ExifTags.Base.Model] == "Demo camera"


def test_a_second_run_draws_only_what_is_missing(tmp_path: Path) -> None:
    record = draw_library(tmp_path, count=6)
    lost, *kept = record
    before = {path: (tmp_path / path).stat().st_mtime_ns for path in kept}
    content = (tmp_path / lost).read_bytes()
    (tmp_path / lost).unlink()
    assert draw_library(tmp_path, count=6) == record
    assert {path: (tmp_path / path).stat().st_mtime_ns for path in kept} == before
    assert (tmp_path / lost).read_bytes() == content


def test_another_seed_replaces_the_pictures(tmp_path: Path) -> None:
    draw_library(tmp_path, count=3, seed=1)
    old = {path.read_bytes() for path in tmp_path.rglob("*.jpg")}
    record = draw_library(tmp_path, count=3, seed=2)
    assert not old & {(tmp_path / path).read_bytes() for path in record}


def test_a_file_that_is_no_picture_is_drawn_again(tmp_path: Path) -> None:
    (path,) = draw_library(tmp_path, count=1)
    (tmp_path / path).write_bytes(b"not a picture")
    draw_library(tmp_path, count=1)
    assert exif_of(tmp_path / path)[ExifTags.Base.Make] == "photoorg"


def test_the_demo_loads_without_heavy_packages() -> None:
    check = "import sys, photoorg.demo.drawing; sys.exit(bool({'torch', 'numpy', 'PySide6'} & set(sys.modules)))"
    subprocess.run([sys.executable, "-c", check], check=True, cwd=Path(__file__).parents[3])
