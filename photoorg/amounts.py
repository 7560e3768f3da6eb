"""Counts in words."""


def counted(number: int, one: str, many: str) -> str:
    """For example "1 file", "2,000 files"."""
    return f"{number:,} {one if number == 1 else many}"
