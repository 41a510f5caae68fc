"""Numbers of an answer as people read them, each in its unit."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dangol.insight.analysis.statistics.findings import Estimate
from dangol.lib.money import as_number
from dangol.web import clock
from dangol.web.shell.figures import count, decimals, money_about, percent, rounds_to_nothing
from dangol.web.shell.said import Said, span


def written(value: float, unit: str) -> str:
    """A number in its unit."""
    if unit == "money":
        return money_about(value)
    if unit == "share":
        return percent(value, 1)
    number = _plain(value)
    one = 1 if value == 1 else 2
    if unit == "days":
        return Said(ngettext("%(n)s day", "%(n)s days", one) % {"n": number}, value)
    if unit == "years":
        return Said(ngettext("%(n)s year", "%(n)s years", one) % {"n": number}, value)
    return Said(ngettext("%(n)s point", "%(n)s points", one) % {"n": number}, value) if unit == "points" else number


def apart(value: float, unit: str) -> str:
    """How far two of them are apart: of shares in points of a hundred."""
    return points_of_share(abs(value)) if unit == "share" else written(abs(value), unit)


def points_of_share(value: float) -> str:
    """A difference of shares."""
    return Said(_("%(n)s percentage points") % {"n": decimals(value * 100, 1)}, 100 * value, _("percentage points"))


def signed(value: float, unit: str) -> str:
    """A difference with its sign."""
    told = apart(value, unit)
    return with_sign("" if rounds_to_nothing(told) else "+" if value > 0 else "−", told)


def with_sign(sign: str, told: str) -> str:
    """A size with the sign before it, in a file as well."""
    if not isinstance(told, Said) or told.number is None:
        return f"{sign}{told}"
    return Said(f"{sign}{told}", -told.number if sign == "−" else told.number, told.unit)


def between(one: Estimate, unit: str) -> str:
    """Both ends of an interval of a difference."""
    return span(signed(one.low, unit), signed(one.high, unit))


def spread(one: Estimate, unit: str) -> str:
    """Both ends of an interval of a value."""
    return span(written(one.low, unit), written(one.high, unit))


def ends(one: Estimate) -> str:
    """Both ends of an interval of a strength or an effect."""
    return span(two(one.low), two(one.high))


def chance(p: float) -> str:
    """How often chance alone would do as much."""
    if p < 0.001:
        return _("less than once in 1,000 times")
    times = round(p * 1000)
    return ngettext("%(n)s time in 1,000", "%(n)s times in 1,000", times) % {"n": count(times)}


def p_value(p: float) -> str:
    """The chance as statisticians write it."""
    return "p < 0.001" if p < 0.001 else f"p = {p:.3f}"


def two(value: float) -> str:
    """Strengths and effects: two decimals with a true minus."""
    return decimals(value, 2)


def plotted(value: float, unit: str) -> float:
    """As a picture places it: money in major units, shares of a hundred."""
    if unit == "money":
        return float(as_number(round(value), clock.home().currency))
    return 100 * value if unit == "share" else value


def axis(label: str, unit: str) -> str:
    """What stands at an axis."""
    told = {"money": clock.home().currency, "share": "%"}.get(unit, "")
    return f"{label} ({told})" if told else label


def _plain(value: float) -> str:
    """A number as it is read; a file has it as it is."""
    whole = abs(value) >= 100 or float(value).is_integer()
    return Said(count(value) if whole else decimals(value, 2 if abs(value) < 1 else 1), value)
