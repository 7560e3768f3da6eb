"""What else this computer is used for just now: its power, its user, the other programs."""

import ctypes
import sys
import time

import psutil


def is_on_battery() -> bool:
    """Whether it runs on its battery; one without a battery never does, nor one that does not say."""
    sensors = getattr(psutil, "sensors_battery", None)  # not on every system
    battery = sensors() if sensors else None
    return battery is not None and battery.power_plugged is False


def untouched_s() -> float | None:
    """Seconds since keyboard or mouse were last touched; None where the system does not tell."""
    if sys.platform == "win32":
        return _untouched_windows_s()
    if sys.platform == "darwin":
        return _untouched_mac_s()
    return None  # Wayland tells no program


class OtherPrograms:
    """How much of the processors other programs use."""

    def __init__(self) -> None:
        self._at = time.monotonic()
        self._busy_s = _busy_s()
        self._own_s = _own_s()

    def cores_used(self) -> float:
        """Processor cores that were used since the last call, without this program and its processes."""
        at, busy_s, own_s = time.monotonic(), _busy_s(), _own_s()
        ours_s = sum(max(0.0, seconds - self._own_s.get(pid, 0.0)) for pid, seconds in own_s.items())
        used = (busy_s - self._busy_s - ours_s) / max(at - self._at, 1e-3)
        self._at, self._busy_s, self._own_s = at, busy_s, own_s
        return max(0.0, used)


def _busy_s() -> float:
    """Processor seconds of all programs since the computer started."""
    times = psutil.cpu_times()
    return float(times.user + times.system + getattr(times, "nice", 0.0))


def _own_s() -> dict[int, float]:
    """Processor seconds of this program's processes, by their ids."""
    this = psutil.Process()
    own: dict[int, float] = {}
    for process in (this, *this.children(recursive=True)):
        try:
            times = process.cpu_times()
        except psutil.Error:  # it has just ended
            continue
        own[process.pid] = times.user + times.system
    return own


if sys.platform == "win32":

    class _LastInput(ctypes.Structure):
        _fields_ = (("size", ctypes.c_uint), ("ticks_ms", ctypes.c_uint))

    def _untouched_windows_s() -> float | None:
        last = _LastInput(ctypes.sizeof(_LastInput), 0)
        if not ctypes.windll.user32.GetLastInputInfo(ctypes.byref(last)):
            return None
        return float((ctypes.windll.kernel32.GetTickCount() - last.ticks_ms) % 2**32) / 1000  # both start over at 2**32


if sys.platform == "darwin":
    _CORE_GRAPHICS = "/System/Library/Frameworks/CoreGraphics.framework/CoreGraphics"
    _ALL_INPUT = 1, 0xFFFFFFFF  # kCGEventSourceStateHIDSystemState, kCGAnyInputEventType

    def _untouched_mac_s() -> float | None:
        try:
            ask = ctypes.CDLL(_CORE_GRAPHICS).CGEventSourceSecondsSinceLastEventType
        except (OSError, AttributeError):
            return None
        ask.argtypes, ask.restype = (ctypes.c_int32, ctypes.c_uint32), ctypes.c_double
        return float(ask(*_ALL_INPUT))
