"""One read of a file: its bytes, and the state of the very descriptor that they came from."""

import errno
import os
import stat
from dataclasses import dataclass

from photoorg.errors import (
    EmptyFile,
    FileNotReadable,
    FileReadFailed,
    FileTooLarge,
    FileVanished,
    PhotoorgError,
    TooManyPixels,
)

Size = tuple[int, int]
"""Width and height in pixels."""

MEGABYTE = 10**6
_MEGAPIXEL = 10**6
# Without O_NONBLOCK, opening a FIFO waits for somebody who writes to it. Windows needs O_BINARY.
_FLAGS = (
    os.O_RDONLY
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_NOCTTY", 0)
    | getattr(os, "O_BINARY", 0)
)


@dataclass(frozen=True)
class DecodeLimits:
    """What a decode worker takes on: `pixels` of the full picture, `file_bytes` of the file."""

    pixels: int = 2**28
    file_bytes: int = 2**30

    def check(self, size: Size) -> None:
        """Raises TooManyPixels for a picture of more than `pixels`; to be asked before it is decoded."""
        width, height = size
        if width * height > self.pixels:
            raise TooManyPixels(width=width, height=height, limit_megapixels=round(self.pixels / _MEGAPIXEL))


@dataclass(frozen=True)
class FileBytes:
    """The bytes of a file, and size, times (ns) and inode from before they were read."""

    data: bytes
    size_bytes: int
    mtime_ns: int
    ctime_ns: int
    inode: int


def read_file(path: bytes, limits: DecodeLimits) -> FileBytes:
    """Read the whole file once. Raises FileVanished, FileNotReadable, FileReadFailed, EmptyFile, FileTooLarge."""
    try:
        descriptor = os.open(path if os.name == "posix" else os.fsdecode(path), _FLAGS)
        try:
            return _read_open_file(descriptor, limits)
        finally:
            os.close(descriptor)
    except OSError as error:
        raise _readable(error) from error


def _read_open_file(descriptor: int, limits: DecodeLimits) -> FileBytes:
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode):
        raise FileReadFailed(detail="it is not a regular file")
    if status.st_size == 0:
        raise EmptyFile
    if status.st_size > limits.file_bytes:
        raise FileTooLarge(
            size_megabytes=round(status.st_size / MEGABYTE), limit_megabytes=round(limits.file_bytes / MEGABYTE)
        )
    data = _read_up_to(descriptor, status.st_size)
    if not data:
        raise EmptyFile  # emptied since the line above asked
    return FileBytes(data, status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino)


def _read_up_to(descriptor: int, size: int) -> bytes:
    """Up to `size` bytes: a file that grows meanwhile is caught by its times in the next scan."""
    first = os.read(descriptor, size)
    if len(first) == size or not first:
        return first
    parts = [first]
    while (missing := size - sum(map(len, parts))) and (part := os.read(descriptor, missing)):
        parts.append(part)
    return b"".join(parts)


def _readable(error: OSError) -> PhotoorgError:
    if error.errno in (errno.ENOENT, errno.ENOTDIR):
        return FileVanished()
    if error.errno in (errno.EACCES, errno.EPERM):
        return FileNotReadable()
    if error.errno in (errno.ENXIO, errno.EOPNOTSUPP, errno.EISDIR):
        return FileReadFailed(detail="it is not a regular file")
    return FileReadFailed(detail=error.strerror or str(error))
