"""What the profile puts side by side: both values with their parts, how to reach the person, who lives with them."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from dangol.insight.analysis.models import Run
from dangol.insight.relationship import queries as relationship
from dangol.insight.relationship.card import Card, Part
from dangol.lib.asked_again import asked_again
from dangol.records.customers.further import Further, further_details
from dangol.records.customers.models import ContactPoint, Customer
from dangol.records.ledger.models import Interaction, OrderLine, PointEntry
from dangol.records.permission.models import Consent, Suppression
from dangol.records.permission.policy import home_pack
from dangol.records.staff.roles import May
from dangol.web import clock
from dangol.web.customers.listing import Row, rows_of
from dangol.web.customers.verdicts import (
    Verdict,
    last_answers,
    medium,
    question,
    standing_suppressions,
    verdicts,
)
from dangol.web.shell.figures import minutes, money_about, uses
from dangol.web.shell.figures import money as written
from dangol.web.shell.viewer import Viewer

HEADINGS: dict[str, str | Promise] = {
    "I": gettext_lazy("Gets more from us than we get back, so far"),
    "II": gettext_lazy("Gives us more than they get"),
    "III": gettext_lazy("Both sides get about the same"),
}
# By what is known of an unplaced customer: (value to the customer, value to the company).
UNPLACED: dict[tuple[bool, bool], str | Promise] = {
    (False, True): gettext_lazy("What the customer gets is not known yet"),
    (True, False): gettext_lazy("What we get back is not known yet"),
    (False, False): gettext_lazy("Neither side is known yet"),
}
YEAR = timedelta(days=365)


@dataclass(frozen=True)
class Line:
    """One part of a value as the page shows it; `made_of` is what the ledger says it came from."""

    part: Part
    amount: str
    made_of: str = ""


@dataclass(frozen=True)
class Values:
    """Both sides of one customer."""

    card: Card
    customer_lines: list[Line]
    company_lines: list[Line]

    @property
    def heading(self) -> str | Promise:
        both = (self.card.customer_value, self.card.customer_equity)
        theirs, ours = (one.value is not None for one in both)
        return HEADINGS[self.card.region] if self.card.is_known else UNPLACED[theirs, ours]


@dataclass(frozen=True)
class Reach:
    """Contact points as the viewer sees them, the last answer to each question for permission, what may go out now."""

    points: list[tuple[str, str, str]]  # kind, value, and where a tap on it leads
    answers: list[tuple[Consent, str]]
    suppressed: list[tuple[Suppression, str]]
    channels: list[Verdict]
    pack: str


def values(customer: Customer, run: Run | None) -> Values | None:
    """Both values and their parts; None before anybody is valued."""
    if run is None:
        return None
    card = relationship.card(customer.pk, run)
    made_of = _made_of(customer, run.as_of) if card.is_known else {}
    return Values(
        card,
        [Line(part, _amount(part), made_of.get(part.name, "")) for part in card.customer_parts],
        [Line(part, _amount(part), _interval(part)) for part in card.company_parts],
    )


def since(customer: Customer, first_sale: datetime | None) -> datetime:
    """When we came to know the customer: registered, or bought for the first time where that was earlier."""
    return min(customer.registered_at, first_sale) if first_sale else customer.registered_at


def reach(customer: Customer, viewer: Viewer, *, at: datetime) -> Reach:
    """How the person can be reached, as far as the viewer sees it, and whether they may be."""
    # What was ended by hand or by a later file is over now, wherever the home's clock stands.
    points = _points_of(customer.pk, clock.now())
    return Reach(
        points=[
            (one.get_kind_display(), viewer.contact(one.kind, one.value, of=customer.pk), _leads_to(one, viewer))
            for one in points
        ],
        answers=[(one, question(one)) for one in last_answers(customer)],
        suppressed=[(block, medium(block.channel)) for block in standing_suppressions(customer)],
        channels=verdicts(customer, at=at),
        pack=home_pack(at).ref,
    )


@asked_again
def _points_of(customer: Any, now: Any) -> QuerySet[ContactPoint]:
    valid = ContactPoint.objects.filter(Q(valid_to=None) | Q(valid_to__gt=now), customer=customer)
    return valid.order_by("kind", "-valid_from")


def _leads_to(point: ContactPoint, viewer: Viewer) -> str:
    scheme = {ContactPoint.Kind.MOBILE: "tel:", ContactPoint.Kind.EMAIL: "mailto:"}.get(ContactPoint.Kind(point.kind))
    return f"{scheme}{point.value}" if scheme and viewer.knows(point.customer_id) else ""


def family(customer: Customer, viewer: Viewer, run: Run | None) -> list[Row]:
    """Others of the same household whom the viewer sees, five at most."""
    if customer.household_id is None:
        return []
    others = viewer.customers.filter(household=customer.household_id).exclude(pk=customer.pk).order_by("id")
    shown = list(others[:5])
    viewer.saw(one.pk for one in shown)
    return rows_of(shown, run)


def further(customer: Customer, viewer: Viewer) -> list[Further]:
    """Further details with whose data they are; values only for who sees people as they are, nothing for dealers."""
    if not viewer.may(May.SEE_VALUES):
        return []
    found = further_details(customer)
    return found if viewer.knows(customer.pk) else [replace(one, value="") for one in found]


def _amount(part: Part) -> str:
    """The part's value with its unit; "" when unknown."""
    if part.value is None:
        return ""
    if part.unit == "share":
        return f"{part.value:.2f}"
    if part.unit in COUNTS:
        return COUNTS[part.unit](part.value)
    counted = part.provenance == "measured"
    amount = written(part.value) if counted else money_about(part.value)
    return _("%(amount)s a year") % {"amount": amount} if part.unit == "money a year" else amount


def _minutes_a_year(number: float) -> str:
    return _("%(amount)s a year") % {"amount": minutes(number)}


def _classes(number: float) -> str:
    return ngettext("%(n)d class", "%(n)d classes", round(number)) % {"n": round(number)}


# What is no money, where nothing is sold.
COUNTS: dict[str, Callable[[float], str]] = {"uses": uses, "minutes a year": _minutes_a_year, "classes": _classes}


def _interval(part: Part) -> str:
    if part.unit not in {"money", "uses"} or part.low is None or part.high is None:
        return ""
    about = uses if part.unit == "uses" else money_about
    return _("95%% interval %(low)s to %(high)s") % {"low": about(part.low), "high": about(part.high)}


def _made_of(customer: Customer, as_of: datetime) -> dict[str, str]:
    """What the year's economic value and cost came from, by the ledger, in words: three queries."""
    sums = {
        name: number or 0
        for asked in (_given, _points, _talked)
        for row in asked(customer.pk, as_of - YEAR, as_of)
        for name, number in row.items()
    }
    received = [(_("discounts"), sums.get("off")), (_("points"), sums.get("kept")), (_("gifts"), sums.get("worth"))]
    cost = [_("fees %(amount)s") % {"amount": written(sums["fee"])}] if sums.get("fee") else []
    if late := sums.get("late"):
        cost.append(ngettext("%(n)d late delivery", "%(n)d late deliveries", late) % {"n": late})
    if minutes := sums.get("minutes"):
        cost.append(_("%(minutes)d minutes of their time") % {"minutes": round(minutes)})
    return {
        "economic_value": " · ".join(f"{name} {written(amount)}" for name, amount in received if amount),
        "relationship_cost": " · ".join(cost),
    }


@asked_again
def _given(customer: Any, since: Any, until: Any) -> QuerySet[Any, Any]:
    mine = OrderLine.objects.filter(at__gt=since, at__lte=until, transaction__identity__customer=customer)
    off = Sum("price_discount") + Sum("coupon_discount") + Sum("match_discount")
    return mine.values("transaction__identity__customer").annotate(off=off, fee=Sum("fee")).order_by()


@asked_again
def _points(customer: Any, since: Any, until: Any) -> QuerySet[Any, Any]:
    mine = PointEntry.objects.filter(at__gt=since, at__lte=until, identity__customer=customer)
    granted, expired = (Sum("amount", filter=Q(kind=kind), default=0) for kind in ("granted", "expired"))
    return mine.values("identity__customer").annotate(kept=granted - expired).order_by()


@asked_again
def _talked(customer: Any, since: Any, until: Any) -> QuerySet[Any, Any]:
    mine = Interaction.objects.filter(at__gt=since, at__lte=until, identity__customer=customer)
    late = Count("pk", filter=Q(kind="late_delivery"))
    sums = mine.values("identity__customer").annotate(worth=Sum("worth"), minutes=Sum("minutes"), late=late)
    return sums.order_by()
