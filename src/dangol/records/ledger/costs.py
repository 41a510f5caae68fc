"""What was spent to win customers, to keep them, and to win them back: written down, never edited, taken back.

A cost counts in the month it was spent for. What lasted several months is shared out by days, exactly: the parts make
the whole. What serves several purposes is told as "joint" and is divided by nobody.
"""

from __future__ import annotations

import re
import secrets
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa
from django.db import connection
from django.db.models import Count, Max, Min, QuerySet, Sum
from django.db.transaction import atomic
from django.utils.translation import gettext as _

from dangol.lib import bulk
from dangol.lib.bulk import Counted
from dangol.lib.errors import DangolError
from dangol.records.changes.actions import record_range
from dangol.records.changes.telling_once import append_by_ref
from dangol.records.ledger.models import Cost, CostTakenBack, Purpose
from dangol.records.staff.models import User

ENTERED = "entered"  # the source of what staff wrote down
MOST = 10**15  # minor units
LONGEST = timedelta(days=366)
LONGEST_CHANNEL, LONGEST_NOTE = 80, 200
FIRST_DAY = date(1990, 1, 1)
_MARK = re.compile(r"[0-9a-f]{16}")


class CannotSpend(DangolError):
    """A cost of nothing, of no channel, of days that cannot be, or one that does not stand (any more)."""


@dataclass(frozen=True)
class Spent:
    """What was spent: `amount` minor units from `since` to `until`, both included. campaign: its mark, or ""."""

    purpose: str
    channel: str
    since: date
    until: date
    amount: int
    campaign: str = ""
    note: str = ""


@dataclass(frozen=True)
class Entry:
    """What was told in one go: its first month, all its days, the whole amount, over how many months."""

    cost: Cost
    since: date
    until: date
    amount: int
    months: int


@dataclass(frozen=True)
class Part:
    """What of a cost falls into one month."""

    since: date
    until: date
    amount: int


def parts_of(since: date, until: date, amount: int) -> list[Part]:
    """The amount shared out over the months from one day to another by their days; a month without a unit has none.

    What is due by the end of each month, rounded down, less what was before: the parts make the whole.
    """
    days, due, found = (until - since).days + 1, 0, []
    for first, last in _months(since, until):
        by_then = amount * ((last - since).days + 1) // days
        if by_then > due:
            found.append(Part(first, last, by_then - due))
        due = by_then
    return found


@atomic
def spend(told: Spent, *, currency: str, zone: str, by: User, today: date, at: datetime, mark: str = "") -> str:
    """Write down a cost; its `entry`. zone: the shop's, in which `since` begins.

    mark: what the form carried (`new_mark`): sent twice, it writes one. Raises CannotSpend.
    """
    problem = wrong(told, today=today)
    if problem:
        raise CannotSpend(problem)
    entry = mark if _MARK.fullmatch(mark) else new_mark()
    rows = [
        {"ref": ref, **_row(entry, told, part, zone), "currency": currency, "by_id": by.pk, "entered_at": at}
        for ref, part in _refs(entry, told)
    ]
    append_by_ref(Cost, pa.Table.from_pylist(rows, schema=_SCHEMA.append(pa.field("by_id", pa.int64()))),
                  source=ENTERED, at=at)  # fmt: skip
    return entry


@atomic
def append_costs(rows: pa.Table, *, source: str, currency: str, zone: str, at: datetime) -> Counted:
    """Append costs that `source` has not told before, each shared out over its months.

    rows: ref, purpose, channel, since, until (days), amount (minor units), campaign, note.
    """
    if rows.num_rows == 0:
        return Counted()
    months: list[dict[str, Any]] = []
    firsts: list[str] = []
    for row in rows.to_pylist():
        entry = row.pop("ref")
        mine = [
            {"ref": ref, **_row(entry, Spent(**row), part, zone), "currency": currency, "entered_at": at}
            for ref, part in _refs(entry, Spent(**row))
        ]
        firsts.append(mine[0]["ref"])
        months += mine
    told = append_by_ref(Cost, pa.Table.from_pylist(months, schema=_SCHEMA), source=source, at=at)
    return told.counted(firsts, ())


@atomic
def take_back(cost: Cost, *, by: User, at: datetime) -> list[Cost]:
    """Say that a cost counts no more, with all months of its entry. Raises CannotSpend where it does not stand."""
    bulk.lock(connection, f"{Cost._meta.db_table}:{cost.source}")
    mine = list(entry_of(cost).filter(taken_back=None))
    if not mine:
        raise CannotSpend(_("This does not stand any more. Look at the page again."))
    first = bulk.reserve_ids(connection, CostTakenBack._meta.db_table, len(mine))
    CostTakenBack.objects.bulk_create(
        [CostTakenBack(pk=first + place, cost=one, by=by, at=at) for place, one in enumerate(mine)]
    )
    record_range(CostTakenBack, first_key=first, last_key=first + len(mine) - 1, at=at)
    return mine


def entries(first: int = 0, most: int | None = None) -> list[Entry]:
    """What was told in one go, whatever became of it, the last spent first: so many from the first on, or all."""
    found = Cost.objects.values("source", "entry").annotate(
        key=Min("pk"), begins=Min("since"), ends=Max("until"), sum=Sum("amount"), months=Count("pk")
    )  # fmt: skip
    rows = found.order_by("-begins", "-key")[first : None if most is None else first + most]
    heads = Cost.objects.select_related("by", "taken_back__by").in_bulk([row["key"] for row in rows])
    return [Entry(heads[row["key"]], row["begins"], row["ends"], row["sum"], row["months"]) for row in rows]


def how_many() -> int:
    """How many entries there are."""
    return Cost.objects.values("source", "entry").distinct().count()


def standing() -> QuerySet[Cost]:
    """Those that were not taken back."""
    return Cost.objects.filter(taken_back=None)


def first_of(entry: str) -> Cost:
    """The first month of what staff entered in one go."""
    return Cost.objects.filter(source=ENTERED, entry=entry).order_by("pk")[0]


def campaigns_spent_on() -> list[str]:
    """The marks and names of campaigns on which was spent what stands."""
    return list(standing().exclude(campaign="").values_list("campaign", flat=True).distinct())


def spent_on(*campaigns: str) -> int:
    """What was spent on a campaign and not taken back, by whichever of its marks and names it was told."""
    told: int | None = standing().filter(campaign__in=campaigns).aggregate(sum=Sum("amount"))["sum"]
    return told or 0


def entry_of(cost: Cost) -> QuerySet[Cost]:
    """All months of what was told in one go, the first month first."""
    return Cost.objects.filter(source=cost.source, entry=cost.entry).order_by("since", "pk")


def channels() -> list[str]:
    """Every channel that was ever named, in order."""
    return list(Cost.objects.order_by("channel").values_list("channel", flat=True).distinct())


def new_mark() -> str:
    """What a form carries so that sending it twice writes one."""
    return secrets.token_hex(8)


def wrong(told: Spent, *, today: date) -> str:
    """Why this can be no cost, and what would be accepted; "" where it can."""
    if told.purpose not in Purpose.values:
        return _("Say what it was spent for: winning, keeping, winning back, or several of these together.")
    if not told.channel.strip() or len(told.channel) > LONGEST_CHANNEL:
        return _("Name the channel in up to %(most)s letters, like search ads, flyers or visits.") % {
            "most": LONGEST_CHANNEL
        }
    if not 0 < told.amount <= MOST:
        return _("Write how much was spent in figures, above 0.")
    if told.until < told.since or told.until - told.since >= LONGEST:
        return _("The last day lies before the first, or more than a year after it. Enter longer ones year by year.")
    if not FIRST_DAY <= told.since <= today:
        return _("What is not begun is not spent: the first day must lie between 1990 and today.")
    return ""


_SCHEMA = pa.schema([
    ("ref", pa.string()), ("entry", pa.string()), ("purpose", pa.string()), ("channel", pa.string()),
    ("since", pa.date32()), ("until", pa.date32()), ("at", bulk.UTC_TIME), ("amount", pa.int64()),
    ("currency", pa.string()), ("campaign", pa.string()), ("note", pa.string()), ("entered_at", bulk.UTC_TIME),
])  # fmt: skip


def _refs(entry: str, told: Spent) -> Iterator[tuple[str, Part]]:
    """Each part with its ref: what falls into one month has that of the entry."""
    parts = parts_of(told.since, told.until, told.amount)
    for part in parts:
        yield (entry if len(parts) == 1 else f"{entry}/{part.since:%Y-%m}"), part


def _row(entry: str, told: Spent, part: Part, zone: str) -> dict[str, Any]:
    return {
        "entry": entry, "purpose": told.purpose, "channel": told.channel.strip(), "since": part.since,
        "until": part.until, "at": datetime.combine(part.since, time(), ZoneInfo(zone)), "amount": part.amount,
        "campaign": told.campaign, "note": told.note[:LONGEST_NOTE],
    }  # fmt: skip


def _months(since: date, until: date) -> Iterator[tuple[date, date]]:
    """The first and the last day in each month from one day to another."""
    first = since
    while first <= until:
        last = min(until, first.replace(day=monthrange(first.year, first.month)[1]))
        yield first, last
        first = last + timedelta(days=1)
