"""Where an entry goes first: one line appended to a file of this process, which waits for nobody.

A page that shows somebody's data never waits for the store's write lock. The store takes the lines in batches, and how
far each file was taken stands in the same transaction as its entries: a kill at any point loses none and doubles none.
Whoever writes to a file holds a shared lock on it for as long as the process lives; who gets the whole lock knows that
nobody will write there again.
"""

import errno
import fcntl
import os
import secrets
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings

from dangol.records.staff.access.entries import Entry, Verb

LARGEST = 1_000_000  # bytes; then a new file is begun
PREFIX = "spool-"
KEPT_OF_DAMAGED = 400  # letters of a line that cannot be read


@dataclass(frozen=True)
class _Mine:
    folder: Path
    path: Path
    handle: int


_lock = threading.Lock()
_mine: _Mine | None = None


def folder() -> Path:
    """The access log's own place in the home."""
    place: Path = settings.DANGOL_HOME / "access"
    return place


def append(entry: Entry) -> None:
    """Write the entry down, whole or not at all. Raises OSError where the disk has no room for it."""
    line = (entry.told() + "\n").encode("ascii")
    with _lock:
        handle = _writable()
        written = os.write(handle, line)
        if written < len(line):
            os.ftruncate(handle, os.fstat(handle).st_size - written)
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def let_go() -> None:
    """Write to a new file from now on; the one before can be taken and removed."""
    global _mine
    with _lock:
        if _mine is not None:
            os.close(_mine.handle)
            _mine = None


def waiting() -> list[Path]:
    """The files that hold lines, the oldest first."""
    found = []
    for path in folder().glob(f"{PREFIX}*.jsonl"):
        with suppress(FileNotFoundError):  # taken and removed meanwhile
            found.append((path.stat().st_mtime_ns, path.name, path))
    return [path for _time, _name, path in sorted(found)]


def is_left(path: Path) -> bool:
    """Whether nobody will write to this file any more."""
    with path.open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
    return True


def entries(path: Path, start: int, *, left: bool) -> Iterator[tuple[Entry, int]]:
    """The entries from a byte on, each with the byte after it. A line still being written waits; where its writer has
    `left`, it is taken for damaged. A damaged line is an entry too, so that nothing disappears in silence.
    """
    changed = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    with path.open("rb") as file:
        file.seek(start)
        for line in file:
            if not (line.endswith(b"\n") or left):
                return
            start += len(line)
            try:
                entry = Entry.read(line.decode("ascii"))
            except ValueError:
                told = line.decode("ascii", "backslashreplace").strip()[:KEPT_OF_DAMAGED]
                entry = Entry(at=changed, verb=Verb.DAMAGED.value, page=path.name, reason=told)
            yield entry, start


def _writable() -> int:
    global _mine
    place = folder()
    if _mine is not None and _mine.folder == place and os.fstat(_mine.handle).st_size <= LARGEST:
        return _mine.handle
    if _mine is not None:
        os.close(_mine.handle)
        _mine = None
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    _mine = _begun(place)
    return _mine.handle


def _begun(place: Path) -> _Mine:
    while True:
        # Never a name that was there before: how far a file was taken is remembered by its name.
        path = place / f"{PREFIX}{os.getpid()}-{secrets.token_hex(8)}.jsonl"
        handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_EXCL, 0o600)
        fcntl.flock(handle, fcntl.LOCK_SH)
        if os.fstat(handle).st_nlink:
            return _Mine(place, path, handle)
        os.close(handle)  # between making and holding it, the store found it empty and removed it


def _forget() -> None:
    """A forked child writes to a file of its own, and waits for no thread of its parent's."""
    global _lock, _mine
    _lock = threading.Lock()
    if _mine is not None:
        os.close(_mine.handle)
        _mine = None


os.register_at_fork(after_in_child=_forget)
