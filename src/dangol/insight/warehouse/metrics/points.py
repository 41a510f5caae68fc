"""Points granted and redeemed, and what we owe: metrics of point entries, at their worth."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from dangol.insight.warehouse.metrics.arithmetic import exact_sum, ratio
from dangol.insight.warehouse.metrics.registry import EVERYTHING, NOTHING, PEOPLE, Family, Metric, Unit


def _of(t: Any, kind: str) -> Any:
    return exact_sum(t.amount, t.kind == kind)


METRICS = (
    Metric(
        "points_granted", "points", Unit.MONEY, _("Points granted"), _("Σ worth of points granted"),
        lambda t: _of(t, "granted"),
    ),
    Metric(
        "points_redeemed", "points", Unit.MONEY, _("Points redeemed"), _("Σ worth of points redeemed"),
        lambda t: _of(t, "redeemed"),
    ),
    Metric(
        "points_expired", "points", Unit.MONEY, _("Points expired"), _("Σ worth of points expired"),
        lambda t: _of(t, "expired"),
    ),
    Metric(
        "points_liability", "points", Unit.MONEY, _("Points we owe"),
        _("Σ worth of points granted − redeemed − expired, up to the end of the period"),
        lambda t: _of(t, "granted") - _of(t, "redeemed") - _of(t, "expired"),
        adds_over=EVERYTHING - {Family.TIME}, stock=True,
    ),
    Metric(
        "redemption_rate", "points", Unit.SHARE, _("Share of points redeemed"), _("points redeemed ÷ points granted"),
        lambda t: ratio(_of(t, "redeemed"), _of(t, "granted")), adds_over=NOTHING,
    ),
    Metric(
        "redeemers", "points", Unit.COUNT, _("Customers who redeemed points"),
        _("distinct customers with points redeemed"), lambda t: t.customer_key.nunique(where=t.kind == "redeemed"),
        about_customers=True, adds_over=PEOPLE,
    ),
)  # fmt: skip
