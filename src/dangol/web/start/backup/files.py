"""The files of a home beside its two stores: which go into a backup, which are keys, which are of the hour alone."""

import fcntl
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from fnmatch import fnmatch
from pathlib import Path

from django.utils.translation import gettext as _

from dangol.lib.errors import DangolError
from dangol.lib.store_copies import STORE, TABLES, copy_lines, file_moment
from dangol.web.start.backup.archive import FIRST

LAKE, OUTGOING = "lake", "outgoing"
ACCESS = "access"
KEYS = "keys.json"
SECRET = "secret"  # noqa: S105 -- the name of a file
IDENT = "home-id"
STAGING = ".backup"

# Copied by ways of their own, kept apart as keys, true of one running server alone, or out already: an old backup would
# bring people back who were forgotten since, and an extract can be made again.
APART = (OUTGOING, LAKE, ACCESS, f"{STORE}*", TABLES, KEYS, f"{KEYS}.*", SECRET, FIRST, STAGING)
PASSING = ("serving", "progress.json", "load.log", "work", "*.part", "*-wal", "*-shm", "*-journal", "*.lock")


class BackupUnderWay(DangolError):
    """Somebody else makes a backup of this home just now."""

    def __init__(self) -> None:
        super().__init__(_("A backup of this home is being made already. Wait until it is finished."))


@contextmanager
def staging(home: Path) -> Iterator[Path]:
    """A folder of the home's own, for nobody else to read, thrown away at the end; one backup at a time.

    What a killed backup left in it goes first. It lies in the home so that files of the lake need no second copy.
    """
    place = home / STAGING
    place.mkdir(mode=0o700, exist_ok=True)
    handle = os.open(place, os.O_RDONLY)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise BackupUnderWay from error
        for left in place.iterdir():
            shutil.rmtree(left)
        folder = place / secrets.token_hex(4)
        folder.mkdir(mode=0o700)
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)
    finally:
        os.close(handle)


def copy_plain_files(home: Path, into: Path) -> None:
    """Copy what stands beside the stores: settings, refused rows, stores and lists of rooms above.

    Lists that grow by lines come last: what was written into a list after it happened is then told of whatever stands
    in the other copies.
    """
    for path in sorted(_walk(home), key=lambda path: (path.suffix == ".jsonl", path)):
        place = into / path.relative_to(home)
        place.parent.mkdir(parents=True, exist_ok=True)
        with suppress(FileNotFoundError):  # gone meanwhile
            if path.suffix == ".sqlite3":
                with file_moment(path) as held:
                    held.copy_to(place)
            elif path.suffix == ".jsonl":
                copy_lines(path, place)
            else:
                shutil.copy2(path, place)


def copy_keys(home: Path, key_file: Path, into: Path) -> bool:
    """Copy the keys of sealed texts and the one that signs; whether there are any."""
    for path, name in ((key_file, KEYS), (home / SECRET, SECRET)):
        if path.exists():
            shutil.copy2(path, into / name)
    return any((into / name).exists() for name in (KEYS, SECRET))


def ident_of(home: Path, *, make: bool = False) -> str:
    """The name of this business's home, which its backups and what is restored from them carry; "" before the first."""
    path = home / IDENT
    if make and not path.exists():
        part = path.with_name(f"{IDENT}.{secrets.token_hex(4)}.part")
        part.write_text(secrets.token_hex(16), encoding="ascii")
        with suppress(FileExistsError):
            os.link(part, path)
        part.unlink()
    try:
        return path.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        return ""


def sync(path: Path) -> None:
    """Bring a file or a folder's names safely to the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sync_all(folder: Path) -> None:
    """Bring a folder with everything in it safely to the disk."""
    for path in folder.rglob("*"):
        sync(path)
    sync(folder)


def _walk(home: Path) -> Iterator[Path]:
    for top in home.iterdir():
        if _left_out(top.name, APART + PASSING):
            continue
        yield from (
            (top,)
            if top.is_file()
            else (path for path in top.rglob("*") if path.is_file() and not _left_out(path.name, PASSING))
        )


def _left_out(name: str, patterns: tuple[str, ...]) -> bool:
    return any(fnmatch(name, pattern) for pattern in patterns)
