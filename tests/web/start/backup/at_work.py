"""A process that works on small homes, and can be killed at a chosen point of its work.

It reads one JSON object a line: `home`, `database` (a PostgreSQL URL, or nothing), `does` (a function below), `given`
to it, and `dies`: at which point. It does so in a child of its own and answers with the child's exit code and what the
child said. A point is a stage of progress with how much of it was done, or a function after whose n-th call it dies.
"""

from __future__ import annotations

import importlib
import json
import os
import signal
import sys
import traceback
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import django

AT = datetime(2026, 9, 28, tzinfo=UTC)
START = datetime(2026, 7, 10, tzinfo=UTC)
NUMBER = "990101-1234567"


def fill() -> None:
    """Make a business: customers, purchases, a lake one change behind, keys, messages that wait, an access log."""

    from dangol.insight.warehouse.refresh import refresh
    from dangol.lib import sealing
    from dangol.lib.settings import write_file
    from dangol.records.customers.models import Customer
    from dangol.records.staff.access import spool, store
    from dangol.records.staff.access.entries import Entry
    from tests.insight.warehouse.records import everything, people, sell

    home = Path(os.environ["DANGOL_HOME"])
    home.mkdir(parents=True, exist_ok=True)
    write_file(home / "dangol.toml", {"source": "own", "name": "모퉁이 우유"})
    (home / "imports").mkdir()
    (home / "imports" / "rejects-1.csv").write_text("고객번호,일자\nC1,어제\n", encoding="utf-8")
    from tests.stores import make_tables

    make_tables()
    everything(START, word="한 사람")
    who = people(5)
    for number in range(20):
        sell(who[number % 5], START + timedelta(days=5 * number), 1000 + number)
    Customer.objects.filter(pk=Customer.objects.earliest("pk").pk).update(entrance_sealed=sealing.seal("1234*"))
    waiting(3)
    refresh(at=AT)
    for number in range(3):
        spool.append(Entry(at=AT, verb="saw", page="customer", user="김", subjects=(number + 1,)))
    store.seal()
    spool.append(Entry(at=AT, verb="saw", page="customers", user="김", subjects=(1, 2)))
    sell(who[0], START + timedelta(days=1), 50)
    sell(who[1], START + timedelta(days=130), 60)


def waiting(count: int) -> None:
    """Put messages into the outbox."""
    from dangol.records.customers.models import Identity
    from dangol.records.outbox.actions import NewMessage, enqueue

    first = Identity.objects.earliest("pk")
    enqueue(
        [NewMessage(f"k{n}", first.pk, f"test:{n}", "shown_sms", "advertising", "+8210", "", "안녕하세요")
         for n in range(count)], at=AT,
    )  # fmt: skip


def write_on(until: str) -> None:
    """Sell without end, each receipt with its three lines and its change in one transaction, and refresh now and then,
    until a file is there.
    """
    from django.db.transaction import atomic

    from dangol.insight.warehouse.refresh import refresh
    from dangol.records.customers.models import Identity
    from dangol.records.staff.access import spool, store
    from dangol.records.staff.access.entries import Entry
    from tests.insight.warehouse.records import sell

    who = list(Identity.objects.order_by("pk"))
    number = 0
    while not Path(until).exists():
        number += 1
        with atomic():
            sell(who[number % len(who)], START + timedelta(days=number % 150), 100, 200, 300)
        spool.append(Entry(at=AT, verb="saw", page="customer", user="writer", query=str(number)))
        if number % 10 == 0:
            refresh(at=AT)
            store.seal()
        if number == 30:
            Path(f"{until}.begun").touch()


def dump(into: str) -> None:
    """Write down every row of every table."""
    from django.db import connection

    held: dict[str, list[Any]] = {}
    with connection.cursor() as cursor:
        for table in sorted(connection.introspection.table_names(cursor)):
            cursor.execute(f'SELECT * FROM "{table}"')
            names = [column[0] for column in cursor.description]
            rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
            held[table] = sorted(json.dumps(row, default=str, sort_keys=True) for row in rows)
    Path(into).write_text(json.dumps(held), encoding="utf-8")


def refreshed(rebuild: bool = False) -> None:
    """Refresh the lake."""
    from dangol.insight.warehouse.refresh import refresh

    refresh(at=AT, rebuild=rebuild)


def log_checked() -> dict[str, Any]:
    """Take what waits into the access log and check it."""
    from dangol.records.staff.access import chain, store

    store.seal()
    told = chain.verify()
    with store.reading() as log:
        entries = log.execute("SELECT user, query, page FROM entry").fetchall()
    return {"problems": list(told.problems), "queries": [query for user, query, _page in entries if user == "writer"],
            "pages": [page for _user, _query, page in entries]}  # fmt: skip


def unsealed() -> str:
    """Read what was sealed."""
    from dangol.lib import sealing
    from dangol.records.customers.models import Customer

    return sealing.unseal(Customer.objects.earliest("pk").entrance_sealed)


def rotated() -> None:
    """Seal everything with a new key and forget the old one."""
    from dangol.lib import sealing

    sealing.add_key()
    list(sealing.seal_anew())
    sealing.forget_old_keys()


def forgotten(customer: int) -> None:
    """Forget a person."""
    from dangol.records.rights.erasure import erase

    erase(customer, reason="asked", by=None, at=AT)


def refused(customer: int) -> None:
    """Let somebody refuse advertising and every contact."""
    from dangol.records.customers.models import Customer
    from dangol.records.permission.actions import suppress, withdraw_consent

    one = Customer.objects.get(pk=customer)
    withdraw_consent(one, purpose="marketing", channel="sms", by=None, at=AT, how="phone")
    suppress(one, reason="asked", by=None, at=AT)


def session() -> None:
    """Let somebody be signed in."""
    from django.contrib.sessions.backends.db import SessionStore

    SessionStore().create()


def lake_numbers() -> list[int]:
    """Every whole number that stands in a file of the lake."""
    import pyarrow as pa
    import pyarrow.parquet as parquet
    from django.conf import settings

    found: set[int] = set()
    for path in settings.DANGOL_LAKE.rglob("*.parquet"):
        table = parquet.read_table(path)
        for column in table.columns:
            if pa.types.is_integer(column.type):
                found.update(number for number in column.to_pylist() if number is not None)
    return sorted(found)


def ask(query: str) -> Any:
    """Ask the records."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(query)
        return json.loads(json.dumps(cursor.fetchall(), default=str))


def execute(statement: str) -> None:
    """Change the records."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(statement)


def backed_up(file: str, **how: Any) -> str:
    """Make a backup."""
    from dangol.web.start.backup.making import back_up

    return str(back_up(Path(file), by="test", at=AT, progress=_fault, **how).file)


def restored(file: str, into: str, *, later: int = 0, **how: Any) -> dict[str, Any]:
    """Restore a backup."""
    from dangol.web.start.backup.restoring import Wish, restore
    from dangol.web.start.backup.words import told_of_restore

    if "keys" in how:
        how["keys"] = Path(how["keys"])
    wish = Wish(Path(file), Path(into), **how)
    return told_of_restore(restore(wish, at=AT + timedelta(seconds=later), progress=_fault), seconds=0)


DOES: dict[str, Callable[..., Any]] = {
    one.__name__: one
    for one in (fill, waiting, write_on, dump, refreshed, log_checked, unsealed, rotated, forgotten, refused, session,
                lake_numbers, ask, execute, backed_up, restored)
}  # fmt: skip
_dies: list[Any] = []


def _fault(stage: str, done: int, total: int) -> None:
    if _dies and _dies[0] == stage and done >= int(_dies[1] * total):
        os.kill(os.getpid(), signal.SIGKILL)


def _die_after(name: str, call: int) -> None:
    place, _dot, function = name.rpartition(".")
    module = importlib.import_module(place)
    whole, calls = getattr(module, function), [0]

    def dying(*given: Any, **named: Any) -> Any:
        result = whole(*given, **named)
        calls[0] += 1
        if calls[0] == call:
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    setattr(module, function, dying)


def _child(home: str, database: str, does: str, given: dict[str, Any], dies: list[Any], said: int) -> None:
    from django.conf import settings
    from django.db import connection

    os.environ["DANGOL_HOME"] = home
    settings.DANGOL_HOME, settings.DANGOL_LAKE = Path(home), Path(home) / "lake"
    settings.DANGOL_KEYS = Path(home) / "keys.json"
    if database:
        os.environ["DATABASE_URL"] = database
        connection.settings_dict["NAME"] = database.rpartition("/")[2]
    else:
        connection.settings_dict["NAME"] = Path(home) / "records.sqlite3"
    if dies and "." in dies[0]:
        _die_after(*dies)
    else:
        _dies[:] = dies
    try:
        answer: dict[str, Any] = {"answer": DOES[does](**given)}
    except BaseException as error:
        traceback.print_exc()
        answer = {"problem": f"{type(error).__name__}: {error}"}
    finally:
        connection.close()
    os.write(said, json.dumps(answer).encode())
    os._exit(1 if "problem" in answer else 0)


def main() -> None:
    django.setup()
    # Once, before the children are born. Arrow asks for pandas where it is installed.
    import pandas  # noqa: F401

    import tests.insight.warehouse.records  # noqa: F401

    for line in sys.stdin:
        asked = json.loads(line)
        hear, said = os.pipe()
        pid = os.fork()
        if pid == 0:
            os.close(hear)
            _child(**asked, said=said)
        os.close(said)
        with os.fdopen(hear, "rb") as told:
            answer = told.read()
        code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        print(json.dumps({"code": code, **(json.loads(answer) if answer else {})}), flush=True)


if __name__ == "__main__":
    main()
