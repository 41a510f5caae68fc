"""What comes by file alone becomes records: subscriptions, loans, deliveries, feedback, questionnaires and needs,
set-based, each once."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from django.conf import settings
from django.db import connection

from dangol.contact.intake.shop_time import to_utc
from dangol.contact.intake.taken import Taken
from dangol.lib import bulk
from dangol.lib.bulk import Counted
from dangol.records.catalog.actions import ensure_products
from dangol.records.catalog.models import Category
from dangol.records.customers.queries import customers_of
from dangol.records.ledger.deliveries import append_deliveries
from dangol.records.ledger.loans import append_loans
from dangol.records.ledger.receipts import holders_of_receipts
from dangol.records.ledger.subscriptions import append_subscriptions, differing
from dangol.records.permission.actions import record_answers
from dangol.records.permission.models import Consent
from dangol.records.permission.notices import Reminder, record_reminders
from dangol.records.permission.on_record import Answered, Question, answers_of, question_of
from dangol.records.permission.reading import keeps_history
from dangol.records.staff.units import ensure_units
from dangol.records.voices.actions import append_answers
from dangol.records.voices.feedback import append_feedback
from dangol.records.voices.models import Feedback, SurveyAnswer
from dangol.records.voices.needs import append_needs

LONGEST_NAME = 200
LONGEST_WORD = 80

# Customers as written and the moments they were met at (UTC) → the identity of each, null for nobody.
type Who = Callable[[pa.ChunkedArray, pa.ChunkedArray], pa.Array]


def take_subscriptions(rows: pa.Table, who: Who, *, source: str, at: datetime) -> Taken:
    """Subscriptions and what became of them; see `append_subscriptions`."""
    known, facts = _facts(rows, who, at=at, name="description")
    facts |= {
        "description": _short(known["description"]), "quantity": pc.round(known["quantity"], 3),
        "price": known["price"], "currency": pa.repeat(settings.DANGOL.currency, known.num_rows),
        "period": known["period"], "ends": _utc(known["ends"]), "state": known["state"],
        "state_at": _utc(known["state_at"]), "reason": _short(known["reason"]),
    }  # fmt: skip
    told = pa.table(facts)
    other = differing(told, source=source)
    return replace(_taken(rows, append_subscriptions(told, source=source, at=at)), differing=other)


def take_loans(rows: pa.Table, who: Who, *, source: str, at: datetime) -> Taken:
    """Loans by class; titles of those alone who want their reading history kept; see `append_loans`."""
    known, facts = _facts(rows, who, at=at)
    owners = customers_of(set(facts["identity_id"].to_pylist()))
    keeps = keeps_history(owners.values())
    facts |= {
        "due": _utc(known["due"]),
        **{name: _utc(known[name]) for name in ("renewed_at", "returned_at", "lost_at")},
    }
    facts |= {name: known[name] for name in ("item_class", "renewals", "title", "item")}
    history = {identity for identity, owner in owners.items() if owner in keeps}
    return _taken(rows, append_loans(pa.table(facts), source=source, keeps_history=history, at=at))


def take_deliveries(rows: pa.Table, who: Who, *, source: str, at: datetime) -> Taken:
    """Deliveries and what became of them, of the customer or of whoever has the receipt; see `append_deliveries`."""
    known, facts = _facts(rows, who, at=at, name="description", nameless=True)
    receipts = known["receipt"].filter(pc.is_null(known["customer"]))
    named = holders_of_receipts(pc.unique(receipts).drop_null().to_pylist(), source=source) if len(receipts) else {}
    identities = pc.coalesce(facts["identity_id"], bulk.mapped(known["receipt"], named))
    facts |= {
        "identity_id": identities, "receipt": pc.fill_null(known["receipt"], ""),
        "description": _short(known["description"]), "promised": known["promised"].cast(pa.date32()),
        "until": known["until"].cast(pa.date32()),
        **{name: _utc(known[name]) for name in ("shipped_at", "delivered_at", "state_at")},
    } | {name: known[name] for name in ("carrier", "tracking", "state")}  # fmt: skip
    told = pa.table(facts)
    told = told.filter(pc.is_valid(told["identity_id"]))
    return _taken(rows, append_deliveries(told, source=source, zone=settings.DANGOL.time_zone, at=at))


def take_feedback(rows: pa.Table, who: Who, *, source: str, at: datetime) -> Taken:
    """Feedback and what became of it; one of nobody is kept without a customer; see `append_feedback`."""
    known, facts = _facts(rows, who, at=at, name="product_name", nameless=True)
    facts |= {name: known[name] for name in ("kind", "touchpoint", "text", "state", "answer")}
    facts |= {"subject": _short(known["subject"]), "state_at": _utc(known["state_at"])}
    return _taken(rows, append_feedback(pa.table(facts), source=source, at=at))


def take_needs(rows: pa.Table, who: Who, *, source: str, at: datetime) -> Taken:
    """What customers spend on a category anywhere, by their own word; see `append_needs`."""
    known, facts = _facts(rows, who, at=at)
    del facts["at"]
    facts |= {
        "category_id": bulk.mapped(known["category"], dict(Category.objects.values_list("path", "pk"))),
        "on": known["time"].cast(pa.date32()),
    } | {name: known[name] for name in ("amount", "period", "how")}
    return _taken(rows, append_needs(pa.table(facts), source=source, at=at))


def take_surveys(rows: pa.Table, who: Who, *, source: str, at: datetime) -> Taken:
    """Questionnaires: each answer in figures is an answer, each in words an opinion; a row is new if all of it is."""
    known, facts = _facts(rows, who, at=at)
    people = zip(*(facts[name].to_pylist() for name in ("ref", "identity_id", "at")), strict=True)
    told = list(zip(people, known["survey"].to_pylist(), known["answers"].to_pylist(), strict=True))
    scores, words = list(_scores(told)), list(_opinions(told))
    seen = _answered([one["ref"] for one in [*scores, *words]], source=source)
    if scores:
        append_answers(pa.Table.from_pylist(scores, schema=ANSWERS), source=source, at=at)
    if words:
        append_feedback(pa.Table.from_pylist(words, schema=OPINIONS), source=source, at=at)
    fresh: set[int] = set()
    more: set[int] = set()
    for one in [*scores, *words]:
        (more if one["ref"] in seen else fresh).add(one["row"])
        seen.add(one["ref"])
    created, updated = len(fresh - more), len(fresh & more)
    return _taken(rows, Counted(created, updated, known.num_rows - created - updated))


ANSWERS = pa.schema([
    ("ref", pa.string()), ("identity_id", pa.int64()), ("at", bulk.UTC_TIME), ("survey", pa.string()),
    ("item", pa.string()), ("dimension", pa.string()), ("score", pa.float64()), ("scale_min", pa.float64()),
    ("scale_max", pa.float64()),
])  # fmt: skip
OPINIONS = pa.schema([
    *(("ref", pa.string()), ("identity_id", pa.int64()), ("kind", pa.string()), ("at", bulk.UTC_TIME)),
    *((name, pa.string()) for name in ("touchpoint", "subject", "text", "state", "answer")),
    ("unit_id", pa.int64()), ("product_id", pa.int64()), ("state_at", bulk.UTC_TIME),
])  # fmt: skip


def take_forms(rows: pa.Table, who: Who, *, source: str, at: datetime) -> Taken:
    """Forms of consent: each answer that is not on record; a refusal without a day only where none stands already."""
    days = _utc(rows["answered_at"])
    people = pa.chunked_array([who(rows["customer"], pc.fill_null(days, pa.scalar(at, bulk.UTC_TIME)))])
    owners = customers_of(set(people.drop_null().to_pylist()))
    known = answers_of(owners.values())
    stands = _standing(known)
    new: dict[Question, Consent] = {}
    reminders: list[Reminder] = []
    created = updated = 0
    columns = (people, days, _utc(rows["reminded_at"]))
    told = zip(rows.to_pylist(), *(column.to_pylist() for column in columns), strict=True)
    for row, identity, day, reminded in told:
        answers = [] if identity is None else _consents(row, owners[identity], day, at)
        fresh = [one for one in answers if _is_new(one, day, known, stands, new)]
        created += bool(fresh) and len(fresh) == len(answers)
        updated += bool(fresh) and len(fresh) < len(answers)
        if reminded is not None and day is not None:
            reminders += [Reminder(one, reminded) for one in answers]
    record_answers(new.values(), at=at)
    record_reminders(reminders, at=at)
    return _taken(rows, Counted(created, updated, rows.num_rows - created - updated))


def _consents(row: dict[str, Any], owner: int, day: datetime | None, at: datetime) -> list[Consent]:
    return [
        Consent(
            customer_id=owner, purpose=one["purpose"], channel=one["channel"], granted=one["granted"],
            answered_at=day or at, how=Consent.How.IMPORT, evidence=row["evidence"][:LONGEST_NAME],
            text_version=row["text_version"], recipient=row["recipient"],
        )
        for one in json.loads(row["answers"])
    ]  # fmt: skip


def _standing(known: Mapping[Question, Answered]) -> dict[tuple[Any, ...], bool]:
    """The answer that counts to each question, whenever it was asked: the last, of two at one time the refusal."""
    ordered = sorted(known.items(), key=lambda pair: (pair[0].answered_at, not pair[1].granted))
    return {question[:-1]: answer.granted for question, answer in ordered}


def _is_new(
    answer: Consent,
    day: datetime | None,
    known: Mapping[Question, Answered],
    stands: Mapping[tuple[Any, ...], bool],
    new: dict[Question, Consent],
) -> bool:
    """Whether it is not on record, and has not come in this file; of two at one moment the refusal is taken."""
    question = question_of(answer)
    if question in known or (day is None and stands.get(question[:-1]) is False):
        return False
    before = new.get(question)
    if before is not None and (answer.granted or not before.granted):
        return False
    new[question] = answer
    return True


type Told = tuple[tuple[str, int, datetime], str, str]


def _parts(told: list[Told]) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Every answer of every row, and whose it is; known by its row and its question."""
    for row, ((ref, identity, moment), survey, answers) in enumerate(told):
        for one in json.loads(answers):
            key = f"{ref}#{one['item']}"
            who = {"row": row, "ref": key if len(key) <= 120 else f"{ref[:54]}#{_mark(key)}"}
            yield who | {"identity_id": identity, "at": moment, "survey": survey[:LONGEST_WORD]}, one


def _scores(told: list[Told]) -> Iterator[dict[str, Any]]:
    for who, one in _parts(told):
        if one["score"] is not None:
            more = {"item": one["item"][:LONGEST_NAME], "dimension": one["dimension"], "score": one["score"]}
            yield who | more | {"scale_min": one["low"], "scale_max": one["high"]}


def _opinions(told: list[Told]) -> Iterator[dict[str, Any]]:
    for who, one in _parts(told):
        if one["score"] is None and one["text"]:
            words = {"touchpoint": "", "subject": one["item"][:LONGEST_NAME], "text": one["text"]}
            yield who | words | {"state": "", "answer": "", "kind": str(Feedback.Kind.OPINION)}


def _answered(refs: list[str], *, source: str) -> set[str]:
    """Those of the refs that are on record."""
    tables = (SurveyAnswer._meta.db_table, Feedback._meta.db_table)
    return {ref for table in tables for ref in bulk.ids_by(connection, table, "ref", refs, same={"source": source})}


def _mark(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def _facts(
    rows: pa.Table, who: Who, *, at: datetime, name: str = "", nameless: bool = False
) -> tuple[pa.Table, dict[str, Any]]:
    """The rows of people we may know, and of each fact its ref, whose it is, when and where; what it is about where a
    column has its `name`. A number nobody can be known by has no fact, unless facts may be `nameless`.
    """
    times = _utc(rows["time"])
    identities = pa.chunked_array([who(rows["customer"], times)])
    if not nameless and identities.null_count:
        kept = pc.is_valid(identities)
        rows, times, identities = rows.filter(kept), times.filter(kept), identities.filter(kept)
    facts: dict[str, Any] = {"ref": rows["ref"], "identity_id": identities, "at": times}
    if "store" in rows.column_names:
        stores = ensure_units(pc.unique(rows["store"]).drop_null().to_pylist(), at=at)
        facts["unit_id"] = bulk.mapped(rows["store"], stores)
    if name:
        facts["product_id"] = bulk.mapped(rows["product"], ensure_products(_names(rows, name), at=at))
    return rows, facts


def _names(rows: pa.Table, name: str) -> dict[str, str]:
    """Each product's code with the first name it is told under."""
    told: dict[str, str] = {}
    for code, word in zip(rows["product"].to_pylist(), rows[name].to_pylist(), strict=True):
        if code is not None:
            told.setdefault(code, word[:LONGEST_NAME])
    return told


def _utc(times: pa.ChunkedArray) -> pa.ChunkedArray:
    return to_utc(times, settings.DANGOL.time_zone)


def _short(texts: pa.ChunkedArray) -> pa.ChunkedArray:
    return pc.utf8_slice_codeunits(texts, 0, stop=LONGEST_NAME)


def _taken(rows: pa.Table, counted: Counted) -> Taken:
    """A row that told nothing that can be kept is unchanged."""
    left = rows.num_rows - counted.created - counted.updated - counted.unchanged
    return Taken(rows.num_rows, counted.created, counted.updated, counted.unchanged + left)
