"""What only the encoder in this process shows: steps, memory, threads, and what runs fastest."""

import logging
import threading
import warnings

import numpy as np
import pytest
import torch

from photoorg.embedding import batches, in_process, trials
from photoorg.embedding import device as devices
from photoorg.embedding.in_process import InProcessEncoder
from photoorg.embedding.models import resolve
from photoorg.embedding.tuning import Tuning
from photoorg.errors import Cancelled, EncoderLost


class Tower(torch.nn.Module):
    """Has memory for a few images only, as a GPU would."""

    def __init__(self, limit):
        super().__init__()
        self.limit = limit
        self.sizes = []

    def forward(self, images):
        self.sizes.append(len(images))
        if len(images) > self.limit:
            raise torch.OutOfMemoryError("CUDA out of memory")
        return images.flatten(1)[:, :48] + 10


@pytest.fixture
def encoder(vit):
    encoder = InProcessEncoder(vit, "cpu")
    yield encoder
    encoder.close()


def test_out_of_memory_halves_the_batch(encoder, vit, noise):
    tower = encoder._towers["image"] = Tower(limit=9)
    vectors = encoder.encode_images(noise(vit, 40))
    assert tower.sizes == [32, 16, 8, 8, 8, 8, 8]
    assert encoder.batch_size == 8
    assert np.isfinite(vectors).all()
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-6)


@pytest.fixture
def many_steps(monkeypatch):
    """Several steps under way before anything waits for them, as on a GPU."""
    monkeypatch.setattr(batches, "_STEPS_UNDER_WAY", {"cpu": 4})


def test_several_steps_are_under_way(encoder, vit, noise, many_steps):
    pixels = noise(vit, 150)
    assert encoder.batch_size == 4 * 32
    together = encoder.encode_images(pixels)
    apart = np.concatenate([encoder.encode_images(pixels[start : start + 32]) for start in range(0, 150, 32)])
    np.testing.assert_allclose(together, apart, atol=1e-6)


def test_out_of_memory_that_shows_late(encoder, vit, noise, many_steps, monkeypatch):
    """A GPU runs behind: what went wrong in the first step may be told when the results are fetched."""
    pixels = noise(vit, 100)
    expected = encoder.encode_images(pixels)
    fetch, sizes = batches.run_steps, []

    def late(model, part, size, compute):
        vectors = fetch(model, part, size, compute)
        sizes.append(size)
        if size > 8:
            raise RuntimeError("MPS backend out of memory (MPS allocated: 8.00 GB)")
        return vectors

    monkeypatch.setattr(batches, "run_steps", late)
    np.testing.assert_allclose(encoder.encode_images(pixels), expected, atol=1e-6)
    assert sizes == [32, 16, 8, 8, 8, 8]


def test_no_memory_for_a_single_image(encoder, vit, noise):
    encoder._towers["image"] = Tower(limit=0)
    with pytest.raises(EncoderLost, match="out of memory"):
        encoder.encode_images(noise(vit, 3))


@pytest.mark.parametrize(
    "message",
    [
        "[enforce fail at alloc_cpu.cpp:127] err == 0. DefaultCPUAllocator: can't allocate memory: you tried to allocate",
        "[enforce fail at alloc_cpu.cpp:121] data. DefaultCPUAllocator: not enough memory: you tried to allocate",
        "CUDA out of memory. Tried to allocate 2.00 GiB",
        "std::bad_alloc: Out of Memory",
    ],
)
def test_out_of_memory_by_its_text(message):
    assert batches.is_out_of_memory(RuntimeError(message))
    assert not batches.is_out_of_memory(RuntimeError("shapes do not match in memory format"))


def test_torch_without_memory_on_a_cpu():
    with pytest.raises(RuntimeError) as caught:
        torch.empty(10**15)
    assert batches.is_out_of_memory(caught.value)


@pytest.mark.parametrize("error", [RuntimeError("DefaultCPUAllocator: can't allocate memory"), MemoryError()])
def test_a_cpu_without_memory_gets_smaller_steps(encoder, vit, noise, error):
    class Full(Tower):
        def forward(self, images):
            self.sizes.append(len(images))
            if len(images) > self.limit:
                raise error
            return images.flatten(1)[:, :48] + 10

    tower = encoder._towers["image"] = Full(limit=16)
    encoder.encode_images(noise(vit, 32))
    assert tower.sizes == [32, 16, 16]


@pytest.mark.parametrize(
    "error",
    [torch.OutOfMemoryError("CUDA out of memory\nand more"), torch.AcceleratorError("CUDA error: out of memory")],
)
@pytest.mark.parametrize("tower", ["image", "text"])
def test_no_memory_for_the_weights(encoder, vit, monkeypatch, tower, error):
    def full(*_arguments):
        raise error

    with monkeypatch.context() as patch:
        patch.setattr("photoorg.embedding.loading.load_tower", full)
        with pytest.raises(EncoderLost, match="out of memory"):
            encoder.warm_up(tower)
    encoder.warm_up(tower)  # once there is some


def test_a_lost_device(encoder, vit, noise):
    def lost(_images):
        raise torch.AcceleratorError("CUDA error: an illegal memory access was encountered\nand more")

    encoder._towers["image"] = lost
    with pytest.raises(EncoderLost, match="illegal memory access"):
        encoder.encode_images(noise(vit, 3))


def test_a_bug_stays_a_bug(encoder, vit, noise):
    def wrong(_images):
        raise RuntimeError("shapes do not match")

    encoder._towers["image"] = wrong
    with pytest.raises(RuntimeError, match="shapes"):
        encoder.encode_images(noise(vit, 3))


def test_a_search_does_not_load_the_image_tower(encoder):
    encoder.encode_texts(["a dog"])
    assert list(encoder._towers) == ["text"]


def test_bfloat16_points_the_same_way(vit, noise, monkeypatch):
    exact = InProcessEncoder(vit, "cpu")
    monkeypatch.setattr("photoorg.embedding.in_process.model_precision", lambda _model, _device: "bfloat16")
    low = InProcessEncoder(vit, "cpu")
    pixels, texts = noise(vit, 8), ["a dog", "a cat on a sofa"]
    assert (low.encode_images(pixels) * exact.encode_images(pixels)).sum(1).min() > 0.999
    assert (low.encode_texts(texts) * exact.encode_texts(texts)).sum(1).min() > 0.999
    assert low.encode_texts(texts).dtype == np.float32


# --- what runs fastest ----------------------------------------------------------------------------------------------


@pytest.fixture
def rates(monkeypatch):
    """Lets the tiny model be measured, at rates of our own; what was tried is collected in `rates.tried`."""

    class Rates(dict):
        tried: list[Tuning] = []  # noqa: RUF012

        def of(self, trial, tuning):
            real_rate(trial, tuning)
            self.tried.append(tuning)
            return self[tuning.precision] * (1 + tuning.threads / 100)

    rates, real_rate = Rates(float32=100.0, bfloat16=300.0), trials.Trials.rate
    monkeypatch.setattr(devices, "_SMALL_WEIGHTS_BYTES", 0)
    monkeypatch.setattr(trials.Trials, "rate", lambda *arguments: rates.of(*arguments))  # noqa: PLW0108 - tests change it
    rates.tried.clear()
    threads = torch.get_num_threads()
    yield rates
    torch.set_num_threads(threads)


def test_it_is_measured_once_and_remembered(vit, noise, rates, tmp_path):
    file = tmp_path / "tuning.json"
    first = InProcessEncoder(vit, "cpu", 2, file)
    first.encode_images(noise(vit, 7))
    assert not rates.tried  # not worth it
    first.encode_images(noise(vit, 8))
    assert first.tuning == Tuning("bfloat16", 8, 2)
    assert {tried.precision for tried in rates.tried} == {"bfloat16", "float32"}
    count = len(rates.tried)
    first.encode_images(noise(vit, 40))
    again = InProcessEncoder(vit, "cpu", 2, file)
    assert (again.precision, again.batch_size) == ("bfloat16", 8)
    again.encode_images(noise(vit, 40))
    assert len(rates.tried) == count


def test_float32_where_it_is_faster(vit, noise, rates, tmp_path):
    rates["bfloat16"] = 50.0
    encoder = InProcessEncoder(vit, "cpu", 1, tmp_path / "tuning.json")
    encoder.encode_images(noise(vit, 8))
    assert encoder.tuning == Tuning("float32", 8, 1)
    assert next(encoder._towers["image"].parameters()).dtype == torch.float32
    assert torch.get_num_threads() == 1


def test_another_number_of_threads_is_measured_anew(vit, noise, rates, tmp_path):
    InProcessEncoder(vit, "cpu", 2, tmp_path / "tuning.json").encode_images(noise(vit, 8))
    rates.tried.clear()
    InProcessEncoder(vit, "cpu", 1, tmp_path / "tuning.json").encode_images(noise(vit, 8))
    assert {tried.threads for tried in rates.tried} == {1}


def test_a_precision_that_is_not_for_this_model_is_not_taken_over(vit, rates, tmp_path):
    file = tmp_path / "tuning.json"
    encoder = InProcessEncoder(vit, "cpu", 2, file)
    encoder._remember(Tuning("float16", 8, 2))
    assert InProcessEncoder(vit, "cpu", 2, file).precision != "float16"


def test_a_precision_that_overflows_is_not_chosen(vit, noise, rates, monkeypatch):
    class Overflows(torch.nn.Module):
        def forward(self, images):
            return torch.full((len(images), 48), float("inf"), dtype=images.dtype)

    monkeypatch.undo()
    monkeypatch.setattr(devices, "_SMALL_WEIGHTS_BYTES", 0)
    runs = trials.Trials(vit, "cpu", lambda: None)
    runs.towers["bfloat16"] = Overflows()
    assert runs.rate(Tuning("bfloat16", 8, 2)) == 0
    assert runs.rate(Tuning("float32", 8, 2)) > 0


def test_a_batch_without_memory_is_not_chosen(vit):
    runs = trials.Trials(vit, "cpu", lambda: None)
    runs.towers["float32"] = Tower(limit=8)
    assert runs.rate(Tuning("float32", 8, 2)) > 0
    assert runs.rate(Tuning("float32", 16, 2)) == 0


class Fails(torch.nn.Module):
    """A tower that ends in an error."""

    def __init__(self, error):
        super().__init__()
        self.error = error

    def forward(self, _images):
        raise self.error


@pytest.mark.parametrize(
    "error",
    [RuntimeError('"addmm" not implemented for this type'), torch.AcceleratorError("CUDA error: not supported")],
)
def test_a_precision_that_does_not_run_is_not_chosen(vit, error, caplog):
    runs = trials.Trials(vit, "cpu", lambda: None)
    runs.towers["bfloat16"] = Fails(error)
    with caplog.at_level(logging.INFO, "photoorg"):
        assert runs.rate(Tuning("bfloat16", 8, 2)) == 0
    assert str(error) in caplog.text


def test_float32_runs_or_says_why(vit):
    runs = trials.Trials(vit, "cpu", lambda: None)
    runs.towers["float32"] = Fails(RuntimeError("shapes do not match"))
    with pytest.raises(RuntimeError, match="shapes"):
        runs.rate(Tuning("float32", 8, 2))
    runs.towers["float32"] = Fails(torch.AcceleratorError("CUDA error: an illegal memory access"))
    with pytest.raises(EncoderLost, match="illegal"):
        runs.rate(Tuning("float32", 8, 2))


def test_closing_ends_a_measurement(vit, noise, rates):
    encoder = InProcessEncoder(vit, "cpu", 2)
    real = rates.of

    def close_then(*arguments):
        rate = real(*arguments)
        encoder.close()
        return rate

    rates.of = close_then
    with pytest.raises(Cancelled):
        encoder.encode_images(noise(vit, 8))
    assert len(rates.tried) == 1


def test_a_small_model_is_not_measured(vit, noise, monkeypatch):
    monkeypatch.setattr(in_process, "measure", lambda *_: pytest.fail("measured"))
    encoder = InProcessEncoder(vit, "cpu")
    encoder.encode_images(noise(vit, 64))
    assert encoder.precision == "float32"


@pytest.mark.parametrize(
    ("device", "has_bfloat16", "expected"),
    [
        ("cpu", True, ("bfloat16", "float32")),
        ("cpu", False, ("float32", "bfloat16")),
        ("mps", False, ("float16", "float32")),
        ("cuda", True, ("float16", "bfloat16", "float32")),
        ("cuda", False, ("float16", "float32")),
    ],
)
def test_what_is_worth_trying(vit, monkeypatch, device, has_bfloat16, expected):
    monkeypatch.setattr(devices, "_SMALL_WEIGHTS_BYTES", 0)
    monkeypatch.setattr(devices, "_cpu_has_bfloat16", lambda: has_bfloat16)
    monkeypatch.setattr(torch.cuda, "get_device_capability", lambda: (8, 0) if has_bfloat16 else (7, 5))
    assert devices.precisions_to_try(vit, device) == expected


def test_resnets_are_tried_in_float32_only(model_folder, tmp_path, monkeypatch):
    monkeypatch.setattr(devices, "_SMALL_WEIGHTS_BYTES", 0)
    assert devices.precisions_to_try(resolve(str(model_folder("resnet")), tmp_path), "cpu") == ("float32",)


# --- several threads ------------------------------------------------------------------------------------------------


def at_once(*works):
    """Run them in threads at the same time; what they raised."""
    start, errors = threading.Barrier(len(works)), []

    def run(work):
        start.wait()
        try:
            work()
        except BaseException as error:  # noqa: BLE001 - the test looks at them
            errors.append(error)

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return errors


def slow_to_change(encoder):
    """The encoder, in whose changes of precision there is time for calls of other threads."""
    change = encoder._use

    def slowly(tuning):
        threading.Event().wait(0.02)
        change(tuning)
        threading.Event().wait(0.02)

    encoder._use = slowly
    return encoder


def test_texts_of_several_threads_at_once(encoder):
    texts = ["a dog", "two red boats on the sea at night " * 3, "a house by the sea in the snow"]
    expected = [encoder.encode_texts([text]) for text in texts]
    wrong = []

    def take_time(*_):
        threading.Event().wait(0.002)

    encoder._towers["text"].tower.register_forward_pre_hook(take_time)

    def work(number):
        for turn in range(20):
            place = (number + turn) % len(texts)
            if not np.allclose(encoder.encode_texts([texts[place]]), expected[place], atol=1e-6):
                wrong.append(texts[place])

    assert at_once(*(lambda number=number: work(number) for number in range(3))) == []
    assert wrong == []


def test_images_while_it_is_measured(vit, noise, rates):
    """No call gets the tower of one precision and pixels of another."""
    encoder, few = slow_to_change(InProcessEncoder(vit, "cpu", 2)), noise(vit, 7)
    encoder.encode_images(few)
    guess = encoder.precision
    rates[guess] = 50.0
    tuned = threading.Event()

    def tune():
        encoder.tune()
        tuned.set()

    def work():
        while not tuned.is_set():
            encoder.encode_images(few)

    assert at_once(tune, work, work) == []
    assert encoder.precision != guess
    encoder.encode_images(few)


def test_another_precision_while_images_are_encoded(encoder, vit, noise):
    few = noise(vit, 2)
    slow_to_change(encoder).encode_images(few)
    stop = threading.Event()

    def work():
        while not stop.is_set():
            encoder.encode_images(few)

    def switch():
        try:
            for precision in ("bfloat16", "float32") * 5:
                encoder.use(Tuning(precision, 8, 2))
        finally:
            stop.set()

    assert at_once(work, work, switch) == []
    encoder.encode_images(few)
    assert next(encoder._towers["image"].parameters()).dtype == torch.float32


def test_closing_ends_a_call_and_those_that_wait(encoder, vit, noise):
    computing, closed = threading.Event(), threading.Event()

    class Waits(Tower):
        def forward(self, images):
            computing.set()
            closed.wait(30)
            return super().forward(images)

    encoder._towers["image"] = Waits(limit=100)

    def close():
        computing.wait(30)
        encoder.close()
        closed.set()

    errors = at_once(*[lambda: encoder.encode_images(noise(vit, 40))] * 2, close)
    assert [type(error) for error in errors] == [Cancelled] * 2


# --- Apple's GPUs ---------------------------------------------------------------------------------------------------


def test_an_operator_that_the_gpu_lacks_is_one_line_in_the_log(vit, noise, caplog):
    class Lacking(Tower):
        def forward(self, images):
            warnings.warn("The operator 'aten::x' is not currently supported on the MPS backend", stacklevel=1)
            warnings.warn("and something else on the MPS backend", stacklevel=1)
            return super().forward(images)

    encoder = InProcessEncoder(vit, "cpu")
    encoder.device = "mps"  # as far as it asks
    encoder._towers["image"] = Lacking(limit=100)
    with caplog.at_level(logging.INFO, "photoorg"):
        encoder.encode_images(noise(vit, 3))
    assert [record.levelname for record in caplog.records] == ["INFO"]
    assert "aten::x" in caplog.text


def test_the_fallback_is_asked_for_before_torch_is_imported():
    import subprocess
    import sys

    code = (
        "import sys, os, photoorg.embedding.encoder; "
        "print(os.environ['PYTORCH_ENABLE_MPS_FALLBACK'], os.environ['OMP_WAIT_POLICY'], 'torch' in sys.modules)"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.split() == ["1", "PASSIVE", "False"]
