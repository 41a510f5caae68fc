"""Writes docs/metrics.md from the registry of metrics and dimensions: `python -m tools.metrics`. Tested."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from django.utils.translation import override

if TYPE_CHECKING:
    from dangol.insight.warehouse.metrics import Metric, Split

PAGE = Path(__file__).parents[1] / "docs" / "metrics.md"
HEAD = """# Metrics

Every number that a page, a segment, a report or the API shows comes from one registry,
`dangol.insight.warehouse.metrics`. This page is written from it by `python -m tools.metrics`, and a test compares the
two.

Units: `money` is the currency of the home, exact in its minor unit (won, cents); `count` is a number of things;
`share` lies between 0 and 1 (a growth may lie beyond); `points` are those of an index from 0 to 100; `number` is any
other number. Sums and counts are exact whole numbers, ratios are not rounded, and a ratio with nothing to divide by has
no value. Amounts in two currencies are refused, never added up.

A period is given by its first day and the day after its last, in the shop's own time zone. Sales without a customer
count in money and orders; they cannot count in numbers of customers. A day of purchase is a day on which a customer's
net revenue is above 0. What stands at the end of a period (a stock) counts from the beginning of the records on, and is
asked of a day instead of being split by time.

Adds up: `additive` parts make the whole whatever they are split by; `semi-additive` ones only over the dimensions
named; `non-additive` ones never: the whole is worked out anew from the rows.

What nobody recorded is not here: margin (no costs of goods are kept), turnover of a library's holdings (no holdings
are). Values of the relationship and effects of campaigns are no metrics of rows: they stand with each customer and each
campaign.

"""


def page() -> str:
    """The whole document."""
    from dangol.insight.warehouse.metrics import DIMENSIONS, GROUPS, METRICS

    parts = [HEAD, f"## The {len(METRICS)} metrics\n\n"]
    for about, metrics in GROUPS:
        parts.append(
            f"**{_in('en', about)} · {_in('ko', about)}:** {', '.join(f'`{one.name}`' for one in metrics)}\n\n"
        )
    parts += ["\n".join(_metric(one)) + "\n\n" for one in METRICS.values()]
    parts += [f"## The {len(DIMENSIONS)} dimensions\n\n", SPLITS]
    parts += [_split(one) + "\n" for one in DIMENSIONS.values()]
    return "".join(parts)


SPLITS = """An unknown value is an empty text, never left out, so that the parts always add up to the whole. Ways down:
one goes from a dimension to the next finer one.

| name | label | what it is | way down | for |
|---|---|---|---|---|
"""


ROWS = {
    "lines": "order lines",
    "year_on_year": "order lines beside those of the year before",
    "purchases": "days of purchase",
    "turns": "customers who came and went",
    "registrations": "customers by registration",
    "points": "point entries",
    "given": "what customers were given",
    "costs": "costs entered",
    "outlay": "costs entered beside what customers were given and who came",
    "interactions": "interactions",
    "reached": "interactions with customers",
    "service": "order lines beside complaints",
    "feedback": "feedback of customers",
    "told_and_answered": "feedback beside its answers",
    "web_visits": "visits of known customers to our web pages",
    "answers": "survey answers",
    "asked": "survey invitations and answers",
    "loans": "loans",
    "uses": "loans, visits and questions",
    "subscriptions": "subscriptions",
    "subscription_moves": "beginnings and ends of subscriptions",
    "subscription_steps": "steps of subscriptions",
    "assignments": "assignments of campaigns",
    "withholdings": "withheld messages",
}


def _metric(metric: Metric) -> Iterator[str]:
    yield f"### `{metric.name}`\n"
    yield f"**{_in('en', metric.label)} · {_in('ko', metric.label)}**\n"
    yield f"- unit: `{metric.unit}`{', at the end of the period' if metric.stock else ''}"
    yield f"- from: {_named(metric.fact)}"
    yield f"- formula: {_in('en', metric.formula)}"
    yield f"- adds up: {_adds(metric)}"


def _adds(metric: Metric) -> str:
    from dangol.insight.warehouse.metrics import Additivity, Family

    told = f"`{metric.additivity}`"
    if metric.additivity is not Additivity.SEMI_ADDITIVE:
        return told
    return f"{told}, over dimensions of {', '.join(one for one in Family if one in metric.adds_over)}"


def _split(split: Split) -> str:
    from dangol.insight.warehouse.metrics.registry import levels

    down = " › ".join(f"`{one.name}`" for one in levels(split.hierarchy))
    facts = "everything" if split.facts is None else ", ".join(map(_named, sorted(split.facts)))
    label = f"{_in('en', split.label)} · {_in('ko', split.label)} ({split.family})"
    return f"| `{split.name}` | {label} | {_in('en', split.meaning)} | {down} | {facts} |"


def _named(fact: str) -> str:
    return ROWS[fact]


def _in(language: str, words: object) -> str:
    with override(language):
        return str(words)


if __name__ == "__main__":
    import os

    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dangol.config.settings")
    django.setup()
    PAGE.write_text(page(), encoding="utf-8")
