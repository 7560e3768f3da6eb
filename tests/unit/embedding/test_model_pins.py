"""The version of the first download is held; another one comes only when it is asked for."""

import hashlib
import json

import pytest
from random_model import write_random_model
from tiny_configs import CONFIGS

from photoorg.embedding import pins
from photoorg.embedding.origin import read_origin
from photoorg.embedding.registry import known_models
from photoorg.embedding.removal import remove_files
from photoorg.errors import Cancelled
from photoorg.model_errors import DownloadShort, ModelChanged, ModelDoesNotLoad, ModelsFolderUnusable, ModelVersionGone

REFERENCE, REPOSITORY = "hf-hub:test/tiny", "test/tiny"
WEIGHTS, CONFIG = "open_clip_model.safetensors", "open_clip_config.json"
HALF = 3_500_000


@pytest.fixture
def newer(hub, tmp_path):
    """The weights of a newer version, and a function that publishes it."""
    content = (write_random_model(CONFIGS["vit"], {}, tmp_path / "newer", seed=1) / WEIGHTS).read_bytes()
    return content, lambda: hub.publish({(REPOSITORY, WEIGHTS): content})


def weights_of(model):
    return (model.folder / WEIGHTS).read_bytes()


def test_what_was_found_is_written_down(hub, get, models_dir):
    model = get()
    stored = json.loads((models_dir / "pins.json").read_text())
    weights = hub.files[REPOSITORY, WEIGHTS]
    assert stored[REFERENCE][-1] == {
        "repository": REPOSITORY,
        "name": WEIGHTS,
        "commit": hub.commit,
        "etag": hashlib.sha256(weights).hexdigest(),
        "size_bytes": len(weights),
    }
    origin = read_origin(model.folder)
    assert origin.reference == REFERENCE
    assert [(file.name, file.commit) for file in origin.downloaded] == [(CONFIG, hub.commit), (WEIGHTS, hub.commit)]
    assert origin.checksums[WEIGHTS] == hashlib.sha256(weights).hexdigest()


def test_after_a_removal_the_same_version_comes_again(hub, get, models_dir, newer):
    first = get()
    old = weights_of(first)
    remove_files(REFERENCE, models_dir)
    newer[1]()
    again = get()
    assert again == first
    assert weights_of(again) == old


def test_an_interrupted_download_goes_on_with_its_version(hub, get, newer):
    old = hub.files[REPOSITORY, WEIGHTS]
    hub.fail("short", after=HALF)
    with pytest.raises(DownloadShort):
        get()
    hub.mend()
    newer[1]()
    hub.requests.clear()
    assert weights_of(get()) == old
    assert hub.ranges() == [f"bytes={HALF}-"]


def test_the_newest_version_is_taken_when_asked_for(hub, get, models_dir, newer):
    first = get()
    hub.requests.clear()
    assert get(latest=True) == first  # there is no newer one
    assert hub.ranges() == []
    newer[1]()
    assert get() == first
    newest = get(latest=True)
    assert weights_of(newest) == newer[0]
    assert newest.fingerprint != first.fingerprint
    remove_files(REFERENCE, models_dir)
    assert get() == newest  # and is held now


def test_killed_before_the_newest_version_was_in_place(hub, get, models_dir, newer, monkeypatch):
    first = get()
    newer[1]()
    with monkeypatch.context() as patch:
        patch.setattr("photoorg.embedding.install.move_in", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            get(latest=True)
    assert get() == first
    hub.requests.clear()
    assert weights_of(get(latest=True)) == newer[0]
    assert hub.ranges() == []


def test_a_newest_version_that_was_cancelled_leaves_the_old_one(hub, get, models_dir, newer):
    first = get()
    newer[1]()
    hub.fail("short", after=HALF)
    with pytest.raises(DownloadShort):
        get(latest=True)
    hub.mend()
    assert get() == first
    assert weights_of(get(latest=True)) == newer[0]
    assert hub.ranges()[-1] == f"bytes={HALF}-"


def test_another_file_under_the_same_version_is_refused(hub, get, models_dir, newer):
    get()
    remove_files(REFERENCE, models_dir)
    hub.files[REPOSITORY, WEIGHTS] = newer[0]
    with pytest.raises(ModelChanged, match=WEIGHTS) as caught:
        get()
    assert "--latest" in caught.value.hint_text
    assert hub.ranges() == [""]  # of the first time
    assert weights_of(get(latest=True)) == newer[0]


def test_a_version_that_is_gone(hub, get, models_dir, newer):
    get()
    remove_files(REFERENCE, models_dir)
    newer[1]()
    hub.older.clear()
    with pytest.raises(ModelVersionGone) as caught:
        get()
    assert "--latest" in caught.value.hint_text
    assert weights_of(get(latest=True)) == newer[0]


def test_a_version_that_does_not_load_is_not_held(hub, get, trial):
    good = hub.files[REPOSITORY, WEIGHTS]
    hub.files = hub.files | {(REPOSITORY, WEIGHTS): good[: len(good) // 2]}
    with pytest.raises(ModelDoesNotLoad):
        get()
    hub.publish({(REPOSITORY, WEIGHTS): good})
    trial.arrives()


def test_a_damaged_pins_file_is_not_passed_over(hub, get, trial, models_dir):
    models_dir.mkdir()
    (models_dir / "pins.json").write_text("{")
    with pytest.raises(ModelsFolderUnusable, match=r"pins\.json"):
        get()
    (models_dir / "pins.json").unlink()
    trial.arrives()


# --- versions that the registry asks for ---


@pytest.fixture
def registered(monkeypatch):
    """A function that puts the model into the registry, with this commit and these checksums."""

    def register(commit="", **checksums):
        facts = {"reference": REFERENCE, "repository": REPOSITORY, "commit": commit, "checksums": checksums}
        entry = type(known_models()[0])(**(vars(known_models()[0]) | facts))
        monkeypatch.setattr(pins, "known_model", lambda reference: entry if reference == REFERENCE else None)

    return register


def sha256(content):
    return hashlib.sha256(content).hexdigest()


def test_the_registrys_commit(hub, get, trial, registered, newer):
    old, commit = hub.files[REPOSITORY, WEIGHTS], hub.commit
    newer[1]()
    registered(commit)
    assert weights_of(get()) == old
    assert weights_of(get(latest=True)) == newer[0]


@pytest.mark.parametrize("name", [WEIGHTS, CONFIG])
def test_the_registrys_checksums(hub, get, trial, registered, name):
    registered(**{name: sha256(b"another file")})
    with pytest.raises(ModelChanged, match=name):
        get()
    registered(**{name: sha256(hub.files[REPOSITORY, name])})
    trial.arrives()


def test_cancelled_before_anything_was_asked(hub, models_dir):
    from photoorg.embedding.install import install

    def cancelled():
        raise Cancelled

    with pytest.raises(Cancelled):
        install(REFERENCE, models_dir, lambda *_: None, cancelled)
    assert hub.requests == []
