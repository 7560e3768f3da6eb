"""How far background work is, as texts for people. Free of Qt."""

from photoorg.jobs.events import JobProgress

_MINUTE_S = 60
_HOUR_S = 3600
_DAY_S = 86400
_FAST = 100


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
