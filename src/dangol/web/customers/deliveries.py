"""What is on its way to one customer, as staff and the customer see it: what, promised for when, how it stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from dangol.lib.asked_again import asked_again
from dangol.records.ledger.deliveries import carried_by, promised_for, standing, under_way
from dangol.records.ledger.models import Delivery, DeliveryStep
from dangol.web import clock

SINCE = timedelta(days=90)  # what is older and was never told to have arrived is waited for no more


@dataclass(frozen=True)
class UnderWay:
    """One delivery: `promised` as last told, `first` where that was another day; over: the day is past."""

    delivery: int
    what: str
    promised: date | None
    first: date | None
    over: bool
    state: str
    words: str
    since: datetime | None
    carrier: str
    tracking: str


def on_their_way(customer_id: int) -> list[UnderWay]:
    """What nobody said was delivered, sent back or cancelled, the latest first."""
    today = clock.day()
    return [_shown(one, today) for one in _under_way(customer_id, clock.as_of() - SINCE)]


def named(one: Delivery) -> str:
    """What it is, in a word."""
    return (one.product.name if one.product else "") or one.description or _("a parcel")


def promise(one: Delivery) -> str:
    """For which day it was promised, where it was."""
    return _("promised for %(day)s") % {"day": date_format(one.promised, "MONTH_DAY_FORMAT")} if one.promised else ""


def steps(one: Delivery) -> list[str]:
    """What became of it, in order; who carries it and that it is late stand elsewhere."""
    shown = (step for step in one.steps.all() if step.kind not in {DeliveryStep.Kind.CARRIED, DeliveryStep.Kind.LATE})
    return [_step(step) for step in sorted(shown, key=lambda step: (step.at, step.pk))]


def _shown(one: Delivery, today: date) -> UnderWay:
    promised, step, (carrier, tracking) = promised_for(one), standing(one), carried_by(one)
    return UnderWay(
        one.pk, named(one), promised, one.promised if one.promised != promised else None,
        promised is not None and promised < today, step.kind if step else "preparing", _words(step, today),
        step.at if step and step.dated else None, carrier, tracking,
    )  # fmt: skip


def _words(step: DeliveryStep | None, today: date) -> str:
    if step is None:
        return _("Being made ready")
    day = timezone.localdate(step.at)
    words = str(step.get_kind_display())
    return words if not step.dated or day > today else f"{words} ({day:%m-%d})"


@asked_again
def _under_way(customer: Any, since: Any) -> QuerySet[Delivery]:
    return under_way(customer=customer, since=since)


def _step(step: DeliveryStep) -> str:
    if step.promised:
        return f"{step.get_kind_display()} {date_format(step.promised, 'MONTH_DAY_FORMAT')}"
    day = date_format(timezone.localtime(step.at), "MONTH_DAY_FORMAT") if step.dated else ""
    return f"{step.get_kind_display()} {day}".strip()
