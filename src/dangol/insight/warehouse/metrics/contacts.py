"""How we met, and what went wrong: metrics of interactions, and of complaints beside sales."""

from collections.abc import Callable
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from dangol.insight.warehouse.metrics.arithmetic import exact_sum, ratio
from dangol.insight.warehouse.metrics.registry import NOTHING, PEOPLE, Metric, Unit
from dangol.insight.warehouse.metrics.sources import MADE
from dangol.insight.warehouse.queries import Lake

MET = "interactions"
ANSWERS = ("response", "clicked", "coupon_redeemed")  # inward contacts that answer something we sent


def service(lake: Lake) -> Any:
    """Sales and what went wrong, one under the other: identity_key, at, day, receipt_id (of no return), kind."""
    import ibis

    lines, met = lake.table("lines"), lake.table(MET)
    sold = lines.filter(lines.amount >= 0)
    sold = sold.select("identity_key", "at", "day", "receipt_id", kind=ibis.literal(""))
    met = met.filter(met.kind.isin(["complaint", "late_delivery"]))
    nothing = ibis.null("int64")
    return sold.union(met.select("identity_key", "at", "day", "kind", receipt_id=nothing).select(*sold.columns))


def reached(lake: Lake) -> Any:
    """Every contact with a customer: customer_key, at, day, ours (by us), answer (of theirs, to something we sent)."""
    met = lake.of_customers(MET)
    ours = met.direction == "out"
    return met.select("customer_key", "at", "day", ours=ours, answer=~ours & met.kind.isin(ANSWERS))


MADE |= {"service": service, "reached": reached}


def _kind(kind: str, direction: str = "") -> Callable[[Any], Any]:
    def count(t: Any) -> Any:
        mine = t.kind == kind
        return t.interaction_id.count(where=mine & (t.direction == direction) if direction else mine)

    return count


def _counted(name: str, label: Promise, formula: Promise, told: Callable[[Any], Any]) -> Metric:
    return Metric(name, MET, Unit.COUNT, label, formula, told)


def _reached(t: Any) -> Any:
    return t.customer_key.nunique(where=t.direction == "out")


def _beside_orders(kind: str) -> Callable[[Any], Any]:
    return lambda t: ratio(t.kind.count(where=t.kind == kind), t.receipt_id.nunique())


METRICS = (
    _counted("contacts", _("Contacts"), _("interactions of every kind"), lambda t: t.interaction_id.count()),
    _counted(
        "inward_contacts", _("Contacts by customers"), _("interactions in which the customer turned to us"),
        lambda t: t.interaction_id.count(where=t.direction == "in"),
    ),
    _counted(
        "outward_contacts", _("Contacts by us"), _("interactions in which we turned to the customer"),
        lambda t: t.interaction_id.count(where=t.direction == "out"),
    ),
    _counted("complaints", _("Complaints"), _("interactions of kind complaint"), _kind("complaint")),
    _counted("inquiries", _("Questions asked"), _("inward interactions of kind inquiry"), _kind("inquiry", "in")),
    _counted("visits", _("Visits"), _("inward interactions of kind visit"), _kind("visit", "in")),
    _counted("late_deliveries", _("Late deliveries"), _("interactions of kind late delivery"), _kind("late_delivery")),
    _counted("gifts", _("Gifts"), _("interactions of kind gift"), _kind("gift")),
    _counted("referrals", _("Referrals"), _("inward interactions of kind referral"), _kind("referral", "in")),
    _counted(
        "survey_invitations", _("Survey invitations"), _("outward interactions of kind survey invitation"),
        _kind("survey_invitation", "out"),
    ),
    Metric(
        "benefits", MET, Unit.MONEY, _("Gifts and waived fees"), _("Σ worth of interactions to the customer"),
        lambda t: exact_sum(t.worth),
    ),
    Metric(
        "customer_minutes", MET, Unit.NUMBER, _("Minutes of customers' own time"), _("Σ minutes of interactions"),
        lambda t: t.minutes.sum().fill_null(0.0),
    ),
    Metric(
        "reached_customers", MET, Unit.COUNT, _("Customers we contacted"),
        _("distinct customers with an outward interaction"), _reached, about_customers=True, adds_over=PEOPLE,
    ),
    Metric(
        "complaining_customers", MET, Unit.COUNT, _("Customers who complained"),
        _("distinct customers with an interaction of kind complaint"),
        lambda t: t.customer_key.nunique(where=t.kind == "complaint"), about_customers=True, adds_over=PEOPLE,
    ),
    Metric(
        "response_rate", "reached", Unit.SHARE, _("Response rate"),
        _("distinct customers with an inward response, click or redeemed coupon and an outward interaction in the"
        " period ÷ customers we contacted"),
        lambda t: ratio(t.count(where=t.ours & t.answer), t.count(where=t.ours)), adds_over=NOTHING,
        each=lambda rows, by: rows.group_by(*by, "customer_key").aggregate(
            ours=rows.ours.any(), answer=rows.answer.any()
        ),
    ),
    Metric(
        "complaint_rate", "service", Unit.NUMBER, _("Complaints per order"), _("complaints ÷ orders"),
        _beside_orders("complaint"), adds_over=NOTHING,
    ),
    Metric(
        "late_delivery_rate", "service", Unit.NUMBER, _("Late deliveries per order"), _("late deliveries ÷ orders"),
        _beside_orders("late_delivery"), adds_over=NOTHING,
    ),
)  # fmt: skip
