"""The wanted picture first, late answers dropped, and real files through the real worker."""

import threading
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image
from viewed_photos import COLOURS, encoded, is_near, photo_at, quarters, written

from photoorg.errors import DecoderCrashed, FileVanished, NotAPicture, TruncatedImage
from photoorg.media.rendering import Picture
from photoorg.media.settled_pool import picture_renderer
from photoorg.settings import Settings
from photoorg.ui.job_bridge import JobBridge
from photoorg.ui.picture_loader import PictureLoader


class Source:
    """Gives grey pictures of 100 x 50 or 400 x 200 pixels, when it is allowed to."""

    def __init__(self):
        self.asked = []
        self.errors = {}
        self._may_go = threading.Semaphore(0)
        self.holds = False

    def __call__(self, photo, at_least):
        self.asked.append((photo.id, at_least))
        if self.holds:
            assert self._may_go.acquire(timeout=100)
        if photo.id in self.errors:
            raise self.errors[photo.id]
        width = 100 if at_least is not None and at_least <= 100 else 400
        return Picture(width, width // 2, bytes(width * width // 2 * 3), 400, 200)

    def go_on(self, times=1):
        self._may_go.release(times)


@pytest.fixture
def source():
    return Source()


@pytest.fixture
def bridge(qapp):
    bridge = JobBridge()
    yield bridge
    assert bridge.close()


@pytest.fixture
def loader(bridge, source):
    return PictureLoader(bridge, source)


class Heard:
    def __init__(self, loader):
        self.loaded, self.failed = [], []
        loader.loaded.connect(self.loaded.append)
        loader.failed.connect(lambda photo_id, error: self.failed.append((photo_id, error)))


def photos(count, tmp_path):
    return [photo_at(tmp_path / f"{number}.jpg", number) for number in range(count)]


def test_a_wanted_picture_is_loaded_once(loader, source, qtbot, tmp_path):
    (photo,) = photos(1, tmp_path)
    assert loader.picture(photo) is None
    with qtbot.waitSignal(loader.loaded) as signal:
        assert loader.want(photo, 100)
    assert signal.args == [0]
    loaded = loader.picture(photo)
    assert loaded.pixmaps[0].width() == 100
    assert (loaded.full_size.width(), loaded.full_size.height()) == (400, 200)
    assert not loader.want(photo, 90)
    assert source.asked == [(0, 100)]


def test_more_pixels_are_asked_for_when_they_are_needed(loader, source, qtbot, tmp_path):
    (photo,) = photos(1, tmp_path)
    for at_least, width in ((100, 100), (101, 400)):
        with qtbot.waitSignal(loader.loaded):
            assert loader.want(photo, at_least)
        assert loader.picture(photo).pixmaps[0].width() == width
    assert not loader.want(photo, None)
    assert source.asked == [(0, 100), (0, 101)]


def test_the_newest_wish_comes_first_and_late_answers_are_dropped(loader, source, qtbot, tmp_path):
    source.holds = True
    heard = Heard(loader)
    many = photos(6, tmp_path)
    for photo in many:
        loader.want(photo, None)
    source.go_on(2)
    qtbot.waitUntil(lambda: heard.loaded == [5])
    assert source.asked == [(0, None), (5, None)]
    assert [photo.id for photo in many if loader.picture(photo)] == [5]


def test_neighbours_are_loaded_when_nothing_else_is_to_be_done(loader, source, qtbot, tmp_path):
    heard = Heard(loader)
    many = photos(4, tmp_path)
    loader.want(many[1], None)
    loader.prefetch([(many[2], 100), (many[0], 100)])
    qtbot.waitUntil(lambda: loader.picture(many[0]) is not None)
    assert source.asked == [(1, None), (2, 100), (0, 100)]
    assert heard.loaded == [1]
    assert not loader.want(many[2], 100)


def test_a_wish_goes_before_the_neighbours_and_is_told_if_it_is_one(loader, source, qtbot, tmp_path):
    source.holds = True
    heard = Heard(loader)
    many = photos(4, tmp_path)
    loader.prefetch([(many[0], 100), (many[1], 100), (many[2], 100)])
    qtbot.waitUntil(lambda: source.asked == [(0, 100)])
    loader.want(many[0], 100)
    source.go_on()
    qtbot.waitUntil(lambda: heard.loaded == [0])
    loader.want(many[3], 100)
    source.go_on(3)
    qtbot.waitUntil(lambda: loader.picture(many[2]) is not None)
    assert source.asked == [(0, 100), (1, 100), (3, 100), (2, 100)]
    assert heard.loaded == [0, 3]


def test_errors_are_told_for_the_wanted_photo_only(loader, source, qtbot, tmp_path):
    heard = Heard(loader)
    many = photos(3, tmp_path)
    source.errors = {0: TruncatedImage(), 1: FileVanished()}
    loader.prefetch([(many[0], 100), (many[2], 100)])
    qtbot.waitUntil(lambda: loader.picture(many[2]) is not None)
    assert heard.failed == []
    loader.want(many[1], 100)
    qtbot.waitUntil(lambda: heard.failed == [(1, source.errors[1])])
    loader.want(many[0], 100)
    qtbot.waitUntil(lambda: heard.failed[1:] == [(0, source.errors[0])])


def test_a_bug_is_told_and_keeps_its_traceback(loader, source, qtbot, tmp_path):
    heard = Heard(loader)
    source.errors = {0: ZeroDivisionError()}
    with qtbot.captureExceptions() as exceptions:
        loader.want(photos(1, tmp_path)[0], None)
        qtbot.waitUntil(lambda: len(heard.failed) == 1 and len(exceptions) == 1)
    assert exceptions[0][0] is ZeroDivisionError


def test_a_changed_picture_is_loaded_anew(loader, source, qtbot, tmp_path):
    (photo,) = photos(1, tmp_path)
    with qtbot.waitSignal(loader.loaded):
        loader.want(photo, None)
    changed = replace(photo, picture_key=b"another")
    assert loader.picture(changed) is None
    with qtbot.waitSignal(loader.loaded):
        assert loader.want(changed, None)


def test_the_cache_is_bounded_and_keeps_what_is_looked_at(bridge, source, qtbot, tmp_path):
    loader = PictureLoader(bridge, source, cache_bytes=400 * 200 * 4 * 2)
    many = photos(5, tmp_path)
    with qtbot.waitSignal(loader.loaded):
        loader.want(many[0], None)
    loader.prefetch([(photo, None) for photo in many[1:]])
    qtbot.waitUntil(lambda: len(source.asked) == 5 and loader.picture(many[4]) is not None)
    assert [photo.id for photo in many if loader.picture(photo)] == [0, 4]
    loader.release()
    assert not any(loader.picture(photo) for photo in many)


def test_what_was_released_does_not_come_back(loader, source, qtbot, tmp_path):
    source.holds = True
    heard = Heard(loader)
    first, second = photos(2, tmp_path)
    loader.want(first, None)
    qtbot.waitUntil(lambda: len(source.asked) == 1)
    loader.release()
    loader.want(second, None)
    source.go_on(2)
    qtbot.waitUntil(lambda: heard.loaded == [1])
    assert loader.picture(first) is None


def test_closing_the_bridge_in_the_middle_tells_nothing_more(qapp, source, qtbot, tmp_path):
    bridge = JobBridge()
    loader = PictureLoader(bridge, source)
    source.holds = True
    heard = Heard(loader)
    first, second = photos(2, tmp_path)
    loader.want(first, None)
    loader.prefetch([(second, 100)])
    qtbot.waitUntil(lambda: len(source.asked) == 1)
    source.go_on()
    assert bridge.close()
    qapp.processEvents()
    assert (heard.loaded, heard.failed, source.asked) == ([], [], [(0, None)])


# --- real files through the real worker -----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def renderer():
    with picture_renderer(Settings()) as renderer:
        renderer.warm_up()
        yield renderer


@pytest.fixture
def real(bridge, renderer):
    return PictureLoader(bridge, lambda photo, at_least: renderer.render(photo.path, at_least))


def exif(orientation):
    tags = Image.Exif()
    tags[0x0112] = orientation
    return tags


def real_pictures():
    image = quarters()
    clear = image.convert("RGBA")
    clear.paste((0, 0, 0, 0), (0, 0, 20, 200))
    grey16 = Image.fromarray(np.full((200, 400), 32768, np.uint16))
    lying = image.transpose(Image.Transpose.ROTATE_90)
    yield "JPEG", encoded(image, "JPEG", quality=95), COLOURS
    yield "lying JPEG", encoded(lying, "JPEG", quality=95, exif=exif(6)), COLOURS
    yield "alpha", encoded(clear, "PNG"), COLOURS
    yield "CMYK", encoded(image.convert("CMYK"), "JPEG", quality=95), COLOURS
    yield "16 bit", encoded(grey16, "PNG"), [(128, 128, 128)] * 4


@pytest.mark.parametrize(("data", "colours"), [pytest.param(*one[1:], id=one[0]) for one in real_pictures()])
def test_real_pictures_are_upright_and_have_their_colours(real, qtbot, tmp_path, data, colours):
    photo = written(tmp_path / "x", data)
    with qtbot.waitSignal(real.loaded):
        real.want(photo, None)
    image = real.picture(photo).pixmaps[0].toImage()
    assert (image.width(), image.height()) == (400, 200)
    for (x, y), colour in zip(((100, 50), (300, 50), (100, 150), (300, 150)), colours, strict=True):
        assert is_near(image.pixelColor(x, y), colour)


def test_large_pictures_have_smaller_copies(real, qtbot, tmp_path):
    photo = written(tmp_path / "x.jpg", encoded(quarters(4000, 2000), "JPEG"))
    with qtbot.waitSignal(real.loaded):
        real.want(photo, None)
    assert [pixmap.width() for pixmap in real.picture(photo).pixmaps] == [4000, 2000, 1000]
    assert is_near(real.picture(photo).pixmaps[2].toImage().pixelColor(800, 100), COLOURS[1])


def test_real_errors_arrive_as_they_are(real, qtbot, tmp_path):
    whole = encoded(quarters(), "JPEG")
    for number, (data, error) in enumerate(((whole[: len(whole) // 2], TruncatedImage), (b"text", NotAPicture))):
        with qtbot.waitSignal(real.failed) as signal:
            real.want(written(tmp_path / "x.jpg", data, number), None)
        assert isinstance(signal.args[1], error)
    with qtbot.waitSignal(real.failed) as signal:
        real.want(photo_at(tmp_path / "gone.jpg", 9), None)
    assert isinstance(signal.args[1], FileVanished)


def test_a_renderer_that_ends_under_way_leaves_nothing_waiting(qapp, qtbot, tmp_path):
    renderer = picture_renderer(Settings())
    bridge = JobBridge()
    loader = PictureLoader(bridge, lambda photo, at_least: renderer.render(photo.path, at_least))
    heard = Heard(loader)
    loader.want(written(tmp_path / "x.png", encoded(quarters(5000, 5000), "PNG")), None)
    renderer.close()
    assert bridge.close()
    qapp.processEvents()
    assert heard.loaded == []
    assert not any(isinstance(error, DecoderCrashed) for _, error in heard.failed)
