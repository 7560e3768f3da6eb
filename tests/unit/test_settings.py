"""settings.toml: defaults, and clear errors for what is wrong in it."""

from dataclasses import fields

import pytest

from photoorg.errors import SettingsInvalid
from photoorg.settings import Settings, available_cores, load_settings


def loaded(tmp_path, content):
    path = tmp_path / "settings.toml"
    path.write_bytes(content)
    return load_settings(path)


def test_a_missing_file_means_the_defaults(tmp_path):
    assert load_settings(tmp_path / "settings.toml") == Settings()


@pytest.mark.parametrize("content", [b"", b"# nothing\n", b"decode_workers = 0"])
def test_a_missing_key_means_its_default(tmp_path, content):
    assert loaded(tmp_path, content) == Settings()


def test_every_setting_can_be_set(tmp_path):
    text = "\n".join(f"{field.name} = {number}" for number, field in enumerate(fields(Settings), start=3))
    settings = loaded(tmp_path, text.encode())
    assert [getattr(settings, field.name) for field in fields(Settings)] == list(range(3, 3 + len(fields(Settings))))


@pytest.mark.parametrize("content", [b"\xef\xbb\xbfdecode_workers = 3\n", b"decode_workers = 3\r\n"])
def test_files_of_windows_editors_are_read(tmp_path, content):
    assert loaded(tmp_path, content).decode_workers == 3


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"decode_workers =", "Invalid value"),
        (b"\xff\xfe\x00", "decode"),
        (b"decode_worker = 2", "unknown key 'decode_worker'"),
        (b"[decode_workers]", "whole number from 0"),
        (b"decode_workers = -1", "decode_workers must be a whole number from 0"),
        (b"decode_workers = true", "whole number"),
        (b"decode_workers = 2.0", "whole number"),
        (b"decode_workers = '2'", "whole number"),
        (b"decode_timeout_s = 0", "decode_timeout_s must be a whole number from 1"),
        (b"pixel_limit_megapixels = 0", "whole number from 1"),
        (b"encoder_idle_minutes = -1", "encoder_idle_minutes must be a whole number from 0 to 10000"),
        (b"encode_threads = 1025", "from 0 to 1024"),
    ],
)
def test_what_is_wrong_is_said(tmp_path, content, reason):
    with pytest.raises(SettingsInvalid, match=reason) as caught:
        loaded(tmp_path, content)
    assert "settings.toml" in str(caught.value)


def test_a_folder_in_its_place_is_a_clear_error(tmp_path):
    with pytest.raises(SettingsInvalid):
        load_settings(tmp_path)


def test_a_model_that_never_rests(tmp_path):
    assert loaded(tmp_path, b"encoder_idle_minutes = 0").encoder_idle_minutes == 0
    assert Settings().encoder_idle_minutes == 5


def test_no_number_of_workers_means_one_for_each_core():
    assert Settings().worker_count == available_cores() >= 1
    assert Settings(decode_workers=7).worker_count == 7
