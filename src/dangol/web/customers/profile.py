"""What the profile puts side by side: both values with their parts, how to reach the person, who lives with them."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Q, Sum
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from dangol.contact.delivery.queries import channels
from dangol.insight.analysis.models import Run, Score
from dangol.insight.analysis.queries import scores_of
from dangol.lib import money
from dangol.records.customers.models import ContactPoint, Customer
from dangol.records.ledger.models import Interaction, OrderLine, PointEntry
from dangol.records.permission.models import Consent, Suppression
from dangol.records.permission.queries import ADVERTISING, REASONS, may_send
from dangol.web.customers import words
from dangol.web.customers.listing import Row, rows
from dangol.web.shell.templatetags.shell import money as written
from dangol.web.shell.templatetags.shell import money_about

HEADINGS: dict[str, str | Promise] = {
    "I": gettext_lazy("Gets more from us than we get back, so far"),
    "II": gettext_lazy("Gives us more than they get"),
    "III": gettext_lazy("Both sides get about the same"),
    "unknown": gettext_lazy("What the customer gets is not known yet"),
}
YEAR = timedelta(days=365)


@dataclass(frozen=True)
class Part:
    """One term of a value: its sign, name, amount in words, its rank 0–100, and where it comes from."""

    sign: str
    name: str
    amount: str
    note: str
    provenance: str
    rank: float | None = None


@dataclass(frozen=True)
class Values:
    """Both sides of one customer; scores by name as the run left them."""

    scores: dict[str, Score]
    customer_parts: list[Part]
    company_parts: list[Part]

    @property
    def region(self) -> str:
        score = self.scores.get("region")
        return score.text if score and score.text in HEADINGS else "unknown"

    @property
    def heading(self) -> str | Promise:
        return HEADINGS[self.region]

    @property
    def parts_known(self) -> int | None:
        score = self.scores.get("parts_known")
        return None if score is None or score.value is None else round(score.value)


@dataclass(frozen=True)
class Reach:
    """Contact points (numbers masked), the last answer to each question for permission, and what may go out now."""

    points: list[tuple[str, str]]
    answers: list[tuple[str, bool, datetime]]
    suppressed: list[tuple[str, datetime]]
    channels: list[tuple[str, str]]


def values(customer: Customer, run: Run | None) -> Values | None:
    """Both values and their parts; None when this customer has not been valued."""
    if run is None:
        return None
    found = scores_of(customer.pk, run)
    if not found:
        return None
    return Values(found, _customer_parts(customer, run, found), _company_parts(run, found))


def reach(customer: Customer, *, at: datetime) -> Reach:
    """How the person can be reached, and whether they may be."""
    valid = ContactPoint.objects.filter(Q(valid_to=None) | Q(valid_to__gt=at), customer=customer).order_by("kind", "-valid_from")
    told: dict[tuple[str, str], Consent] = {}
    for answer in Consent.objects.filter(customer=customer, answered_at__lte=at).order_by("answered_at", "id"):
        told[answer.purpose, answer.channel] = answer
    blocks = Suppression.objects.filter(Q(until=None) | Q(until__gt=at), customer=customer, since__lte=at)
    return Reach(
        points=[(point.get_kind_display(), masked(point.kind, point.value)) for point in valid],
        answers=[(_question(one), one.granted, one.answered_at) for one in told.values()],
        suppressed=[(block.reason, block.since) for block in blocks],
        channels=[(str(channel.label), _verdict(customer, channel, at)) for channel in channels().values()],
    )


def family(customer: Customer, run: Run | None) -> list[Row]:
    """Others of the same household, five at most."""
    if customer.household_id is None:
        return []
    others = Customer.objects.filter(household=customer.household_id).exclude(pk=customer.pk).order_by("id")
    return rows(list(others.values_list("pk", flat=True)[:5]), run)


def masked(kind: str, value: str) -> str:
    """Enough of a number or address to tell it from another: 010-••••-4821, so•••@example.com."""
    if kind == ContactPoint.Kind.MOBILE:
        local = "0" + value.removeprefix("+82") if value.startswith("+82") else value
        return f"{local[:3]}-••••-{local[-4:]}"
    if kind == ContactPoint.Kind.EMAIL:
        name, at, domain = value.partition("@")
        return f"{name[:2]}•••{at}{domain}"
    return value[:12] + "…" if len(value) > 12 else value


def _verdict(customer: Customer, channel: object, at: datetime) -> str:
    """"" when an advertisement may be sent, else why not."""
    decision = may_send(customer.pk, channel=channel.facts, kind=ADVERTISING, at=at)  # type: ignore[attr-defined]
    return str(REASONS.get(decision.reason, decision.reason))


def _question(consent: Consent) -> str:
    purpose = str(Consent.Purpose(consent.purpose).label)
    return f"{purpose} ({words.CHANNELS.get(consent.channel, consent.channel)})" if consent.channel else purpose


def _customer_parts(customer: Customer, run: Run, found: dict[str, Score]) -> list[Part]:
    got = _received(customer, run.as_of)
    return [
        _part("+", _("Economic value"), found, "economic_value", "economic_rank", _a_year, got["received"]),
        _part("+", _("Value of the heart"), found, "social_value", "social_rank", _two_places, _("Trust, care, convenience, brand")),
        _part("−", _("Cost of the relationship"), found, "relationship_cost", "cost_rank", _a_year, got["cost"]),
    ]  # fmt: skip


def _company_parts(run: Run, found: dict[str, Score]) -> list[Part]:
    months = run.parameters.get("horizon_months")
    horizon = _("profit of the next %(months)s months if they stay") % {"months": months} if months else _("profit if they stay")
    equity = found.get("equity")
    interval = ""
    if equity is not None and equity.low is not None and equity.high is not None:
        interval = _("95%% interval %(low)s to %(high)s") % {"low": money_about(equity.low), "high": money_about(equity.high)}
    return [
        _part("", _("Potential"), found, "potential", None, money_about, horizon),
        _part("×", _("Commitment"), found, "commitment", None, _two_places, _("the share of it we expect to see")),
        _part("=", _("Customer equity"), found, "equity", None, money_about, interval),
    ]  # fmt: skip


def _part(sign: str, name: str, found: dict[str, Score], value: str, rank: str | None, words_for: object, note: str) -> Part:
    score = found.get(value)
    ranked = found.get(rank) if rank else None
    known = score is not None and score.value is not None
    return Part(
        sign=sign,
        name=name,
        amount=words_for(score.value) if known and score else "",  # type: ignore[operator]
        note=note,
        provenance=score.provenance if known and score else "unknown",
        rank=ranked.value if ranked else None,
    )


def _a_year(minor: float) -> str:
    return _("%(amount)s a year") % {"amount": written(minor)}


def _two_places(number: float) -> str:
    return f"{number:.2f}".replace("-", money.MINUS)


def _received(customer: Customer, as_of: datetime) -> dict[str, str]:
    """What the year's economic value and cost are made of, from the ledger, in words."""
    mine = Q(at__gt=as_of - YEAR, at__lte=as_of)
    lines = OrderLine.objects.filter(mine, transaction__identity__customer=customer).aggregate(
        price=Sum("price_discount"), coupon=Sum("coupon_discount"), match=Sum("match_discount"), fee=Sum("fee")
    )
    points = PointEntry.objects.filter(mine, identity__customer=customer).aggregate(
        granted=Sum("amount", filter=Q(kind="granted")), expired=Sum("amount", filter=Q(kind="expired"))
    )
    talks = Interaction.objects.filter(mine, identity__customer=customer).aggregate(
        worth=Sum("worth"), minutes=Sum("minutes"), late=Count("pk", filter=Q(kind="late_delivery"))
    )
    discount = sum(lines[part] or 0 for part in ("price", "coupon", "match"))
    kept = (points["granted"] or 0) - (points["expired"] or 0)
    received = [(_("discounts"), discount), (_("points"), kept), (_("gifts"), talks["worth"] or 0)]
    cost = [f"{_('fees')} {written(lines['fee'])}"] if lines["fee"] else []
    cost += [ngettext("%(count)d late delivery", "%(count)d late deliveries", talks["late"]) % {"count": talks["late"]}] if talks["late"] else []
    cost += [_("%(minutes)d minutes of their time") % {"minutes": round(talks["minutes"])}] if talks["minutes"] else []
    return {
        "received": " · ".join(f"{name} {written(amount)}" for name, amount in received if amount) or _("Nothing received within a year"),
        "cost": " · ".join(cost) or _("Fees, late deliveries, time spent"),
    }  # fmt: skip
