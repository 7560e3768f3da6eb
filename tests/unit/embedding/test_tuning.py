"""What runs fastest: found by trying, within bounds, and remembered."""

import json

import pytest

from photoorg.embedding.tuning import Choices, Tuning, choices_for, measure, remember, remembered

CPU = Choices(("bfloat16", "float32"), (8, 16, 32), (4,), (2,))


class Machine:
    """Pretends to run images, on a clock of its own."""

    def __init__(self, rate, setup_s=0.0):
        self.now = 0.0
        self.tried = []
        self._rate = rate
        self._setup_s = setup_s

    def clock(self):
        return self.now

    def trial(self, tuning):
        self.tried.append(tuning)
        rate = self._rate(tuning)
        self.now += self._setup_s + (tuning.batch_size / rate if rate else 0.0)
        return rate


def measured(rate, choices=CPU):
    machine = Machine(rate)
    return measure(machine.trial, choices, machine.clock), machine


def test_the_fastest_of_all_is_found():
    def rate(tuning):
        speed = {"bfloat16": 30, "float32": 60}[tuning.precision]
        return speed * {4: 1.0, 2: 1.3}[tuning.threads] * {1: 0.8, 8: 1.0, 16: 1.2, 32: 1.4}[tuning.batch_size]

    assert measured(rate)[0] == Tuning("float32", 32, 2)


def test_fewer_threads_must_win_clearly():
    def rate(gain):
        return lambda tuning: 30 * (gain if tuning.threads == 2 else 1)

    assert measured(rate(1.2))[0].threads == 4
    assert measured(rate(1.3))[0].threads == 2


def test_as_many_threads_as_torch_takes_need_not_win_clearly():
    choices = choices_for("cpu", ("float32",), 16, 12)
    gains = {16: 1.0, 12: 1.1, 8: 1.2}
    assert measured(lambda tuning: 30 * gains[tuning.threads], choices)[0].threads == 12
    gains[8] = 1.5
    assert measured(lambda tuning: 30 * gains[tuning.threads], choices)[0].threads == 8


def test_a_larger_batch_must_be_worth_it():
    found, machine = measured(lambda tuning: 30 + 0.01 * tuning.batch_size)
    assert found == Tuning("bfloat16", 8, 4)
    assert max(tried.batch_size for tried in machine.tried) == 16


def test_a_slow_spell_does_not_decide():
    spells = {3, 8}  # the first try of one precision, and a later one of the other

    def rate(tuning):
        return (30 if tuning.precision == "bfloat16" else 20) * (0.6 if len(machine.tried) in spells else 1)

    machine = Machine(rate)
    assert measure(machine.trial, CPU, machine.clock).precision == "bfloat16"


def test_what_is_hopeless_is_tried_once():
    _, machine = measured(lambda tuning: 40 if tuning.precision == "bfloat16" else 4)
    assert [tried.precision for tried in machine.tried].count("float32") == 1


@pytest.mark.parametrize("rate", [50, 5, 1, 0.3, 0.05])
def test_it_takes_seconds_whatever_the_model(rate):
    found, machine = measured(lambda _: rate)
    assert found == Tuning("bfloat16", 8, 4)
    assert machine.now <= max(20, 1 / rate)  # a single image may take longer than all that


def test_what_has_no_memory_is_not_chosen():
    found, _ = measured(lambda tuning: 0 if tuning.precision == "bfloat16" or tuning.batch_size > 16 else 20)
    assert found == Tuning("float32", 8, 4)


def test_nothing_runs():
    assert measured(lambda _: 0)[0] is None


def test_a_gpu_is_filled_until_it_is_full_or_no_faster():
    rates = {1: 300, 32: 5000, 64: 8000, 128: 10000, 256: 10100, 512: 10200}
    choices = choices_for("cuda", ("float16", "float32"), 8, 4)
    found, machine = measured(lambda tuning: rates[tuning.batch_size], choices)
    assert found == Tuning("float16", 128, 8)
    assert max(tried.batch_size for tried in machine.tried) == 256
    found, _ = measured(lambda tuning: rates[tuning.batch_size] if tuning.batch_size <= 64 else 0, choices)
    assert found == Tuning("float16", 64, 8)


@pytest.mark.parametrize(
    ("allowed", "usual", "equals", "fewer"),
    [(1, 1, (1,), ()), (2, 2, (2,), (1,)), (16, 8, (16, 8), ()), (16, 12, (16, 12), (8,)), (4, 12, (4,), (2,))],
)
def test_never_more_threads_than_allowed(allowed, usual, equals, fewer):
    choices = choices_for("cpu", ("float32",), allowed, usual)
    assert (choices.threads, choices.fewer_threads) == (equals, fewer)


def test_it_is_remembered_for_one_machine_and_one_model(tmp_path):
    file = tmp_path / "models" / "tuning.json"
    first, second = Tuning("bfloat16", 16, 2), Tuning("float32", 8, 1)
    assert remembered(file, "a machine", "f1") is None
    remember(file, "a machine", "f1", first)
    remember(file, "a machine", "f2", second)
    assert remembered(file, "a machine", "f1") == first
    assert remembered(file, "a machine", "f2") == second
    assert remembered(file, "another machine", "f1") is None
    assert [path.name for path in file.parent.iterdir()] == ["tuning.json"]


@pytest.mark.parametrize("content", [b"", b"{", b"[1]", b"\xff\xfe", b"null", b'{"a": 1}', b"[" * 100_000])
def test_a_damaged_file_means_measuring_again(tmp_path, content):
    file = tmp_path / "tuning.json"
    file.write_bytes(content)
    assert remembered(file, "a machine", "f1") is None
    remember(file, "a machine", "f1", Tuning("float32", 8, 1))
    assert remembered(file, "a machine", "f1") == Tuning("float32", 8, 1)


@pytest.mark.parametrize(
    "entry",
    [
        None,
        [],
        {"precision": "float32"},
        {"precision": "float32", "batch_size": 0, "threads": 1},
        {"precision": "float32", "batch_size": "8", "threads": 1},
        {"precision": 7, "batch_size": 8, "threads": 1},
        {"precision": "float32", "batch_size": 8, "threads": 1, "more": 1},
    ],
)
def test_an_entry_that_makes_no_sense(tmp_path, entry):
    file = tmp_path / "tuning.json"
    remember(file, "a machine", "f1", Tuning("float32", 8, 1))
    (key,) = json.loads(file.read_text())
    file.write_text(json.dumps({key: entry}))
    assert remembered(file, "a machine", "f1") is None


def test_a_file_that_cannot_be_written_is_no_trouble(tmp_path):
    (tmp_path / "tuning.json").mkdir()
    remember(tmp_path / "tuning.json", "a machine", "f1", Tuning("float32", 8, 1))
    assert remembered(tmp_path / "tuning.json", "a machine", "f1") is None
    assert [path.name for path in tmp_path.iterdir()] == ["tuning.json"]
