"""What is said of expectations."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from dangol.insight.relationship.expectation.excluded import CAPPED, HELD_OUT, NOT_ALLOWED, NOT_CHOSEN, TREATED
from dangol.insight.relationship.expectation.gaps import ASKED, FLOOR
from dangol.insight.relationship.expectation.queries import Expectation, Unmet
from dangol.web.shell.figures import count, people

GROUPS: dict[str, str | Promise] = {
    TREATED: gettext_lazy("Got it"),
    HELD_OUT: gettext_lazy("Held out by lot"),
    CAPPED: gettext_lazy("Left out by the cap on messages"),
    NOT_CHOSEN: gettext_lazy("Not picked by the rule"),
    NOT_ALLOWED: gettext_lazy("Could not be sent to"),
}


def finding(found: Expectation) -> str:
    """The sentence at the head."""
    counts = found.counts
    if not counts["best"]:
        return _("Who the best customers are is not known yet.")
    if not counts["best_known"]:
        return _("Of none of the %(best)s best customers is it known whether they get what they expect.") % {
            "best": people(counts["best"])
        }
    told = ngettext(
        "%(below)s of the %(best)s best customers gets less than they expect.",
        "%(below)s of the %(best)s best customers get less than they expect.",
        found.best_below,
    ) % {"below": people(found.best_below), "best": people(counts["best"])}
    unknown = counts["best"] - counts["best_known"]
    return f"{told} {_('Of %(n)s it is not known.') % {'n': people(unknown)}}" if unknown else told


def reasons(one: Unmet) -> list[str]:
    """Why somebody counts as below, each with how it is known."""
    return [*_gap(one), *_counted(one.counted)]


def upset(found: Expectation) -> str:
    """Whether those who were excluded complain more."""
    if not found.excluded:
        return _("Nothing was sent in the year before, so nobody was excluded.")
    if not found.upset:
        return _("Nobody who was left out complained more than those who got it, beyond chance.")
    groups = ", ".join(str(GROUPS[one.group]) for one in found.upset)
    return _("These complained more than those who got it, beyond chance: %(groups)s.") % {"groups": groups}


def _gap(one: Unmet) -> Iterator[str]:
    if one.gap is None or one.gap > FLOOR:
        return
    points = {"points": f"{100 * one.gap:+.0f}".replace("-", "−")}
    if one.how == ASKED:
        yield _("Survey: %(points)s of 100 against what was expected") % points
    else:
        yield _("Survey: %(points)s of 100 against earlier answers") % points


def _counted(counted: dict[str, int]) -> Iterator[str]:
    if n := counted.get("open_complaints", 0):
        yield ngettext("%(n)s open complaint", "%(n)s open complaints", n) % {"n": count(n)}
    if n := counted.get("complaints", 0):
        yield ngettext("%(n)s complaint", "%(n)s complaints", n) % {"n": count(n)}
    if n := counted.get("late_deliveries", 0):
        yield ngettext("%(n)s late delivery", "%(n)s late deliveries", n) % {"n": count(n)}
    if n := counted.get("returns", 0):
        yield ngettext("%(n)s return", "%(n)s returns", n) % {"n": count(n)}
