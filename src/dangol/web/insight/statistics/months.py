"""A number month by month: trend, seasons, and what may come; of too few months what was seen."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import date

import numpy as np
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dangol.insight.analysis.statistics.findings import CannotSay, Estimate
from dangol.insight.analysis.statistics.series import MOST_AHEAD, SEASONAL, TOLD, Series, foresee
from dangol.web.insight.statistics import drawing
from dangol.web.insight.statistics.by_month import ByMonth, by_month, month_after, unheard_in_words
from dangol.web.insight.statistics.checks import in_words, refusal
from dangol.web.insight.statistics.crowd import Array, Crowd
from dangol.web.insight.statistics.judging import CannotAnswer
from dangol.web.insight.statistics.said import Answer, Figure, Picture
from dangol.web.insight.statistics.units import apart, axis, plotted, signed, spread, two, written
from dangol.web.shell.figures import count

AHEAD = 6
FEWEST_SEEN = 3  # months: below, nothing is drawn


def months(crowd: Crowd, *, metric: str, ahead: str, among: str = "", part: str = "") -> Answer:
    """metric: of the registry or a standing; ahead: how many months, empty for six; among, part: as for `by_month`.

    Raises CannotAnswer, NoSuchThing, NoLake.
    """
    steps = int(ahead) if ahead.isascii() and ahead.isdigit() and len(ahead) < 4 else AHEAD
    series = by_month(crowd, metric, among=among, part=part)
    told = [*unheard_in_words(series), *(_of_a_group() if among else [])]
    try:
        found = foresee(series.values, ahead=min(max(steps, 1), MOST_AHEAD), first_month=series.first.month - 1)
    except CannotSay as error:
        if error.code in {"short", "gap"} and np.isfinite(series.values).sum() >= FEWEST_SEEN:
            return _seen(series, refusal(error), told)
        raise CannotAnswer(refusal(error)) from error
    made = _said(found, series.label, series.unit, series.first, series.values)
    return replace(made, notes=[*told, *made.notes])


def _of_a_group() -> list[str]:
    return [
        _(
            "Counted are those who are in the group today, in every month: whoever was chosen by what they do now did "
            "it less before, by that alone."
        )
    ]


def _seen(series: ByMonth, why: str, notes: list[str]) -> Answer:
    """What was seen, where months are too few for trend, seasons and months to come."""
    known = np.flatnonzero(np.isfinite(series.values))
    first, last = (float(series.values[at]) for at in (known[0], known[-1]))
    told = {
        "what": series.label, "value": written(last, series.unit), "by": apart(last - first, series.unit),
        "month": date_format(series.month(int(known[-1])), "YEAR_MONTH_FORMAT"),
        "first": date_format(series.month(int(known[0])), "YEAR_MONTH_FORMAT"),
    }  # fmt: skip
    sentence = (
        _("%(what)s: %(value)s in %(month)s, %(by)s more than in %(first)s.") if last >= first
        else _("%(what)s: %(value)s in %(month)s, %(by)s less than in %(first)s.")
    ) % told  # fmt: skip
    stood = {one.month: one for one in series.stood}
    rows, table = [], []
    for at in known.tolist():
        month, one = series.month(at), stood.get(series.month(at))
        rows.append(_point(month, float(series.values[at]), series.unit))
        ends = Estimate(one.mean, one.low, one.high) if one and one.low is not None and one.high is not None else None
        if ends:
            rows[-1] |= {"low": plotted(ends.low, series.unit), "high": plotted(ends.high, series.unit)}
        table.append([
            date_format(month, "YEAR_MONTH_FORMAT"), written(float(series.values[at]), series.unit),
            spread(ends, series.unit) if ends else "", count(one.n) if one else "",
        ])  # fmt: skip
    picture = Picture(
        sentence, _("%(what)s by month; grey: 95%% interval of the mean") % {"what": series.label},
        drawing.forecast(rows, axis(series.label, series.unit)),
        [_("Month"), series.what, _("95% interval"), _("Customers")], table, [1, 2, 3],
    )  # fmt: skip
    return Answer(
        sentence=sentence, warnings=[why], figures=[Figure(_("Months on record"), count(len(known)))],
        notes=[_("Nothing is said of what comes: that takes two years without a gap."), *notes], picture=picture,
        numbers={"n": len(known), "first": series.first.isoformat(), "unit": series.unit,
                 "values": [None if np.isnan(one) else float(one) for one in series.values]},
    )  # fmt: skip


def _said(found: Series, what: str, unit: str, first: date, values: Array) -> Answer:
    next_one, month = found.ahead[0], date_format(month_after(first, found.n), "YEAR_MONTH_FORMAT")
    sentence = _("%(what)s: in %(month)s about %(value)s is to be expected (%(interval)s).") % {
        "what": what, "month": month, "value": written(next_one.value, unit), "interval": spread(next_one, unit),
    }  # fmt: skip
    return Answer(
        sentence=sentence, judged=_trend(found, unit), warnings=_warnings(found), figures=_figures(found, unit),
        checks=in_words(found.checks), notes=_notes(found),
        picture=_picture(found, what, unit, first, values, sentence),
        numbers={"n": found.n, "change": found.change, "seasons": found.strength, "trend": found.trend_strength,
                 "first": first.isoformat(), "ahead": [asdict(one) for one in found.ahead],
                 "judged": asdict(found.judged), "unit": unit},
    )  # fmt: skip


def _trend(found: Series, unit: str) -> str:
    told = {"by": apart(found.change, unit)}
    if found.change >= 0:
        return _("Without its seasons it is %(by)s higher than a year before.") % told
    return _("Without its seasons it is %(by)s lower than a year before.") % told


def _figures(found: Series, unit: str) -> list[Figure]:
    high, low = (date_format(date(2026, at + 1, 1), "F") for at in (found.highest, found.lowest))
    told = {"high": high, "low": low}
    seasons = (
        _("not sure yet: highest in %(high)s, lowest in %(low)s") % told if found.n < TOLD
        else _("clear: highest in %(high)s, lowest in %(low)s") % told
        if found.strength >= SEASONAL else _("hardly any")
    )  # fmt: skip
    made = [
        Figure(_("What returns every year"), seasons, _("strength %(n)s of 1") % {"n": two(found.strength)}),
        Figure(_("Months on record"), count(found.n)),
    ]
    ways = found.judged.errors
    made.append(
        Figure(
            _("Off on the months held back"), apart(ways[found.judged.taken], unit),
            _("guess of “as before”: %(guess)s") % {"guess": apart(min(ways["month"], ways["year"]), unit)},
        )
    )  # fmt: skip
    return made


def _warnings(found: Series) -> list[str]:
    if "smoothing" not in found.judged.errors:
        return [
            _(
                "Too few months for a model to learn seasons: what is said is “the same as before”, by the guess that "
                "was closer on the months held back."
            )
        ]
    if found.judged.taken != "smoothing":
        return [
            _("No model foresaw the months held back better than “the same as before”, so that is what is said here.")
        ]
    return []


def _notes(found: Series) -> list[str]:
    return [
        _("The interval holds if the future goes on like the past; what has never been, it does not know."),
        ngettext(
            "The last %(n)s month was held back and foretold from the ones before: %(within)s lay within the interval.",
            "The last %(n)s months were held back and foretold from the ones before: %(within)s lay within the "
            "interval.",
            found.judged.held,
        )
        % {"n": found.judged.held, "within": found.judged.within},
        _("What a campaign changed is measured against those held out: look there, not here."),
    ]


def _picture(found: Series, what: str, unit: str, first: date, values: Array, sentence: str) -> Picture:
    rows = []
    for at in range(found.n):
        rows.append(_point(month_after(first, at), values[at], unit) | {"trend": plotted(float(found.trend[at]), unit)})
    for step, one in enumerate(found.ahead):
        rows.append(_point(month_after(first, found.n + step), None, unit, one))
    table = [
        [date_format(month_after(first, at), "YEAR_MONTH_FORMAT"), written(float(values[at]), unit),
         "", written(float(found.trend[at]), unit), signed(float(found.seasonal[at]), unit)]
        for at in range(found.n)
    ] + [
        [date_format(month_after(first, found.n + step), "YEAR_MONTH_FORMAT"),
         written(one.value, unit), spread(one, unit), "", ""]
        for step, one in enumerate(found.ahead)
    ]  # fmt: skip
    return Picture(
        sentence, _("%(what)s by month; grey: trend; dashed: forecast with its 95%% interval") % {"what": what},
        drawing.forecast(rows, axis(what, unit)),
        [_("Month"), what, _("95% interval"), _("Trend"), _("Season")], table, [1, 2, 3, 4],
    )  # fmt: skip


def _point(month: date, seen: float | None, unit: str, ahead: Estimate | None = None) -> dict[str, object]:
    made: dict[str, object] = {"month": month.isoformat()}
    if seen is not None and np.isfinite(seen):
        made |= {"value": plotted(float(seen), unit), "told": written(float(seen), unit)}
    if ahead is not None:
        made |= {
            "ahead": plotted(ahead.value, unit), "low": plotted(ahead.low, unit), "high": plotted(ahead.high, unit),
            "told": f"{written(ahead.value, unit)} ({spread(ahead, unit)})",
        }  # fmt: skip
    return made
