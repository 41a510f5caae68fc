"""Three pictures: hazard ratios, moves between regions, and how many regions change when assumptions do."""

from __future__ import annotations

from collections.abc import Callable

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from dangol.insight.relationship.notes import PART_NAMES
from dangol.insight.relationship.validity.queries import Validity
from dangol.insight.relationship.validity.sensitivity import BAND, Case
from dangol.insight.relationship.validity.stability import ALONG
from dangol.lib.languages import speaks
from dangol.web.relationship.validity import drawing, words
from dangol.web.shell.chart_files import KINDS
from dangol.web.shell.charts import Chart, Spec, Table
from dangol.web.shell.figures import count, decimals, percent
from dangol.web.shell.said import span


def hazards(found: Validity) -> Chart | None:
    """Forest plot: every ratio with its interval, by each rule of leaving."""
    rows, table = [], []
    for rule in found.foretold.rules:
        parts = (rule.hazards.distance, rule.hazards.regions)
        for added in (part for part in parts if part):
            for one in added.hazards:
                name, ratio = words.hazard_name(one.of), one.ratio
                times = _("%(n)s times the usual days") % {"n": count(rule.times)}
                rows.append((f"{words.short_name(one.of)} · {count(rule.times)}×", ratio, rule is found.foretold.rule))
                table.append([
                    name, times, decimals(ratio.value), span(decimals(ratio.low), decimals(ratio.high)),
                    words.steady(one), words.test(added), count(rule.hazards.customers), count(rule.hazards.left),
                ])  # fmt: skip
    if not rows:
        return None
    unit = _(
        "Hazard ratios of leaving, beside equity (rank and money) and silence, among customers of like line, rhythm "
        "and time with us; lines: the 95 in 100 interval. Right of 1: leave more often. Filled: the rule that answers."
    )
    columns = [
        _("Compared"), _("Leaving: a silence of"), _("Hazard ratio"), _("95% interval"), _("Over time"),
        _("Against equity alone"), _("Customers"), _("Left"),
    ]  # fmt: skip
    return _chart(
        "hazards", found, words.headline(found), unit, drawing.forest(rows, _("Hazard ratio")),
        Table(columns, table, frozenset({2, 3, 6, 7})), _("Ratios as dots with their intervals, one below the other."),
    )  # fmt: skip


def moves(found: Validity) -> Chart | None:
    """Where customers of each region stand a month later."""
    one = found.stability
    if not one.customers:
        return None
    sums = [sum(row) for row in one.moves]
    cells = [
        (was, now, one.moves[i][j] / sums[i] if sums[i] else 0.0, one.moves[i][j])
        for i, was in enumerate(ALONG) for j, now in enumerate(ALONG)
    ]  # fmt: skip
    unit = _("Of the customers of each region at a month end, the share in each region at the next, over %(n)s months.")
    table = Table(
        [_("Month end"), _("Next month end"), _("Stayed"), _("95% interval"), _("Weighted kappa"), _("Customers"),
         _("Newly placed"), _("No longer placed")],
        [[date_format(pair.since, "DATE_FORMAT"), date_format(pair.until, "DATE_FORMAT"),
          percent(pair.stayed.value, 1) if pair.stayed else "",
          span(percent(pair.stayed.low, 1), percent(pair.stayed.high, 1)) if pair.stayed else "",
          "" if pair.kappa is None else decimals(pair.kappa), count(pair.customers), count(pair.new), count(pair.lost)]
         for pair in one.pairs],
        frozenset(range(2, 8)),
    )  # fmt: skip
    return _chart(
        "stability", found, words.stability(one), unit % {"n": count(len(one.pairs))},
        drawing.matrix(cells, _("At a month end"), _("A month later")), table,
        _("A table of nine squares: regions at a month end downwards, a month later to the right."),
    )  # fmt: skip


def cases(found: Validity) -> Chart | None:
    """Share of customers whose region changes, case by case."""
    one = found.sensitivity
    if one is None:
        return None
    told = [
        (case_name(each), each.changed) for each in one.cases if each.changed or one.weights_matter or each.of == BAND
    ]
    told.append((_("Weights at random (%(n)s draws)") % {"n": count(one.drawn.draws)}, one.drawn.mean))
    unit = _("Share of %(people)s customers whose region is another one when one thing that was assumed is changed.")
    table = Table(
        [_("What is changed"), _("Another region")], [[name, percent(share, 1)] for name, share in told], frozenset({1})
    )
    return _chart(
        "sensitivity", found, words.sensitivity(one)[0], unit % {"people": count(one.customers)},
        drawing.bars(told, _("Another region (%)")), table, _("Bars, one for each thing that was changed."),
    )  # fmt: skip


PICTURES: dict[str, Callable[[Validity], Chart | None]] = {"hazards": hazards, "stability": moves, "sensitivity": cases}


def case_name(case: Case) -> str:
    """What was changed."""
    if case.of == BAND:
        return _("Band of ±%(points)s points") % {"points": count(case.to)}
    names = {"part": PART_NAMES[case.of]}
    if case.to < 1:
        return _("%(part)s: weight halved") % names
    return _("%(part)s: weight doubled") % names


def _chart(name: str, found: Validity, finding: str, unit: str, spec: Spec, table: Table, alt: str) -> Chart:
    return Chart(
        name=name,
        finding=finding.removesuffix("."),
        unit=unit,
        spec=spec,
        alt=alt,
        provenance=[
            _("As of %(day)s") % {"day": date_format(found.until, "DATE_FORMAT")},
            _("Run %(number)s") % {"number": found.run.pk},
        ],
        table=table,
        downloads={
            kind: reverse("validity_file", args=[found.run.pk, name, kind]) + f"?lang={speaks()}" for kind in KINDS
        },
    )
