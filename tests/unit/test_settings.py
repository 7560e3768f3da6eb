"""settings.toml: defaults, and clear errors for what is wrong in it."""

import json
import os
from dataclasses import asdict, fields

import pytest

from photoorg import settings as settings_module
from photoorg.errors import DataFolderUnusable, SettingsInvalid
from photoorg.settings import Settings, SettingsFile, available_cores, change_settings, load_settings

OTHER = {bool: True, tuple: ["*.png"]}


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
    wanted = {field.name: OTHER.get(type(field.default), number) for number, field in enumerate(fields(Settings), 3)}
    text = "\n".join(f"{name} = {json.dumps(value)}" for name, value in wanted.items())
    settings = loaded(tmp_path, text.encode())
    assert {**asdict(settings), "ignore": list(settings.ignore)} == wanted


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
        (b"max_cores = -1", "from 0 to 1024"),
        (b"only_when_idle = 1", "only_when_idle must be true or false"),
        (b"ignore = '*.png'", "must be a list of patterns"),
        (b"ignore = [1]", "must be a list of patterns"),
        (b"ignore = ['*.png', '!']", "a pattern that means nothing: '!'"),
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


# --- a limit of cores ---


@pytest.mark.parametrize(
    ("settings", "workers", "threads"),
    [
        (Settings(), 16, 16),
        (Settings(max_cores=16), 16, 16),
        (Settings(max_cores=99), 16, 16),
        (Settings(max_cores=8), 4, 4),
        (Settings(max_cores=3), 1, 2),
        (Settings(max_cores=1), 1, 1),
        (Settings(max_cores=8, decode_workers=6), 6, 2),
        (Settings(max_cores=8, decode_workers=20, encode_threads=20), 7, 1),
        (Settings(max_cores=8, encode_threads=2), 4, 2),
        (Settings(decode_workers=3, encode_threads=5), 3, 5),
    ],
)
def test_workers_and_threads_together_keep_to_a_limit_of_cores(monkeypatch, settings, workers, threads):
    monkeypatch.setattr(settings_module, "available_cores", lambda: 16)
    assert (settings.worker_count, settings.thread_count) == (workers, threads)
    assert settings.cores == min(16, settings.max_cores or 16)


# --- changing them ---


def test_a_change_keeps_what_people_wrote(tmp_path):
    path = tmp_path / "settings.toml"
    path.write_text("# mine\ndecode_workers = 1  # few\nmax_cores = 2\n", encoding="utf-8")
    change_settings(path, {"only_when_idle": True, "ignore": ("*.tmp.jpg", "**/c/**"), "max_cores": 3})
    assert load_settings(path) == Settings(
        decode_workers=1, max_cores=3, only_when_idle=True, ignore=("*.tmp.jpg", "**/c/**")
    )
    assert path.read_text(encoding="utf-8").startswith("# mine\ndecode_workers = 1  # few\n")
    assert os.listdir(tmp_path) == ["settings.toml"]


def test_a_change_makes_the_file(tmp_path):
    change_settings(tmp_path / "settings.toml", {"not_on_battery": True})
    assert load_settings(tmp_path / "settings.toml") == Settings(not_on_battery=True)


@pytest.mark.parametrize("changes", [{"ignore": ("!",)}, {"max_cores": -1}, {"colour": 3}])
def test_a_wrong_change_is_refused(tmp_path, changes):
    path = tmp_path / "settings.toml"
    path.write_text("max_cores = 2", encoding="utf-8")
    with pytest.raises(SettingsInvalid):
        change_settings(path, changes)
    assert path.read_text(encoding="utf-8") == "max_cores = 2"


def test_a_wrong_file_is_not_written_over(tmp_path):
    path = tmp_path / "settings.toml"
    path.write_text("max_cores = ", encoding="utf-8")
    with pytest.raises(SettingsInvalid):
        change_settings(path, {"max_cores": 2})
    assert path.read_text(encoding="utf-8") == "max_cores = "


def test_a_folder_that_takes_nothing_is_a_clear_error(tmp_path):
    with pytest.raises(DataFolderUnusable):
        change_settings(tmp_path / "gone" / "settings.toml", {"max_cores": 2})


def test_what_holds_now_follows_the_file(tmp_path):
    path = tmp_path / "settings.toml"
    file = SettingsFile(path)
    assert file.now() == Settings()
    file.change({"max_cores": 2})
    assert file.now() == Settings(max_cores=2)
    path.write_text("max_cores = 'many'", encoding="utf-8")
    assert file.now() == Settings(max_cores=2)
    path.unlink()
    assert file.now() == Settings()


def test_a_limit_of_its_own_stands_for_that_of_the_file(tmp_path):
    path = tmp_path / "settings.toml"
    file = SettingsFile(path, max_cores=1)
    file.change({"max_cores": 3, "only_when_idle": True})
    assert file.now() == Settings(max_cores=1, only_when_idle=True)
