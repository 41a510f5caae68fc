"""The legal hold: what a law makes us keep of a person who was forgotten, in a store of its own, sealed, until its day.

One SQLite file in the home, whatever the records are kept in. Every record lies sealed under the home's keys; to be
found it has marks made one way from name, numbers and receipt. Nothing but the page of the legal hold reads it.
"""

import hmac
import json
import sqlite3
import tomllib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import Model

from dangol.lib import money, phones, sealing
from dangol.records.customers.duties import Traces
from dangol.records.customers.models import Customer
from dangol.records.ledger.models import Interaction, OrderLine, Subscription, Transaction
from dangol.records.outbox.models import Message
from dangol.records.rights.due_dates import day_of
from dangol.records.voices.models import Feedback

FILE = "hold.sqlite3"
RULES = Path(__file__).with_name("legal_hold.toml")
SCHEMA = """
CREATE TABLE IF NOT EXISTS record (
  id INTEGER PRIMARY KEY, ref TEXT NOT NULL UNIQUE, customer INTEGER NOT NULL, rule TEXT NOT NULL,
  happened_on TEXT NOT NULL, due_on TEXT NOT NULL, kept_at TEXT NOT NULL, sealed TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS record_due ON record (due_on);
CREATE INDEX IF NOT EXISTS record_customer ON record (customer);
CREATE TABLE IF NOT EXISTS finder (
  mark TEXT NOT NULL, record INTEGER NOT NULL, PRIMARY KEY (mark, record)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS finder_record ON finder (record);
CREATE TABLE IF NOT EXISTS person (
  mark TEXT NOT NULL, customer INTEGER NOT NULL, PRIMARY KEY (mark, customer)
) WITHOUT ROWID;
"""
SHOWN = 200
DISPUTED = (Feedback.Kind.COMPLAINT, Feedback.Kind.INQUIRY)


@dataclass(frozen=True)
class Rule:
    """One duty to keep: what, how many months, by whose law (kr, intl), from when to when the rule itself holds."""

    id: str
    law: str
    keeps: str
    months: int
    label_ko: str
    label_en: str
    basis: str
    source: str
    effective_from: date
    effective_to: date | None = None

    def holds(self, on: date) -> bool:
        """Whether the rule itself is in force on a day."""
        return self.effective_from <= on and (self.effective_to is None or on <= self.effective_to)

    def ends_on(self, happened: date) -> date:
        """The last day a record is kept."""
        month = happened.month - 1 + self.months
        year, month = happened.year + month // 12, month % 12 + 1
        for day in (happened.day, 30, 29, 28):
            try:
                return date(year, month, day)
            except ValueError:
                continue
        raise AssertionError

    def label(self, language: str) -> str:
        """Its name in a language."""
        return self.label_ko if language.startswith("ko") else self.label_en


@dataclass(frozen=True)
class Held:
    """One record of the hold; `told` is what is kept, once it is unsealed."""

    number: int
    customer: int
    rule: str
    happened_on: date
    due_on: date
    told: dict[str, Any]


@cache
def all_rules() -> tuple[Rule, ...]:
    """Every rule of the data file, past ones too."""
    told = tomllib.loads(RULES.read_text(encoding="utf-8"))
    return tuple(Rule(**rule) for rule in told["rule"])


def rules(on: date) -> list[Rule]:
    """The rules of the home's law that hold on a day."""
    return [
        rule for rule in all_rules()
        if rule.law == settings.DANGOL.law and rule.holds(on)
    ]  # fmt: skip


def path() -> Path:
    """The store."""
    place: Path = settings.DANGOL_HOME / FILE
    return place


@contextmanager
def opened() -> Iterator[sqlite3.Connection]:
    """The store, made where it is missing; one transaction, kept when the block ends well."""
    path().touch(mode=0o600)
    with closing(sqlite3.connect(path(), timeout=30, isolation_level=None)) as store:
        store.execute("PRAGMA secure_delete = ON")
        store.executescript(SCHEMA)
        store.execute("BEGIN IMMEDIATE")
        try:
            yield store
        except BaseException:
            store.execute("ROLLBACK")
            raise
        store.execute("COMMIT")


def keep(person: Customer, traces: Traces, *, at: datetime) -> list[str]:
    """Put what a law holds of the person into the store; the names of the records that are new there.

    Once more is the same again: what is held already stays, and nothing of it is lost.
    """
    today = day_of(at)
    due = [(rule, one) for rule in rules(today) for one in KEPT[rule.keeps](person) if rule.ends_on(one.on) >= today]
    if not due:
        return []
    who: dict[str, Any] = {
        "name": person.full_name,
        "numbers": sorted(traces.numbers),
        "contacts": sorted(traces.contacts),
    }
    seal, marks = sealing.sealer(), marker(make=True)
    with opened() as store:
        known = {ref for (ref,) in store.execute("SELECT ref FROM record WHERE customer = ?", (person.pk,))}
        called = {who["name"], *who["numbers"], *who["contacts"]} - {""}
        store.executemany("INSERT OR IGNORE INTO person VALUES (?, ?)", [(marks(text), person.pk) for text in called])
        for rule, one in due:
            token = seal(json.dumps({"who": who, "what": one.told}, ensure_ascii=False))
            (number,) = store.execute(PUT, (
                f"{rule.id}:{one.ref}", person.pk, rule.id, one.on.isoformat(), rule.ends_on(one.on).isoformat(),
                at.isoformat(), token,
            )).fetchone()  # fmt: skip
            store.executemany(
                "INSERT OR IGNORE INTO finder VALUES (?, ?)", [(marks(text), number) for text in one.finders]
            )
    return [ref for ref in (f"{rule.id}:{one.ref}" for rule, one in due) if ref not in known]


def take_back(refs: Sequence[str]) -> None:
    """Remove records again: the erasure they were kept for did not come to pass."""
    if refs:
        with opened() as store:
            for ref in refs:
                _drop(store, "ref = ?", (ref,))


def count(*, due_before: date | None = None) -> int:
    """How many records are kept; with a day, how many of them have run out by then."""
    if not path().exists():
        return 0
    with opened() as store:
        where, values = ("due_on < ?", (due_before.isoformat(),)) if due_before else ("1 = 1", ())
        (found,) = store.execute(f"SELECT count(*) FROM record WHERE {where}", values).fetchone()  # noqa: S608
    return int(found)


def destroy_due(*, on: date) -> int:
    """Destroy what has run out before a day; how many records."""
    if not path().exists():
        return 0
    with opened() as store:
        return _drop(store, "due_on < ?", (on.isoformat(),))


def standing() -> list[tuple[str, int, date, date]]:
    """For each rule: its id, how many records, and between which days they run out."""
    if not path().exists():
        return []
    with opened() as store:
        rows = store.execute("SELECT rule, count(*), min(due_on), max(due_on) FROM record GROUP BY rule ORDER BY rule")
        return [(rule, n, date.fromisoformat(low), date.fromisoformat(high)) for rule, n, low, high in rows]


def found(text: str) -> list[Held]:
    """The records of a person or receipt: by name, number, phone, address, or the number of the emptied row.

    Unsealed: whoever calls writes down who looked and why. Raises KeyLost.
    """
    wanted = text.strip()
    if not wanted or not path().exists():
        return []
    marks = [marker()(one) for one in sorted({wanted, phones.e164(wanted) or wanted})]
    number = int(wanted) if wanted.isascii() and wanted.isdigit() and len(wanted) < 15 else -1
    signs = ", ".join("?" * len(marks))
    with opened() as store:
        rows = store.execute(
            f"SELECT id, customer, rule, happened_on, due_on, sealed FROM record WHERE customer = ?"  # noqa: S608
            f" OR customer IN (SELECT customer FROM person WHERE mark IN ({signs}))"
            f" OR id IN (SELECT record FROM finder WHERE mark IN ({signs})) ORDER BY happened_on, id LIMIT {SHOWN}",
            (number, *marks, *marks),
        ).fetchall()
    return [
        Held(pk, customer, rule, date.fromisoformat(day), date.fromisoformat(due), json.loads(sealing.unseal(token)))
        for pk, customer, rule, day, due, token in rows
    ]


def parts() -> Iterator[list[tuple[int, str]]]:
    """The sealed texts, some at a time, each with its number: for a new key."""
    after = 0
    while path().exists():
        with opened() as store:
            part = store.execute(
                "SELECT id, sealed FROM record WHERE id > ? ORDER BY id LIMIT 500", (after,)
            ).fetchall()
        if not part:
            return
        yield part
        after = part[-1][0]


def replace(again: list[tuple[str, int, str]]) -> None:
    """Put texts sealed anew in the place of the old ones."""
    if again:
        with opened() as store:
            store.executemany("UPDATE record SET sealed = ? WHERE id = ? AND sealed = ?", again)


def marker(*, make: bool = False) -> Callable[[str], str]:
    """What makes the mark a record is found by, one way, from a name, a number, a receipt. Raises KeyLost."""
    key = sealing.marking_key("legal hold", make=make)
    return lambda text: hmac.new(key, text.casefold().encode(), sha256).hexdigest()


@dataclass(frozen=True)
class ToKeep:
    """One thing that a law holds: a name of its own, its day, what it was, and what else it is found by."""

    ref: str
    on: date
    told: dict[str, Any]
    finders: tuple[str, ...] = ()


def _sales(person: Customer) -> Iterator[ToKeep]:
    """Contracts, withdrawals, payments and supply: purchases and returns with their lines."""
    lines: dict[int, list[dict[str, Any]]] = {}
    mine = OrderLine.objects.filter(transaction__identity__customer=person).select_related("product")
    for line in mine.order_by("transaction_id", "position"):
        what = line.product.name if line.product else line.description
        lines.setdefault(line.transaction_id, []).append(
            {"what": what, "quantity": str(line.quantity), "amount": _money(line.amount)}
        )
    for sale in Transaction.objects.filter(identity__customer=person).select_related("unit"):
        told = {
            "receipt": sale.receipt, "source": sale.source, "at": sale.at.isoformat(), "amount": _money(sale.amount),
            "currency": sale.currency, "channel": sale.channel, "place": sale.unit.name if sale.unit else "",
            "lines": lines.get(sale.pk, []),
        }  # fmt: skip
        yield ToKeep(_ref(sale), day_of(sale.at), told, (sale.receipt,))
    yield from _contracts(person)


def _contracts(person: Customer) -> Iterator[ToKeep]:
    """Subscriptions; the years run from the last thing that became of one."""
    mine = Subscription.objects.filter(identity__customer=person).select_related("product").prefetch_related("steps")
    for one in mine:
        steps = [
            {"kind": step.kind, "at": step.at.isoformat(), "reason": step.reason}
            | ({} if step.price is None else {"price": _money(step.price)})
            for step in one.steps.all()
        ]
        told = {
            "ref": one.ref, "source": one.source, "at": one.at.isoformat(), "currency": one.currency,
            "what": one.product.name if one.product else one.description, "quantity": str(one.quantity),
            "price": None if one.price is None else _money(one.price), "period": one.period, "steps": steps,
        }  # fmt: skip
        yield ToKeep(_ref(one), day_of(max([one.at, *(step.at for step in one.steps.all())])), told, (one.ref,))


def _complaints(person: Customer) -> Iterator[ToKeep]:
    """Complaints and disputes: what the person told us that asked for an answer."""
    inward = Interaction.objects.filter(
        identity__customer=person, direction=Interaction.Direction.IN, kind__in=("complaint", "dispute", "inquiry")
    )
    for talk in inward:
        told = {"kind": talk.kind, "at": talk.at.isoformat(), "touchpoint": talk.touchpoint, "text": talk.text}
        yield ToKeep(_ref(talk), day_of(talk.at), told)
    disputed = Feedback.objects.filter(identity__customer=person, kind__in=DISPUTED)
    for one in disputed.select_related("product").prefetch_related("steps"):
        answers = [
            {"state": step.state, "at": step.at.isoformat(), "text": step.text} for step in one.steps.all()
        ]  # fmt: skip
        words: dict[str, Any] = {
            "kind": one.kind, "at": one.at.isoformat(), "touchpoint": one.touchpoint, "subject": one.subject,
            "text": one.text, "what": one.product.name if one.product else "", "answers": answers,
        }  # fmt: skip
        yield ToKeep(_ref(one), day_of(one.at), words)


def _advertising(person: Customer) -> Iterator[ToKeep]:
    """Advertisements that were sent."""
    sent = Message.objects.filter(
        identity__customer=person, kind=Message.Kind.ADVERTISING, handed_over_at__isnull=False
    )
    for one in sent:
        assert one.handed_over_at is not None
        told = {
            "at": one.handed_over_at.isoformat(), "channel": one.channel, "subject": one.subject, "text": one.body,
        }  # fmt: skip
        yield ToKeep(_ref(one), day_of(one.handed_over_at), told)


KEPT: dict[str, Callable[[Customer], Iterable[ToKeep]]] = {
    "sales": _sales, "complaints": _complaints, "advertising": _advertising,
}  # fmt: skip


PUT = """
INSERT INTO record (ref, customer, rule, happened_on, due_on, kept_at, sealed) VALUES (?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (ref) DO UPDATE SET sealed = excluded.sealed, kept_at = excluded.kept_at RETURNING id
"""


def _drop(store: sqlite3.Connection, where: str, values: tuple[str, ...]) -> int:
    store.execute(f"DELETE FROM finder WHERE record IN (SELECT id FROM record WHERE {where})", values)  # noqa: S608
    count = store.execute(f"DELETE FROM record WHERE {where}", values).rowcount  # noqa: S608
    store.execute("DELETE FROM person WHERE customer NOT IN (SELECT customer FROM record)")
    return count


def _ref(row: Model) -> str:
    return f"{row._meta.label}:{row.pk}"


def _money(minor: int) -> int | float:
    return money.as_number(minor, settings.DANGOL.currency)
