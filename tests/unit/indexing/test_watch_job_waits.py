"""The watch job while it may not read: paused, no spare time; and rules that change meanwhile."""

import threading
from dataclasses import replace
from itertools import count

import pytest
from indexed_library import IndexedLibrary, context
from pictures import write_jpeg
from running_job import Running, embedded

from photoorg.indexing import equipment, reading
from photoorg.indexing.indexer import IndexWhenFree
from photoorg.indexing.spare_time import NOT_IDLE, ON_BATTERY, PAUSED, Computer, SpareTime
from photoorg.indexing.watch_job import WATCHING

pytestmark = pytest.mark.usefixtures("_shared_decoder")


def test_paused_nothing_is_read_but_moves_and_deletions_are_taken_up(running):
    library = running.library
    library.catalog.settings.set_paused(paused=True)
    running.until(lambda: running.says(PAUSED))
    encoded = library.encoder.encoded_images
    library.picture("c.jpg")
    (library.photos / "a.jpg").rename(library.photos / "moved.jpg")
    (library.photos / "b.jpg").unlink()
    running.until_shown("moved.jpg")
    assert library.encoder.encoded_images == encoded
    library.catalog.settings.set_paused(paused=False)
    running.until_shown("moved.jpg", "c.jpg")
    running.until(lambda: running.says(WATCHING))


def test_one_that_was_paused_before_it_starts_reads_nothing_and_is_not_ready(two, warm_pool, monkeypatch):
    two.catalog.settings.set_paused(paused=True)
    with monkeypatch.context() as patch:
        patch.setattr(two.encoder, "warm_up", lambda _: pytest.fail("loaded the model"))
        patch.setattr(warm_pool, "submit", lambda *_: pytest.fail("decoded a file"))
        with Running(two) as job:
            job.until(lambda: job.says(PAUSED))
    assert not job.ready.is_set()
    with Running(two) as job:  # as after a restart
        job.until(lambda: job.says(PAUSED))
        two.catalog.settings.set_paused(paused=False)
        job.until_ready()
        job.until_shown("a.jpg", "b.jpg")


def pause_while_encoding(library):
    """The first batch pauses; each takes longer than the question whether it goes on waits."""
    encode, never = library.encoder.encode_images, threading.Event()

    def encode_images(pixels):
        if not library.encoder.encoded_images:
            library.catalog.settings.set_paused(paused=True)
            never.wait(0.3)
        return encode(pixels)

    library.encoder.encode_images = encode_images


def test_pausing_in_the_middle_of_reading_and_going_on(two):
    for n in range(60):
        two.picture(f"{n:02}.jpg", seed=n)
    pause_while_encoding(two)
    with Running(two) as job:
        job.until(lambda: job.texts.count(PAUSED) > 2)
        assert len(two.shown()) < 30
        (two.photos / "00.jpg").unlink()
        two.picture("new.jpg")
        two.catalog.settings.set_paused(paused=False)
        job.until(lambda: len(two.shown()) == 62)
        assert "photos/00.jpg" not in two.shown()


def test_a_pause_tells_how_much_waits_to_be_embedded(two, monkeypatch):
    monkeypatch.setattr(reading, "SHOWN_FIRST_FROM", 10)
    for n in range(10):
        two.picture(f"{n:02}.jpg", seed=n)
    pause_while_encoding(two)
    with Running(two) as job:
        job.until(lambda: PAUSED in job.texts)
        assert job.left[job.texts.index(PAUSED)] == 12 - two.encoder.batch_size


@pytest.mark.parametrize("moment", ["before", "while reading"])
def test_what_another_program_asks_for_is_indexed_in_spite_of_the_pause(two, tmp_path, moment):
    for n in range(30):
        two.picture(f"{n:02}.jpg", seed=n)
    if moment == "before":
        two.catalog.settings.set_paused(paused=True)
    else:
        pause_while_encoding(two)
    with Running(two) as job, IndexedLibrary(tmp_path) as other:
        job.until(lambda: PAUSED in job.texts)
        wanted = other.root / "wanted"
        write_jpeg(wanted / "w.jpg", 99)
        report = IndexWhenFree(other.tools(other.encoder), [other.watch(wanted)]).run(context())
        assert report.photos == 1
        assert "wanted/w.jpg" in two.shown()
        assert len(two.shown()) < 33
        two.catalog.settings.set_paused(paused=False)
        job.until(lambda: len(two.shown()) == 33)
        assert embedded(two, two.encoder.model) == 33


def test_it_says_what_it_waits_for_and_works_in_spare_time(two):
    battery, untouched = [True], [0.0]
    computer = Computer(lambda: battery[0], lambda: untouched[0], lambda: 0.0)
    job = Running(two, spare_time=SpareTime(lambda: computer, count(0, 100).__next__))
    job.settings = replace(job.settings, only_when_idle=True, not_on_battery=True)
    with job:
        job.until(lambda: job.says(ON_BATTERY))
        battery[0] = False
        job.until(lambda: job.says(NOT_IDLE))
        assert not two.shown()
        untouched[0] = 1e6
        job.until_shown("a.jpg", "b.jpg")
        job.until(lambda: job.says(WATCHING))
        untouched[0] = 0.0
        two.picture("c.jpg")
        job.until(lambda: job.says(NOT_IDLE))
        job.settings = replace(job.settings, only_when_idle=False)  # in the window, say
        job.until_shown("a.jpg", "b.jpg", "c.jpg")


@pytest.mark.parametrize("name", [".nomedia", ".photoorgignore"])
def test_rules_that_come_and_go_are_heeded_at_once(two, name):
    two.picture("x/y/c.jpg")
    with Running(two) as job:
        job.until_ready()
        before = two.shown()
        (two.photos / "x" / name).write_text("y/", encoding="utf-8")
        job.until_shown("a.jpg", "b.jpg")
        two.picture("x/y/d.jpg", seed=50)
        (two.photos / "x" / name).unlink()
        job.until_shown("a.jpg", "b.jpg", "x/y/c.jpg", "x/y/d.jpg")
        two.picture("x/y/e.jpg", seed=51)  # the folder is watched again
        job.until(lambda: "photos/x/y/e.jpg" in two.shown())
        assert before.items() <= two.shown().items()


def test_a_rule_file_that_is_rewritten_or_renamed_in_the_watch_folder_itself(running):
    library = running.library
    rules = library.photos / ".photoorgignore"
    rules.write_text("a.jpg", encoding="utf-8")
    running.until_shown("b.jpg")
    rules.write_text("b.jpg", encoding="utf-8")
    running.until_shown("a.jpg")
    rules.rename(library.photos / "old-rules")
    running.until_shown("a.jpg", "b.jpg")


def test_patterns_of_the_settings_that_change_are_heeded(running):
    library = running.library
    library.picture("cache/c.jpg")
    running.until(lambda: "photos/cache/c.jpg" in library.shown())
    running.settings = replace(running.settings, ignore=("cache/", "a.*"))
    running.until_shown("b.jpg")
    running.settings = replace(running.settings, ignore=())
    running.until_shown("a.jpg", "b.jpg", "cache/c.jpg")
    library.picture("cache/d.jpg")
    running.until(lambda: "photos/cache/d.jpg" in library.shown())


def test_another_number_of_cores_means_other_workers(two, monkeypatch, warm_pool):
    numbers = []
    monkeypatch.setattr(equipment, "decode_pool", lambda settings: (numbers.append(settings.max_cores), warm_pool)[1])
    with Running(two) as job:
        job.until_ready()
        job.settings = replace(job.settings, max_cores=1)
        two.picture("c.jpg")
        job.until(lambda: "photos/c.jpg" in two.shown())
        two.picture("d.jpg")
        job.until(lambda: "photos/d.jpg" in two.shown())
    assert numbers in ([0, 1], [1])
