"""What every encoder must do, wherever it runs."""

import shutil
import threading

import numpy as np
import open_clip
import pytest
import torch
from safetensors.torch import load_file, save_file

from photoorg.embedding.encoder import open_encoder
from photoorg.embedding.models import resolve
from photoorg.errors import Cancelled, DeviceUnavailable, EmbeddingInvalid, ModelCorrupt

WEIGHTS = "open_clip_model.safetensors"


@pytest.fixture(scope="module", params=["in-process", "own-process"])
def host(request):
    return request.param


@pytest.fixture
def open_host(host):
    """A function that opens an encoder in the host under test; closed at the end."""
    opened = []

    def open_(model, **options):
        opened.append(open_encoder(model, host=host, **options))
        return opened[-1]

    yield open_
    for encoder in opened:
        encoder.close()


@pytest.fixture(scope="module")
def encoder(host, vit):
    """One for all tests that leave it as it was."""
    encoder = open_encoder(vit, device="cpu", host=host)
    yield encoder
    encoder.close()


def test_it_says_what_it_is(encoder, vit):
    assert encoder.model == vit
    assert (encoder.device, encoder.precision, encoder.batch_size) == ("cpu", "float32", 32)


def test_images_become_open_clips_vectors(encoder, vit, noise):
    pixels = noise(vit, 5)
    full, transform = open_clip.create_model_from_pretrained(f"local-dir:{vit.folder}")
    normalize = transform.transforms[-1]
    tensors = torch.from_numpy(pixels).permute(0, 3, 1, 2).float() / 255
    with torch.inference_mode():
        expected = full.eval().encode_image(normalize(tensors), normalize=True).numpy()
    vectors = encoder.encode_images(pixels)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(vectors, expected, atol=2e-6)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-6)


def test_texts_become_open_clips_vectors(encoder, vit):
    texts = ["a dog", "Ein Hund", "", "x" * 1000]
    full = open_clip.create_model_from_pretrained(f"local-dir:{vit.folder}", return_transform=False).eval()
    with torch.inference_mode():
        expected = full.encode_text(open_clip.tokenize(texts), normalize=True).numpy()
    np.testing.assert_allclose(encoder.encode_texts(texts), expected, atol=2e-6)


def test_a_large_call_is_split(encoder, vit, noise):
    pixels = noise(vit, encoder.batch_size * 2 + 3)
    vectors = encoder.encode_images(pixels)
    assert vectors.shape == (len(pixels), vit.dimension)
    np.testing.assert_allclose(vectors[-1:], encoder.encode_images(pixels[-1:]), atol=1e-5)


def test_nothing_gives_nothing(encoder, vit, noise):
    assert encoder.encode_images(noise(vit, 0)).shape == (0, vit.dimension)
    assert encoder.encode_texts([]).shape == (0, vit.dimension)


def test_pixels_may_be_read_only_or_a_view(encoder, vit, noise):
    pixels = noise(vit, 4)
    expected = encoder.encode_images(pixels[::2].copy())
    pixels.flags.writeable = False
    np.testing.assert_array_equal(encoder.encode_images(pixels[::2]), expected)


@pytest.mark.parametrize("shape", [(1, 16, 16, 3), (32, 32, 3), (1, 3, 32, 32)])
def test_pixels_of_a_wrong_shape_are_a_bug(encoder, shape):
    with pytest.raises(ValueError, match="expected"):
        encoder.encode_images(np.zeros(shape, np.uint8))


def test_pixels_of_a_wrong_type_are_a_bug(encoder):
    with pytest.raises(ValueError, match="expected"):
        encoder.encode_images(np.zeros((1, 32, 32, 3), np.float32))


def test_images_and_texts_at_the_same_time(encoder, vit, noise):
    found = []
    thread = threading.Thread(target=lambda: found.append(encoder.encode_texts(["a dog"])))
    thread.start()
    encoder.encode_images(noise(vit, 40))
    thread.join()
    assert found[0].shape == (1, vit.dimension)


def test_warm_up(encoder):
    encoder.warm_up("image")
    encoder.warm_up("text")
    assert encoder.is_awake


def test_what_a_text_tower_does_not_read(encoder):
    long = "dog " * 80
    assert encoder.left_out(["a dog", "", long]) == ["", "", ("dog " * 5).strip()]
    assert encoder.left_out([]) == []


def test_it_is_awake_when_the_text_tower_is_there(open_host, vit, noise):
    encoder = open_host(vit, device="cpu")
    assert not encoder.is_awake
    encoder.left_out(["a dog"])
    encoder.encode_images(noise(vit, 1))
    assert not encoder.is_awake
    encoder.encode_texts(["a dog"])
    assert encoder.is_awake
    encoder.close()
    assert not encoder.is_awake


def test_closing_twice_and_using_it_then(open_host, vit, noise):
    encoder = open_host(vit, device="cpu")
    encoder.encode_images(noise(vit, 1))
    encoder.close()
    encoder.close()
    with pytest.raises(Cancelled):
        encoder.encode_images(noise(vit, 1))


def test_a_device_that_is_not_there(open_host, vit, monkeypatch):
    with pytest.raises(DeviceUnavailable) as caught:
        assert open_host(vit, device="xpu").device
    assert caught.value.params == {"device": "xpu"}


def test_broken_weights_show_when_the_tower_is_loaded(open_host, model_folder, tmp_path, noise):
    folder = shutil.copytree(model_folder("vit"), tmp_path / "broken")
    (folder / WEIGHTS).write_bytes((folder / WEIGHTS).read_bytes()[:-100])
    model = resolve(str(folder), tmp_path / "models")
    encoder = open_host(model, device="cpu")
    for _ in range(2):
        with pytest.raises(ModelCorrupt) as caught:
            encoder.encode_images(noise(model, 1))
    assert caught.value.params["folder"] == str(folder)


@pytest.mark.parametrize("value", [float("nan"), 0.0])
def test_vectors_that_are_none_are_an_error(open_host, model_folder, tmp_path, noise, value):
    folder = shutil.copytree(model_folder("vit"), tmp_path / "broken")
    tensors = load_file(folder / WEIGHTS)
    save_file(tensors | {"visual.proj": tensors["visual.proj"] * 0 + value}, folder / WEIGHTS)
    encoder = open_host(resolve(str(folder), tmp_path / "models"), device="cpu")
    with pytest.raises(EmbeddingInvalid) as caught:
        encoder.encode_images(noise(encoder.model, 2))
    assert caught.value.params["rows"] == [0, 1]
    assert encoder.encode_texts(["it still answers"]).shape == (1, encoder.model.dimension)


def test_threads_are_limited(open_host, vit, noise):
    before = torch.get_num_threads()
    try:
        encoder = open_host(vit, device="cpu", threads=1)
        assert encoder.encode_images(noise(vit, 2)).shape == (2, vit.dimension)
    finally:
        torch.set_num_threads(before)
