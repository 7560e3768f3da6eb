"""How far background work is, as texts for people. Free of Qt."""

from photoorg.jobs.events import JobProgress

_MINUTE_S = 60
_HOUR_S = 3600
_DAY_S = 86400
_FAST = 100
_BYTE_UNITS = ((10**9, "GB"), (10**6, "MB"), (10**3, "kB"))
_GLUE = "\N{NO-BREAK SPACE}"  # between a number and its unit
_SHORT_NUMBER = 10


def progress_details(event: JobProgress) -> list[str]:
    """Count, speed and time left in one line, longest first: "1,234 of 5,678 · 18.8 photos/s · about 4 minutes left".

    The shorter ones leave out the speed, then the time. Empty where the total is not known.
    """
    if not event.total:
        return []
    count = f"{event.done:,} of {event.total:,}"
    rate, left = rate_text(event.rate), left_text(event.left_s)
    lines = (_joined(count, rate, left), _joined(count, left), count)
    return list(dict.fromkeys(lines))


def byte_details(event: JobProgress) -> list[str]:
    """The same for bytes: "123 MB of 605 MB · 4.2 MB/s · about 2 minutes left"."""
    if not event.total:
        return []
    count = f"{bytes_text(event.done)} of {bytes_text(event.total)}"
    rate, left = f"{bytes_text(round(event.rate))}/s" if event.rate >= 1 else "", left_text(event.left_s)
    lines = (_joined(count, rate, left), _joined(count, left), count)
    return list(dict.fromkeys(lines))


def bytes_text(count: int) -> str:
    """A size as disks count, with two digits or more: "605 MB", "1.5 GB"."""
    for size, unit in _BYTE_UNITS:
        if count >= size:
            number = count / size
            return f"{number:.1f}{_GLUE}{unit}" if round(number, 1) < _SHORT_NUMBER else f"{number:.0f}{_GLUE}{unit}"
    return f"{count}{_GLUE}bytes"


def rate_text(rate: float) -> str:
    """Photos per second; empty while unknown."""
    if rate <= 0:
        return ""
    return f"{rate:,.0f} photos/s" if rate >= _FAST else f"{rate:.1f} photos/s"


def left_text(left_s: float | None) -> str:
    """The time left, as exact as an estimate can be; empty while unknown."""
    if left_s is None:
        return ""
    if left_s < _MINUTE_S:
        return "less than a minute left"
    for unit_s, name in ((_DAY_S, "day"), (_HOUR_S, "hour"), (_MINUTE_S, "minute")):
        count = round(left_s / unit_s)
        if left_s >= unit_s and count:
            return f"about {count} {name}{'' if count == 1 else 's'} left"
    return ""


def _joined(*parts: str) -> str:
    return " · ".join(part for part in parts if part)
