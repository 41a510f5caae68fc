"""How good contact with customers is, in numbers: whom we can reach now, and quarter by quarter what passed between us.

None means that nothing of the sort is on record by then, which is not the same as 0. A sort counts as kept from the
quarter on in which it first stands on record.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from django.conf import settings
from django.db.models import Count, Exists, F, Min, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Coalesce

from dangol.insight.analysis.surveys.figures import FEWEST
from dangol.insight.relationship.movement.months import following
from dangol.insight.warehouse.contacts import contacts_by_month, customers_by, first_contacts
from dangol.insight.warehouse.queries import Lake
from dangol.insight.warehouse.service import complaints_since
from dangol.records.customers.columns import Asked
from dangol.records.customers.models import ContactPoint, Customer
from dangol.records.ledger.models import Delivery
from dangol.records.permission.answered_columns import standing_blocks
from dangol.records.permission.models import Consent, Purpose
from dangol.records.permission.reached_columns import WAYS, last_answers
from dangol.records.voices.feedback import steps_known
from dangol.records.voices.models import Feedback, FeedbackStep

QUARTERS = 8
MONTHS = 3
OURS: dict[str, str] = {**WAYS, "dm": ContactPoint.Kind.ADDRESS}  # medium: the kind of contact point it needs
SENT = frozenset({"sent", "mailing", "informed", "coupon"})  # what somebody could answer
ANSWERS = frozenset({"response", "clicked", "coupon_redeemed"})
BOUNCED = frozenset({"bounced", "bounce", "undelivered", "returned_mail"})
NO_TALK = frozenset({"delivery", "late_delivery", "opened", *BOUNCED})  # happened, and nobody spoke or wrote
ANSWERED, SETTLED = FeedbackStep.State.ANSWERED, FeedbackStep.State.SETTLED
NOBODY = -1  # who wrote without a name
NEVER = datetime(1900, 1, 1, tzinfo=UTC)

type Told = dict[str, Any]


@dataclass(frozen=True)
class Quarter:
    """Three months of the shop's time; ends: the last of its days that is over."""

    first: date
    ends: date

    @property
    def begin(self) -> datetime:
        return _moment(self.first)

    @property
    def end(self) -> datetime:
        return _moment(self.ends + timedelta(days=1))


def quarters(today: date) -> list[Quarter]:
    """The last QUARTERS of the calendar, the newest under way, the oldest first."""
    newest = date(today.year, (today.month - 1) // MONTHS * MONTHS + 1, 1)
    firsts = [following(newest, -MONTHS * back) for back in reversed(range(QUARTERS))]
    return [Quarter(one, min(today, following(one, MONTHS) - timedelta(days=1))) for one in firsts]


def reach(*, as_of: datetime) -> Told:
    """Of all customers how many can be reached, by what, and by what of it advertising may go. One query and one more
    for what was ever asked.

    ways: medium → address (have a number or address), agreed (have one, agreed by their last answer and nothing stands
    against it; None where nobody was ever asked about that medium).
    """
    blocks = standing_blocks(Asked(as_of)).filter(customer=OuterRef("pk"))
    counts: dict[str, Any] = {"customers": Count("pk"), "nowhere": Count("pk", filter=~Exists(_points()))}
    for medium, kind in OURS.items():
        has = Q(Exists(_points().filter(kind=kind)))
        agreed = Q(Exists(last_answers(medium).filter(customer=OuterRef("pk"), granted=True)))
        open_ = ~Q(Exists(blocks.filter(channel__in=["", medium])))
        counts |= {
            f"{medium}_address": Count("pk", filter=has), f"{medium}_agreed": Count("pk", filter=has & agreed & open_)
        }  # fmt: skip
    told = Customer.objects.known().aggregate(**counts)
    asked = set(Consent.objects.filter(purpose=Purpose.MARKETING).values_list("channel", flat=True).distinct())
    return {
        "customers": told["customers"], "nowhere": told["nowhere"],
        "ways": {
            medium: {"address": told[f"{medium}_address"],
                     "agreed": told[f"{medium}_agreed"] if asked & {"", medium} else None}
            for medium in OURS
        },
    }  # fmt: skip


def contacts(lake: Lake, *, today: date, as_of: datetime) -> Told:
    """The quarters, the oldest first, and the shops or dealers of ten customers or more over the last four of them."""
    spans = quarters(today)
    rows = contacts_by_month(lake, since=spans[0].first, as_of=today)
    people = customers_by(lake, days=[one.ends for one in spans])
    since = _since(first_contacts(lake, as_of=today))
    voiced = _voiced(spans, complaints_since(lake, since=spans[0].first, until=today), as_of=as_of)
    told = [
        {"first": one.first.isoformat(), "ends": one.ends.isoformat(), **_quarter(rows, people, since, spans, place),
         **sent, **said}
        for place, (one, sent, said) in enumerate(zip(spans, _delivered(spans, as_of=as_of), voiced, strict=True))
    ]  # fmt: skip
    return {"quarters": told, "units": _units(rows, people, since, spans)}


def _quarter(rows: pa.Table, people: pa.Table, since: dict[str, date], spans: list[Quarter], place: int) -> Told:
    customers = sum(people[f"by_{place}"].to_pylist())
    return {"customers": customers, **_counted(_of(rows, [spans[place]]), since, spans[place].ends)}


def _units(rows: pa.Table, people: pa.Table, since: dict[str, date], spans: list[Quarter]) -> dict[str, Told]:
    """By shop or dealer, over the last four quarters; those with fewer than ten customers are not told."""
    last, newest = spans[-4:], len(spans) - 1
    counts = dict(zip(people["unit_code"].to_pylist(), people[f"by_{newest}"].to_pylist(), strict=True))
    lately = _of(rows, last)
    by_unit: dict[str, list[tuple[str, str, int]]] = {}
    names = ("unit_code", "kind", "direction", "contacts")
    for unit, *rest in zip(*(lately[name].to_pylist() for name in names), strict=True):
        by_unit.setdefault(unit, []).append((rest[0], rest[1], rest[2]))
    large = [unit for unit, number in counts.items() if unit and number >= FEWEST]
    if len(large) < 2:
        return {}
    return {
        unit: {"customers": counts[unit], **_sums(by_unit.get(unit, []), since, last[-1].ends)}
        for unit in sorted(large)
    }  # fmt: skip


def _of(rows: pa.Table, spans: list[Quarter]) -> pa.Table:
    first, last = ((day.year * 12 + day.month) for day in (spans[0].first, spans[-1].ends))
    months = rows["month"].to_numpy()
    return rows.filter(pa.array((months >= first) & (months <= last)))


def _counted(rows: pa.Table, since: dict[str, date], until: date) -> Told:
    names = ("kind", "direction", "contacts")
    return _sums(list(zip(*(rows[name].to_pylist() for name in names), strict=True)), since, until)


def _sums(rows: list[tuple[str, str, int]], since: dict[str, date], until: date) -> Told:
    def number(kinds: frozenset[str], direction: str = "") -> int | None:
        if not any(since.get(kind, date.max) <= until for kind in kinds):
            return None
        return sum(many for kind, way, many in rows if kind in kinds and direction in {"", way})

    def passed(direction: str) -> int | None:
        if since.get(direction, date.max) > until:
            return None
        return sum(many for kind, way, many in rows if way == direction and kind not in NO_TALK)

    return {
        "out": passed("out"), "in": passed("in"), "sent": number(SENT, "out"), "answers": number(ANSWERS, "in"),
        "complaints": number(frozenset({"complaint"})), "deliveries": number(frozenset({"delivery"})),
        "late": number(frozenset({"late_delivery"})), "bounced": number(BOUNCED),
    }  # fmt: skip


def _since(firsts: pa.Table) -> dict[str, date]:
    """Since when each sort, and each direction, is on record."""
    found: dict[str, date] = {}
    for kind, direction, first in zip(*(firsts[name].to_pylist() for name in firsts.column_names), strict=True):
        names = (kind,) if kind in NO_TALK else (kind, direction)
        found |= {name: min(first, found.get(name, date.max)) for name in names}
    return found


def _delivered(spans: list[Quarter], *, as_of: datetime) -> Iterator[Told]:
    """How many deliveries files of deliveries tell, by quarter; nothing before they do: one query."""
    counts = {
        f"in_{place}": Count("pk", filter=Q(at__gte=span.begin, at__lt=span.end)) for place, span in enumerate(spans)
    }
    told = Delivery.objects.filter(at__lte=as_of).aggregate(first=Min("at"), **counts)
    for place, span in enumerate(spans):
        yield {"deliveries": told[f"in_{place}"]} if told["first"] is not None and told["first"] < span.end else {}


def _voiced(spans: list[Quarter], met: pa.Table, *, as_of: datetime) -> Iterator[Told]:
    """Complaints told in words and what became of them, by quarter; one query. met: those among the contacts.

    told_twice: how many of them may be among the contacts as well, of each customer the smaller of the two counts.
    """
    rows = _complaints(as_of)
    columns = list(zip(*rows, strict=True)) if rows else [(), (), (), (), ()]
    told, answered, dated, settled, whose = (np.array(column, dtype=object) for column in columns)
    moments = met["at"].cast(pa.timestamp("us")).to_numpy()
    first = min(told, default=None)
    for span in spans:
        here = np.array([span.begin <= one < span.end for one in told], np.bool_)
        if first is None or first >= span.end:
            yield {"voiced": None, "voiced_answered": None, "voiced_settled": None, "days_to_answer": None, "timed": 0}
            continue
        begin, end = (np.datetime64(one.astimezone(UTC).replace(tzinfo=None), "us") for one in (span.begin, span.end))
        theirs = met["customer_key"].to_numpy()[(moments >= begin) & (moments < end)]
        days = [
            (then - said).total_seconds() / 86400
            for said, then in zip(told[here], dated[here], strict=True)
            if then is not None and then >= said
        ]
        yield {
            "voiced": int(here.sum()), "voiced_answered": int((answered[here] > 0).sum()),
            "voiced_settled": int((settled[here] > 0).sum()),
            "days_to_answer": float(np.median(days)) if days else None, "timed": len(days),
            "told_twice": _in_both(whose[here].astype(np.int64), theirs.astype(np.int64)),
        }  # fmt: skip


def _in_both(one: npt.NDArray[np.int64], other: npt.NDArray[np.int64]) -> int:
    """The smaller of the two counts of each key, summed."""
    keys, counts = np.unique(one, return_counts=True)
    others, more = np.unique(other, return_counts=True)
    _both, at, there = np.intersect1d(keys, others, assume_unique=True, return_indices=True)
    return int(np.minimum(counts[at], more[there]).sum())


def _complaints(as_of: datetime) -> list[tuple[Any, ...]]:
    """When each was told, how many steps answered it, when the first of those was that has a time of its own, how many
    settled it, and whose it is.
    """
    done = Q(steps__state__in=[ANSWERED, SETTLED])
    untimed = Q(steps__in=steps_known(NEVER))
    known = Q(steps__in=steps_known(as_of))
    rows = Feedback.objects.filter(kind=Feedback.Kind.COMPLAINT, at__lte=as_of).annotate(
        answered=Count("steps", filter=done & known),
        dated=Min("steps__at", filter=done & known & ~untimed),
        settled=Count("steps", filter=Q(steps__state=SETTLED) & known),
        whose=Coalesce(F("identity__customer__lake_key"), Value(NOBODY)),
    )
    columns = ("at", "answered", "dated", "settled", "whose")
    return list(rows.order_by("at", "pk").values_list(*columns))


def _points() -> QuerySet[ContactPoint]:
    return ContactPoint.objects.filter(customer=OuterRef("pk"), valid_to=None).exclude(value="")


def _moment(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=ZoneInfo(settings.DANGOL.time_zone))
