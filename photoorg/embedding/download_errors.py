"""What went wrong with a download, in words for its user: each cause has an error of its own."""

import errno
import os
import socket
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from photoorg.embedding.hub_access import endpoint, host_name, is_address, page_of, proxy_in_use
from photoorg.errors import DiskFull, ModelUnknown, PhotoorgError
from photoorg.model_errors import (
    FileTooLargeForDisk,
    HubBusy,
    HubFailing,
    HubForbidden,
    HubNotTrusted,
    HubOffline,
    HubTimeout,
    HubUnreachable,
    ModelAbsent,
    ModelFileMissing,
    ModelGated,
    ModelsFolderUnusable,
    ModelVersionGone,
    NotAHub,
    ProxyFailed,
)

_UNAUTHORIZED, _FORBIDDEN, _NOT_FOUND, _PROXY_LOGIN, _TOO_MANY = 401, 403, 404, 407, 429
# The hub may answer the same question a moment later.
_PASSING_STATUS = frozenset({408, _TOO_MANY, 500, 502, 503, 504})
_CERTIFICATES = "SSL_CERT_FILE"
_DISK_FULL = (errno.ENOSPC, errno.EDQUOT)
_NO_ROUTE = (errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN)


@dataclass(frozen=True)
class Question:
    """What the hub was asked for: a file of a repository at a commit, for a model of this reference."""

    reference: str
    repository: str
    name: str
    commit: str


def translated(error: Exception, asked: Question) -> PhotoorgError:
    """The error for people. The hub's own errors inherit from each other and from OSError: their order matters."""
    if isinstance(error, PhotoorgError):
        return error
    return _of_the_model(error, asked) or _of_the_status(error, asked) or _of_the_connection(error, asked)


def storage_error(error: OSError, place: str) -> PhotoorgError:
    """Writing failed: a disk that is full, or a place that cannot be written."""
    if error.errno in _DISK_FULL:
        return DiskFull(path=place)
    if error.errno == errno.EFBIG:
        return FileTooLargeForDisk(path=place)
    return ModelsFolderUnusable(path=str(error.filename or place), detail=error.strerror or str(error))


def has_passing_status(error: BaseException) -> bool:
    """Whether the hub is only too busy just now."""
    return _status(error) in _PASSING_STATUS


def is_passing(error: BaseException) -> bool:
    """Whether a transfer that broke like this may well go on when asked again."""
    import httpx2

    broken = (httpx2.TimeoutException, httpx2.NetworkError, httpx2.RemoteProtocolError)
    return has_passing_status(error) or (isinstance(error, broken) and not _certificate_problem(error))


def is_broken_connection(error: BaseException) -> bool:
    """Whether the two ends lost each other, in the middle of a transfer."""
    return is_passing(error) and not has_passing_status(error)


def _of_the_model(error: Exception, asked: Question) -> PhotoorgError | None:
    from huggingface_hub import errors

    model, repository = asked.reference, asked.repository
    if isinstance(error, errors.GatedRepoError):
        return ModelGated(model=model, page=page_of(repository))
    if isinstance(error, errors.RepositoryNotFoundError) or _status(error) == _UNAUTHORIZED:
        return ModelAbsent(model=model, repository=repository, host=host_name())
    if isinstance(error, errors.RevisionNotFoundError):
        return ModelVersionGone(model=model, commit=asked.commit, host=host_name())
    if isinstance(error, errors.EntryNotFoundError):
        return ModelFileMissing(model=model, repository=repository, files=asked.name)
    return ModelUnknown(model=model) if isinstance(error, errors.HFValidationError) else None


def _of_the_status(error: Exception, asked: Question) -> PhotoorgError | None:
    """The other answers with an HTTP status."""
    facts: dict[str, Any] = {"model": asked.reference, "host": host_name(), "status": _status(error)}
    match facts["status"]:
        case None:
            return None
        case status if status == _FORBIDDEN:
            return HubForbidden(**facts)
        case status if status == _NOT_FOUND:
            return NotAHub(**facts)  # a hub would say what it lacks
        case status if status == _TOO_MANY:
            return HubBusy(**facts)
        case status if status == _PROXY_LOGIN:
            return _proxy_failed(asked, "it asks for a user and a password")
    return HubFailing(**facts)


def _of_the_connection(error: Exception, asked: Question) -> PhotoorgError:
    import httpx2
    from huggingface_hub import errors

    if isinstance(error, errors.OfflineModeIsEnabled):
        return HubOffline(model=asked.reference)
    if isinstance(error, httpx2.TooManyRedirects | httpx2.DecodingError):
        return NotAHub(model=asked.reference, host=host_name())
    if is_address(endpoint()) and _is_of_the_proxy(error):
        return _proxy_failed(asked, _why(error))
    return _of_the_way(error, {"model": asked.reference, "host": host_name()})


def _of_the_way(error: Exception, facts: dict[str, Any]) -> PhotoorgError:
    """There is no secure connection, no answer, or no connection at all."""
    import httpx2

    if not is_address(endpoint()):
        return HubUnreachable(**facts, detail="HF_ENDPOINT is not a web address")
    if problem := _certificate_problem(error):
        return HubNotTrusted(**facts, detail=problem)
    if isinstance(error, httpx2.TimeoutException):
        return HubTimeout(**facts, timeout_s=_timeout_s())
    return HubUnreachable(**facts, detail=_why(error))


def _is_of_the_proxy(error: Exception) -> bool:
    import httpx2

    # ImportError: httpx2 lacks a package for SOCKS proxies; ValueError: a proxy's address that makes no sense.
    if isinstance(error, httpx2.ProxyError | ImportError | ValueError):
        return True
    is_refused = isinstance(error, httpx2.ConnectError) and not _certificate_problem(error)
    return is_refused and bool(proxy_in_use())


def _proxy_failed(asked: Question, detail: str) -> PhotoorgError:
    return ProxyFailed(model=asked.reference, proxy=proxy_in_use() or "?", detail=detail)


def _status(error: BaseException) -> int | None:
    status: int | None = getattr(getattr(error, "response", None), "status_code", None)
    return status


def _timeout_s() -> float:
    from huggingface_hub import constants

    seconds: float = constants.HF_HUB_ETAG_TIMEOUT
    return seconds


def _certificate_problem(error: BaseException) -> str:
    """What the check of a certificate said, "" if it was none."""
    for cause in _causes(error):
        if isinstance(cause, ssl.SSLCertVerificationError):
            return cause.verify_message or str(cause)
        if isinstance(cause, ssl.SSLError):
            return cause.reason or str(cause)
    if isinstance(error, FileNotFoundError | PermissionError) and (place := os.environ.get(_CERTIFICATES)):
        return f"{_CERTIFICATES} names {place}, which cannot be read"
    return ""


def _why(error: BaseException) -> str:
    """Words for why there is no connection."""
    for cause in _causes(error):
        if isinstance(cause, socket.gaierror):
            return "its address cannot be found: is the computer online?"
        if isinstance(cause, ConnectionRefusedError):
            return "it refuses connections"
        if isinstance(cause, OSError) and cause.errno in _NO_ROUTE:
            return "there is no way to it: is the computer online?"
    return (str(error).splitlines() or [type(error).__name__])[0].rstrip(".")


def _causes(error: BaseException) -> Iterator[BaseException]:
    cause: BaseException | None = error
    while cause is not None:
        yield cause
        cause = cause.__cause__ or cause.__context__
