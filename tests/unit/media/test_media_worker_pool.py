"""Real workers, real crashes, real kills."""

import concurrent.futures
import contextlib
import os
import signal
import struct
import subprocess
import sys
import textwrap
import threading
import zlib
from concurrent.futures import Future
from pathlib import Path

import psutil
import pytest
from media_samples import CLIP, SMALL, drawn, encoded
from pebble import ProcessPool

pytest.importorskip("resource", reason="the faults are those of POSIX")
import decode_faults

from photoorg.errors import DecoderCrashed, DecoderOutOfMemory, DecoderTimeout, FileVanished, NotAPicture
from photoorg.media import worker_pool
from photoorg.media.decode import DecodeLimits, decode_photo
from photoorg.media.worker_pool import DecodePool
from photoorg.spawning import spawn_context

LIMIT = 2**30


def workers_of(process: psutil.Process) -> list[psutil.Process]:
    found = []
    for child in process.children():
        with contextlib.suppress(psutil.Error):
            if "spawn_main" in " ".join(child.cmdline()):
                found.append(child)
    return found


@pytest.fixture(scope="module")
def pool():
    before = {thread.name for thread in threading.enumerate()}
    with DecodePool(2, timeout_s=30, memory_limit_bytes=LIMIT, decode=decode_faults.decode) as pool:
        pool.warm_up()
        assert len(workers_of(psutil.Process())) == 2
        yield pool
    assert workers_of(psutil.Process()) == []
    assert {thread.name for thread in threading.enumerate()} == before


@pytest.fixture
def jpeg(tmp_path) -> bytes:
    (tmp_path / "good.jpg").write_bytes(encoded(drawn(), "JPEG"))
    return os.fsencode(tmp_path / "good.jpg")


def path(folder: Path, name: str) -> bytes:
    return os.fsencode(folder / name)


def test_photos_come_back_as_they_would_in_this_process(pool, jpeg):
    photo, here = pool.submit(jpeg, CLIP).result(), decode_photo(jpeg, CLIP, DecodeLimits())
    assert (photo.content_hash, photo.facts, photo.thumbnails) == (here.content_hash, here.facts, here.thumbnails)
    assert (photo.pixels == here.pixels).all()


def test_errors_come_back_as_they_are(pool, tmp_path):
    (tmp_path / "text.jpg").write_text("hello")
    assert isinstance(pool.submit(path(tmp_path, "text.jpg"), None).exception(), NotAPicture)
    assert isinstance(pool.submit(path(tmp_path, "gone.jpg"), None).exception(), FileVanished)


def test_a_bug_keeps_its_traceback(pool, tmp_path):
    error = pool.submit(path(tmp_path, "bug"), None).exception()
    assert isinstance(error, ZeroDivisionError)
    assert "decode_faults.py" in str(error.__cause__)


def test_workers_are_modest(pool, tmp_path):
    facts = pool.submit(path(tmp_path, "describe"), None).result()
    assert facts["nice"] >= 10
    assert (facts["core"], facts["memory"], facts["threads"]) == ((0, 0), LIMIT, "1")
    assert facts["interrupts blocked"]
    assert facts["loaded"] == []
    assert facts["pid"] != os.getpid()


@pytest.mark.parametrize("name", ["exit", "segfault"])
def test_a_crash_costs_one_file(pool, jpeg, tmp_path, name):
    futures = [pool.submit(jpeg if number != 3 else path(tmp_path, name), SMALL) for number in range(12)]
    errors = [future.exception() for future in futures]
    assert isinstance(errors.pop(3), DecoderCrashed)
    assert errors == [None] * 11


def test_a_file_that_needs_too_much_memory_is_named_as_such(pool, jpeg, tmp_path):
    error = pool.submit(path(tmp_path, "allocate"), None).exception()
    assert isinstance(error, DecoderOutOfMemory)
    assert "limit of 1074 MB" in str(error)
    assert pool.submit(jpeg, None).result()


def test_a_real_picture_can_need_too_much_memory(pool, tmp_path):
    side = 16_000  # a gigabyte of RGB in 3 MB
    header = b"IHDR" + struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    packer = zlib.compressobj(1)
    rows = b"".join(packer.compress(bytes(side * 3 + 1)) for _ in range(side)) + packer.flush()
    chunks = header, b"IDAT" + rows, b"IEND"
    data = b"".join(struct.pack(">I", len(c) - 4) + c + struct.pack(">I", zlib.crc32(c)) for c in chunks)
    (tmp_path / "bomb.png").write_bytes(b"\x89PNG\r\n\x1a\n" + data)
    assert isinstance(pool.submit(path(tmp_path, "bomb.png"), None).exception(), DecoderOutOfMemory)


def test_a_worker_that_was_killed_from_outside_gets_its_file_again(pool, tmp_path):
    assert pool.submit(path(tmp_path, "die once"), None).result() == "second try"


def test_a_pool_without_workers_recovers(pool, jpeg):
    for process in workers_of(psutil.Process()):
        process.kill()  # waiting for them here would take their exit codes away from the pool
    futures = [pool.submit(jpeg, None) for _ in range(8)]
    assert all(future.result() for future in futures)


def test_files_that_pebble_lost_are_done_by_a_new_pool(pool, jpeg, monkeypatch):
    monkeypatch.setattr(pool._pool, "schedule", lambda *_args, **_kwargs: Future())
    lost = pool.submit(jpeg, None)
    while not pool._handed_out:
        concurrent.futures.wait([lost], timeout=0.01)
    monkeypatch.setattr(worker_pool, "_STALL_S", -26)  # seconds of silence, time-out included: 4
    assert lost.result()


def test_a_pool_that_broke_while_idle_recovers(pool, jpeg):
    pool._pool.stop()
    assert pool.submit(jpeg, None).result()


def test_a_pool_that_cannot_work_says_so(pool, jpeg, monkeypatch):
    def refuse(*_args, **_kwargs):
        raise RuntimeError("broken")

    with DecodePool(1) as broken:
        monkeypatch.setattr(broken, "_new_pool", lambda: broken._pool)
        monkeypatch.setattr(broken._pool, "schedule", refuse)
        assert "broken" in str(broken.submit(jpeg, None).exception())


def test_workers_that_do_not_start_are_noticed(capfd):
    with DecodePool(1) as pool:
        pool._pool = ProcessPool(1, initializer=os._exit, initargs=(9,), context=spawn_context())
        with pytest.raises(RuntimeError, match="do not start"):
            pool.warm_up()


def test_a_hanging_decoder_is_stopped(jpeg, tmp_path):
    with DecodePool(1, timeout_s=0.5, decode=decode_faults.decode) as pool:
        hanging, next_one = pool.submit(path(tmp_path, "hang"), None), pool.submit(jpeg, None)
        error = hanging.exception()
        assert isinstance(error, DecoderTimeout)
        assert next_one.result()


def test_where_the_system_has_no_limit_memory_is_watched(jpeg, tmp_path):
    limit = 500_000_000
    with DecodePool(1, memory_limit_bytes=limit, decode=decode_faults.decode, watch_memory=True) as pool:
        growing, next_one = pool.submit(path(tmp_path, "grow"), None), pool.submit(jpeg, None)
        assert isinstance(growing.exception(), DecoderOutOfMemory)
        assert next_one.result()


def test_closing_cancels_and_leaves_nothing(jpeg, tmp_path):
    pool = DecodePool(1, decode=decode_faults.decode)
    futures = [pool.submit(path(tmp_path, "hang"), None), *(pool.submit(jpeg, None) for _ in range(20))]
    futures[-1].cancel()
    pool.close()
    pool.close()
    assert all(future.cancelled() for future in futures)
    with pytest.raises(RuntimeError, match="closed"):
        pool.submit(jpeg, None)
    with pytest.raises(RuntimeError, match="closed"):
        pool.warm_up()


def test_a_pool_that_was_never_used_closes():
    DecodePool(4).close()


# --- as seen from a script, without a guard for __main__ ------------------------------------------------------------

SCRIPT = """
import concurrent.futures, os, sys
sys.path[:0] = {paths!r}
print("running", __name__, flush=True)
import decode_faults
from photoorg.media.worker_pool import DecodePool
from photoorg.spawning import spawn_context
pool = DecodePool(2, decode=decode_faults.decode)
pool.warm_up()
{body}
"""


def script(folder: Path, body: str) -> subprocess.Popen:
    here = Path(__file__).parent
    code = SCRIPT.format(paths=[str(here), str(here.parents[2])], body=textwrap.dedent(body))
    (folder / "script.py").write_text(code)
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    return subprocess.Popen([sys.executable, "script.py"], cwd=folder, start_new_session=True, **pipes)


def started(process: subprocess.Popen, until: str = "ready\n") -> list[psutil.Process]:
    """The script's workers, once it has said so."""
    if until not in iter(process.stdout.readline, ""):
        pytest.fail(process.communicate(timeout=60)[1])
    workers = workers_of(psutil.Process(process.pid))
    assert len(workers) == 2
    return workers


def assert_gone(processes: list[psutil.Process]) -> None:
    _, alive = psutil.wait_procs(processes, timeout=30)
    assert alive == []


def test_a_script_is_not_run_again_by_its_workers_and_may_forget_to_close(tmp_path, jpeg):
    process = script(tmp_path, f"print(pool.submit({jpeg!r}, None).result().facts.width)")
    out, err = process.communicate(timeout=60)
    assert (out, err, process.returncode) == ("running __main__\n300\n", "", 0)


def test_workers_end_when_their_parent_is_killed(tmp_path):
    hanging = path(tmp_path, "hang")
    process = script(tmp_path, f"pool.submit({hanging!r}, None); print('ready', flush=True); sys.stdin.read()")
    workers = started(process)
    process.send_signal(signal.SIGKILL)
    process.communicate(timeout=60)
    assert_gone(workers)


def test_interrupting_prints_nothing_but_the_parents_own_word(tmp_path):
    body = """
    try:
        print("ready", flush=True)
        future = pool.submit(os.fsencode(os.getcwd() + "/hang"), None)
        while not future.done():  # Python can miss a signal just before it waits without a time-out
            concurrent.futures.wait([future], timeout=0.2)
    except KeyboardInterrupt:
        pool.close()
        print("closed", flush=True)
    """
    process = script(tmp_path, body)
    workers = started(process)
    os.killpg(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert (out, err, process.returncode) == ("closed\n", "", 0)
    assert_gone(workers)
