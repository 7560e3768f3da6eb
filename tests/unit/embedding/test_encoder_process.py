"""The encoder's own process: how it ends, and what its end costs."""

import os
import signal
import subprocess
import sys
import threading

import numpy as np
import psutil
import pytest

from photoorg.embedding.encoder import open_encoder
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
