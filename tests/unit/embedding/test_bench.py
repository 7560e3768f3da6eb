"""The benchmark of a model: it measures what it says, on a tiny model."""

import dataclasses
import json

import pytest
import torch

from photoorg.embedding import bench as benchmark
from photoorg.embedding.bench import bench
from photoorg.embedding.contestants import OpenClip, Photoorg, full_model
from photoorg.embedding.device import machine_key
from photoorg.embedding.memory import tower_cost
from photoorg.embedding.tuning import Tuning, remember
from photoorg.errors import DeviceUnavailable, EncoderLost, ModelCorrupt


def test_all_figures_of_a_model(vit):
    said = []
    report = bench(vit, "cpu", said.append).as_json()
    assert json.loads(json.dumps(report)) == report
    assert [(speed["program"], speed["precision"], speed["batch_size"]) for speed in report["speeds"]] == [
        ("photoorg", "float32", 32),
        ("open_clip", "float32", 32),
        ("open_clip", "float32", 1),
    ]
    ours, theirs, _ = report["speeds"]
    assert [speed["is_chosen"] for speed in report["speeds"]] == [True, False, False]
    assert all(speed["images_per_second"] > 0 < speed["text_ms"] for speed in report["speeds"])
    assert report["times_open_clip"]["cpu"] == pytest.approx(
        ours["images_per_second"] / theirs["images_per_second"], abs=0.01
    )
    for tower in ("image_tower", "text_tower"):
        assert report[tower]["imports_megabytes"] > 100
        assert report[tower]["tower_megabytes"] >= 0
        assert report[tower]["import_s"] > 0 < report[tower]["load_s"]
    assert f"{torch.get_num_threads()} threads" in report["machine"]["cpu"]
    assert any("round 3 of 3" in text for text in said)


def test_what_is_chosen_is_what_the_program_takes(vit, tmp_path):
    """With as many threads as it allows, and as it was remembered."""
    file, threads = tmp_path / "tuning.json", torch.get_num_threads()
    assert benchmark._tuned(vit, "cpu", 1, None, print) == Tuning("float32", 32, 1)
    remember(file, machine_key("cpu", 3), vit.fingerprint, Tuning("float32", 8, 2))
    assert benchmark._tuned(vit, "cpu", 3, file, print) == Tuning("float32", 8, 2)
    assert torch.get_num_threads() == threads


def test_both_programs_encode_the_same(vit):
    full, way = full_model(vit, "cpu"), Tuning("float32", 4, 2)
    ours, theirs = Photoorg(vit, "cpu", way), OpenClip(full, vit, "cpu", 4, 2)
    assert (ours.images, theirs.images) == (4, 4)
    assert theirs.way == way
    for contestant in (ours, theirs):
        contestant.encode_images()
        contestant.encode_text("a dog")
        contestant.close()


def test_a_device_that_is_not_there(vit):
    with pytest.raises(DeviceUnavailable):
        bench(vit, "tpu", print)


def test_rates_are_the_best_of_several_rounds(monkeypatch):
    seconds = iter([9.0, 9.0, 4.0, 1.0, 2.0, 2.0, 4.0, 4.0])
    monkeypatch.setattr(benchmark, "_seconds", lambda _: next(seconds))

    class Runner:
        images = 8
        encode_images = None

    assert benchmark._rates([Runner(), Runner()], lambda _: None) == [4.0, 8.0]


def test_a_broken_model_is_said_by_the_process_that_measures(vit, tmp_path):
    model = dataclasses.replace(vit, folder=tmp_path / "gone")
    with pytest.raises(ModelCorrupt):
        tower_cost(model, "cpu", "image", Tuning("float32", 4, 1))


def test_a_process_that_dies_says_so(vit):
    with pytest.raises(EncoderLost):
        tower_cost(vit, "cpu", "text", Tuning("no precision", 4, 1))
