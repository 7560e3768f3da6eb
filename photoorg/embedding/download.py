"""Files from a Hugging Face hub: found, fetched from where an earlier try stopped, checked against the hub's checksums."""

import logging
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from photoorg.embedding.download_errors import (
    Question,
    has_passing_status,
    is_broken_connection,
    is_passing,
    translated,
)
from photoorg.embedding.hashes import checksum_like
from photoorg.embedding.hub_access import endpoint, host_name, hub
from photoorg.embedding.patience import WatchedBody, pause
from photoorg.errors import PhotoorgError
from photoorg.model_errors import ConnectionLost, DownloadDamaged, DownloadShort, NotAHub

log = logging.getLogger(__name__)

CheckCancelled = Callable[[], None]

# A transfer is given up when so many requests in a row have brought nothing.
TRIES = 4
PAUSE_S = 1.0
# SHA-256, or git's SHA-1 of small files.
_ETAG = re.compile(r"[0-9a-f]{64}|[0-9a-f]{40}")
_CONTENT_RANGE = re.compile(r"bytes (\d+)-\d+/(\d+|\*)")
_PARTIAL_CONTENT, _RANGE_NOT_SATISFIABLE = 206, 416
_MEGABYTE = 10**6


@dataclass(frozen=True)
class HubFile:
    """A file on the hub, pinned to a commit; `etag` is its SHA-256, or git's SHA-1 for small files."""

    repository: str
    name: str
    commit: str
    etag: str
    size_bytes: int


class _EndedEarlyError(Exception):
    """A body that ends in good order before the file does."""


def find_file(
    reference: str, repository: str, name: str, commit: str, check_cancelled: CheckCancelled
) -> HubFile | None:
    """Ask the hub for a file; None if the repository has none of this name. Raises ModelDownloadFailed and its kinds."""
    asked = Question(reference, repository, name, commit)
    try:
        facts = _ask(asked, check_cancelled)
    except Exception as error:
        if isinstance(error, hub().errors.EntryNotFoundError):
            return None
        raise translated(error, asked) from error
    if not facts.commit_hash or facts.size is None or not _ETAG.fullmatch(facts.etag or ""):
        raise NotAHub(model=reference, host=host_name())
    return HubFile(repository, name, facts.commit_hash, facts.etag, facts.size)


def _ask(asked: Question, check_cancelled: CheckCancelled) -> Any:
    """The hub's facts about a file. Fails at once, but for a hub that is busy just now."""
    library = hub()
    for left in reversed(range(TRIES)):
        check_cancelled()
        try:
            url = library.hf_hub_url(asked.repository, asked.name, revision=asked.commit, endpoint=endpoint())
            timeout_s = library.constants.HF_HUB_ETAG_TIMEOUT
            return library.get_hf_file_metadata(url, token=False, timeout=timeout_s, endpoint=endpoint())
        except library.errors.HfHubHTTPError as error:
            if not left or not has_passing_status(error):
                raise
            pause(PAUSE_S, check_cancelled)
    return None


class Transfer:
    """A file on its way into `part`, which keeps what has arrived: over errors, cancelling, and the end of the program."""

    def __init__(
        self,
        reference: str,
        file: HubFile,
        part: Path,
        on_size: Callable[[int], None],
        check_cancelled: CheckCancelled,
    ) -> None:
        """`on_size` gets the size of the part as it grows."""
        self._asked = Question(reference, file.repository, file.name, file.commit)
        self._file = file
        self._part = part
        self._on_size = on_size
        self._check_cancelled = check_cancelled

    def run(self) -> None:
        """Get what is missing and check the whole. Raises ModelDownloadFailed and its kinds, OSError, Cancelled."""
        if size_of(self._part) > self._file.size_bytes:
            self._part.unlink()
        self._part.touch()
        self._receive_all()
        if checksum_like(self._file.etag, self._part, self._check_cancelled) != self._file.etag:
            self._part.unlink()
            raise DownloadDamaged(model=self._asked.reference, file=self._file.name)

    def _receive_all(self) -> None:
        failures = 0
        while (before := size_of(self._part)) < self._file.size_bytes:
            self._check_cancelled()
            try:
                self._receive(before)
            except PhotoorgError:
                raise
            except Exception as error:
                if isinstance(error, OSError) and error.errno is not None:
                    raise  # of the disk: the hub's have no number
                failures = 0 if size_of(self._part) > before else failures + 1
                if failures >= TRIES or not (isinstance(error, _EndedEarlyError) or is_passing(error)):
                    raise self._translated(error) from error
                log.info("%s: %s, going on at byte %d", self._file.name, error, size_of(self._part))
                pause(PAUSE_S, self._check_cancelled)

    def _receive(self, start: int) -> None:
        """One request. Any error may come out of it; what had arrived until then is in the part."""
        library = hub()
        url = library.hf_hub_url(
            self._file.repository, self._file.name, revision=self._file.commit, endpoint=endpoint()
        )
        headers = library.utils.build_hf_headers(token=False) | {"Accept-Encoding": "identity"}
        if start:
            headers["Range"] = f"bytes={start}-"
        timeout_s = library.constants.HF_HUB_DOWNLOAD_TIMEOUT
        # Not the library's http_get: it waits for minutes without asking whether somebody has cancelled.
        with library.get_session().stream("GET", url, headers=headers, timeout=timeout_s) as response:
            if response.status_code == _RANGE_NOT_SATISFIABLE:
                raise _EndedEarlyError("there is no more of it")
            library.utils.hf_raise_for_status(response)
            start = self._accepted_start(response, start)
            with self._part.open("ab") as file:
                file.truncate(start)
                self._store(response, file, start)

    def _accepted_start(self, response: Any, start: int) -> int:
        """Where the body belongs in the file. What was got already is not given up for an answer from somebody else."""
        is_part = response.status_code == _PARTIAL_CONTENT
        is_ours = self._is_our_part(response, start) if is_part else self._is_our_whole(response, start)
        if not is_ours or response.headers.get("Content-Type", "").startswith("text/html"):
            raise NotAHub(model=self._asked.reference, host=host_name())
        return start if is_part else 0

    def _is_our_part(self, response: Any, start: int) -> bool:
        found = _CONTENT_RANGE.fullmatch(response.headers.get("Content-Range", ""))
        return found is not None and int(found[1]) == start and found[2] in ("*", str(self._file.size_bytes))

    def _is_our_whole(self, response: Any, start: int) -> bool:
        """Also one that is too short, unless it would replace more."""
        length = response.headers.get("Content-Length", "")
        if not length.isdigit() or "Content-Encoding" in response.headers:
            return True  # the answer does not say how long it is
        return int(length) == self._file.size_bytes or (int(length) < self._file.size_bytes and not start)

    def _store(self, response: Any, file: BinaryIO, size: int) -> None:
        self._on_size(size)
        with WatchedBody(response, self._check_cancelled) as body:
            while block := body.next_block():
                size += len(block)
                if size > self._file.size_bytes:
                    raise NotAHub(model=self._asked.reference, host=host_name())
                file.write(block)
                file.flush()
                self._on_size(size)
                self._check_cancelled()
        if size < self._file.size_bytes:
            raise _EndedEarlyError("it ended early")

    def _translated(self, error: Exception) -> PhotoorgError:
        done, total = size_of(self._part), self._file.size_bytes
        facts: dict[str, Any] = {"model": self._asked.reference, "host": host_name(), "file": self._file.name}
        if isinstance(error, _EndedEarlyError):
            return DownloadShort(**facts, done_bytes=done, total_bytes=total)
        if is_broken_connection(error):
            megabytes = {"done_megabytes": done // _MEGABYTE, "total_megabytes": total // _MEGABYTE}
            return ConnectionLost(**facts, **megabytes, detail=_how_it_broke(error))
        return translated(error, self._asked)


def size_of(path: Path) -> int:
    """Bytes of a file; 0 if it is not there."""
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


def _how_it_broke(error: Exception) -> str:
    import httpx2

    if isinstance(error, httpx2.TimeoutException):
        return f"nothing more came for {hub().constants.HF_HUB_DOWNLOAD_TIMEOUT} seconds"
    return "the connection broke"
