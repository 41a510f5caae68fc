"""What customers get again and again: metrics of subscriptions, and of when they begin and end."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from dangol.insight.warehouse.contracts import spells
from dangol.insight.warehouse.metrics.arithmetic import exact_sum
from dangol.insight.warehouse.metrics.registry import EVERYTHING, PEOPLE, Family, Metric, Unit
from dangol.insight.warehouse.metrics.sources import MADE, last_day
from dangol.insight.warehouse.queries import Lake


def moves(lake: Lake) -> Any:
    """Every beginning and end of a subscription up to the last day: customer_key, day, change (1, −1).

    One that is told to end before it begins is left out; one taken up again after its end begins anew.
    """
    import ibis

    begun = lake.of_customers("subscriptions").select("subscription_id", "customer_key", "day")
    told = begun.left_join(spells(lake), "subscription_id")
    told = told.select("customer_key", first=ibis.coalesce(told.since, told.day), last=told["last"])
    told = told.filter(told["last"].isnull() | (told["last"] >= told["first"]))
    began = told.select("customer_key", day=told["first"], change=ibis.literal(1, "int64"))
    ended = told.filter(told["last"].notnull())
    ended = ended.select("customer_key", day=ended["last"], change=ibis.literal(-1, "int64"))
    every = began.union(ended)
    return every.filter(every.day <= last_day(lake))


MADE["subscription_moves"] = moves

METRICS = (
    Metric(
        "subscriptions_begun", "subscription_moves", Unit.COUNT, _("Subscriptions begun"),
        _("subscriptions that began or began anew"), lambda t: t.count(where=t.change > 0),
    ),
    Metric(
        "subscriptions_ended", "subscription_moves", Unit.COUNT, _("Subscriptions ended"),
        _("subscriptions that ended; of two ends told the later told counts"), lambda t: t.count(where=t.change < 0),
    ),
    Metric(
        "subscriptions_running", "subscription_moves", Unit.COUNT, _("Subscriptions running"),
        _("subscriptions begun − ended up to the end of the period"), lambda t: exact_sum(t.change),
        adds_over=EVERYTHING - {Family.TIME}, stock=True,
    ),
    Metric(
        "subscription_pauses", "subscription_steps", Unit.COUNT, _("Pauses of subscriptions"),
        _("steps of subscriptions of kind paused"), lambda t: t.step_id.count(where=t.kind == "paused"),
    ),
    Metric(
        "subscribing_customers", "subscriptions", Unit.COUNT, _("Customers who subscribed"),
        _("distinct customers with a subscription told in the period"), lambda t: t.customer_key.nunique(),
        about_customers=True, adds_over=PEOPLE,
    ),
)  # fmt: skip
