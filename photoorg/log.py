"""Logging: a rotating file in the data folder, warnings on stderr."""

import logging
from logging.handlers import RotatingFileHandler
from pathlib import Path

_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"
_FILE_BYTES = 1_000_000


def set_up_logging(file: Path | None, *, verbose: bool = False) -> None:
    """Send the program's own log to `file` (INFO and above) and to stderr (WARNING, or DEBUG if `verbose`)."""
    logger = logging.getLogger("photoorg")
    logger.setLevel(logging.DEBUG)
    for handler in list(logger.handlers):
        logger.removeHandler(handler)
        handler.close()
    stderr = logging.StreamHandler()
    stderr.setLevel(logging.DEBUG if verbose else logging.WARNING)
    stderr.setFormatter(logging.Formatter("%(levelname)s: %(message)s"))
    logger.addHandler(stderr)
    if file is not None:
        logger.addHandler(_file_handler(file))


class _LogFile(RotatingFileHandler):
    """A log that cannot be written (a full or read-only disk) is given up after one line about it."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: ARG002, N802 - logging's signature
        logger = logging.getLogger("photoorg")
        logger.removeHandler(self)
        logger.warning("the log file %s cannot be written; logging goes on without it", self.baseFilename)


def _file_handler(file: Path) -> logging.Handler:
    handler = _LogFile(
        file,
        maxBytes=_FILE_BYTES,
        backupCount=2,
        encoding="utf-8",
        delay=True,
        errors="backslashreplace",  # file names need not be UTF-8
    )
    handler.setLevel(logging.INFO)
    handler.setFormatter(logging.Formatter(_FORMAT))
    return handler
