"""Files from a Hugging Face hub, into a folder of our own, checked against the hub's checksums."""

import errno
import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from photoorg.embedding.hashes import hash_file
from photoorg.errors import DiskFull, ModelDownloadFailed, ModelUnknown, PhotoorgError

_TIMEOUT_S = 20.0
_CHUNK_BYTES = 256 * 1024
_SHA256_DIGITS = 64
_DISK_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


@dataclass(frozen=True)
class HubFile:
    """A file on the hub, pinned to a commit; `etag` is its SHA-256, or git's SHA-1 for small files."""

    repository: str
    name: str
    commit: str
    etag: str
    size_bytes: int


def find_file(reference: str, repository: str, name: str, commit: str = "main") -> HubFile | None:
    """Ask the hub for a file; None if the repository has none of this name. Raises ModelDownloadFailed, ModelUnknown."""
    hub = _hub()
    url = hub.hf_hub_url(repository, name, revision=commit, endpoint=_endpoint())
    try:
        facts = hub.get_hf_file_metadata(url, token=False, timeout=_TIMEOUT_S, endpoint=_endpoint())
    except Exception as error:
        if isinstance(error, hub.errors.EntryNotFoundError):
            return None
        raise _translated(error, reference, Path()) from error
    if not facts.commit_hash or not facts.etag or facts.size is None:
        detail = "the answer did not come from a model hub. Does this network ask for a login first?"
        raise ModelDownloadFailed(model=reference, detail=detail)
    return HubFile(repository, name, facts.commit_hash, facts.etag, facts.size)


def fetch_file(reference: str, file: HubFile, folder: Path, received: Callable[[int], None]) -> Path:
    """Download into `folder`, telling `received` each number of bytes; what that raises ends the download.

    Raises ModelDownloadFailed (checksums included), ModelUnknown, DiskFull.
    """
    hub = _hub()
    try:
        path = hub.hf_hub_download(
            file.repository,
            file.name,
            revision=file.commit,
            local_dir=folder,
            token=False,
            etag_timeout=_TIMEOUT_S,
            endpoint=_endpoint(),
            tqdm_class=_bar(received),
        )
    except Exception as error:
        raise _translated(error, reference, folder) from error
    if _checksum(Path(path), len(file.etag)) != file.etag:
        raise ModelDownloadFailed(model=reference, detail=f"{file.name} arrived damaged (its checksum is wrong).")
    return Path(path)


def is_disk_full(error: BaseException) -> bool:
    """Whether an error says that there is no space, or that the user's share of it is used up."""
    return isinstance(error, OSError) and error.errno in _DISK_FULL


def _hub() -> Any:
    """The hub's library: no calls home, nobody's login is sent, plain HTTP that can be cancelled between small blocks."""
    import huggingface_hub
    from huggingface_hub import constants

    constants.HF_HUB_DISABLE_TELEMETRY = True
    constants.HF_HUB_DISABLE_IMPLICIT_TOKEN = True
    constants.HF_HUB_DISABLE_XET = True
    constants.DOWNLOAD_CHUNK_SIZE = _CHUNK_BYTES
    return huggingface_hub


def _endpoint() -> str | None:
    return os.environ.get("HF_ENDPOINT", "").rstrip("/") or None


def _checksum(path: Path, digits: int) -> str:
    if digits == _SHA256_DIGITS:
        return hash_file(path)
    content = path.read_bytes()
    return hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()


def _bar(received: Callable[[int], None]) -> type:
    """The least that the hub's library takes for a progress bar."""

    class Bar:
        def __init__(self, *_args: Any, **_options: Any) -> None:
            pass

        def __enter__(self) -> Self:
            return self

        def __exit__(self, *_exception: object) -> None:
            pass

        def update(self, count: float | None = 1) -> None:
            received(int(count or 0))

    return Bar


def _translated(error: Exception, reference: str, folder: Path) -> PhotoorgError:
    """The error that a user can read. The hub's own are OSErrors too, so their order matters."""
    from huggingface_hub import errors

    if isinstance(error, PhotoorgError):
        return error
    if is_disk_full(error):
        return DiskFull(path=str(folder))
    if isinstance(error, errors.GatedRepoError):
        detail = "its authors ask for an agreement first. Accept it on the model's web page, download the files there "
        return ModelDownloadFailed(model=reference, detail=f"{detail}and use the folder.")
    if isinstance(error, errors.RepositoryNotFoundError | errors.RevisionNotFoundError | errors.HFValidationError):
        return ModelUnknown(model=reference)
    return ModelDownloadFailed(model=reference, detail=_why(error))


def _why(error: BaseException) -> str:
    """Words for the innermost known cause."""
    import httpx2
    from huggingface_hub import errors

    known: tuple[tuple[type[BaseException], str], ...] = (
        (errors.OfflineModeIsEnabled, "HF_HUB_OFFLINE is set, which forbids downloads."),
        (errors.FileMetadataError, "the answer did not come from a model hub."),
        (httpx2.TimeoutException, "the hub did not answer in time."),
        (httpx2.ConnectError, "the hub cannot be reached."),
        (httpx2.TransportError, "the connection broke."),
    )
    words = next((text for kind, text in known if isinstance(error, kind)), None)
    status = getattr(getattr(error, "response", None), "status_code", None)
    if words or status:
        return words or f"the hub answered with HTTP status {status}."
    return _why(error.__cause__) if error.__cause__ else (str(error).splitlines() or [type(error).__name__])[0]
