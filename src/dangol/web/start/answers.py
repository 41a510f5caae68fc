"""What the `dangol` command answers as JSON: numbers as numbers, money in major units."""

from typing import Any

from django.conf import settings
from django.db.models import Sum

from dangol.decisions.campaigns.models import Campaign
from dangol.decisions.campaigns.queries import standing
from dangol.insight.analysis.models import Effect
from dangol.insight.relationship import queries as relationship
from dangol.insight.relationship.counted_in import USES, is_by_use
from dangol.lib.money import as_number
from dangol.records.customers.models import Customer
from dangol.records.ledger.models import OrderLine, Transaction
from dangol.web.clock import as_of
from dangol.web.start.plans import PLANS


def relationship_answer() -> dict[str, Any]:
    """The state of the business and of its relationships, at the home's clock."""
    run = relationship.current_run()
    currency = settings.DANGOL.currency
    lines = OrderLine.objects.aggregate(
        net=Sum("amount"), price=Sum("price_discount"), coupon=Sum("coupon_discount"), match=Sum("match_discount")
    )
    discounts = sum(lines[part] or 0 for part in ("price", "coupon", "match"))
    return {
        "scenario": settings.DANGOL.source,
        "as_of": as_of().isoformat(),
        "customers": Customer.objects.known().count(),
        "transactions": Transaction.objects.count(),
        "lines": OrderLine.objects.count(),
        "products": OrderLine.objects.exclude(product=None).values("product").distinct().count(),
        "net_revenue": as_number(lines["net"] or 0, currency),
        "discounts": as_number(discounts, currency),
        "regions": relationship.regions(run) if run else {"I": 0, "II": 0, "III": 0, "unknown": 0},
        "equity_total": _equity(run) if run else None,
        "groups": _groups(run) if run else {},
        **({"counted_in": USES} if is_by_use(run) else {}),  # without it the total is money
    }


def demo_answer(scenario: str) -> dict[str, Any]:
    """The answer of `relationship` and the result of the demo's first campaign."""
    campaign = Campaign.objects.get(name=PLANS[scenario].name)
    counts = standing(campaign)
    effect = Effect.objects.filter(source_ref=campaign.source_ref, declared=True).latest("id")
    return {
        **relationship_answer(),
        "campaign": {
            "outcome": campaign.outcome,
            "audience": counts.treated + counts.held_out,
            "treated": counts.treated,
            "held_out": counts.held_out,
            "sent": counts.sent,
            "effect": _money(effect.effect),
            "ci_low": _money(effect.ci_low),
            "ci_high": _money(effect.ci_high),
        },
    }


def _equity(run: Any) -> float | None:
    total = relationship.known_equity(run)
    if total is None:
        return None
    return round(total.value, 1) if is_by_use(run) else _money(total.value)


def _groups(run: Any) -> dict[str, Any]:
    keys = ("customers", "customer_value", "customer_equity", "region")
    return {line: {key: group[key] for key in keys} for line, group in relationship.groups(run).items()}


def _money(minor: float) -> float:
    from dangol.lib.money import exponent

    places: int = exponent(settings.DANGOL.currency)
    return round(minor / 10.0**places, 2)
