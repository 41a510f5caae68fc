"""What can be chosen: figures in groups with what they mean, dimensions that fit them, ready-made questions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from dangol.insight.warehouse.metrics import DIMENSIONS, METRICS, Family, Metric, fits
from dangol.insight.warehouse.queries import Lake
from dangol.lib.errors import DangolError
from dangol.web.insight.cube.asked import Asked

# What a figure is worked out from: the group it stands in, and the facts of the warehouse one of which must be there.
SALES, PEOPLE = _("Sales"), _("Customers")
SOURCES: dict[str, tuple[str | Promise, tuple[str, ...]]] = {
    "lines": (SALES, ("lines",)),
    "year_on_year": (SALES, ("lines",)),
    "registrations": (PEOPLE, ("customers",)),
    "turns": (PEOPLE, ("lines",)),
    "purchases": (PEOPLE, ("lines",)),
    "points": (_("Points"), ("points",)),
    "given": (_("What customers were given"), ("lines",)),
    "costs": (_("Costs of winning and keeping"), ("costs",)),
    "outlay": (_("Costs of winning and keeping"), ("costs",)),
    "interactions": (_("Contacts"), ("interactions",)),
    "reached": (_("Contacts"), ("interactions",)),
    "service": (_("Contacts"), ("interactions",)),
    "feedback": (_("Contacts"), ("feedback",)),
    "told_and_answered": (_("Contacts"), ("feedback",)),
    "web_visits": (_("Contacts"), ("interactions",)),
    "answers": (_("Surveys"), ("answers",)),
    "asked": (_("Surveys"), ("answers",)),
    "subscription_moves": (_("Subscriptions"), ("subscriptions", "subscription_steps")),
    "subscription_steps": (_("Subscriptions"), ("subscription_steps",)),
    "subscriptions": (_("Subscriptions"), ("subscriptions",)),
    "loans": (_("Loans and uses"), ("loans",)),
    "uses": (_("Loans and uses"), ("loans",)),
    "assignments": (_("Campaigns"), ("assignments",)),
    "withholdings": (_("Campaigns"), ("withholdings",)),
}


FAMILIES: dict[Family, str | Promise] = {
    Family.TIME: _("Time"),
    Family.PERSON: _("Customers"),
    Family.SALE: _("Sales"),
    Family.GOODS: _("Goods"),
    Family.OCCASION: _("Contacts and answers"),
}


class DoesNotFit(DangolError):
    """A figure does not go with a dimension."""


@dataclass(frozen=True)
class Choice:
    """One thing to choose: its name, label, what it means, whether it can be asked together with the rest."""

    name: str
    label: str | Promise
    means: str | Promise
    fits: bool = True


@dataclass(frozen=True)
class Start:
    """A question that is ready to be asked."""

    label: str | Promise
    good_for: str | Promise
    asked: Asked


def fitting(metrics: Sequence[str]) -> list[str]:
    """The dimensions by which all these metrics can be asked."""
    return [name for name, split in DIMENSIONS.items() if all(fits(METRICS[one], split) for one in metrics)]


def must_fit(asked: Asked) -> None:
    """Raise DoesNotFit where a figure cannot be split or filtered as an address asks for."""
    for name in (*asked.by, *(part for part, _values in asked.parts)):
        for metric in asked.metrics:
            if not fits(METRICS[metric], DIMENSIONS[name]):
                told = {"figure": METRICS[metric].label, "by": DIMENSIONS[name].label}
                raise DoesNotFit(gettext("“%(figure)s” cannot be split by “%(by)s”. Take one of the two out.") % told)


def told_of(lake: Lake) -> set[str]:
    """The metrics of which the warehouse has anything to tell."""
    return {name for name, metric in METRICS.items() if any(_holds(lake, fact) for fact in source_of(metric)[1])}


def source_of(metric: Metric) -> tuple[str | Promise, tuple[str, ...]]:
    """The group a figure stands in, and the facts behind it."""
    return SOURCES.get(metric.fact, (_("Other figures"), (metric.fact,)))


def _holds(lake: Lake, fact: str) -> bool:
    return lake.holds(fact) and lake.rows(fact) > 0


def metrics(asked: Asked, lake: Lake) -> list[tuple[str | Promise, list[Choice]]]:
    """The figures that are not chosen yet, by group."""
    told, used = told_of(lake), {*asked.by, *(name for name, _values in asked.parts)}
    groups: dict[str, list[Choice]] = {}
    for name, metric in METRICS.items():
        if name in told and name not in asked.metrics:
            fits = used <= set(fitting([name]))
            groups.setdefault(str(source_of(metric)[0]), []).append(Choice(name, metric.label, metric.formula, fits))
    return list(groups.items())


def dimensions(asked: Asked) -> list[tuple[str | Promise, list[Choice]]]:
    """By what the chosen figures can be split still, by what it is about."""
    groups: dict[Family, list[Choice]] = {}
    for name in fitting(asked.metrics):
        if name not in asked.by:
            split = DIMENSIONS[name]
            groups.setdefault(split.family, []).append(Choice(name, split.label, split.meaning))
    return [(label, groups[family]) for family, label in FAMILIES.items() if family in groups]


def starts(lake: Lake) -> list[Start]:
    """Ready-made questions that this warehouse can answer."""
    told = told_of(lake)
    return [one for one in STARTS if set(one.asked.metrics) <= told and set(one.asked.by) <= _of(one.asked.metrics)]


def _of(metrics: Sequence[str]) -> set[str]:
    return set(fitting(metrics))


def _ask(metrics: Iterable[str], down: Iterable[str], across: str = "", **more: object) -> Asked:
    return replace(Asked(tuple(metrics), tuple(down), across), **more)  # type: ignore[arg-type]


STARTS: tuple[Start, ...] = (
    Start(_("Revenue by month"), _("Whether the business grows."), _ask(["net_revenue"], ["month"], compare="before")),
    Start(
        _("Customers by district and age"), _("Whom the shop reaches where."), _ask(["buyers"], ["place"], "age_band")
    ),
    Start(
        _("What sells most"), _("Each category with its share of revenue."),
        _ask(["net_revenue", "units"], ["category_1", "category_2"], compare="share"),
    ),
    Start(
        _("Where revenue comes from"), _("Provinces and their districts, each as large as its part."),
        _ask(["net_revenue"], ["province", "place"], picture="tree"),
    ),
    Start(
        _("How unevenly revenue is spread"), _("What part of it the best fifth of customers brings."),
        _ask(["gini", "top_fifth_share"], []),
    ),
    Start(
        _("Shops and dealers side by side"), _("Revenue, orders and the average order of each."),
        _ask(["net_revenue", "orders", "average_order_value"], ["unit"], sort="net_revenue"),
    ),
    Start(
        _("What discounts cost"), _("Discounts given, and their rate, month by month."),
        _ask(["discounts", "discount_rate"], ["month"]),
    ),
    Start(
        _("Categories through the year"), _("What is bought in which month."),
        _ask(["net_revenue"], ["category_1"], "month"),
    ),
    Start(
        _("Complaints by month"), _("Whether more goes wrong than it did."), _ask(["complaints"], ["month"])
    ),
    Start(
        _("Satisfaction by age"), _("Who is content, and who is not."),
        _ask(["satisfaction", "respondents"], ["age_band"]),
    ),
    Start(
        _("Who came when, and bought again when"),
        _("For each month of a first purchase, who bought so many months on."),
        _ask(["purchasers"], ["cohort"], "months_since", period="all"),
    ),
    Start(
        _("Customers won, lost and won back"), _("Whether more come than leave."),
        _ask(["new_customers", "lapsed_customers", "reactivated_customers"], ["month"]),
    ),
    Start(_("Loans by month"), _("How much is lent."), _ask(["loans"], ["month"])),
)  # fmt: skip
