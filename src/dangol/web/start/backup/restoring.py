"""Bringing a backup back: into a folder beside the home first, opened and put right there, then in place by one rename.

.own.restoring-5f1c09d2   everything is made here, where nobody looks for homes
.own.restoring.ready      written when only the last step is left: whoever is killed after it is finished for
own                       the home; one that stood there stands whole at own.before-20261122-093000
"""

import fcntl
import json
import os
import secrets
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from dangol.lib.errors import DangolError
from dangol.lib.homes import hold
from dangol.lib.progress import Progress, silent
from dangol.web.start.backup import archive, files
from dangol.web.start.backup.archive import Contents
from dangol.web.start.backup.other_process import Reopened, is_finished, opening

DESTRUCTIONS, REFUSALS = "destructions.jsonl", "refusals.jsonl"
NOTHING = frozenset({"serving", files.STAGING, files.SECRET})  # what a home may hold and yet be empty
ROOM = 64 << 20  # bytes to be left over


class CannotRestore(DangolError):
    """The backup cannot be brought back there; nothing was changed."""


@dataclass(frozen=True)
class Restored:
    """A restored home. `aside` is where the home that stood there before stands now; `moved` whether its records came
    from a file into PostgreSQL.
    """

    home: Path
    made_at: datetime
    rows: int
    lake: str
    reopened: Reopened
    aside: Path | None = None
    moved: bool = False


@dataclass(frozen=True)
class Wish:
    """What is to be restored where.

    keys: a copy of keys.json, or a folder with it and `secret`; standing: homes whose erased people must not come back,
    and whose refusals still count.
    """

    file: Path
    home: Path
    replace: bool = False
    keys: Path | None = None
    standing: Sequence[Path] = ()

    def named_key(self, name: str) -> Path | None:
        """The file of one of the keys, where it was named."""
        if self.keys is not None and self.keys.is_dir():
            return self.keys / name if (self.keys / name).is_file() else None
        return self.keys if name == files.KEYS else None


@dataclass(frozen=True)
class _Ready:
    """Everything is done but the last step: from where to where, and what was found on the way."""

    ident: str
    side: Path
    aside: Path | None
    reopened: Reopened


def restore(wish: Wish, *, at: datetime, progress: Progress = silent) -> Restored:
    """Bring a backup back. The home is as it was until the last step, and then whole.

    Raises CannotRead for what is no whole backup, CannotRestore or HomeInUse for a place it cannot go, CannotOpen.
    """
    contents = archive.contents_of(wish.file)
    refuse_file(contents)
    wish.home.parent.mkdir(parents=True, exist_ok=True)
    with _alone(wish.home):
        left = _left_ready(wish.home)
        if left is not None and _is_finished(left, contents):
            return _put_in_place(wish.home, contents, left)
        aside = _aside(wish, at)
        _refuse_room(wish.home.parent, contents)
        places = [wish.home, left.aside if left else None, *wish.standing, Path(contents.place)]
        standing = _same_business(contents, places)
        with _side(wish.home) as side:
            archive.unpack(wish.file, side, progress=progress)
            _put_keys(wish, side, standing)
            for name in (DESTRUCTIONS, REFUSALS):
                unite(side / name, [home / name for home in standing])
            with opening(side, wish.file, at=at) as process:
                ready = _Ready(contents.ident, side, aside, process.until_ready(progress))
                files.sync_all(side)
                _write_ready(wish.home, ready)
                process.go()
        progress("done", 1, 1)
        return _put_in_place(wish.home, contents, ready)


def refuse_file(contents: Contents) -> None:
    """Raise CannotRestore where records that lay in PostgreSQL would go into a file; the other way is open."""
    if contents.records.engine == "postgresql" and not _to_server():
        raise CannotRestore(
            _("The records of this backup lay in PostgreSQL. Make an empty database and name it in DATABASE_URL.")
        )


def _to_server() -> bool:
    """Whether the records go into a PostgreSQL store."""
    return "DATABASE_URL" in os.environ


def unite(told: Path, others: Sequence[Path]) -> None:
    """Who was forgotten or refused something in a home that stands must not be undone by an older backup of the same
    business.

    Usually one list goes on where the other stops: then the longer is taken whole. Lines of a list that went another
    way are added to the longest, and heeded, too.
    """
    lists = sorted((_lines(path) for path in [told, *others]), key=len, reverse=True)
    united = list(lists[0])
    for one in lists[1:]:
        known = set(united)
        united += [line for line in one if line not in known]
    if united:
        told.write_bytes(b"".join(united))
        told.chmod(0o600)


def _lines(path: Path) -> list[bytes]:
    """The whole lines of a list."""
    if not path.exists():
        return []
    return [line for line in path.read_bytes().splitlines(keepends=True) if line.endswith(b"\n")]


@contextmanager
def _alone(home: Path) -> Iterator[None]:
    """One restore of a home at a time, and no server on it meanwhile."""
    path = home.with_name(f".{home.name}.restoring.lock")
    handles = [_locked(path, home)]
    try:
        if home.is_dir():
            handles.append(hold(home, "dangol restore"))
        yield
    finally:
        path.unlink(missing_ok=True)
        for handle in handles:
            os.close(handle)


def _locked(path: Path, home: Path) -> int:
    while True:
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            os.close(handle)
            raise CannotRestore(_("A backup is being restored to %(home)s already.") % {"home": home}) from error
        if os.fstat(handle).st_nlink:
            return handle
        os.close(handle)  # whoever held it before has just removed it


def _aside(wish: Wish, at: datetime) -> Path | None:
    """Where the home that stands there is to go; None where none does. Raises CannotRestore unless it may go."""
    home = wish.home
    if home.exists() and not home.is_dir():
        raise CannotRestore(_("%(home)s is a file. Name a folder.") % {"home": home})
    if not home.is_dir() or {path.name for path in home.iterdir()} <= NOTHING:
        return None
    if not wish.replace:
        raise CannotRestore(
            _(
                "There is something at %(home)s already. Restore beside it with --into, or put the backup in its place"
                " with --replace: what stands there is then kept under another name."
            )
            % {"home": home}
        )
    return home.with_name(f"{home.name}.before-{at:%Y%m%d-%H%M%S}")


def _refuse_room(folder: Path, contents: Contents) -> None:
    lacking = contents.room + ROOM - shutil.disk_usage(folder).free
    if lacking > 0:
        raise CannotRestore(
            _("The disk of %(folder)s has too little room: %(n)s MB more are needed.")
            % {"folder": folder, "n": f"{-(-lacking // 10**6):,}"}
        )


def _same_business(contents: Contents, places: Sequence[Path | None]) -> list[Path]:
    """Those of the places where this very business stands, by the name its home carries."""
    return [
        place
        for place in dict.fromkeys(places)
        if place is not None and contents.home and place.is_dir() and files.ident_of(place) == contents.home
    ]


@contextmanager
def _side(home: Path) -> Iterator[Path]:
    """A folder beside the home; thrown away where it comes to nothing, as is what killed restores left.

    Its name is its own: the process of a restore that was killed may still be at work in the one before. Once the last
    step was asked for it stays, whatever happens here: the next restore sees how far it got.
    """
    _ready_file(home).unlink(missing_ok=True)
    for left in home.parent.glob(f".{home.name}.restoring-*"):
        shutil.rmtree(left, ignore_errors=True)
    side = home.with_name(f".{home.name}.restoring-{secrets.token_hex(4)}")
    try:
        yield side
    except BaseException:
        if not _ready_file(home).exists():
            shutil.rmtree(side, ignore_errors=True)
        raise


def _put_keys(wish: Wish, side: Path, standing: Sequence[Path]) -> None:
    """The keys that were named, else those of the backup, else those of the same business where it stands."""
    for name in (files.KEYS, files.SECRET):
        place, named = side / name, wish.named_key(name)
        found = [named] if named else [] if place.exists() else [home / name for home in standing]
        if mine := next(filter(Path.is_file, found), None):
            shutil.copyfile(mine, place)
            place.chmod(0o600)


# The last step


def _ready_file(home: Path) -> Path:
    return home.with_name(f".{home.name}.restoring.ready")


def _left_ready(home: Path) -> _Ready | None:
    """What a restore that was killed before its last step wrote down."""
    try:
        told: dict[str, Any] = json.loads(_ready_file(home).read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return None
    aside = home.with_name(told["aside"]) if told["aside"] else None
    return _Ready(told["ident"], home.with_name(told["side"]), aside, Reopened(**told["reopened"]))


def _write_ready(home: Path, ready: _Ready) -> None:
    told = {
        "ident": ready.ident,
        "side": ready.side.name,
        "aside": ready.aside.name if ready.aside else "",
        "reopened": asdict(ready.reopened),
    }
    part = home.with_name(f".{home.name}.restoring.part")
    with part.open("w", encoding="utf-8") as file:
        json.dump(told, file)
        file.flush()
        os.fsync(file.fileno())
    part.replace(_ready_file(home))
    files.sync(home.parent)


def _is_finished(left: _Ready, contents: Contents) -> bool:
    """Whether the killed restore was of this backup and everything is done but the last step."""
    if left.ident != contents.ident or not left.side.is_dir():
        return False
    return not _to_server() or is_finished(left.side, contents.ident)


def _put_in_place(home: Path, contents: Contents, ready: _Ready) -> Restored:
    if home.is_dir():
        if ready.aside is not None:
            _move(home, ready.aside)
        else:
            shutil.rmtree(home)  # empty, or it would have gone aside
    _move(ready.side, home)
    _ready_file(home).unlink(missing_ok=True)
    return Restored(
        home=home,
        made_at=datetime.fromisoformat(contents.made_at),
        rows=sum(table.rows for table in contents.records.tables.values()),
        lake=contents.lake,
        reopened=ready.reopened,
        aside=ready.aside,
        moved=_to_server() and contents.records.engine != "postgresql",
    )


def _move(folder: Path, to: Path) -> None:
    folder.rename(to)
    files.sync(to.parent)
