"""How each system says that it lost events: the answer is a look at everything."""

from watchdog.events import FileSystemEvent

# FSEvents.h: MustScanSubDirs, UserDropped, KernelDropped, EventIdsWrapped, Mount, Unmount.
_MAC_LOST = 0x1 | 0x2 | 0x4 | 0x8 | 0x40 | 0x80
# winerror.h: ERROR_NOTIFY_ENUM_DIR, the buffer ran over; the watching goes on.
_WINDOWS_RAN_OVER = 1022


class EventsLostEvent(FileSystemEvent):
    """Nobody knows what happened below the watched folder."""

    event_type = "lost"


def is_lost_on_mac(flags: int) -> bool:
    """Whether the flags of one of FSEvents' events say that others were left out, or that a disk came or went."""
    return bool(flags & _MAC_LOST)


def is_lost_on_windows(size_bytes: int, error: int | None) -> bool:
    """Whether ReadDirectoryChangesW lost events: it succeeds with an empty buffer, or says so in an error's number."""
    return size_bytes == 0 if error is None else error == _WINDOWS_RAN_OVER
