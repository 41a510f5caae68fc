"""The columns of lists that the current runs give: RFM, the group found, standing, sensitivity."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dangol.insight.analysis.groups.names import CELL, GROUPS_KIND, NO_PURCHASE, RFM_KIND
from dangol.insight.analysis.groups.words import LONG_STANDING, SENSITIVITIES, STANDINGS, named
from dangol.insight.analysis.queries import latest_run
from dangol.insight.analysis.score_columns import score_column
from dangol.records.customers import columns
from dangol.records.customers.columns import Column, Kind

type Words = Mapping[str, str | Promise]


def register() -> None:
    """Take them into what lists can show."""
    columns.register(
        _number("recency", _("RFM: how lately")),
        _number("frequency", _("RFM: how often")),
        _number("monetary", _("RFM: how much")),
        _word(CELL, _("RFM cell"), RFM_KIND, _cells),
        _word("group", _("Group found in the data"), GROUPS_KIND, _groups),
        _word("standing", _("Standing"), GROUPS_KIND, lambda: STANDINGS),
        _word("sensitive", _("What they come for"), GROUPS_KIND, lambda: SENSITIVITIES),
        replace(_word(LONG_STANDING, _("Long-standing"), GROUPS_KIND, dict), kind=Kind.YES_NO, unknown="no"),
    )


def _number(name: str, label: Promise) -> Column:
    return score_column(name, label, Kind.NUMBER, of=RFM_KIND, falling=True)


def _word(name: str, label: Promise | str, kind: str, words: Callable[[], Words]) -> Column:
    return score_column(name, label, Kind.CHOICE, of=kind, value="text", words=words, sorts=False)


def _groups() -> Words:
    run = latest_run(GROUPS_KIND)
    return named(run.summary["groups"]) if run else {}


def _cells() -> Words:
    run = latest_run(RFM_KIND)
    cells = run.summary["cells"] if run else []
    named: dict[str, str | Promise] = {
        f"{r}-{f}-{m}": f"{r}·{f}·{m}" for r, f, m, *_rest in sorted(cells, reverse=True)
    }
    return named | {NO_PURCHASE: pgettext_lazy("RFM", "Never bought")}
