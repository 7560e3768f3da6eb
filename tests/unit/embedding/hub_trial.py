"""Trying to get the hub's model: how it fails, and whether the next try succeeds."""

import pytest

from photoorg.embedding.models import resolve

REFERENCE, REPOSITORY = "hf-hub:test/tiny", "test/tiny"
WEIGHTS, CONFIG = "open_clip_model.safetensors", "open_clip_config.json"


class Trial:
    """`get` installs the model, which is to have this fingerprint."""

    def __init__(self, hub, get, models_dir, fingerprint):
        self._hub = hub
        self._get = get
        self._models_dir = models_dir
        self._fingerprint = fingerprint

    def arrives(self, **options):
        """It succeeds, and what is there is right, byte for byte."""
        model = self._get(REFERENCE, **options)
        assert (model.folder / WEIGHTS).read_bytes() == self._hub.files[REPOSITORY, WEIGHTS]
        assert (model.folder / CONFIG).read_bytes() == self._hub.files[REPOSITORY, CONFIG]
        assert model.fingerprint == self._fingerprint
        assert model == resolve(REFERENCE, self._models_dir)

    def fails(self, kind, *words):
        """It fails with exactly this error, whose text has these words; nothing half-done is in place."""
        with pytest.raises(kind) as caught:
            self._get(REFERENCE)
        assert type(caught.value) is kind
        text = f"{caught.value} {caught.value.hint_text}"
        assert [word for word in words if word not in text] == []
        assert caught.value.hint_text
        assert " ? " not in text
        assert not self._models_dir.is_dir() or not (self._models_dir / "hf-hub--test--tiny").exists()
        return caught.value
