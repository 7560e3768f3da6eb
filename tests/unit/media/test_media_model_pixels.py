"""The model sees what open_clip's own transform would show it."""

import io
import os
import runpy
import sys

import numpy as np
import pytest
from media_samples import SHARED, drawn, needs_shared_data, psnr
from PIL import Image, ImageOps

from photoorg.media.decode import DecodeLimits, decode_photo
from photoorg.media.formats import kind_of
from photoorg.media.model_pixels import model_pixels
from photoorg.media.pixels import Upright, to_rgb
from photoorg.model_input import ModelInput

MEAN, STD = (0.48145466, 0.4578275, 0.40821073), (0.26862954, 0.26130258, 0.27577711)
HALF = (0.5, 0.5, 0.5)
INPUTS = [
    ModelInput(224, "shortest", "bicubic", MEAN, STD),
    ModelInput(256, "shortest", "bicubic", MEAN, STD),
    ModelInput(256, "shortest", "bilinear", MEAN, STD),
    ModelInput(256, "squash", "bicubic", HALF, HALF),
    ModelInput(384, "squash", "bilinear", HALF, HALF),
    ModelInput(224, "longest", "bicubic", MEAN, STD, fill=127),
]


@pytest.fixture(scope="module")
def own_transform():
    """open_clip's transform for a model input."""
    import open_clip.transform as theirs

    def transform(model: ModelInput):
        return theirs.image_transform_v2(
            theirs.PreprocessCfg(
                size=model.size,
                mean=model.mean,
                std=model.std,
                interpolation=model.interpolation,
                resize_mode=model.resize,
                fill_color=model.fill,
            ),
            is_train=False,
        )

    return transform


@pytest.mark.parametrize("model", INPUTS, ids=str)
@pytest.mark.parametrize("size", [(640, 480), (333, 500), (256, 256), (224, 300), (100, 61), (1999, 301), (7, 5)])
def test_pixels_that_need_no_scaling_are_equal(own_transform, model, size):
    noise = np.random.default_rng(3).normal(0, 8, (size[1], size[0], 3))
    image = Image.fromarray((np.asarray(drawn(*size)) + noise).clip(0, 255).astype(np.uint8))
    ours = model_pixels(Upright(image, (0.0, 0.0, *map(float, size)), *size), model)
    theirs = own_transform(model)(image).numpy().transpose(1, 2, 0) * model.std + model.mean
    # Pillow may take rows or columns first, with rounding in between.
    assert np.abs(ours - np.round(theirs * 255)).max() <= 2


def differences(path, own_transform, models):
    """For each model input: mean absolute difference of the normalized tensors, and PSNR."""
    data = path.read_bytes()
    with Image.open(io.BytesIO(data)) as image:
        full = to_rgb(ImageOps.exif_transpose(image))
    for model in models:
        ours = decode_photo(os.fsencode(path), model, DecodeLimits()).pixels
        theirs = own_transform(model)(full).numpy().transpose(1, 2, 0)
        difference = np.abs((ours / 255.0 - model.mean) / model.std - theirs).mean()
        yield difference, psnr(ours, (theirs * model.std + model.mean) * 255)


def check(paths, own_transform, capsys, models):
    found = np.array([pair for path in paths for pair in differences(path, own_transform, models)])
    marks = (0, 50, 90, 99, 100)
    with capsys.disabled():
        sys.stdout.write(
            f"\n{len(paths)} photos x {len(models)} inputs, percentiles {marks}, worst last\n"
            f"mean absolute difference, standard deviations: {np.percentile(found[:, 0], marks).round(4)}\n"
            f"PSNR, dB: {np.percentile(found[:, 1], [100 - mark for mark in marks]).round(1)}\n"
        )
    assert found[:, 0].max() < 0.05
    assert found[:, 1].min() > 32


@pytest.mark.skipif(not (SHARED / "tools/make_library.py").is_file(), reason="needs ../shared/tools/make_library.py")
def test_camera_sized_photos_agree_with_the_models_own_preprocessing(own_transform, tmp_path, capsys):
    make = runpy.run_path(str(SHARED / "tools/make_library.py"))["make"]
    sources = sorted((SHARED / "data/coco128/photos").glob("*.jpg"))[::64]
    paths = [tmp_path / f"{number}.jpg" for number in range(len(sources))]
    for number, (source, path) in enumerate(zip(sources, paths, strict=True)):
        make((source, path, 12, number))
    check(paths, own_transform, capsys, INPUTS)


@needs_shared_data
@pytest.mark.filterwarnings("ignore::UserWarning")
def test_real_files_agree_with_the_models_own_preprocessing(own_transform, capsys):
    everyday = sorted((SHARED / "data/coco128/photos").glob("*.jpg"))[::16]
    others = [
        path
        for folder in ("exif", "formats")
        for path in sorted((SHARED / "data" / folder).rglob("*.*"))
        if "heic/mobile" not in path.as_posix()
    ]
    photos = [path for path in everyday + others if path.is_file() and kind_of(os.fsencode(path.name))]
    assert len(photos) > 100
    check(photos, own_transform, capsys, [INPUTS[1], INPUTS[3]])
