"""What partners know of our customers: data sets, each with its ground and what proves it, beside what people told us.

A data set makes nobody a customer and overwrites nothing a customer said. Once it has ended, it is off everybody.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Any

import numpy as np
import pyarrow as pa
from django.db import connection
from django.db.models import Max, Min
from django.db.transaction import atomic
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from dangol.lib import bulk
from dangol.lib.bulk import Counted
from dangol.lib.errors import DangolError, WrongUse
from dangol.lib.resident_numbers import masked
from dangol.records.changes.actions import record_range, record_row
from dangol.records.changes.notebook import Former, keep_former
from dangol.records.customers.fields import BASES, Basis, Side
from dangol.records.customers.models import PartnerDetail, PartnerSet
from dangol.records.staff.models import User

SHORTEST = 4  # letters that can say anything
LONGEST = {"partner": 120, "dataset": 120, "purpose": 200, "evidence": 300}
LONGEST_HEADING, LONGEST_VALUE = 80, 200
TOGETHER = 2_000  # changed rows written at once


class CannotTakeDetails(WrongUse):
    """What is said of a partner's data is not enough to take them in; `about` names the part of the statement."""

    def __init__(self, words: str, about: str = "") -> None:
        self.about = about
        super().__init__(words)


class AnotherGround(CannotTakeDetails):
    """The data set is here already, received on another day, for another purpose or on another ground."""


class EndedAlready(DangolError):
    """Nothing of the data set is kept any more."""


@dataclass(frozen=True)
class Statement:
    """Whose data they are, which, since when we have them, what for, on which ground, and what proves the ground."""

    partner: str
    dataset: str
    received_on: date | None
    purpose: str
    basis: str
    evidence: str
    side: str = Side.OF.value


def sound(told: Statement, *, today: date) -> Statement:
    """The statement as it can be kept. Raises CannotTakeDetails for the first thing that it does not say."""
    words: dict[str, Any] = {name: masked(" ".join(getattr(told, name).split())) for name in LONGEST}
    found = replace(told, **words)
    for about, lack in _lacks(found, today):
        raise CannotTakeDetails(lack, about)
    for name, most in LONGEST.items():
        if len(words[name]) > most:
            raise CannotTakeDetails(
                _("“%(text)s…” is too long: write it in at most %(most)s letters.")
                % {"text": words[name][:20], "most": most},
                name,
            )
    return found


def _lacks(told: Statement, today: date) -> Iterator[tuple[str, str]]:
    """Each part of the statement that says too little, with what it should say."""
    if not told.partner:
        yield "partner", _("Say which partner the data came from.")
    if not told.dataset:
        yield "dataset", _("Say which data of the partner they are: a name and a date, for instance.")
    if told.received_on is None or told.received_on > today:
        yield "received_on", _("Say on which day the data came to us: today or before.")
    if len(told.purpose) < SHORTEST:
        yield "purpose", _("Say what it is kept for. What serves nothing should not be kept.")
    if told.basis not in Basis or told.side not in Side:
        yield "basis", _("Say of which kind it is and on which ground it is kept.")
    if len(told.evidence) < SHORTEST:
        yield "evidence", _unproven(told.basis)


def _unproven(basis: str) -> str:
    if basis == Basis.CONSENT:
        return _(
            "These data are said to rest on consent, and nothing shows it. Name the evidence: the partner's consent"
            " form with its version, and where the answers are kept."
        )
    return _("Name what shows the ground: the contract with its date, or the article of the law.")


def standing_set(partner: str, dataset: str) -> PartnerSet | None:
    """The data set of this name that has not ended."""
    return PartnerSet.objects.filter(partner=partner, dataset=dataset, ended_at=None).first()


@atomic
def ensure_set(told: Statement, *, by: User | None, at: datetime, today: date) -> PartnerSet:
    """The data set the statement speaks of, written down where it is new; the same statement is the same set.

    Raises CannotTakeDetails, and AnotherGround where the set stands already and the statement says otherwise.
    """
    told = sound(told, today=today)
    bulk.lock(connection, f"partner:{told.partner}")
    found = standing_set(told.partner, told.dataset)
    if found is None:
        found = PartnerSet.objects.create(**asdict(told), by=by, at=at)
        record_row(found, at=at, made=True)
    elif any(getattr(found, name) != value for name, value in asdict(told).items()):
        raise AnotherGround(_stands_already(found))
    return found


def _stands_already(found: PartnerSet) -> str:
    words = _(
        "“%(dataset)s” of %(partner)s is here already: received on %(day)s, on the ground “%(ground)s” (%(evidence)s),"
        " to be used for “%(purpose)s”. Say the same of this file, give its data another name, or end the former first."
    )
    return words % {
        "dataset": found.dataset, "partner": found.partner, "day": date_format(found.received_on, "DATE_FORMAT"),
        "ground": BASES[Basis(found.basis)], "evidence": found.evidence, "purpose": found.purpose,
    }  # fmt: skip


@atomic
def take_details(
    told: Sequence[tuple[int, Mapping[str, str]]], *, into: PartnerSet, at: datetime
) -> Counted:  # fmt: skip
    """Write down what a set tells of customers, by their id: heading → text. What is empty says and erases nothing.

    Of a customer who comes twice the last text under a heading counts. The same again changes nothing.
    """
    bulk.lock(connection, f"partner:{into.partner}")
    coming: dict[int, dict[str, str]] = {}
    for customer, texts in told:
        filled = {heading: text for heading, text in texts.items() if text}
        if filled:
            coming.setdefault(customer, {}).update(filled)
    known = _known(into, list(coming))
    new = {customer: texts for customer, texts in coming.items() if customer not in known}
    changed = {
        customer: known[customer] | texts for customer, texts in coming.items()
        if customer in known and known[customer] | texts != known[customer]
    }  # fmt: skip
    _insert(into, new, at=at)
    keep_former(PartnerDetail, _former(into, known, changed))
    _update(into, changed)
    return Counted(len(new), len(changed), len(told) - len(new) - len(changed))


def say_headings(into: PartnerSet, headings: Iterable[str]) -> None:
    """Add the headings that a file of the set brought."""
    into.told = list(dict.fromkeys([*into.told, *headings]))
    into.save(update_fields=["told"])


@atomic
def take_off(ending: PartnerSet, *, by: User | None, at: datetime) -> int:
    """Take a data set off everybody and say that it has ended; of how many customers it told something.

    One statement, however many they are. Whoever calls this writes it into the destruction ledger.
    Raises EndedAlready.
    """
    bulk.lock(connection, f"partner:{ending.partner}")
    if not PartnerSet.objects.filter(pk=ending.pk, ended_at=None).update(ended_by=by, ended_at=at):
        raise EndedAlready(_("This data set has ended already."))
    details = PartnerDetail.objects.filter(partner_set=ending)
    keys = details.aggregate(first=Min("pk"), last=Max("pk"))
    count: int = details.delete()[0]
    ending.refresh_from_db()
    record_row(ending, at=at)
    if count:
        record_range(PartnerDetail, first_key=keys["first"], last_key=keys["last"], at=at)
    return count


def _known(of: PartnerSet, customers: list[int]) -> dict[int, dict[str, str]]:
    table, same = PartnerDetail._meta.db_table, {"partner_set_id": of.pk}
    rows = bulk.rows_by(connection, table, "customer_id", customers, ["told"], same=same)
    return {customer: json.loads(text) for customer, text in rows}


def _insert(into: PartnerSet, new: Mapping[int, Mapping[str, str]], *, at: datetime) -> None:
    if not new:
        return
    first = bulk.reserve_ids(connection, PartnerDetail._meta.db_table, len(new))
    rows = {
        "id": pa.array(np.arange(first, first + len(new))),
        "partner_set_id": pa.repeat(into.pk, len(new)),
        "customer_id": pa.array(list(new), pa.int64()),
        "told": pa.array([json.dumps(texts, ensure_ascii=False) for texts in new.values()], pa.string()),
    }
    bulk.insert_table(connection, PartnerDetail._meta.db_table, pa.table(rows))
    record_range(PartnerDetail, first_key=first, last_key=first + len(new) - 1, at=at)


def _former(
    into: PartnerSet, known: Mapping[int, Mapping[str, str]], changed: Mapping[int, Mapping[str, str]]
) -> Iterator[Former]:
    """What was there before, for whoever keeps it."""
    table, same = PartnerDetail._meta.db_table, {"partner_set_id": into.pk}
    for customer, key in bulk.rows_by(connection, table, "customer_id", list(changed), ["id"], same=same):
        new = [name for name, text in changed[customer].items() if known[customer].get(name) != text]
        was = {f"told.{name}": known[customer].get(name) for name in new}
        yield Former(key, was, {f"told.{name}": changed[customer][name] for name in new}, customer)


def _update(into: PartnerSet, changed: Mapping[int, Mapping[str, str]]) -> None:
    rows = [PartnerDetail(partner_set=into, customer_id=customer, told=texts) for customer, texts in changed.items()]
    PartnerDetail.objects.bulk_create(
        rows, TOGETHER, update_conflicts=True, unique_fields=["partner_set", "customer"], update_fields=["told"]
    )
