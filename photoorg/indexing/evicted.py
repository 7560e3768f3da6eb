"""Known photos whose files were evicted to a cloud: they stay as they are, and are not fetched."""

from collections.abc import Iterable
from dataclasses import replace

from photoorg.catalog.records import KnownFile
from photoorg.indexing.scan import ONLINE_ONLY, FoundFile, Scan


def keep_evicted(scan: Scan, known: Iterable[KnownFile]) -> None:
    """Known files that are placeholders now count as found, as they were when they were read; wherever they moved."""
    gone: dict[tuple[int, int, int, int], KnownFile] = {}
    for file in known:
        place = file.place.volume_id, file.place.path
        found = scan.online_only.get(place)
        if found is not None and not file.missing:
            _keep(scan, replace(found, stat=file.stat))
        elif file.stat.inode and place not in scan.files:
            gone[file.place.volume_id, file.stat.inode, file.stat.size_bytes, file.stat.mtime_ns] = file
    for (volume_id, path), found in scan.online_only.items():
        identity = volume_id, found.stat.inode, found.stat.size_bytes, found.stat.mtime_ns
        if (volume_id, path) not in scan.files and gone.pop(identity, None) is not None:
            _keep(scan, found)


def _keep(scan: Scan, found: FoundFile) -> None:
    scan.files[found.place.volume_id, found.place.path] = found
    scan.skipped[ONLINE_ONLY] -= 1
