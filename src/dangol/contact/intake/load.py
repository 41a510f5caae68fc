"""Feeds become records: set-based, in chunks that are each taken whole or not at all, each fact once."""

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from copy import copy
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from time import perf_counter

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from django.conf import settings
from django.db import connection
from django.db.transaction import atomic
from django.utils import timezone

from dangol.contact.intake.feeds import Feed, check
from dangol.contact.intake.forgotten import without_forgotten
from dangol.contact.intake.further import (
    Who,
    take_deliveries,
    take_feedback,
    take_forms,
    take_loans,
    take_needs,
    take_subscriptions,
    take_surveys,
)
from dangol.contact.intake.models import Batch
from dangol.contact.intake.shop_time import to_utc
from dangol.contact.intake.taken import Taken
from dangol.contact.intake.unkept import without_numbers
from dangol.contact.intake.whose import ANY, keys_of, known_numbers, schemes_of_strangers
from dangol.lib import bulk, phones
from dangol.lib.bulk import Counted
from dangol.lib.progress import Progress, silent
from dangol.records.catalog.actions import ensure_products, take_products
from dangol.records.customers.forgetting import hold_everybody, remembering_forgotten
from dangol.records.customers.queries import customers_of
from dangol.records.customers.taking import ensure_identities, take_list
from dangol.records.ledger.actions import append_interactions, append_points, append_transactions
from dangol.records.ledger.costs import append_costs
from dangol.records.ledger.late_deliveries import KIND as LATE
from dangol.records.ledger.late_deliveries import heed_told
from dangol.records.ledger.receipts import remembering_receipts
from dangol.records.permission.actions import record_answers
from dangol.records.permission.models import Consent
from dangol.records.permission.notices import Reminder, record_reminders
from dangol.records.staff.models import User
from dangol.records.staff.units import NewUnit, ensure_units, take_units
from dangol.records.voices.actions import append_answers

CHUNK = 150_000
MET = 100_000  # customers that are remembered from one part to the next
E164 = re.compile(r"\+\d{8,15}")
LONGEST_NAME = 200
UNTOUCHED = (
    "channel", "quantity", "amount", "price_discount", "coupon_discount", "match_discount", "fee",
)  # fmt: skip


def take(feed: Feed, *, source: str, by: User | None, at: datetime, progress: Progress = silent) -> Taken:
    """Bring a feed into the records and keep a batch of it; the same feed again changes nothing.

    Resident numbers in its texts are made unreadable. Raises WrongFeed when the table is not what its kind promises.
    After a kill the chunks that were finished are there; taking the feed again adds the rest.
    """
    check(feed)
    feed = without_numbers(feed, today=timezone.localdate(at))
    began = perf_counter()
    batch = Batch.objects.create(
        kind=feed.kind, source=source, by=by, rows=feed.table.num_rows, total=feed.table.num_rows,
        stage=feed.kind, started_at=at,
    )  # fmt: skip
    taken = Taken()
    for chunk in chunks(feed):
        taken += take_chunk(chunk, source=source, at=at)
        Batch.objects.filter(pk=batch.pk).update(done=taken.rows)
        progress(feed.kind, taken.rows, feed.table.num_rows)
    Batch.objects.filter(pk=batch.pk).update(
        accepted=taken.rows, created=taken.created, updated=taken.updated, unchanged=taken.unchanged,
        amount_total=taken.amount_total, finished_at=at + timedelta(seconds=perf_counter() - began),
    )  # fmt: skip
    bulk.look_over(connection)
    return taken


def chunks(feed: Feed) -> Iterator[Feed]:
    """Parts of a feed of about CHUNK rows; a receipt is never torn, wherever its lines stand."""
    if feed.kind != "transactions":
        for start in range(0, feed.table.num_rows, CHUNK):
            yield Feed(feed.kind, feed.table.slice(start, CHUNK))
        return
    receipts = feed.table["receipt"].combine_chunks().dictionary_encode().indices.to_numpy()
    order = np.argsort(receipts, kind="stable")
    ends = np.flatnonzero(np.diff(receipts[order], append=-1)) + 1
    start = 0
    while start < len(order):
        enough = int(np.searchsorted(ends, start + CHUNK))
        end = int(ends[min(enough, len(ends) - 1)])
        yield Feed(feed.kind, feed.table.take(pa.array(order[start:end])))
        start = end


@atomic
def take_chunk(feed: Feed, *, source: str, at: datetime) -> Taken:
    """Bring one part of a feed into the records, all of it or nothing; who was forgotten stays forgotten."""
    hold_everybody()
    known = without_forgotten(feed, source=source)
    left = feed.table.num_rows - known.table.num_rows
    taken = TAKERS[feed.kind](known.table, source, at) if known.table.num_rows else Taken()
    return taken + Taken(rows=left, unchanged=left)


def _units(rows: pa.Table, source: str, at: datetime) -> Taken:
    return _counted(rows, take_units((NewUnit(**row) for row in rows.to_pylist()), at=at))


def _products(rows: pa.Table, source: str, at: datetime) -> Taken:
    names = pc.utf8_slice_codeunits(rows["name"], 0, stop=LONGEST_NAME)
    told = rows.set_column(rows.column_names.index("name"), "name", names)
    since = to_utc(rows["stock_at"], settings.DANGOL.time_zone)
    told = told.set_column(rows.column_names.index("stock_at"), "stock_at", since)
    return _counted(rows, take_products(told, at=at))


def _customers(rows: pa.Table, source: str, at: datetime) -> Taken:
    units = ensure_units(pc.unique(rows["unit"]).drop_null().to_pylist(), at=at)
    told = _under_their_numbers(rows, source)
    people = {name: told[name] for name in told.column_names} | {
        "unit_id": bulk.mapped(told["unit"], units),
        "registered_at": to_utc(told["registered_at"], settings.DANGOL.time_zone),
        "mobile": pa.array([_number(phone or "") for phone in told["phone"].to_pylist()], pa.string()),
    }
    done = take_list(pa.table(people), source=source, at=at)
    return replace(_counted(rows, done), elsewhere=done.elsewhere)


def _under_their_numbers(rows: pa.Table, source: str) -> pa.Table:
    """The rows, those among them that tell any number under its scheme; one that can be nobody's number is left out."""
    if not pc.any(pc.equal(rows["scheme"], ANY)).as_py():
        return rows
    listed = rows.to_pylist()
    met = keys_of((row["external_id"] for row in listed if row["scheme"] == ANY), source=source)
    told = [row | met.get(row["external_id"], {}) if row["scheme"] == ANY else row for row in listed]
    return pa.Table.from_pylist([row for row in told if row["scheme"] != ANY], schema=rows.schema)


def _number(written: str) -> str:
    """A phone number in E.164; one that cannot be is kept as written. What is in E.164 is not parsed again."""
    if E164.fullmatch(written) or not written:
        return written
    return phones.e164(written) or written


def _consents(rows: pa.Table, source: str, at: datetime) -> Taken:
    moments = to_utc(rows["answered_at"], settings.DANGOL.time_zone)
    identities = _identities(rows["customer"], moments, source=source, at=at).to_pylist()
    owners = customers_of(set(identities))
    answers = [
        Consent(
            customer_id=owners[identity], purpose=row["purpose"], channel=row["channel"], granted=row["granted"],
            answered_at=moment, how=Consent.How.IMPORT, evidence=row["evidence"], text_version=row["text_version"],
        )
        for row, identity, moment in zip(rows.to_pylist(), identities, moments.to_pylist(), strict=True)
    ]  # fmt: skip
    new = record_answers(answers, at=at)
    reminded = to_utc(rows["reminded_at"], settings.DANGOL.time_zone).to_pylist()
    record_reminders(
        (Reminder(answer, told) for answer, told in zip(answers, reminded, strict=True) if told is not None), at=at
    )
    return _new(rows, new)


def _transactions(rows: pa.Table, source: str, at: datetime) -> Taken:
    times = to_utc(rows["time"], settings.DANGOL.time_zone)
    stores = ensure_units(pc.unique(rows["store"]).drop_null().to_pylist(), at=at)
    lines = {
        "receipt": rows["receipt"],
        "identity_id": _identities(rows["customer"], times, source=source, at=at),
        "time": times,
        "unit_id": bulk.mapped(rows["store"], stores),
        "product_id": bulk.mapped(rows["product"], ensure_products(_first_descriptions(rows), at=at)),
        "description": pc.utf8_slice_codeunits(rows["description"], 0, stop=LONGEST_NAME),
        **{name: rows[name] for name in UNTOUCHED},
    }
    done = append_transactions(pa.table(lines), source=source, currency=settings.DANGOL.currency, at=at)
    total = pc.sum(rows["amount"]).as_py()
    return Taken(rows.num_rows, done.lines, 0, done.unchanged, total, done.differing, extended=done.extended)


def _points(rows: pa.Table, source: str, at: datetime) -> Taken:
    entries = _of_identities(rows, ("ref", "kind", "amount"), source=source, at=at)
    return _new(rows, append_points(entries, source=source, at=at))


def _interactions(rows: pa.Table, source: str, at: datetime) -> Taken:
    kept = ("direction", "kind", "touchpoint", "text", "minutes", "worth", "campaign")
    contacts = _of_identities(rows, ("ref", *kept), source=source, at=at)
    refs = pc.binary_join_element_wise(source, contacts["ref"], ":")
    new = append_interactions(contacts.drop(["ref"]).append_column("source_ref", refs), at=at)
    if new and (late := contacts.filter(pc.equal(contacts["kind"], LATE))).num_rows:
        heed_told(late["identity_id"].to_pylist(), at=at)
    return _new(rows, new)


def _answers(rows: pa.Table, source: str, at: datetime) -> Taken:
    kept = ("ref", "survey", "item", "dimension", "score", "scale_min", "scale_max")
    return _new(rows, append_answers(_of_identities(rows, kept, source=source, at=at), source=source, at=at))


def _costs(rows: pa.Table, source: str, at: datetime) -> Taken:
    home = settings.DANGOL
    return _counted(rows, append_costs(rows, source=source, currency=home.currency, zone=home.time_zone, at=at))


def _further(take: Callable[..., Taken]) -> Callable[[pa.Table, str, datetime], Taken]:
    """A taker that asks here whose each row is."""

    def taker(rows: pa.Table, source: str, at: datetime) -> Taken:
        who: Who = partial(_whose, source=source, at=at)
        return take(rows, who, source=source, at=at)

    return taker


def _whose(customers: pa.ChunkedArray, times: pa.ChunkedArray, *, source: str, at: datetime) -> pa.Array:
    return _identities(customers, times, source=source, at=at)


TAKERS: dict[str, Callable[[pa.Table, str, datetime], Taken]] = {
    "units": _units, "products": _products, "customers": _customers, "consents": _consents,
    "transactions": _transactions, "points": _points, "interactions": _interactions, "answers": _answers,
    "subscriptions": _further(take_subscriptions), "loans": _further(take_loans),
    "forms": _further(take_forms), "feedback": _further(take_feedback), "surveys": _further(take_surveys),
    "needs": _further(take_needs), "deliveries": _further(take_deliveries),
    "costs": _costs,
}  # fmt: skip


def _counted(rows: pa.Table, counted: Counted) -> Taken:
    return Taken(rows.num_rows, counted.created, counted.updated, counted.unchanged)


def _new(rows: pa.Table, created: int) -> Taken:
    return Taken(rows.num_rows, created, 0, rows.num_rows - created)


def _of_identities(rows: pa.Table, kept: tuple[str, ...], *, source: str, at: datetime) -> pa.Table:
    """The columns of a fact about a person: who, when (UTC), and what is kept as it is; of nobody there is none."""
    times = to_utc(rows["time"], settings.DANGOL.time_zone)
    who = _identities(rows["customer"], times, source=source, at=at)
    facts = pa.table({"identity_id": who, "at": times, **{name: rows[name] for name in kept}})
    return facts.filter(pc.is_valid(facts["identity_id"])) if who.null_count else facts


def _identities(customers: pa.ChunkedArray, times: pa.ChunkedArray, *, source: str, at: datetime) -> pa.Array:
    """The identity of each row; a customer never heard of is met at the earliest of these times."""
    found = _met_by(source)
    who = customers.combine_chunks().dictionary_encode()
    texts = who.dictionary.to_pylist()
    if strangers := [text for text in texts if text not in found]:
        if len(found) + len(strangers) > MET:
            found.clear()
            strangers = texts
        found |= _identified(pa.array(strangers, pa.string()), customers, times, source=source, at=at)
    return pa.array([found[text] for text in texts], pa.int64()).take(who.indices)


def _identified(
    strangers: pa.Array, customers: pa.ChunkedArray, times: pa.ChunkedArray, *, source: str, at: datetime
) -> dict[str, int | None]:
    """The identities of some of the customers; none for what leads to nobody."""
    seen = pa.table({"customer": customers, "time": times}).filter(pc.is_in(customers, strangers))
    first = seen.group_by("customer", use_threads=False).aggregate([("time", "min")])
    first_seen = _Earliest(first["customer"], first["time_min"])
    found: dict[str, int | None] = dict.fromkeys(first_seen)
    known = known_numbers(first_seen, source=source)
    found |= {text: identity for text, (_scheme, identity) in known.items()}
    for scheme, numbers in _by_scheme(first_seen.only([text for text in first_seen if text not in known])).items():
        found |= ensure_identities(numbers, source=source, at=at, scheme=scheme)
    return found


_met: ContextVar[dict[str, dict[str, int | None]] | None] = ContextVar("met", default=None)


@contextmanager
def remembering() -> Iterator[None]:
    """Inside, whoever was met in one part of a file is not looked up for the next, nor who was forgotten, nor receipts
    of a source that had none. Only inside one transaction: until it ends nobody is forgotten or merged.
    """
    token = _met.set({})
    try:
        with remembering_forgotten(), remembering_receipts():
            yield
    finally:
        _met.reset(token)


def _met_by(source: str) -> dict[str, int | None]:
    remembered = _met.get()
    return {} if remembered is None else remembered.setdefault(source, {})


class _Earliest(Mapping[str, datetime]):
    """When each was first met; a moment is made of it for those alone who are asked for: the new ones."""

    def __init__(self, who: pa.ChunkedArray, times: pa.ChunkedArray) -> None:
        self._times = times
        self._places = {text: place for place, text in enumerate(who.to_pylist())}
        self._among: Collection[str] = self._places

    def only(self, among: Collection[str]) -> "_Earliest":
        some = copy(self)
        some._among = among
        return some

    def __getitem__(self, text: str) -> datetime:
        moment: datetime = self._times[self._places[text]].as_py()
        return moment

    def __iter__(self) -> Iterator[str]:
        return iter(self._among)

    def __len__(self) -> int:
        return len(self._among)


def _by_scheme(first_seen: _Earliest) -> dict[str, _Earliest]:
    schemes: dict[str, list[str]] = {}
    for number, scheme in schemes_of_strangers(first_seen).items():
        schemes.setdefault(scheme, []).append(number)
    return {scheme: first_seen.only(numbers) for scheme, numbers in schemes.items()}


def _first_descriptions(rows: pa.Table) -> dict[str, str]:
    """Each product's code with the description it is first sold under, to name one that nobody described."""
    sold = rows.select(["product", "description"]).filter(pc.is_valid(rows["product"]))
    first = sold.group_by("product", use_threads=False).aggregate([("description", "first")])
    names = pc.utf8_slice_codeunits(first["description_first"], 0, stop=LONGEST_NAME)
    return dict(zip(first["product"].to_pylist(), names.to_pylist(), strict=True))
