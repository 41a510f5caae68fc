"""The rows on record that a value is made of, as the valuation counted them: of the same year, without mistakes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import QuerySet
from django.utils.timezone import localtime

from dangol.insight.relationship.observed import YEAR
from dangol.insight.warehouse.uses import LOAN, MET
from dangol.records.ledger.models import Interaction, Loan, OrderLine, PointEntry
from dangol.records.ledger.taken_back import stands
from dangol.records.voices.models import SurveyAnswer

DISCOUNT, GRANTED, EXPIRED, GIFT = "discount", "granted", "expired", "gift"
FEE, RETURN, CONTACT = "fee", "return", "contact"
DISCOUNTS = ("price_discount", "coupon_discount", "match_discount")


@dataclass(frozen=True)
class Row:
    """One row: its day in the shop, its kind (above), which one it is, and what it adds, in minor units.

    minutes: of the customer's own time, where the money is time; text: receipt or kind of contact, never free text.
    """

    day: date
    kind: str
    text: str
    money: float
    minutes: float | None = None


@dataclass(frozen=True)
class Answer:
    """One answer: the place 0–1 of the score on its scale; None on a scale of one point, which tells nothing."""

    day: date
    dimension: str
    item: str
    score: float
    scale_min: float
    scale_max: float

    @property
    def place(self) -> float | None:
        span = self.scale_max - self.scale_min
        return (self.score - self.scale_min) / span if span else None


@dataclass(frozen=True)
class Used:
    """Uses of one day and kind (loan, visit, question); item_class: of things lent, "" where none; never which."""

    day: date
    kind: str
    item_class: str
    number: int


def received(customer: int, today: date) -> list[Row]:
    """What the customer got in the year up to this day of the shop: discounts, points, gifts; the latest first."""
    return _latest_first([*_discounts(customer, today), *_points(customer, today), *_gifts(customer, today)])


def asked(customer: int, today: date, *, minute_value: int, return_minutes: float) -> list[Row]:
    """What it cost the customer beyond the price: fees, own time in contacts, and the time that returns take."""
    fees = _lines(customer, today).exclude(fee=0).values_list("at", "transaction__receipt", "fee")
    found = [Row(_day(at), FEE, receipt, fee) for at, receipt, fee in fees]
    back: dict[tuple[int, str], datetime] = {}
    returned = _lines(customer, today).filter(amount__lt=0).order_by("at", "pk")
    for at, number, receipt in returned.values_list("at", "transaction_id", "transaction__receipt"):
        back.setdefault((number, receipt), at)
    assumed = return_minutes * minute_value
    found += [Row(_day(at), RETURN, receipt, assumed, return_minutes) for (_, receipt), at in back.items()]
    for at, kind, minutes in _met(customer, today).exclude(minutes=0).values_list("at", "kind", "minutes"):
        found.append(Row(_day(at), CONTACT, kind, minutes * minute_value, minutes))
    return _latest_first(found)


def answered(customer: int, today: date) -> list[Answer]:
    """The answers of the year by dimension, the latest first."""
    mine = SurveyAnswer.objects.filter(identity__customer=customer, **_year(today)).order_by("dimension", "-at", "pk")
    columns = ("at", "dimension", "item", "score", "scale_min", "scale_max")
    return [Answer(_day(at), *more) for at, *more in mine.values_list(*columns)]


def bought(customer: int, today: date) -> list[tuple[date, int]]:
    """Every day of the shop with a sale up to this one and its net amount, minor units; the first day first."""
    mine = OrderLine.objects.filter(
        stands("transaction__"), transaction__identity__customer=customer, at__lt=_start(today + timedelta(days=1))
    )
    days: dict[date, int] = {}
    for at, amount in mine.values_list("at", "amount"):
        days[_day(at)] = days.get(_day(at), 0) + amount
    return sorted(days.items())


def used(customer: int, today: date) -> list[Used]:
    """Every use up to this day of the shop, those of a day, kind and class together; the first day first."""
    until = {"identity__customer": customer, "at__lt": _start(today + timedelta(days=1))}
    lent = Loan.objects.filter(**until).values_list("at", "item_class")
    met = Interaction.objects.filter(**until, direction=Interaction.Direction.IN, kind__in=sorted(MET))
    found = [(_day(at), LOAN, item_class) for at, item_class in lent]
    found += [(_day(at), MET[kind], "") for at, kind in met.values_list("at", "kind")]
    return [Used(*one, number) for one, number in sorted(Counter(found).items())]


def _discounts(customer: int, today: date) -> Iterator[Row]:
    rows = _lines(customer, today).values_list("at", "transaction__receipt", *DISCOUNTS)
    for at, receipt, *given in rows:
        if any(given):
            yield Row(_day(at), DISCOUNT, receipt, sum(given))


def _points(customer: int, today: date) -> Iterator[Row]:
    mine = PointEntry.objects.filter(identity__customer=customer, kind__in=[GRANTED, EXPIRED], **_year(today))
    for at, kind, amount in mine.exclude(amount=0).values_list("at", "kind", "amount"):
        yield Row(_day(at), kind, "", amount if kind == GRANTED else -amount)


def _gifts(customer: int, today: date) -> Iterator[Row]:
    for at, kind, worth in _met(customer, today).exclude(worth=0).values_list("at", "kind", "worth"):
        yield Row(_day(at), GIFT, kind, worth)


def _lines(customer: int, today: date) -> QuerySet[OrderLine]:
    mine = OrderLine.objects.filter(stands("transaction__"), transaction__identity__customer=customer)
    return mine.filter(**_year(today))


def _met(customer: int, today: date) -> QuerySet[Interaction]:
    return Interaction.objects.filter(identity__customer=customer, **_year(today))


def _year(today: date) -> dict[str, datetime]:
    """The 365 days of the shop up to and including this one."""
    return {"at__gte": _start(today - YEAR + timedelta(days=1)), "at__lt": _start(today + timedelta(days=1))}


def _start(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=ZoneInfo(settings.DANGOL.time_zone))


def _day(at: datetime) -> date:
    return localtime(at, ZoneInfo(settings.DANGOL.time_zone)).date()


def _latest_first(rows: list[Row]) -> list[Row]:
    return sorted(rows, key=lambda row: (-row.day.toordinal(), row.kind, row.text))
