"""Where an entry goes first: one line appended to a file of this process, which waits for nobody.

A page that shows somebody's data never waits for a write lock. The lines are taken into the store in batches; how far
each file was taken stands in the same transaction as its entries, so a kill at any point loses none and doubles none.
"""

import os
import secrets
import threading
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from dangol.records.staff.access.entries import Entry

LARGEST = 1_000_000  # bytes; then a new file is begun
PREFIX = "spool-"

_lock = threading.Lock()
_open: dict[str, int | Path] = {}


def folder() -> Path:
    """The access log's own place in the home."""
    place: Path = settings.DANGOL_HOME / "access"
    return place


def append(entry: Entry) -> None:
    """Write the entry down: one line, one write."""
    line = (entry.told() + "\n").encode()
    os.write(_handle(), line)


def waiting() -> list[Path]:
    """The files that hold lines, the oldest first."""
    return sorted(folder().glob(f"{PREFIX}*.jsonl"), key=lambda path: (path.stat().st_mtime_ns, path.name))


def lines(path: Path, start: int) -> Iterator[tuple[str, int]]:
    """The whole lines from a byte on, each with the byte after it; a line still being written waits."""
    with path.open("rb") as file:
        file.seek(start)
        for line in file:
            if not line.endswith(b"\n"):
                return
            start += len(line)
            yield line.decode(), start


def done(path: Path, taken: int) -> bool:
    """Whether nobody will write to this file any more and everything in it was taken."""
    return path.stat().st_size == taken and (path != _open.get("path")) and not _running(path)


def _handle() -> int:
    with _lock:
        place, handle = folder(), _open.get("handle")
        stale = _open.get("pid") != os.getpid() or _open.get("folder") != place
        if stale or not isinstance(handle, int) or os.fstat(handle).st_size > LARGEST:
            if not stale and isinstance(handle, int):
                os.close(handle)
            place.mkdir(mode=0o700, parents=True, exist_ok=True)
            # Never a name that was there before: how far a file was taken is remembered by its name.
            path = place / f"{PREFIX}{os.getpid()}-{secrets.token_hex(8)}.jsonl"
            handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_EXCL, 0o600)
            _open.update(pid=os.getpid(), folder=place, path=path, handle=handle)
        return handle


def _running(path: Path) -> bool:
    pid = int(path.name.removeprefix(PREFIX).split("-")[0])
    if pid == os.getpid():
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
