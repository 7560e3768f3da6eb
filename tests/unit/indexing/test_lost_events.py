"""Events that the system lost, on systems that are not this one: watchdog's real code on fabricated answers of theirs."""

import ctypes
import ctypes.wintypes
import importlib
import itertools
import queue
import sys
import threading
from types import ModuleType, SimpleNamespace

import pytest
from watchdog.events import FileSystemEventHandler
from watchdog.observers.api import EventQueue, ObservedWatch

from photoorg.indexing.lost_events import is_lost_on_mac, is_lost_on_windows

LIMIT_S = 100
_OURS = ("photoorg.indexing.fsevents_emitter", "photoorg.indexing.windows_emitter")
_THEIRS = (
    "watchdog.observers.fsevents",
    "watchdog.observers.winapi",
    "watchdog.observers.read_directory_changes",
    "_watchdog_fsevents",
)


@pytest.fixture
def _forgotten(monkeypatch):
    """Modules that see another system are forgotten after the test."""
    yield
    for name in (*_OURS, *_THEIRS):
        sys.modules.pop(name, None)


@pytest.mark.parametrize(
    ("flags", "expected"),
    [
        (0x0, False),
        (0x100 | 0x10000, False),  # a file was made
        (0x200 | 0x20000, False),  # a folder was removed
        (0x1, True),
        (0x1 | 0x2, True),
        (0x1 | 0x4, True),
        (0x10, False),  # the history is done
        (0x20, False),  # the root changed: watchdog ends
        (0x40, True),
    ],
)
def test_what_fsevents_says(flags, expected):
    assert is_lost_on_mac(flags) is expected


@pytest.mark.parametrize(
    ("size", "error", "expected"),
    [(0, None, True), (12, None, False), (0, 1022, True), (0, 64, False), (0, 995, False)],
)
def test_what_windows_says(size, error, expected):
    assert is_lost_on_windows(size, error) is expected


# --- macOS ----------------------------------------------------------------------------------------------------------


class NativeEvent(SimpleNamespace):
    def __init__(self, path, inode, flags, event_id):
        super().__init__(path=path, inode=inode, flags=flags, event_id=event_id)

    def __getattr__(self, name):
        bits = {"is_created": 0x100, "is_removed": 0x200, "is_renamed": 0x800, "is_modified": 0x1000}
        if name.startswith("is_"):
            return bool(self.flags & bits.get(name, 0))
        raise AttributeError(name)


@pytest.mark.usefixtures("_forgotten")
def test_fsevents_losses_are_handed_on(monkeypatch, tmp_path):
    native = ModuleType("_watchdog_fsevents")
    native.Stream, native.NativeEvent = (lambda *_args, **_options: None), NativeEvent
    monkeypatch.setitem(sys.modules, "_watchdog_fsevents", native)
    module = importlib.import_module("photoorg.indexing.fsevents_emitter")
    events = EventQueue()
    emitter = module.LossTellingFSEventsEmitter(events, ObservedWatch(str(tmp_path), recursive=True))
    made = str(tmp_path / "a.jpg")
    emitter.events_callback([made], [7], [0x100 | 0x10000], [1])
    assert kinds(events) == ["created", "modified"]
    emitter.events_callback([str(tmp_path), made], [1, 7], [0x1 | 0x2, 0x1000 | 0x10000], [2, 3])
    assert kinds(events) == ["lost", "modified"]
    observer = module.LossTellingFSEventsObserver()
    observer.schedule(FileSystemEventHandler(), str(tmp_path), recursive=True)
    assert [type(found) for found in observer.emitters] == [module.LossTellingFSEventsEmitter]


def kinds(events) -> list[str]:
    found = []
    while not events.empty():
        found.append(events.get_nowait()[0].event_type)
    return found


# --- Windows --------------------------------------------------------------------------------------------------------


class Kernel32:
    """What the emitter calls of Windows; `answers` are what ReadDirectoryChangesW gives one after the other."""

    def __init__(self) -> None:
        self.answers: queue.Queue[int | bytes] = queue.Queue()
        self.cancelled = threading.Event()
        self._handles = itertools.count(1)
        self.CreateFileW = self._function(lambda *_: next(self._handles))
        self.ReadDirectoryChangesW = self._function(self._read)
        self.ReadDirectoryChangesExW = None
        self.CancelIoEx = self._function(lambda *_: self.answers.put(995))
        self.GetFinalPathNameByHandleW = self._function(self._path)
        for name in ("CloseHandle", "WaitForSingleObjectEx", "CreateEventW", "SetEvent", "CreateIoCompletionPort",
                     "GetQueuedCompletionStatus", "PostQueuedCompletionStatus"):  # fmt: skip
            setattr(self, name, self._function(lambda *_: 1))
        self.path = ""

    @staticmethod
    def _function(call):
        def function(*args):
            return call(*args)

        return function

    def _path(self, _handle, buffer, *_):
        buffer.value = self.path
        return len(self.path)

    def _read(self, _handle, buffer, _length, _recursive, _filter, count, *_):
        answer = self.answers.get(timeout=LIMIT_S)
        if isinstance(answer, int):
            error = OSError(22, "fabricated")
            error.winerror = answer
            raise error
        ctypes.memmove(buffer, answer, len(answer))
        count._obj.value = len(answer)
        return 1


def record(action: int, name: str) -> bytes:
    """One FILE_NOTIFY_INFORMATION."""
    text = name.encode("utf-16-le")
    return b"".join(n.to_bytes(4, "little") for n in (0, action, len(text))) + text


@pytest.fixture
def windows(monkeypatch, tmp_path, _forgotten):
    """A running emitter, its queue of events, and the system that it runs on."""
    kernel = Kernel32()
    kernel.path = str(tmp_path)
    monkeypatch.setattr(ctypes, "WinDLL", lambda _name: kernel, raising=False)
    monkeypatch.setattr(ctypes.wintypes, "DWORD", ctypes.c_uint32)  # here a C long has 64 bits
    module = importlib.import_module("photoorg.indexing.windows_emitter")
    events = EventQueue()
    emitter = module.LossTellingWindowsEmitter(events, ObservedWatch(str(tmp_path), recursive=True), timeout=0.05)
    emitter.start()
    yield SimpleNamespace(kernel=kernel, events=events, emitter=emitter)
    emitter.stop()
    emitter.join(LIMIT_S)
    assert not emitter.is_alive()


def next_kind(windows) -> str:
    return windows.events.get(timeout=LIMIT_S)[0].event_type


def test_windows_events_come_through(windows):
    windows.kernel.answers.put(record(1, "a.jpg"))
    assert next_kind(windows) == "created"


@pytest.mark.parametrize("answer", [b"", 1022])
def test_a_windows_buffer_that_ran_over_is_handed_on_and_watching_goes_on(windows, answer):
    windows.kernel.answers.put(answer)
    assert next_kind(windows) == "lost"
    windows.kernel.answers.put(record(2, "a.jpg"))
    assert next_kind(windows) == "deleted"


def test_a_network_drive_that_goes_ends_the_emitter(windows):
    windows.kernel.answers.put(64)  # ERROR_NETNAME_DELETED
    windows.emitter.join(LIMIT_S)
    assert not windows.emitter.is_alive()
