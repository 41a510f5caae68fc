"""Two currencies are never added up."""

from django.utils.translation import gettext as _

from dangol.insight.warehouse.metrics.registry import Metric, Unit
from dangol.insight.warehouse.queries import Lake
from dangol.lib.errors import DangolError

# The rows that hold amounts, and the facts whose currencies these are in.
PAID = {
    "lines": ("lines",), "year_on_year": ("lines",), "given": ("lines",), "costs": ("costs",),
    "outlay": ("lines", "costs"),
}  # fmt: skip
COUNTED = frozenset({"coupon_order_share"})  # a share that is none of amounts


class MixedCurrencies(DangolError):
    """Sales or costs in more than one currency are on record."""


def refuse_mixed(lake: Lake, metric: Metric) -> None:
    """Raises MixedCurrencies where the metric would add up amounts of more than one currency."""
    if metric.fact not in PAID or metric.unit not in {Unit.MONEY, Unit.SHARE} or metric.name in COUNTED:
        return
    found = frozenset[str]().union(*map(lake.currencies, PAID[metric.fact]))
    if len(found) > 1:
        raise MixedCurrencies(
            _("Amounts on record are in %(currencies)s: '%(metric)s' would add up what cannot be added up.")
            % {"currencies": ", ".join(sorted(found)), "metric": metric.name}
        )
