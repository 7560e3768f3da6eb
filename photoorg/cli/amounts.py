"""Amounts for people: bytes and seconds."""

_MEGABYTE, _GIGABYTE = 10**6, 10**9  # as hubs and disks count
_MINUTE, _HOUR = 60, 3600


def size_text(size_bytes: float) -> str:
    """Such as "0.3 MB", "605 MB" or "20.4 GB"."""
    if size_bytes >= 10 * _GIGABYTE:
        return f"{size_bytes / _GIGABYTE:,.1f} GB"
    megabytes = size_bytes / _MEGABYTE
    return f"{megabytes:,.0f} MB" if megabytes >= 10 else f"{megabytes:.1f} MB"  # noqa: PLR2004 - two digits


def duration_text(seconds: float) -> str:
    """Such as "40 s", "3 min 20 s" or "1 h 5 min"."""
    whole = round(seconds)
    if whole < _MINUTE:
        return f"{whole} s"
    if whole < _HOUR:
        return f"{whole // _MINUTE} min {whole % _MINUTE} s"
    return f"{whole // _HOUR} h {whole % _HOUR // _MINUTE} min"
