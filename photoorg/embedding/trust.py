"""What the self-test said of a model: remembered by fingerprint, in one file beside the models."""

import logging
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from filelock import FileLock

from photoorg.embedding.json_file import read_or_nothing, write_object
from photoorg.model_errors import ModelsFolderUnusable

log = logging.getLogger(__name__)

FILE_NAME = "self_tests.json"
# Raised whenever the self-test asks or judges otherwise: then models count as not tested.
SELF_TEST_VERSION = 1
_LOCK_NAME = "self_tests.lock"
_LOCK_TIMEOUT_S = 10
_SHOWN = 3


@dataclass(frozen=True)
class Trust:
    """The outcome of a self-test: `right` of `total` captions found their picture; `failed`: what went wrong, in words.

    A model that passed may have failed in something that does not decide, a single caption for example.
    """

    passed: bool
    right: int
    total: int
    failed: tuple[str, ...]

    @property
    def summary(self) -> str:
        """One or a few sentences for people."""
        score = f"{self.right} of {self.total} descriptions found their picture"
        if self.passed and not self.failed:
            return f"The self-test passed: {score}."
        verdict = "The self-test passed" if self.passed else "This model cannot be trusted"
        more = len(self.failed) - _SHOWN
        details = "; ".join(self.failed[:_SHOWN]) + (f"; and {more} more" if more > 0 else "")
        return f"{verdict}: {score}. {'Not right' if self.passed else 'What failed'}: {details}."


def read_trust(fingerprint: str, models_dir: Path) -> Trust | None:
    """What this version's self-test said of a model; None if it was not tested or the file is damaged."""
    path = models_dir / FILE_NAME
    if not path.is_file():
        return None
    try:
        with _lock(models_dir):
            stored = _stored(path)
    except (OSError, NotImplementedError) as error:  # no right to lock, or a file system without locks
        log.debug("%s is read without a lock: %s", path, error)
        stored = _stored(path)
    return _trust(stored.get(fingerprint))


def write_trust(fingerprint: str, trust: Trust, models_dir: Path) -> None:
    """Remember the outcome beside those of other models. Raises ModelsFolderUnusable."""
    outcome = {
        "version": SELF_TEST_VERSION,
        "passed": trust.passed,
        "right": trust.right,
        "total": trust.total,
        "failed": list(trust.failed),
    }
    try:
        models_dir.mkdir(parents=True, exist_ok=True)
        with _lock(models_dir):
            path = models_dir / FILE_NAME
            write_object(path, _stored(path) | {fingerprint: outcome})
    except (OSError, NotImplementedError) as error:
        raise ModelsFolderUnusable(path=str(models_dir), detail=str(error)) from error


def _lock(models_dir: Path) -> FileLock:
    # Readers take it, too: Windows does not replace a file that somebody reads.
    return FileLock(models_dir / _LOCK_NAME, timeout=_LOCK_TIMEOUT_S)


def _stored(path: Path) -> dict[str, Any]:
    return read_or_nothing(path, "all models count as not tested")


def _trust(outcome: Any) -> Trust | None:
    """None for anything that this version did not write."""
    if not isinstance(outcome, dict) or outcome.get("version") != SELF_TEST_VERSION:
        return None
    passed, right, total, failed = (outcome.get(name) for name in ("passed", "right", "total", "failed"))
    if not isinstance(passed, bool) or not isinstance(right, int) or not isinstance(total, int):
        return None
    if not isinstance(failed, list) or not all(isinstance(text, str) for text in failed):
        return None
    return Trust(passed, right, total, tuple(failed))
