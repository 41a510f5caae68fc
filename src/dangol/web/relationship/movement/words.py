"""What moved, in words: the headline, what it rests on, and what to keep in mind."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext_lazy

from dangol.insight.analysis.intervals import wilson
from dangol.insight.relationship.models import Movement, Snapshot
from dangol.insight.relationship.movement.moves import AWAY, largest, stayed
from dangol.insight.relationship.notes import PART_NAMES
from dangol.lib.money import MINUS
from dangol.web.shell.figures import count, people, percent
from dangol.web.shell.templatetags.shell import region_short

LITTLE = 0.5  # points that nobody minds

NEW: str | Promise = pgettext_lazy("movement", "New")
GONE: str | Promise = pgettext_lazy("movement", "Gone")


@dataclass(frozen=True)
class Told:
    """The headline, sentences below it, and warnings."""

    headline: str
    sentences: list[str]
    warnings: list[str]


def month_name(month: date) -> str:
    """October 2026."""
    return date_format(month, "YEAR_MONTH_FORMAT")


def state(word: str, *, earlier: bool) -> str:
    """A region in words, or that they were not there."""
    if word == AWAY:
        return str(NEW if earlier else GONE)
    return region_short(word)


def told(found: Movement) -> Told:
    """Everything the page says of two months."""
    summary, matrix = found.summary, found.summary["matrix"]
    sentences = [_closer(summary["closer"]), _kept(matrix), _most(matrix), _came_and_went(matrix)]
    return Told(headline(found), [one for one in sentences if one], warnings(found.earlier, found.later))


def headline(found: Movement) -> str:
    """Whether it is getting fairer, in one sentence."""
    closer, names = found.summary["closer"], {"earlier": month_name(found.earlier.month)}
    if closer is None:
        return _("Nobody was on the map in both months")
    if max(abs(closer["low"]), abs(closer["high"])) < LITTLE:
        return _("As fair as in %(earlier)s: next to nothing moved") % names
    if closer["high"] < 0:
        return _("It is getting fairer: customers stand closer to the line than in %(earlier)s") % names
    if closer["low"] > 0:
        return _("It is getting less fair: customers stand farther from the line than in %(earlier)s") % names
    return _("Whether it is getting fairer since %(earlier)s cannot be told") % names


def warnings(earlier: Snapshot, later: Snapshot) -> list[str]:
    """What makes the two months hard to compare."""
    was, now = set(earlier.summary["parts"]), set(later.summary["parts"])
    if was == now:
        return []
    changed = ", ".join(str(PART_NAMES[part]) for part in sorted(was ^ now))
    return [
        _("%(parts)s was known in one of the two months alone, so customers moved although nothing changed for them.")
        % {"parts": changed}
    ]  # fmt: skip


def points(value: float) -> str:
    """With its sign and one decimal; what rounds to nothing has no sign."""
    return f"{value:+.1f}".replace("-", MINUS) if round(value, 1) else "0.0"


def _closer(closer: Mapping[str, Any] | None) -> str:
    if closer is None:
        return ""
    facts = {
        "people": people(closer["customers"]), "change": points(closer["value"]), "low": points(closer["low"]),
        "high": points(closer["high"]),
    }  # fmt: skip
    return (
        _(
            "Of %(people)s on the map both times, the mean distance from the line changed by %(change)s points "
            "(95%% interval %(low)s ~ %(high)s); minus is closer."
        )
        % facts
    )


def _kept(matrix: list[list[int]]) -> str:
    kept, among = stayed(matrix)
    if not among:
        return ""
    low, high = wilson(kept, among)
    return _("%(share)s kept their region (95%% interval %(low)s ~ %(high)s).") % {
        "share": percent(kept / among), "low": percent(low), "high": percent(high),
    }  # fmt: skip


def _most(matrix: list[list[int]]) -> str:
    flow = largest(matrix)
    if flow is None:
        return _("Nobody changed their region.")
    was, became, number = flow
    return _("The largest change: %(people)s from %(was)s to %(became)s.") % {
        "people": people(number), "was": region_short(was), "became": region_short(became),
    }  # fmt: skip


def _came_and_went(matrix: list[list[int]]) -> str:
    new, gone = sum(matrix[-1]), sum(row[-1] for row in matrix)
    told = []
    if new:
        told.append(ngettext("%(n)s customer is new.", "%(n)s customers are new.", new) % {"n": count(new)})
    if gone:
        words = ngettext("%(n)s customer is no longer on record.", "%(n)s customers are no longer on record.", gone)
        told.append(words % {"n": count(gone)})
    return " ".join(told)
