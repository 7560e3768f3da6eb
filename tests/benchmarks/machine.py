"""What a benchmark ran on, and what it may do to that."""

import os
import platform
import sys
from pathlib import Path
from typing import Any

import psutil

_DROP_CACHES = Path("/proc/sys/vm/drop_caches")


def machine() -> dict[str, Any]:
    """The hardware, as far as the system tells."""
    return {
        "processor": processor(),
        "cores": len(psutil.Process().cpu_affinity()) if hasattr(psutil.Process, "cpu_affinity") else os.cpu_count(),
        "memory_gb": round(psutil.virtual_memory().total / 1e9, 1),
        "system": platform.platform(),
        "load_at_start": round(psutil.getloadavg()[0], 1),
    }


def processor() -> str:
    """The processor's name."""
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines() if sys.platform == "linux" else []
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.processor() or platform.machine())


def drop_caches() -> bool:
    """Let the system forget what it read from the disk; tells whether that is permitted here."""
    try:
        os.sync()
        _DROP_CACHES.write_text("3\n", encoding="ascii")
    except (OSError, AttributeError):
        return False
    return True
