"""What figures of loyalty are called, how sure they are, and what became of planned days."""

from __future__ import annotations

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from dangol.insight.relationship.loyalty.calendar import State
from dangol.web.insight.satisfaction.words import why_not
from dangol.web.shell.figures import decimals, people
from dangol.web.shell.said import span

type Word = str | Promise

SAID, NPS, AGAIN, COMMITMENT, BALANCE = "said", "nps", "again", "commitment", "balance"
MEASURED, ESTIMATED = "measured", "estimated"
FIGURES: dict[str, tuple[Word, str]] = {
    SAID: (gettext_lazy("Loyalty, as said"), MEASURED),
    NPS: (gettext_lazy("Net promoter score (NPS)"), MEASURED),
    AGAIN: (gettext_lazy("Bought again"), MEASURED),
    COMMITMENT: (gettext_lazy("Commitment, expected"), ESTIMATED),
    BALANCE: (gettext_lazy("In balance, expected"), ESTIMATED),
}
USED_AGAIN = gettext_lazy("Used again")
STATES: dict[State, tuple[Word, str]] = {
    State.DONE: (pgettext_lazy("wave", "Done"), "check"),
    State.MISSED: (pgettext_lazy("wave", "Missed"), "warn"),
    State.LATE: (pgettext_lazy("wave", "Late"), "warn"),
    State.DUE: (pgettext_lazy("wave", "Due"), "clock"),
    State.COMING: (pgettext_lazy("wave", "Coming"), ""),
}


def label(name: str, *, by_use: bool) -> str:
    """A figure in words."""
    return str(USED_AGAIN if name == AGAIN and by_use else FIGURES[name][0])


def provenance(name: str) -> str:
    """Whether it was measured or is an estimate."""
    return FIGURES[name][1]


def shown(name: str, value: float) -> str:
    """A figure as it is written; shares of customers with %."""
    told = decimals(value, 1)
    if name == NPS and value > 0:
        return f"+{told}"
    return f"{told}%" if name in {AGAIN, BALANCE} else told


def ends(told: dict[str, Any]) -> str:
    """Its 95 % interval."""
    return span(decimals(told["low"], 1), decimals(told["high"], 1))


def why_none(name: str, wave: dict[str, Any], *, by_use: bool) -> str:
    """Why a wave has no such figure."""
    match name:
        case "said" if wave["items"]:
            return _("Fewer than ten people answered these questions.")
        case "said":
            return _("Nobody was asked whether they would buy again, recommend us or stay with us.")
        case "nps":
            return why_not("nps", wave["nps"]["missing"])
        case "again" if by_use:
            return _("It takes a year and 90 days of uses before the wave.")
        case "again":
            return _("It takes a year and 90 days of purchases before the wave.")
        case _:
            return _(
                "Nobody could be valued as of that day: it takes a valuation, and 90 days of history before the wave."
            )


def change(told: dict[str, float] | None) -> str:
    """How a figure moved since the wave before, and whether chance alone would move it so."""
    if told is None:
        return ""
    interval = f"{decimals(told['low'], 1)} ~ {decimals(told['high'], 1)}"
    if told["low"] <= 0 <= told["high"]:
        return _("No more than chance (%(interval)s)") % {"interval": interval}
    words = _("Up by %(points)s (%(interval)s)") if told["value"] > 0 else _("Down by %(points)s (%(interval)s)")
    return words % {"points": decimals(abs(told["value"]), 1), "interval": interval}


def of_how_many(name: str, number: int) -> str:
    """Whose figure it is."""
    if name in {SAID, NPS}:
        return ngettext("%(people)s person answered", "%(people)s people answered", number) % {"people": people(number)}
    if name == BALANCE:
        return _("of %(people)s on the map") % {"people": people(number)}
    return _("of %(people)s customers") % {"people": people(number)}
