"""The RFM grid: how lately by how often, each field with its customers and what they brought in, darker the more."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from math import sqrt
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dangol.insight.analysis.groups.names import NO_PURCHASE
from dangol.insight.analysis.models import Run
from dangol.web.shell.figures import count, people

SHADES = 8
Cut = dict[str, Any]


@dataclass(frozen=True)
class Field:
    """Customers of one score of each, what they brought in (minor units), how dark the field is (0 to 8), the list."""

    customers: int
    revenue: int
    shade: int
    address: str
    told: str


@dataclass(frozen=True)
class Row:
    """One score of recency: what it means, and its fields from the lowest frequency on."""

    score: int
    means: str
    fields: list[Field]


@dataclass(frozen=True)
class Grid:
    """The whole: frequencies with what they mean, rows from the most recent on, and who never bought."""

    columns: list[tuple[int, str]]
    rows: list[Row]
    without: int
    without_address: str
    customers: int
    bins: int


def grid(run: Run) -> Grid:
    """The grid of one run."""
    told = run.summary
    fields: dict[tuple[int, int], list[int]] = defaultdict(lambda: [0, 0])
    for recency, frequency, _money, customers, revenue in told["cells"]:
        fields[recency, frequency][0] += customers
        fields[recency, frequency][1] += revenue
    most = max((customers for customers, _revenue in fields.values()), default=1)
    cuts = {(cut["measure"], cut["score"]): cut for cut in told["cuts"]}
    steps = range(1, told["bins"] + 1)
    rows = [
        Row(recency, _days(cuts.get(("days_since_last", recency))), [
            _field(recency, frequency, fields[recency, frequency], most) for frequency in steps
        ])
        for recency in reversed(steps)
    ]  # fmt: skip
    columns = [(frequency, _times(cuts.get(("purchase_count", frequency)))) for frequency in steps]
    never = f"{reverse('customers')}?rfm={NO_PURCHASE}"
    return Grid(columns, rows, told["without_purchase"], never, told["customers"], told["bins"])


def _field(recency: int, frequency: int, counted: list[int], most: int) -> Field:
    customers, revenue = counted
    address = f"{reverse('customers')}?recency={recency}..{recency}&frequency={frequency}..{frequency}"
    shade = max(1, round(SHADES * sqrt(customers / most))) if customers else 0
    told = _("Lately %(recency)s, often %(frequency)s: %(people)s") % {
        "recency": recency, "frequency": frequency, "people": people(customers),
    }  # fmt: skip
    return Field(customers, revenue, shade, address, told)


def _days(cut: Cut | None) -> str:
    """What a score of recency means in days."""
    if cut is None:
        return ""
    if cut["low"] == cut["high"]:
        return ngettext("%(n)s day ago", "%(n)s days ago", cut["low"]) % {"n": count(cut["low"])}
    return _("%(low)s–%(high)s days ago") % {"low": count(cut["low"]), "high": count(cut["high"])}


def _times(cut: Cut | None) -> str:
    """What a score of frequency means in purchases."""
    if cut is None:
        return ""
    if cut["low"] == cut["high"]:
        return ngettext("%(n)s purchase", "%(n)s purchases", cut["low"]) % {"n": count(cut["low"])}
    return _("%(low)s–%(high)s purchases") % {"low": count(cut["low"]), "high": count(cut["high"])}
