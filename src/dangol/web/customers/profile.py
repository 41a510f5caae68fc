"""What the profile puts side by side: both values with their parts, how to reach the person, who lives with them."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db.models import Count, Q, Sum
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from dangol.insight.analysis.models import Run
from dangol.insight.relationship import queries as relationship
from dangol.insight.relationship.card import Card, Part
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
from dangol.web.shell.templatetags.shell import money as written
from dangol.web.shell.templatetags.shell import money_about
from dangol.web.shell.viewer import Viewer

HEADINGS: dict[str, str | Promise] = {
    "I": gettext_lazy("Gets more from us than we get back, so far"),
    "II": gettext_lazy("Gives us more than they get"),
    "III": gettext_lazy("Both sides get about the same"),
    "unknown": gettext_lazy("What the customer gets is not known yet"),
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
        return HEADINGS.get(self.card.region, HEADINGS["unknown"])


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
    valid = ContactPoint.objects.filter(Q(valid_to=None) | Q(valid_to__gt=clock.now()), customer=customer)
    points = valid.order_by("kind", "-valid_from")
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
    counted = part.provenance == "measured"
    amount = written(part.value) if counted else money_about(part.value)
    return _("%(amount)s a year") % {"amount": amount} if part.unit == "money a year" else amount


def _interval(part: Part) -> str:
    if part.unit != "money" or part.low is None or part.high is None:
        return ""
    return _("95%% interval %(low)s to %(high)s") % {"low": money_about(part.low), "high": money_about(part.high)}


def _made_of(customer: Customer, as_of: datetime) -> dict[str, str]:
    """What the year's economic value and cost came from, by the ledger, in words: three queries."""
    year = Q(at__gt=as_of - YEAR, at__lte=as_of)
    lines = OrderLine.objects.filter(year, transaction__identity__customer=customer).aggregate(
        price=Sum("price_discount"), coupon=Sum("coupon_discount"), match=Sum("match_discount"), fee=Sum("fee")
    )
    points = PointEntry.objects.filter(year, identity__customer=customer).aggregate(
        granted=Sum("amount", filter=Q(kind="granted")), expired=Sum("amount", filter=Q(kind="expired"))
    )
    talks = Interaction.objects.filter(year, identity__customer=customer).aggregate(
        worth=Sum("worth"), minutes=Sum("minutes"), late=Count("pk", filter=Q(kind="late_delivery"))
    )
    discounts = sum(lines[part] or 0 for part in ("price", "coupon", "match"))
    kept = (points["granted"] or 0) - (points["expired"] or 0)
    received = [(_("discounts"), discounts), (_("points"), kept), (_("gifts"), talks["worth"] or 0)]
    cost = [_("fees %(amount)s") % {"amount": written(lines["fee"])}] if lines["fee"] else []
    if talks["late"]:
        cost.append(ngettext("%(n)d late delivery", "%(n)d late deliveries", talks["late"]) % {"n": talks["late"]})
    if talks["minutes"]:
        cost.append(_("%(minutes)d minutes of their time") % {"minutes": round(talks["minutes"])})
    return {
        "economic_value": " · ".join(f"{name} {written(amount)}" for name, amount in received if amount),
        "relationship_cost": " · ".join(cost),
    }
