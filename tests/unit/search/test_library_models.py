"""The models of a library, with copies of the demo model in the place of others."""

import json
import shutil

import pytest
from pictures import write_jpeg

from photoorg import Library
from photoorg.embedding.models import demo_folder
from photoorg.embedding.trust import read_trust
from photoorg.embedding.work_folder import hold_model
from photoorg.errors import ActiveModelGone, Cancelled, ModelNotInstalled
from photoorg.jobs.blocking import run_blocking
from photoorg.model_errors import ModelBusy


@pytest.fixture
def photos(tmp_path):
    folder = tmp_path.resolve() / "photos"
    for seed in range(3):
        write_jpeg(folder / f"{seed}.jpg", seed)
    return folder


@pytest.fixture
def twin(tmp_path):
    """A folder with a model that knows the same as the demo, and has another fingerprint."""
    folder = shutil.copytree(demo_folder(), tmp_path.resolve() / "twin")
    config = folder / "open_clip_config.json"
    content = json.loads(config.read_text())
    content["preprocess_cfg"]["fill_color"] = 1
    config.write_text(json.dumps(content))
    return folder


@pytest.fixture
def library(tmp_path):
    with Library(tmp_path / "library", device="cpu") as library:
        yield library


def pictures_of(library, reference):
    return next((info.pictures for info in library.models.infos() if info.reference == reference), None)


def test_a_model_under_two_names_keeps_what_it_said_when_one_goes(library, photos, twin):
    library.models.use(str(twin))
    library.index([photos])
    added = library.models.add(twin)
    assert added.reference == "local/twin"
    library.models.remove("local/twin")
    assert library.models.active.reference == str(twin)
    assert library.index().embedded == 0
    assert library.stats().embedded == {str(twin): 3}


def test_a_model_that_cannot_be_removed_now_stays_as_it_was(library, photos, twin):
    library.models.add(twin)
    library.index([photos])
    with hold_model("local/twin", library.data_dir.models, "local--twin"), pytest.raises(ModelBusy):
        library.models.remove("local/twin")
    assert library.models.active.reference == "local/twin"
    assert pictures_of(library, "local/twin") == 3
    library.models.remove("local/twin")
    assert (library.models.active, pictures_of(library, "local/twin")) == (None, None)
    with pytest.raises(ModelNotInstalled):
        library.models.remove("local/twin")


def test_a_cancelled_trial_leaves_no_encoder_and_is_made_up_for(library, twin, monkeypatch):
    monkeypatch.setattr("photoorg.search.library_models.run_self_test", cancel)
    with pytest.raises(Cancelled):
        library.models.add(twin)
    monkeypatch.undo()
    (info,) = [info for info in library.models.infos() if info.reference == "local/twin"]
    assert (info.trust, library.models.active, library._encoders._encoders) == (None, None, {})
    model = run_blocking(library.models.use_job("local/twin"), "interactive")
    assert read_trust(model.fingerprint, library.data_dir.models).passed
    assert library.models.active == model


def cancel(model, encoder, *_):
    encoder.warm_up("text")
    raise Cancelled


def test_one_that_fails_its_trial_is_used_only_if_one_insists(library, twin):
    captions = twin / "self_test" / "captions.json"
    content = json.loads(captions.read_text())
    names = list(content["captions"]["en"])
    texts = [content["captions"]["en"][name] for name in names]
    content["captions"]["en"] = dict(zip(names, texts[1:] + texts[:1], strict=True))
    captions.write_text(json.dumps(content))
    added = library.models.add(twin)
    assert library.models.active is None
    run_blocking(library.models.use_job(added.reference), "interactive")
    assert library.models.active == added


def test_a_list_of_models_can_be_made_while_one_is_removed(library, twin, monkeypatch):
    library.models.add(twin)
    folder = library.data_dir.models / "local--twin"
    monkeypatch.setattr("photoorg.search.model_info.installed_folders", lambda _: {"local/twin": folder})
    shutil.rmtree(folder)
    (info,) = [info for info in library.models.infos() if info.reference == "local/twin"]
    assert (info.disk_bytes, bool(info.problem)) == (0, True)


def test_an_active_model_that_is_gone_can_be_removed(library):
    library.catalog.settings.put("active_model", "ViT-B-32/openai")
    with pytest.raises(ActiveModelGone):
        library.models.active  # noqa: B018 - a property
    library.models.remove("ViT-B-32/openai")
    assert library.models.active is None
