"""What `dangol doctor` looks at in a home. Nothing is changed: not even tables that wait to be brought up to date."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from dangol.config.commands.opening import load_home

ROOM = 1024  # MiB that should be free


class Check(NamedTuple):
    """One thing: its name, whether it is good, and what was seen or what to do."""

    what: str
    good: bool
    note: str


def disk(what: str, folder: Path) -> Check:
    """The room where a folder lies, or will."""
    place = next(parent for parent in (folder, *folder.parents) if parent.exists())
    free = shutil.disk_usage(place).free // 2**20
    return Check(what, free > ROOM, f"{free:,} MiB free at {place} ({ROOM:,} wanted)")


def of_home(home: Path) -> Iterator[Check]:
    """Everything of a home that is there; a check that fails itself is a finding, and the others go on."""
    load_home(home)
    yield disk("Disk of the home", home)
    yield from _guarded("Records", _records)
    waiting = list(_guarded("Tables", _tables))
    yield from waiting
    yield from _guarded("Key file", _key_file)
    if all(check.good for check in waiting):
        yield from _guarded("Search", _search)
        yield from _guarded("Sealed texts", _sealed_texts)
        yield from _guarded("Access log", _access_log)
        yield from _guarded("Destruction ledger", _destructions)
        yield from _guarded("Dealers", _dealers)
    yield from _guarded("Warehouse", _warehouse)


def _guarded(what: str, check: Callable[[], Iterator[Check]]) -> Iterator[Check]:
    from dangol.lib.errors import DangolError

    try:
        yield from check()
    except DangolError as error:
        yield Check(what, False, str(error))
    except Exception as error:
        yield Check(what, False, f"cannot be looked at: {type(error).__name__}: {error}".strip())


def _records() -> Iterator[Check]:
    from django.db import connection

    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SHOW server_version")
            yield Check("Records", True, f"PostgreSQL {cursor.fetchone()[0]} answers")
        return
    yield _sound("Records", Path(connection.settings_dict["NAME"]))


def _sound(what: str, path: Path) -> Check:
    """SQLite's own check of a file, opened for reading alone."""
    import sqlite3

    if not path.exists():
        return Check(what, False, f"{path} is missing. Put it back from a backup.")
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True, timeout=30)) as store:
        try:
            (told,) = store.execute("PRAGMA quick_check(1)").fetchone()
        except sqlite3.DatabaseError as error:
            told = str(error)
    if told == "ok":
        return Check(what, True, f"{path.name} is sound, {path.stat().st_size / 2**20:,.0f} MiB")
    return Check(what, False, f"{path} is damaged ({told}). Put it back from a backup.")


def _tables() -> Iterator[Check]:
    from dangol.lib.errors import DangolError
    from dangol.lib.schema import changes_waiting

    try:
        waiting = len(changes_waiting())
    except DangolError as error:
        yield Check("Tables", False, str(error))
        return
    if waiting:
        yield Check("Tables", False, f"{waiting} changes wait. Start `dangol serve` once, or any other command.")
    else:
        yield Check("Tables", True, "as this version of Dangol knows them")


def _key_file() -> Iterator[Check]:
    from django.conf import settings

    from dangol.lib import sealing

    path = sealing.key_file()
    if not path.exists() and not _is_sealed():
        yield Check("Key file", True, "none yet: nothing was sealed so far")
        return
    keys = sealing.count()
    mode = path.stat().st_mode & 0o777
    if mode & 0o077:
        yield Check("Key file", False, f"others on this machine can read {path}. chmod 600 {path}")
    elif keys > 1:
        yield Check("Key file", False, f"{keys} keys: a change was stopped. Finish it with `dangol keys --rotate`.")
    else:
        yield Check("Key file", True, f"{path}, for you alone")
    if path.stat().st_dev == Path(settings.DANGOL_HOME).stat().st_dev:
        note = "on the same disk as the home: who takes the disk has both. DANGOL_KEYS puts it elsewhere."
    else:
        note = "on another disk than the home"
    yield Check("Place of the key file", True, note)


def _is_sealed() -> bool:
    """Whether anything needs the keys: a text, or a batch of the access log."""
    from dangol.lib import sealing
    from dangol.records.staff.access import store

    if store.path().exists():
        with store.reading() as log:
            if store.head(log) is not None:
                return True
    return sealing.sealed() > 0


def _destructions() -> Iterator[Check]:
    from dangol.records.rights import chain, hold

    found = chain.verify()
    whole = f"{found.lines:,} entries, the chain is whole" if found.lines else "nothing was destroyed yet"
    yield Check("Destruction ledger", not found.problem, found.problem or whole)
    if hold.path().exists():
        yield _sound("Legal hold", hold.path())


def _sealed_texts() -> Iterator[Check]:
    from dangol.lib import sealing

    texts = sealing.sealed()
    lost = sum(sealing.unreadable()) if texts else 0
    if lost:
        note = f"{lost:,} of {texts:,} cannot be opened. Put the key file back that was there when they were sealed."
        yield Check("Sealed texts", False, note)
    else:
        yield Check("Sealed texts", True, f"{texts:,}, all can be opened" if texts else "none")


def _search() -> Iterator[Check]:
    from dangol.records.customers.search_index import agreement

    found = agreement()
    if found.whole:
        yield Check("Search", True, f"{found.customers:,} customers are found by what is on record")
    else:
        note = f"of {found.customers:,} customers {found.wrong:,} are not found by what is on record"
        yield Check("Search", False, f"{note}, {found.terms_wrong:,} terms too many or too few. `dangol doctor --mend`")


def _access_log() -> Iterator[Check]:
    from dangol.records.staff.access import chain, spool, store
    from dangol.records.staff.models import AccessAnchor

    if not store.path().exists() and not AccessAnchor.objects.exists():
        yield Check("Access log", True, "none yet: nobody has looked at anybody")
        return
    if store.path().exists():
        yield _sound("Access log, its file", store.path())
    found = chain.verify()
    told = f"{found.entries:,} entries in {found.batches:,} batches"
    waiting = len(spool.waiting())
    yield Check("Access log", not found.problems, " ".join(found.problems) or f"{told}, nothing was changed")
    newest = AccessAnchor.objects.order_by("-batch").first()
    if newest is None:
        yield Check("Access log, its anchors", True, "none yet: the first is written when `dangol serve` runs")
    else:
        note = f"the newest holds batch {newest.batch} of {found.batches}, written {newest.at:%Y-%m-%d %H:%M} UTC"
        yield Check("Access log, its anchors", True, f"{note}; {waiting} files wait" if waiting else note)


def _dealers() -> Iterator[Check]:
    from django.utils.timezone import localdate

    from dangol.records.staff.models import Unit, User
    from dangol.records.staff.queries import contract_with

    dealers = Unit.objects.filter(kind=Unit.Kind.DEALER, user__role=User.Role.DEALER, user__is_active=True).distinct()
    without = [unit.name for unit in dealers if contract_with(unit=unit, on=localdate()) is None]
    if without:
        note = f"no contract with {', '.join(without)}: they cannot enter customers until head office records one."
        yield Check("Dealers", False, note)
    else:
        yield Check("Dealers", True, f"{len(dealers)} sign in, each with a contract" if dealers else "none sign in")


def _warehouse() -> Iterator[Check]:
    from django.conf import settings

    from dangol.insight.warehouse.queries import lake
    from dangol.insight.warehouse.versions import NoLake, must_be_whole

    try:
        found = lake()
    except NoLake:
        yield Check("Warehouse", True, "none yet: `dangol refresh` builds it")
        return
    must_be_whole(settings.DANGOL_LAKE, found.manifest, however_large=True)
    tables = (found.table(name) for name in found.manifest.tables)
    rows = sum(found.arrow(table.aggregate(rows=table.count()))["rows"][0].as_py() for table in tables)
    yield Check("Warehouse", True, f"version {found.version}, {rows:,} rows can be read")
