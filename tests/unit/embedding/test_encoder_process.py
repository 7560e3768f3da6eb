"""The encoder's own process: how it ends, and what its end costs."""

import logging
import multiprocessing
import os
import signal
import subprocess
import sys
import threading

import numpy as np
import psutil
import pytest

from photoorg.embedding import idle
from photoorg.embedding.encoder import open_encoder
from photoorg.embedding.encoder_child import LogLines
from photoorg.embedding.idle import IdleWatch
from photoorg.embedding.process_host import ProcessEncoder, _Child
from photoorg.errors import Cancelled, EncoderLost

DRIVER = """
import sys
from pathlib import Path
import numpy as np
from photoorg.embedding.encoder import open_encoder
from photoorg.embedding.models import resolve
encoder = open_encoder(resolve(sys.argv[1], Path(sys.argv[2])), device="cpu", host="own-process")
encoder.warm_up("image")
print(encoder.pid, "torch" in sys.modules, flush=True)
while True:
    encoder.encode_images(np.zeros((32, 32, 32, 3), np.uint8))
"""


@pytest.fixture
def encoder(vit):
    encoder = open_encoder(vit, device="cpu", host="own-process")
    assert encoder.device == "cpu"  # asking starts the child
    yield encoder
    encoder.close()


def test_nothing_starts_before_the_first_use(vit):
    encoder = open_encoder(vit, device="cpu", host="own-process")
    assert encoder.pid is None
    encoder.close()
    with pytest.raises(Cancelled):
        encoder.encode_texts(["a house"])


def test_closing_does_not_wait_for_a_child_that_is_starting(vit):
    encoder = open_encoder(vit, device="cpu", host="own-process")
    ended = []

    def warm_up():
        try:
            encoder.warm_up("text")
        except Cancelled as error:
            ended.append(error)

    thread = threading.Thread(target=warm_up)
    thread.start()
    while (pid := encoder.pid) is None:
        thread.join(0.01)
    psutil.Process(pid).suspend()  # it would never be ready
    encoder.close()
    thread.join()
    assert ended


def test_a_killed_child_costs_one_call(encoder, vit, noise):
    expected = encoder.encode_images(noise(vit, 2))
    first = encoder.pid
    os.kill(first, signal.SIGKILL)
    with pytest.raises(EncoderLost, match="-9"):
        encoder.encode_images(noise(vit, 2))
    np.testing.assert_array_equal(encoder.encode_images(noise(vit, 2)), expected)
    assert encoder.pid != first
    assert not psutil.pid_exists(first)


def test_killed_in_the_middle_of_a_call(encoder, vit, noise):
    child = psutil.Process(encoder.pid)
    child.suspend()
    errors = []

    def encode():
        try:
            encoder.encode_images(noise(vit, 500))
        except EncoderLost as error:
            errors.append(error)

    thread = threading.Thread(target=encode)
    thread.start()
    child.kill()
    thread.join()
    assert errors


def test_closing_ends_a_running_call_as_cancelled(encoder, vit, noise):
    psutil.Process(encoder.pid).suspend()
    ended = []

    def encode():
        try:
            encoder.encode_images(noise(vit, 500))
        except Cancelled as error:
            ended.append(error)

    thread = threading.Thread(target=encode)
    thread.start()
    pid = encoder.pid
    encoder.close()
    thread.join()
    assert ended
    assert not psutil.pid_exists(pid)


def test_closing_leaves_neither_process_nor_thread(vit):
    threads = threading.active_count()
    encoder = open_encoder(vit, device="cpu", host="own-process")
    encoder.warm_up("text")
    pid = encoder.pid
    encoder.close()
    assert encoder.pid is None
    assert not psutil.pid_exists(pid)
    assert threading.active_count() == threads


def test_it_does_not_hear_ctrl_c(encoder):
    os.kill(encoder.pid, signal.SIGINT)
    encoder.warm_up("image")


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_it_ends_with_its_parent_and_keeps_torch_out_of_it(vit, tmp_path, how):
    command = [sys.executable, "-c", DRIVER, str(vit.folder), str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as parent:
        pid, torch_in_parent = parent.stdout.readline().split()
        child = psutil.Process(int(pid))
        parent.send_signal(how)
        parent.wait(timeout=20)
        assert psutil.wait_procs([child], timeout=20)[1] == []
    assert torch_in_parent == "False"


def test_what_it_logs_goes_to_the_programs_log(vit, monkeypatch, caplog):
    """Its log lines travel with its answers."""
    lines = LogLines()
    logger = logging.getLogger("photoorg.embedding.test")
    logger.addHandler(lines)
    try:
        with caplog.at_level(logging.INFO, "photoorg"):
            logger.info("the %s lacks something", "GPU")
    finally:
        logger.removeHandler(lines)
    ours, theirs = multiprocessing.Pipe()
    child = _Child.__new__(_Child)
    child.pipes = {"text": ours}
    theirs.send(("ok", 7, None, lines.taken()))
    caplog.clear()
    with caplog.at_level(logging.INFO, "photoorg"):
        assert child.receive("text") == 7
    assert [record.getMessage() for record in caplog.records] == ["the GPU lacks something"]
    assert lines.taken() == []
    ours.close()
    theirs.close()


# --- resting --------------------------------------------------------------------------------------------------------


@pytest.fixture
def resting(vit):
    """An encoder that rests when it is told to."""
    encoder = ProcessEncoder(vit, "cpu", idle_s=3600)
    yield encoder
    encoder.close()


def test_it_rests_and_wakes(resting, vit, noise):
    expected = resting.encode_images(noise(vit, 2))
    resting.warm_up("text")
    assert resting.is_awake
    first = resting.pid
    assert resting._rest()
    assert not psutil.pid_exists(first)
    assert not resting.is_awake
    assert (resting.device, resting.precision, resting.batch_size) == ("cpu", "float32", 32)
    assert resting.pid is None  # those facts wake nobody
    np.testing.assert_array_equal(resting.encode_images(noise(vit, 2)), expected)
    assert resting.pid not in (first, None)
    assert resting._rest()  # and so on
    assert resting.pid is None


def test_it_rests_by_itself(vit):
    threads = set(threading.enumerate())
    encoder = ProcessEncoder(vit, "cpu", idle_s=0.2)
    encoder.warm_up("text")
    for thread in set(threading.enumerate()) - threads:  # the one that watches, unless it has ended by now
        thread.join(timeout=60)
    assert encoder.pid is None
    assert set(threading.enumerate()) == threads
    encoder.close()


def test_it_does_not_rest_during_a_call(vit, noise):
    encoder = ProcessEncoder(vit, "cpu", idle_s=3600)
    encoder.warm_up("text")
    child = psutil.Process(encoder.pid)
    child.suspend()
    found = []
    thread = threading.Thread(target=lambda: found.append(encoder.encode_texts(["a dog"])))
    thread.start()
    while not encoder._turns["text"].locked():
        thread.join(0.01)
    assert not encoder._rest()
    child.resume()
    thread.join()
    assert len(found) == 1
    assert encoder._rest()
    assert encoder.pid is None
    encoder.close()


def test_calls_and_rests_crosswise(vit):
    """A call that comes while the process is being ended gets its answer from a new one."""
    encoder = ProcessEncoder(vit, "cpu", idle_s=3600)
    expected = encoder.encode_texts(["a dog"])
    stop, ended = threading.Event(), set()

    def rest_all_the_time():
        while not stop.wait(0.001):
            pid = encoder.pid
            if encoder._rest() and pid:
                ended.add(pid)

    thread = threading.Thread(target=rest_all_the_time)
    thread.start()
    try:
        for _ in range(3000):
            np.testing.assert_array_equal(encoder.encode_texts(["a dog"]), expected)
            if len(ended) >= 3 or stop.wait(0.002):
                break
    finally:
        stop.set()
        thread.join()
        encoder.close()
    assert len(ended) >= 3


@pytest.mark.parametrize("rests", [True, False])
def test_closing_leaves_no_watching_thread(vit, rests):
    threads = threading.active_count()
    encoder = ProcessEncoder(vit, "cpu", idle_s=3600)
    encoder.warm_up("text")
    assert threading.active_count() == threads + 1
    if rests:
        assert encoder._rest()
        assert threading.active_count() == threads
    encoder.close()
    assert threading.active_count() == threads


def test_the_watch_asks_again_when_something_runs():
    answers, ended = [False, True], threading.Event()

    def end():
        if answer := answers.pop(0):
            ended.set()
        return answer

    watch = IdleWatch(0.01, end)
    assert ended.wait(30)
    watch.stop()
    watch.stop()
    assert not answers


class Clock:
    """Stands in for `time`, and for the event that the watch waits for: waiting makes it later, and use is made at times."""

    def __init__(self, uses):
        self.now = 0.0
        self.uses = uses
        self.watch = None

    def monotonic(self):
        return self.now

    def wait(self, seconds):
        end = self.now + seconds
        while self.uses and self.uses[0] <= end:
            self.now = self.uses.pop(0)
            self.watch.used()
        self.now = end
        return False


@pytest.mark.parametrize(("uses", "expected"), [([], 10), ([4], 14), ([4, 13, 21], 31), ([10.5], 10)])
def test_use_puts_the_end_off(monkeypatch, uses, expected):
    clock, ends = Clock(list(uses)), []
    monkeypatch.setattr(idle, "time", clock)
    clock.watch = IdleWatch(10, lambda: ends.append(clock.now) or True)
    clock.watch.stop()  # its thread: from here on it is this one that watches
    clock.watch._stopped = clock
    clock.watch._watch()
    assert ends == [expected]
