"""The program's own time: UTC, as text that sorts."""

from datetime import UTC, datetime


def utc_now() -> str:
    """For example 2026-03-01T12:00:00.123456Z."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
