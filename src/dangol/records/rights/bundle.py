"""Everything we keep about one person, in a form they can read and a program can read: made by walking the registry.

No table is named here. A table that registered itself is in the bundle, with every column; what is sealed is opened,
money is in major units, codes come with their words in Korean and English.
"""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import models
from django.utils import translation
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from dangol.lib import money, phones, sealing
from dangol.lib.errors import DangolError
from dangol.lib.languages import speaks
from dangol.records.customers import duties
from dangol.records.customers.duties import PersonalTable
from dangol.records.customers.further import Further, further_details
from dangol.records.customers.models import Customer
from dangol.records.rights import codes, explaining, words
from dangol.records.rights.due_dates import day_of
from dangol.records.rights.explaining import Explained
from dangol.records.staff.access import store
from dangol.records.staff.access.entries import WORDS, Verb
from dangol.records.staff.models import Contract, User
from dangol.records.staff.queries import recipients

FORMAT = "dangol-person/1"
LANGUAGES = ("ko", "en")
_E164 = re.compile(r"\+[1-9]\d{7,14}")
# Columns in minor units wherever they stand; a table names further ones.
MONEY = frozenset({
    "amount", "price", "price_discount", "coupon_discount", "match_discount", "fee", "worth", "cost", "unit_price",
})  # fmt: skip


class NoSuchPerson(DangolError):
    """There is nobody of this number, or they were forgotten."""


@dataclass(frozen=True)
class Cell:
    """One value: as a program reads it, and, made only where somebody reads it, as people do."""

    value: Any
    told: Callable[[], str]

    @property
    def text(self) -> str:
        """In words of the language in use."""
        return self.told()


@dataclass(frozen=True)
class Column:
    """One column: its name in the records, and in Korean and English."""

    name: str
    label: dict[str, str]


@dataclass(frozen=True)
class Sheet:
    """One table of the person's rows."""

    name: str
    label: dict[str, str]
    columns: list[Column]
    rows: list[list[Cell]]


@dataclass(frozen=True)
class Bundle:
    """The whole of it, in one language; labels are in both."""

    customer_id: int
    language: str
    made_at: datetime
    business: str
    sheets: list[Sheet]
    decisions: list[Explained]
    criteria: list[tuple[str, str]]
    recipients: list[Contract]
    accesses: dict[str, int]
    texts: list[dict[str, str]] = field(default_factory=list)
    details: list[Further] = field(default_factory=list)

    @property
    def filled(self) -> list[Sheet]:
        """The tables that hold anything."""
        return [sheet for sheet in self.sheets if sheet.rows]


def bundle(customer_id: int, *, language: str = "ko", at: datetime) -> Bundle:
    """Gather everything: one question a table, whatever the number of rows. Raises NoSuchPerson, KeyLost."""
    person = Customer.objects.known().filter(pk=customer_id).first()
    if person is None:
        raise NoSuchPerson(_("There is nobody of this number, or the person was forgotten already."))
    with translation.override(language):
        return Bundle(
            customer_id=customer_id, language=language, made_at=at, business=settings.DANGOL.name,
            sheets=[_sheet(table, customer_id) for table in duties.TABLES.values()],
            decisions=explaining.explained(customer_id),
            criteria=[(str(one.label), str(one.criteria)) for one in explaining.EXPLAINERS.values()],
            recipients=recipients(on=day_of(at)),
            accesses=_accesses(customer_id),
            texts=list(_texts(customer_id)),
            details=further_details(person),
        )  # fmt: skip


def as_json(found: Bundle) -> str:
    """The bundle as one file for programs: UTF-8, times in ISO 8601, money in major units."""
    told = {
        "format": FORMAT, "made_at": found.made_at.isoformat(), "business": found.business,
        "customer_number": found.customer_id, "language": found.language, "currency": settings.DANGOL.currency,
        "tables": [
            {
                "name": sheet.name, "label": sheet.label,
                "columns": [{"name": column.name, "label": column.label} for column in sheet.columns],
                "rows": [
                    {column.name: cell.value for column, cell in zip(sheet.columns, row, strict=True)}
                    for row in sheet.rows
                ],
            }
            for sheet in found.sheets
        ],
        "consent_texts": found.texts,
        "further_details": [_further(one) for one in found.details],
        "automated_decisions": [_decision(one) for one in found.decisions],
        "how_decisions_are_made": [{"decision": name, "criteria": told} for name, told in found.criteria],
        "recipients": [
            {
                "name": str(one.unit or one.recipient), "status": one.status, "country": one.country,
                "purpose": one.purpose, "items": one.items, "since": one.signed_on.isoformat(),
            }
            for one in found.recipients
        ],
        "accesses": found.accesses,
    }  # fmt: skip
    return json.dumps(told, ensure_ascii=False, indent=1)


def _accesses(customer_id: int) -> dict[str, int]:
    """How often the staff had to do with the person's data, by what they did; who it was is not told."""
    counted = f"SELECT verb, count(*) FROM entry WHERE id IN ({store.ABOUT}) GROUP BY verb"  # noqa: S608 -- our own words
    with store.reading() as log:
        rows = log.execute(counted, (customer_id,) * 3).fetchall()
    return {str(WORDS.get(Verb(verb), verb)) if verb in set(Verb) else verb: int(n) for verb, n in rows}


def _further(one: Further) -> dict[str, Any]:
    """A detail with its source, purpose and ground: what people may ask of data that did not come from them."""
    return {
        "name": one.label, "value": one.value, "partner": one.partner or None, "data_set": one.dataset or None,
        "received_on": one.received_on.isoformat() if one.received_on else None, "purpose": one.purpose or None,
        "ground": str(one.ground) or None, "evidence": one.evidence or None,
    }  # fmt: skip


def _decision(one: Explained) -> dict[str, Any]:
    return {
        "decision": one.decision, "subject": one.subject, "at": one.at.isoformat(), "title": one.title,
        "result": one.result, "data": list(one.data), "influence": list(one.influence), "rule": one.rule,
        "reviewed": one.review.get_outcome_display() if one.review else None,
    }  # fmt: skip


def _sheet(table: PersonalTable, customer_id: int) -> Sheet:
    columns = table.columns
    keys = [column.name for column in columns if isinstance(column, models.ForeignKey) and _tells(column)]
    rows = table.mine(customer_id).select_related(*keys) if keys else table.mine(customer_id)
    if table.no_money is not None:
        rows = rows.annotate(no_money=models.ExpressionWrapper(table.no_money, models.BooleanField()))
    readers = [_reader(table, column) for column in columns]
    return Sheet(
        table.name, _both(words.table(table)),
        [Column(column.name, _both(words.column(table, column.name))) for column in columns],
        [[read(row) for read in readers] for row in rows],
    )  # fmt: skip


type Reader = Callable[[Any], Cell]


def _reader(table: PersonalTable, column: Any) -> Reader:
    """How one column is read: opened where it is sealed, named where it is a key or a code."""
    name = column.name
    if isinstance(column, models.ForeignKey):
        return _named(column) if _tells(column) else lambda row: _number(getattr(row, column.attname))
    if column.choices:
        return _coded(name, {code: str(word) for code, word in column.flatchoices})
    if name in MONEY | table.money:
        return lambda row: _amount_of(row, name)
    if (table.model, name) in sealing.SEALED:
        return lambda row: _plain(sealing.unseal(getattr(row, name)))
    if words_of_codes := codes.codes_of(table.name, name):
        return _coded(name, {code: str(word) for code, word in words_of_codes.items()})
    return lambda row: _plain(getattr(row, name))


def _named(column: Any) -> Reader:
    """What a key leads to, by its name. A member of staff is a role: people are told who we are, not who among us."""

    def read(row: Any) -> Cell:
        if getattr(row, column.attname) is None:
            return Cell(None, _nothing)
        other = getattr(row, column.name)
        name = str(other.get_role_display()) if isinstance(other, User) else str(other)
        return Cell({"number": other.pk, "text": name}, lambda: name)

    return read


def _coded(name: str, labels: dict[Any, str]) -> Reader:
    def read(row: Any) -> Cell:
        code = getattr(row, name)
        if code in ("", None):
            return Cell(code, _nothing)
        word = labels.get(code, str(code))
        return Cell({"code": code, "text": word}, lambda: word)

    return read


def _number(number: int | None) -> Cell:
    return Cell(number, lambda: "" if number is None else str(number))


def _amount_of(row: Any, name: str) -> Cell:
    if getattr(row, "no_money", False):
        return _plain(getattr(row, name))
    return _amount(getattr(row, name), getattr(row, "currency", "") or settings.DANGOL.currency)


def _amount(minor: Any, currency: str) -> Cell:
    if not isinstance(minor, int):
        return _plain(minor)
    return Cell(money.as_number(minor, currency), lambda: money.written(minor, currency, language=speaks()))


def _plain(value: Any) -> Cell:
    if value in (None, ""):
        return Cell(value, _nothing)
    return Cell(_for_programs(value), lambda: _readable(value))


def _nothing() -> str:
    return ""


def _tells(column: models.ForeignKey[Any, Any]) -> bool:
    """Whether the key leads to something with a name of its own, outside the person's rows."""
    other: type[models.Model] = column.related_model
    return other._meta.label not in duties.TABLES and other.__str__ is not models.Model.__str__


def _for_programs(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value


def _readable(value: Any) -> str:
    if isinstance(value, datetime):
        return date_format(localtime(value), "SHORT_DATETIME_FORMAT")
    if isinstance(value, date):
        return date_format(value, "SHORT_DATE_FORMAT")
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, float | Decimal):
        return f"{value:,.4g}" if isinstance(value, float) else f"{value.normalize():f}"
    if isinstance(value, dict):
        return "; ".join(f"{key}: {_inner(part)}" for key, part in value.items())
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return phones.dialled(value) if isinstance(value, str) and _E164.fullmatch(value) else str(value)


def _inner(part: Any) -> str:
    return " → ".join(str(one) or "–" for one in part) if isinstance(part, list) else str(part)


def _texts(customer_id: int) -> Iterator[dict[str, str]]:
    """The texts that the person was asked with, in their own words, each once."""
    table = duties.TABLES.get("permission.Consent")
    if table is None or "text" not in {column.name for column in table.columns}:
        return
    seen = set[int]()
    for answer in table.mine(customer_id).select_related("text"):
        text: Any = answer.text  # type: ignore[attr-defined]
        if text is not None and text.pk not in seen:
            seen.add(text.pk)
            parts = ("title", "aim", "items", "retention", "refusal")
            yield {"version": text.label, **{part: getattr(text, part) for part in parts}}


def _both(word: duties.Word) -> dict[str, str]:
    told = {}
    for language in LANGUAGES:
        with translation.override(language):
            told[language] = str(word)
    return told
