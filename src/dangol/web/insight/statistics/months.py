"""A metric of the warehouse month by month: trend, seasons, and what may come."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, timedelta

import numpy as np
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dangol.insight.analysis.statistics.findings import CannotSay, Estimate
from dangol.insight.analysis.statistics.series import MOST_AHEAD, SEASONAL, TOLD, YEAR, Series, foresee
from dangol.insight.warehouse.metrics import METRICS, Unit, value
from dangol.insight.warehouse.queries import lake
from dangol.web.insight.statistics import drawing
from dangol.web.insight.statistics.checks import in_words, refusal
from dangol.web.insight.statistics.crowd import Array, Crowd
from dangol.web.insight.statistics.judging import CannotAnswer
from dangol.web.insight.statistics.said import Answer, Figure, Picture
from dangol.web.insight.statistics.units import apart, axis, plotted, spread, two, written
from dangol.web.shell.templatetags.shell import count

AHEAD = 6


def months(crowd: Crowd, *, metric: str, ahead: str) -> Answer:
    """metric: of the registry; ahead: how many months, empty for six. Raises CannotAnswer, NoLake."""
    if metric not in METRICS:
        raise CannotAnswer(_("There is no such metric."))
    steps = int(ahead) if ahead.isascii() and ahead.isdigit() and len(ahead) < 4 else AHEAD
    unit = {Unit.MONEY: "money", Unit.SHARE: "share"}.get(METRICS[metric].unit, "number")
    first, values = _by_month(crowd, metric)
    try:
        found = foresee(values, ahead=min(max(steps, 1), MOST_AHEAD), first_month=first.month - 1)
    except CannotSay as error:
        raise CannotAnswer(refusal(error)) from error
    return _said(found, str(METRICS[metric].label), unit, first, values)


def _by_month(crowd: Crowd, metric: str) -> tuple[date, Array]:
    """The first month and a value a month, up to the last that is over; a month without rows is 0, or a gap of a ratio.

    Raises CannotAnswer where there is nothing.
    """
    table = value(lake().seen_by(crowd.mine.scope), metric, until=_begun(crowd.asked.day), by="month").to_pydict()
    told = {_first_of(month): number for month, number in zip(table["month"], table["value"], strict=True)}
    if not told:
        raise CannotAnswer(_("Nothing is on record of this metric yet."))
    empty = 0.0 if METRICS[metric].unit in {Unit.MONEY, Unit.COUNT} else np.nan
    first = min(told)
    number = (max(told).year - first.year) * YEAR + max(told).month - first.month + 1
    values = [told.get(month_after(first, at)) for at in range(number)]
    return first, np.array([empty if one is None else float(one) for one in values])


def _begun(day: date) -> date:
    """The first day of the month that is not over on a day."""
    return (day + timedelta(days=1)).replace(day=1)


def _first_of(month: object) -> date:
    return date.fromisoformat(str(month)[:10]).replace(day=1)


def month_after(first: date, at: int) -> date:
    """The month that comes so many months later."""
    number = first.year * YEAR + first.month - 1 + at
    return date(number // YEAR, number % YEAR + 1, 1)


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
         written(float(found.trend[at]), unit), _share_of_season(float(found.seasonal[at]), unit)]
        for at in range(found.n)
    ] + [
        [date_format(month_after(first, found.n + step), "YEAR_MONTH_FORMAT"),
         f"{written(one.value, unit)} ({spread(one, unit)})", "", ""]
        for step, one in enumerate(found.ahead)
    ]  # fmt: skip
    return Picture(
        sentence, _("%(what)s by month; grey: trend; dashed: forecast with its 95%% interval") % {"what": what},
        drawing.forecast(rows, axis(what, unit)), [_("Month"), what, _("Trend"), _("Season")], table, [1, 2, 3],
    )  # fmt: skip


def _share_of_season(part: float, unit: str) -> str:
    return f"{'+' if part > 0 else '−' if part < 0 else ''}{apart(part, unit)}"


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
