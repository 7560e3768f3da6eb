"""The log: a file with the program's own messages, and warnings on stderr."""

import logging
import os

import pytest

from photoorg.log import _FILE_BYTES, set_up_logging

LOGGER = logging.getLogger("photoorg.tests")
LATIN_1_NAME = os.fsdecode(b"caf\xe9.jpg")


@pytest.fixture
def file(tmp_path):
    """A place for a log; what other tests expect of the logger comes back at the end."""
    logger = logging.getLogger("photoorg")
    before = list(logger.handlers), logger.level
    logger.handlers = []
    yield tmp_path / "photoorg.log"
    for handler in logger.handlers:
        handler.close()
    logger.handlers, level = before
    logger.setLevel(level)


def test_information_goes_to_the_file_and_no_further(file, capsys):
    set_up_logging(file)
    LOGGER.debug("for developers")
    LOGGER.info("grüße")
    assert file.read_text(encoding="utf-8").endswith("INFO photoorg.tests: grüße\n")
    assert "for developers" not in file.read_text(encoding="utf-8")
    assert capsys.readouterr().err == ""


@pytest.mark.expects_warnings
def test_warnings_go_to_stderr_too(file, capsys):
    set_up_logging(file)
    LOGGER.warning("look here")
    assert capsys.readouterr().err == "WARNING: look here\n"
    assert "look here" in file.read_text(encoding="utf-8")


def test_on_request_everything_goes_to_stderr(file, capsys):
    set_up_logging(file, verbose=True)
    LOGGER.debug("for developers")
    assert "for developers" in capsys.readouterr().err


def test_a_name_that_is_not_utf8_is_logged_without_trouble(file, capsys):
    set_up_logging(file)
    LOGGER.info("%s cannot be read", LATIN_1_NAME)
    assert r"caf\udce9.jpg cannot be read" in file.read_text(encoding="utf-8")
    assert capsys.readouterr().err == ""


@pytest.mark.expects_warnings
def test_setting_up_twice_logs_once(file, capsys, tmp_path):
    set_up_logging(tmp_path / "first.log")
    set_up_logging(file)
    LOGGER.warning("once")
    assert capsys.readouterr().err.count("once") == 1
    assert file.read_text(encoding="utf-8").count("once") == 1
    assert not (tmp_path / "first.log").exists()


def test_no_file_is_made_before_there_is_something_to_say(file):
    set_up_logging(file)
    assert not file.exists()


def test_the_file_does_not_grow_for_ever(file):
    set_up_logging(file)
    for _ in range(5):
        LOGGER.info("x" * (_FILE_BYTES // 2 + 1))
    sizes = [path.stat().st_size for path in file.parent.iterdir()]
    assert len(sizes) == 3
    assert max(sizes) <= _FILE_BYTES


@pytest.mark.expects_warnings
def test_without_a_file_only_stderr_is_used(file, capsys):
    set_up_logging(None)
    LOGGER.warning("look here")
    assert "look here" in capsys.readouterr().err


@pytest.mark.expects_warnings
def test_a_log_file_that_cannot_be_written_is_given_up_after_one_line(file, capsys):
    set_up_logging(file.parent / "not there" / "photoorg.log")
    for _ in range(3):
        LOGGER.info("something")
    (line,) = capsys.readouterr().err.splitlines()
    assert "cannot be written" in line
