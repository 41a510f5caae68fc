"""What was spent to win customers, to keep them and to win them back, as it was entered, and what that is for each.

Spent is what stands in no receipt: advertisements, mailings, visits. Given (`giving`) are discounts, points and gifts,
which are on record already. Each amount is in one of the two, so both together count nothing twice. What served several
purposes is none of the three.
"""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext_lazy as _

from dangol.insight.warehouse.metrics.arithmetic import exact_sum, ratio
from dangol.insight.warehouse.metrics.giving import given
from dangol.insight.warehouse.metrics.registry import NOTHING, Metric, Unit
from dangol.insight.warehouse.metrics.sources import MADE
from dangol.insight.warehouse.queries import Lake

PURPOSES = ("win", "keep", "win_back")
AMOUNTS = ("to_win", "to_keep", "to_win_back", "won", "won_back")


def outlay(lake: Lake) -> Any:
    """What was spent, one row a cost, under what was given and who came (`given`), with the columns of both.

    customer_key: null for a cost; day; spent_to_win, spent_to_keep, spent_to_win_back: minor units, null but in the
    rows of a cost for that; and those of `given`.
    """
    import ibis

    costs, came = lake.table("costs"), given(lake)
    unknown = ibis.null("int64")
    spent = costs.select(
        "day", customer_key=unknown, kept=unknown,
        **{f"spent_to_{one}": ibis.ifelse(costs.purpose == one, costs.amount, unknown) for one in PURPOSES},
        **dict.fromkeys(AMOUNTS, ibis.literal(0, "int64")),
    )  # fmt: skip
    came = came.mutate(**{f"spent_to_{one}": unknown for one in PURPOSES})
    return spent.select(*sorted(spent.columns)).union(came.select(*sorted(spent.columns)))


MADE["outlay"] = outlay


def _spent(purpose: str) -> Callable[[Any], Any]:
    return lambda t: exact_sum(t.amount, t.purpose == purpose)


def _spent_on(purpose: str, number: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Unknown, not 0, where nothing was entered."""
    return lambda t: ratio(t[f"spent_to_{purpose}"].sum(), number(t))


def _all_on(purpose: str, number: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda t: ratio(t[f"spent_to_{purpose}"].sum() + exact_sum(t[f"to_{purpose}"]), number(t))


def _won(t: Any) -> Any:
    return exact_sum(t.won)


def _kept(t: Any) -> Any:
    return t.kept.nunique()


def _won_back(t: Any) -> Any:
    return exact_sum(t.won_back)


METRICS = (
    Metric(
        "spent", "costs", Unit.MONEY, _("Spent on customers"),
        _("Σ costs entered, whatever for; no discounts, points or gifts"), lambda t: exact_sum(t.amount),
    ),
    Metric(
        "spent_to_win", "costs", Unit.MONEY, _("Spent to win customers"), _("Σ costs entered for winning customers"),
        _spent("win"),
    ),
    Metric(
        "spent_to_keep", "costs", Unit.MONEY, _("Spent to keep customers"), _("Σ costs entered for keeping customers"),
        _spent("keep"),
    ),
    Metric(
        "spent_to_win_back", "costs", Unit.MONEY, _("Spent to win customers back"),
        _("Σ costs entered for winning customers back"), _spent("win_back"),
    ),
    Metric(
        "spent_jointly", "costs", Unit.MONEY, _("Spent for several purposes"),
        _("Σ costs entered for several purposes together; in none of the three"), _spent("joint"),
    ),
    Metric(
        "spent_per_won", "outlay", Unit.MONEY, _("Spent per customer won"),
        _("spent to win customers ÷ new buying customers; unknown where no such cost was entered"),
        _spent_on("win", _won), adds_over=NOTHING,
    ),
    Metric(
        "spent_per_kept", "outlay", Unit.MONEY, _("Spent per customer kept"),
        _("spent to keep customers ÷ returning customers; unknown where no such cost was entered"),
        _spent_on("keep", _kept), adds_over=NOTHING,
    ),
    Metric(
        "spent_per_won_back", "outlay", Unit.MONEY, _("Spent per customer won back"),
        _("spent to win customers back ÷ reactivated customers; unknown where no such cost was entered"),
        _spent_on("win_back", _won_back), adds_over=NOTHING,
    ),
    Metric(
        "outlay_per_won", "outlay", Unit.MONEY, _("Spent and given per customer won"),
        _("(spent + given to win customers) ÷ new buying customers; unknown where no such cost was entered"),
        _all_on("win", _won), adds_over=NOTHING,
    ),
    Metric(
        "outlay_per_kept", "outlay", Unit.MONEY, _("Spent and given per customer kept"),
        _("(spent + given to keep customers) ÷ returning customers; unknown where no such cost was entered"),
        _all_on("keep", _kept), adds_over=NOTHING,
    ),
    Metric(
        "outlay_per_won_back", "outlay", Unit.MONEY, _("Spent and given per customer won back"),
        _("(spent + given to win customers back) ÷ reactivated customers; unknown where no such cost was entered"),
        _all_on("win_back", _won_back), adds_over=NOTHING,
    ),
)  # fmt: skip
