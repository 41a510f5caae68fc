"""What `dangol doctor` looks at in a home. Nothing is changed: not even tables that wait to be brought up to date."""

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

from django.conf import settings
from django.utils.translation import ngettext

from dangol.config.commands.machine_checks import Check, disk, gettext_noop
from dangol.lib.saying import _

RECORDS, TABLES, KEY_FILE, SEARCH = (
    gettext_noop("Records"),
    gettext_noop("Tables"),
    gettext_noop("Key file"),
    gettext_noop("Search"),
)
SEALED, ACCESS_LOG, LEDGER = (
    gettext_noop("Sealed texts"),
    gettext_noop("Access log"),
    gettext_noop("Destruction ledger"),
)
ANCHORS, DEALERS, WAREHOUSE = (
    gettext_noop("Access log, its anchors"),
    gettext_noop("Dealers"),
    gettext_noop("Warehouse"),
)


def of_home(home: Path) -> Iterator[Check]:
    """Everything of a home that was loaded; a check that fails itself is a finding, and the others go on."""
    yield disk(gettext_noop("Disk of the home"), home)
    yield from _guarded(RECORDS, _records)
    waiting = list(_guarded(TABLES, _tables))
    yield from waiting
    yield from _guarded(KEY_FILE, _key_file)
    if all(check.good for check in waiting):
        yield from _guarded(SEARCH, _search)
        yield from _guarded(SEALED, _sealed_texts)
        yield from _guarded(ACCESS_LOG, _access_log)
        yield from _guarded(LEDGER, _destructions)
        yield from _guarded(DEALERS, _dealers)
    yield from _guarded(WAREHOUSE, _warehouse)


def _guarded(what: str, check: Callable[[], Iterator[Check]]) -> Iterator[Check]:
    from dangol.lib.errors import DangolError

    try:
        yield from check()
    except DangolError as error:
        yield Check(what, False, str(error))
    except Exception as error:
        problem = f"{type(error).__name__}: {error}".removesuffix(": ")
        yield Check(what, False, _("cannot be looked at: %(problem)s") % {"problem": problem})


def _records() -> Iterator[Check]:
    from django.db import connection

    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SHOW server_version")
            yield Check(RECORDS, True, _("PostgreSQL %(version)s answers") % {"version": cursor.fetchone()[0]})
        return
    yield _sound(RECORDS, Path(connection.settings_dict["NAME"]))


def _sound(what: str, path: Path) -> Check:
    """SQLite's own check of a file, opened for reading alone."""
    import sqlite3

    if not path.exists():
        return Check(what, False, _("%(file)s is missing. Put it back from a backup.") % {"file": path})
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True, timeout=30)) as store:
        try:
            (told,) = store.execute("PRAGMA quick_check(1)").fetchone()
        except sqlite3.DatabaseError as error:
            told = str(error)
    if told == "ok":
        size = f"{path.stat().st_size / 2**20:,.0f}"
        return Check(what, True, _("%(file)s is sound, %(size)s MiB") % {"file": path.name, "size": size})
    problem = _("%(file)s is damaged (%(problem)s). Put it back from a backup.")
    return Check(what, False, problem % {"file": path, "problem": told})


def _tables() -> Iterator[Check]:
    from dangol.lib.errors import DangolError
    from dangol.lib.schema import changes_waiting

    try:
        waiting = len(changes_waiting())
    except DangolError as error:
        yield Check(TABLES, False, str(error))
        return
    if waiting:
        told = ngettext(
            "%(count)s change waits. Start `dangol serve` once, or any other command.",
            "%(count)s changes wait. Start `dangol serve` once, or any other command.",
            waiting,
        )
        yield Check(TABLES, False, told % {"count": waiting})
    else:
        yield Check(TABLES, True, _("as this version of Dangol knows them"))


def _key_file() -> Iterator[Check]:
    from dangol.lib import sealing

    path = sealing.key_file()
    if not path.exists() and not _is_sealed():
        yield Check(KEY_FILE, True, _("none yet: nothing was sealed so far"))
        return
    keys = sealing.count()
    mode = path.stat().st_mode & 0o777
    if mode & 0o077:
        yield Check(KEY_FILE, False, _("others on this machine can read %(file)s. chmod 600 %(file)s") % {"file": path})
    elif keys > 1:
        told = _("%(count)s keys: a change was stopped. Finish it with `dangol keys --rotate`.")
        yield Check(KEY_FILE, False, told % {"count": keys})
    else:
        yield Check(KEY_FILE, True, _("%(file)s, for you alone") % {"file": path})
    if path.stat().st_dev == Path(settings.DANGOL_HOME).stat().st_dev:
        note = _("on the same disk as the home: who takes the disk has both. DANGOL_KEYS puts it elsewhere.")
    else:
        note = _("on another disk than the home")
    yield Check(gettext_noop("Place of the key file"), True, note)


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
    whole = _("nothing was destroyed yet")
    if found.lines:
        told = ngettext("%(count)s entry, the chain is whole", "%(count)s entries, the chain is whole", found.lines)
        whole = told % {"count": f"{found.lines:,}"}
    yield Check(LEDGER, not found.problem, found.problem or whole)
    if hold.path().exists():
        yield _sound(gettext_noop("Legal hold"), hold.path())


def _sealed_texts() -> Iterator[Check]:
    from dangol.lib import sealing

    texts = sealing.sealed()
    lost = sum(sealing.unreadable()) if texts else 0
    if lost:
        told = _("%(lost)s of %(all)s cannot be opened. Put the key file back that was there when they were sealed.")
        yield Check(SEALED, False, told % {"lost": f"{lost:,}", "all": f"{texts:,}"})
    elif texts:
        yield Check(SEALED, True, _("%(all)s, all can be opened") % {"all": f"{texts:,}"})
    else:
        yield Check(SEALED, True, _("no text is sealed"))


def _search() -> Iterator[Check]:
    from dangol.records.customers.search_index import agreement

    found = agreement()
    if found.whole:
        told = ngettext(
            "%(count)s customer is found by what is on record",
            "%(count)s customers are found by what is on record",
            found.customers,
        )
        yield Check(SEARCH, True, told % {"count": f"{found.customers:,}"})
        return
    told = _(
        "of %(all)s customers %(wrong)s are not found by what is on record, %(terms)s terms too many or too few."
        " `dangol doctor --mend`"
    )
    numbers = {"all": found.customers, "wrong": found.wrong, "terms": found.terms_wrong}
    yield Check(SEARCH, False, told % {name: f"{number:,}" for name, number in numbers.items()})


def _access_log() -> Iterator[Check]:
    from dangol.records.staff.access import chain, spool, store
    from dangol.records.staff.models import AccessAnchor

    if not store.path().exists() and not AccessAnchor.objects.exists():
        yield Check(ACCESS_LOG, True, _("none yet: nobody has looked at anybody"))
        return
    if store.path().exists():
        yield _sound(gettext_noop("Access log, its file"), store.path())
    found = chain.verify()
    whole = _("entries: %(entries)s, batches: %(batches)s, nothing was changed")
    told = whole % {"entries": f"{found.entries:,}", "batches": f"{found.batches:,}"}
    yield Check(ACCESS_LOG, not found.problems, " ".join(found.problems) or told)
    newest = AccessAnchor.objects.order_by("-batch").first()
    if newest is None:
        yield Check(ANCHORS, True, _("none yet: the first is written when `dangol serve` runs"))
        return
    held = _("the newest holds batch %(batch)s of %(batches)s, written %(at)s UTC")
    note = held % {"batch": newest.batch, "batches": found.batches, "at": f"{newest.at:%Y-%m-%d %H:%M}"}
    if waiting := len(spool.waiting()):
        note += _("; files that wait: %(count)s") % {"count": waiting}
    yield Check(ANCHORS, True, note)


def _dealers() -> Iterator[Check]:
    from django.utils.timezone import localdate

    from dangol.records.staff.models import Unit, User
    from dangol.records.staff.queries import contract_with

    dealers = Unit.objects.filter(kind=Unit.Kind.DEALER, user__role=User.Role.DEALER, user__is_active=True).distinct()
    without = [unit.name for unit in dealers if contract_with(unit=unit, on=localdate()) is None]
    if without:
        note = _("no contract with %(names)s: they cannot enter customers until head office records one.")
        yield Check(DEALERS, False, note % {"names": ", ".join(without)})
    elif dealers:
        told = _("dealers who sign in: %(count)s, each with a contract")
        yield Check(DEALERS, True, told % {"count": len(dealers)})
    else:
        yield Check(DEALERS, True, _("none sign in"))


def _warehouse() -> Iterator[Check]:
    from dangol.insight.warehouse.queries import lake
    from dangol.insight.warehouse.versions import NoLake, must_be_whole

    try:
        found = lake()
    except NoLake:
        yield Check(WAREHOUSE, True, _("none yet: `dangol refresh` builds it"))
        return
    must_be_whole(settings.DANGOL_LAKE, found.manifest, however_large=True)
    tables = (found.table(name) for name in found.manifest.tables)
    rows = sum(found.arrow(table.aggregate(rows=table.count()))["rows"][0].as_py() for table in tables)
    told = _("version %(version)s, %(rows)s rows can be read")
    yield Check(WAREHOUSE, True, told % {"version": found.version, "rows": f"{rows:,}"})
