"""How much somebody needs of a category wherever they buy it, as they said it or as staff think: taken down, replaced
by a later word, taken back; never edited.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

import pyarrow as pa
from django.db.models import F, QuerySet, Window
from django.db.models.functions import RowNumber
from django.db.transaction import atomic
from django.utils.translation import gettext as _

from dangol.lib.bulk import Counted
from dangol.lib.errors import DangolError
from dangol.records.catalog.models import Category
from dangol.records.changes.actions import record_row
from dangol.records.changes.telling_once import append_by_ref
from dangol.records.customers.actions import own_identity
from dangol.records.customers.forgetting import hold
from dangol.records.customers.models import Customer
from dangol.records.staff.models import User
from dangol.records.staff.queries import refuse_closed_entry
from dangol.records.voices.models import StatedNeed

ENTERED = "entered"  # the source of what staff wrote down
MOST = 10**15  # minor units
TOLD = ("ref", "identity_id", "category_id", "amount", "period", "how", "on")
_MARK = re.compile(r"[0-9a-f]{16}")


class CannotState(DangolError):
    """A need of nothing, of a day to come, or one that does not stand (any more)."""


@atomic
def append_needs(rows: pa.Table, *, source: str, at: datetime) -> Counted:
    """Append stated needs that `source` has not told before.

    rows: ref, identity_id, category_id? (null: everything the shop sells), amount (minor units), period, how, on (day).
    """
    if rows.num_rows == 0:
        return Counted()
    told = append_by_ref(StatedNeed, rows.select(list(TOLD)), source=source, at=at)
    return told.counted(rows["ref"].to_pylist(), ())


@atomic
def state_need(
    customer: Customer,
    *,
    category: Category | None,
    amount: int,
    period: str,
    how: str,
    on: date,
    by: User,
    today: date,
    at: datetime,
    mark: str = "",
) -> StatedNeed:
    """Write down a need; category None: of everything the shop sells. It replaces what stood for the category.

    amount: minor units; on: the day it was said; today: the shop's. mark: what the form carried (`new_mark`): sent
    twice, it writes one. Raises CannotState, and EntryClosed for a dealer without a contract.
    """
    refuse_closed_entry(by, on=today)
    hold(customer.pk)
    if not 0 < amount <= MOST:
        raise CannotState(_("Write how much it is in figures, above 0."))
    if on > today:
        raise CannotState(_("Nothing can have been said on a day to come."))
    ref = f"{customer.pk}:{mark if _MARK.fullmatch(mark) else new_mark()}"
    if written := needs_of(customer).filter(source=ENTERED, ref=ref).first():
        return written
    return _written(customer, category, by=by, at=at, ref=ref, amount=amount, period=period, how=how, on=on)


@atomic
def take_back_need(need: StatedNeed, *, by: User, today: date, at: datetime) -> StatedNeed:
    """Say that what stands for a category counts no more, as a row of its own. Raises CannotState, EntryClosed."""
    refuse_closed_entry(by, on=today)
    customer = need.identity.customer
    hold(customer.pk)
    if need not in standing_among(needs_of(customer), on=max(today, need.on)):
        raise CannotState(_("This does not stand any more. Look at the page again."))
    return _written(
        customer,
        need.category,
        by=by,
        at=at,
        ref=f"{customer.pk}:{new_mark()}",
        amount=None,
        period=need.period,
        how=need.how,
        on=need.on,
    )


def needs_of(customer: Customer) -> QuerySet[StatedNeed]:
    """Everything that was ever said of the needs of a customer, the last first."""
    return said_by(customer.pk)


def said_by(customer: Any) -> QuerySet[StatedNeed]:
    """The same by the customer's number, or a blank for it."""
    mine = StatedNeed.objects.filter(identity__customer=customer)
    return mine.select_related("category", "by").order_by("-on", "-pk")


def standing_among(said: Iterable[StatedNeed], *, on: date) -> list[StatedNeed]:
    """As `standing`, of what one customer said, the last first."""
    last: dict[int | None, StatedNeed] = {}
    for one in said:
        if one.on <= on:
            last.setdefault(one.category_id, one)
    return [one for one in last.values() if one.amount is not None]


def standing(*, on: date) -> QuerySet[StatedNeed]:
    """The last word of everybody on each category by a day, without what was taken back."""
    known = StatedNeed.objects.filter(on__lte=on)
    place = Window(
        RowNumber(), partition_by=[F("identity__customer"), F("category")], order_by=[F("on").desc(), F("pk").desc()]
    )
    # What was taken back is left out of the last words, not before them.
    last = known.annotate(place=place).filter(place=1)
    return StatedNeed.objects.filter(pk__in=last.values("pk"), amount__isnull=False)


def new_mark() -> str:
    """What a form carries so that sending it twice writes one."""
    return secrets.token_hex(8)


def _written(customer: Customer, category: Category | None, *, by: User, at: datetime, **told: Any) -> StatedNeed:
    made = StatedNeed.objects.create(
        identity=own_identity(customer, at=at), source=ENTERED, category=category, by=by, **told
    )
    record_row(made, at=at)
    return made
