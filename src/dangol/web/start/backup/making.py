"""Making a backup while the home is at work: one moment of both stores, then everything else, checked, in one file."""

import fcntl
import os
import secrets
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import IO

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext as _

from dangol.insight.warehouse.copies import name_again, refuse_changed
from dangol.insight.warehouse.versions import BrokenLake, Manifest, one_writer
from dangol.lib import sealing
from dangol.lib.errors import DangolError
from dangol.lib.progress import Progress, silent
from dangol.lib.store_copies import StoreCopy, moment
from dangol.records.staff.access import copying, spool
from dangol.records.staff.access.entries import Entry, Verb
from dangol.web import clock
from dangol.web.start.backup import archive, files
from dangol.web.start.backup.archive import Contents, Held

SUFFIX = ".tar.gz"
PART = ".part"


class CannotBackUp(DangolError):
    """The backup cannot be made there."""


@dataclass(frozen=True)
class BackedUp:
    """A finished backup; `problem` says what was left out because it is damaged, "" when nothing was."""

    file: Path
    bytes: int
    contents: Contents
    problem: str = ""


@dataclass(frozen=True)
class _Taken:
    records: StoreCopy
    lake: Manifest | None
    problem: str


def default_file(home: Path, *, at: datetime) -> Path:
    """Where a backup goes when nobody says: beside the homes, named after home and time."""
    return home.parent / "backups" / f"{home.name}-{at:%Y%m%d-%H%M%S}{SUFFIX}"


def back_up(file: Path, *, with_keys: bool = False, by: str, at: datetime, progress: Progress = silent) -> BackedUp:
    """Make a backup of this home. It appears under its name once it is whole and was read back; a crash leaves none.

    by: who does it, for the access log. Raises CannotBackUp, BackupUnderWay, DamagedStore.
    """
    home: Path = settings.DANGOL_HOME
    file = file.resolve()
    _refuse(file, home)
    file.parent.mkdir(parents=True, exist_ok=True)
    with files.staging(home) as folder, _part_of(file) as (part, out):
        taken = _take(folder, progress)
        copying.copy_log(folder / files.ACCESS)
        files.ident_of(home, make=True)
        files.copy_plain_files(home, folder)
        keys = with_keys and files.copy_keys(home, sealing.key_file(), folder)
        found = archive.described(folder, progress=progress)
        taken = _without_damage(taken, found)
        contents = _contents(home, taken, found, keys=keys, at=at)
        archive.pack(folder, contents, out, progress=progress)
        out.flush()
        os.fsync(out.fileno())
        _read_back(part, progress)
        _publish(part, file)
        progress("done", 1, 1)
    _note(file, by=by, at=at)
    return BackedUp(file, file.stat().st_size, contents, taken.problem)


def keys_mark() -> str:
    """Which keys this home has, without telling them; "" where there are none."""
    if not sealing.key_file().exists():
        return ""
    try:
        return sealing.marking_key("backup").hex()[:16]
    except sealing.KeyLost:
        return ""


def _refuse(file: Path, home: Path) -> None:
    if file.is_relative_to(home):
        raise CannotBackUp(
            _("A backup inside the home would be lost with it. Choose a place outside %(home)s.") % {"home": home}
        )
    if file.exists():
        raise CannotBackUp(_("%(file)s is there already. Choose another name; nothing was changed.") % {"file": file})


def _read_back(part: Path, progress: Progress) -> None:
    try:
        archive.check(part, progress=progress)
    except archive.CannotRead as error:
        raise CannotBackUp(
            _("What was written could not be read back, so there is no backup. Check the disk of %(folder)s.")
            % {"folder": part.parent}
        ) from error


@contextmanager
def _part_of(file: Path) -> Iterator[tuple[Path, IO[bytes]]]:
    """The unfinished file beside the finished one, for nobody else to read; what killed backups left there goes."""
    for left in file.parent.glob(f".*{SUFFIX}.*{PART}"):
        _sweep(left)
    part = file.with_name(f".{file.name}.{secrets.token_hex(4)}{PART}")
    handle = os.open(part, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as out:
            fcntl.flock(out, fcntl.LOCK_EX)
            yield part, out
    finally:
        part.unlink(missing_ok=True)


def _sweep(left: Path) -> None:
    with suppress(OSError), left.open("rb") as file:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)  # a backup that is being made holds its own
        left.unlink()


def _publish(part: Path, file: Path) -> None:
    """Give the whole file its name, unless somebody took the name meanwhile."""
    if file.exists():
        raise CannotBackUp(_("%(file)s is there already. Choose another name; nothing was changed.") % {"file": file})
    part.rename(file)
    files.sync(file.parent)


def _take(folder: Path, progress: Progress) -> _Taken:
    """Both stores as they stand at one moment.

    The moment is taken while no refresh can be between its version and its mark in the change feed. What the copied
    records say the warehouse has read is therefore in the copied lake; what they do not say it reads after a restore,
    where rows take the place of rows with their key. Killed refreshes leave the lake ahead of its marks, which is the
    same as before a backup: read again, and harmless.
    """
    lake: Path = settings.DANGOL_LAKE
    manifest, problem = None, ""
    with ExitStack() as held:
        progress("waiting", 0, 1)
        with one_writer(lake):
            progress("waiting", 1, 1)
            stores = held.enter_context(moment(connection))
            try:
                manifest = name_again(lake, folder / files.LAKE)
            except BrokenLake as error:
                problem = str(error)
        return _Taken(stores.copy_to(folder, progress=progress), manifest, problem)


def _without_damage(taken: _Taken, found: dict[str, Held]) -> _Taken:
    """Leave out a lake whose files are not those that were written: the records alone build it again."""
    if taken.lake is None:
        return taken
    digests = {name.removeprefix(f"{files.LAKE}/"): held.sha256 for name, held in found.items()}
    try:
        refuse_changed(taken.lake, digests)
    except BrokenLake as error:
        for name in [name for name in found if name.startswith(f"{files.LAKE}/")]:
            del found[name]
        return replace(taken, lake=None, problem=str(error))
    return taken


def _contents(home: Path, taken: _Taken, found: dict[str, Held], *, keys: bool, at: datetime) -> Contents:
    return Contents(
        ident=secrets.token_hex(16),
        home=files.ident_of(home),
        place=str(home),
        business=clock.home().name,
        made_at=at.isoformat(),
        records=taken.records,
        lake=taken.lake.version if taken.lake else "",
        keys=keys,
        keys_mark=keys_mark(),
        files=found,
    )


def _note(file: Path, *, by: str, at: datetime) -> None:
    """Everybody's data left their home: that stands in the access log."""
    spool.append(
        Entry(
            at=at, verb=Verb.TOOK.value, page="dangol backup", user=by, role="owner", place="terminal",
            query=file.name, reason=_("Backup of everything"),
        )
    )  # fmt: skip
