"""What customers read on our pages, and whether they bought soon after: metrics of web visits."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from dangol.insight.warehouse.metrics.arithmetic import ratio
from dangol.insight.warehouse.metrics.history import days_of_purchase
from dangol.insight.warehouse.metrics.registry import NOTHING, PEOPLE, Metric, Unit
from dangol.insight.warehouse.metrics.sources import MADE, last_day
from dangol.insight.warehouse.queries import Lake

VISIT, ANSWER = "visit", "clicked"  # a visit that answers a campaign is kept as the click it began with
SOON = 7  # days


def web_visits(lake: Lake) -> Any:
    """Visits of known customers to our pages: customer_key, at, day, minutes, answer (to a campaign), known (SOON days
    have passed since), bought (on a day of purchase no later than SOON days after).
    """
    import ibis

    met = lake.of_customers("interactions")
    met = met.filter(met.direction == "in", met.touchpoint == "web", met.kind.isin([VISIT, ANSWER]))
    visits = met.select(
        "interaction_id", "customer_key", "at", "day", "minutes", answer=met.kind == ANSWER,
        known=ibis.literal(last_day(lake)).delta(met.day, unit="day") >= SOON,
    )  # fmt: skip
    days = days_of_purchase(lake)
    days = days.select(buyer=days.customer_key, paid=days.day)
    after = visits.inner_join(days, visits.customer_key == days.buyer)
    after = after.filter(after.paid.delta(after.day, unit="day").between(0, SOON))
    led = after.select(visit=after.interaction_id).distinct()
    told = visits.left_join(led, visits.interaction_id == led.visit)
    return told.select("customer_key", "at", "day", "minutes", "answer", "known", bought=told.visit.notnull())


MADE["web_visits"] = web_visits

METRICS = (
    Metric(
        "web_visits", "web_visits", Unit.COUNT, _("Web visits"), _("visits of known customers to our web pages"),
        lambda t: t.count(),
    ),
    Metric(
        "web_visitors", "web_visits", Unit.COUNT, _("Customers on the web"),
        _("distinct customers with a visit to our web pages"), lambda t: t.customer_key.nunique(), adds_over=PEOPLE,
    ),
    Metric(
        "web_visits_per_visitor", "web_visits", Unit.NUMBER, _("Web visits per customer"),
        _("web visits ÷ customers on the web"), lambda t: ratio(t.count(), t.customer_key.nunique()),
        adds_over=NOTHING,
    ),
    Metric(
        "web_visit_minutes", "web_visits", Unit.NUMBER, _("Minutes per web visit"),
        _("Σ minutes of web visits ÷ web visits"), lambda t: ratio(t.minutes.sum(), t.count()), adds_over=NOTHING,
    ),
    Metric(
        "web_answers", "web_visits", Unit.COUNT, _("Web visits that answer a campaign"),
        _("web visits that began with the address of a campaign"), lambda t: t.count(where=t.answer),
    ),
    Metric(
        "web_buying_share", "web_visits", Unit.SHARE, _("Web visits before a purchase"),
        _("web visits with a day of purchase no later than 7 days after ÷ web visits at least 7 days ago"),
        lambda t: ratio(t.count(where=t.known & t.bought), t.count(where=t.known)), adds_over=NOTHING,
    ),
)  # fmt: skip
