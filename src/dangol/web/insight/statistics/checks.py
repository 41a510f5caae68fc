"""What was checked, in words: each assumption, whether it holds, and what was found; and why something cannot be
said.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dangol.insight.analysis.statistics.findings import CannotSay, Check
from dangol.web.insight.statistics.said import Checked
from dangol.web.insight.statistics.units import two
from dangol.web.shell.figures import count, decimals, percent

type Found = Mapping[str, float]


def in_words(checks: Iterable[Check]) -> list[Checked]:
    """Each check as a sentence."""
    return [Checked(one.fine, WORDS[one.code](one.found, one.fine)) for one in checks if one.code in WORDS]


def refusal(error: CannotSay) -> str:
    """Why the data cannot carry an answer."""
    return REFUSALS[error.code](error.found)


def _size(found: Found, fine: bool) -> str:
    if fine:
        return _("Large enough: the smallest group has %(n)s.") % {"n": count(found["smallest"])}
    return _("Small: the smallest group has %(n)s; from %(wanted)s on the figures settle.") % {
        "n": count(found["smallest"]), "wanted": count(found["wanted"]),
    }  # fmt: skip


def _lopsided(found: Found, _fine: bool) -> str:
    return _(
        "One group is nearly empty beside the other (%(least)s and %(most)s): ask whether the few are "
        "typical.") % {
        "least": count(found["smallest"]), "most": count(found["largest"]),
    }  # fmt: skip


def _shape(found: Found, fine: bool) -> str:
    if fine:
        return _("No long tail (skewness %(skew)s): means stand for most.") % {"skew": two(found["skew"])}
    return _(
        "A long tail (skewness %(skew)s): a few carry the mean. The comparison by ranks, beside it, does not mind."
    ) % {"skew": two(found["skew"])}


def _spread(found: Found, fine: bool) -> str:
    told = {"times": decimals(min(found["times"], 999.0), 1)}
    if fine:
        return _("Spreads are alike (one %(times)s times the other).") % told
    return _("Spreads differ (one %(times)s times the other): the method taken here allows for that.") % told


def _outlier(found: Found, fine: bool) -> str:
    if fine:
        return _("No single customer decides it (at most %(share)s of the spread).") % {
            "share": percent(found["share"])
        }
    return _("One customer alone makes %(share)s of the spread of a group: look whether that is a mistake.") % {
        "share": percent(found["share"])
    }


def _expected(found: Found, fine: bool) -> str:
    told = {"n": decimals(found["least"], 1)}
    if fine:
        return _("Enough of each kind (at least %(n)s expected).") % told
    return _("Few of one kind (%(n)s expected): the exact chance was taken.") % told


def _changed(found: Found, fine: bool) -> str:
    told = {"came": count(found["came"]), "went": count(found["went"])}
    if fine:
        return _("Enough changed: %(came)s one way, %(went)s the other.") % told
    return _("Few changed: %(came)s one way, %(went)s the other.") % told


def _straight(found: Found, fine: bool) -> str:
    told = {"ranks": two(found["ranks"]), "numbers": two(found["numbers"])}
    if fine:
        return _("Ranks (%(ranks)s) and numbers (%(numbers)s) say the same: no bend, no tail that matters.") % told
    return (
        _(
            "Ranks (%(ranks)s) and numbers (%(numbers)s) differ: there is a bend, or a few customers far "
            "out. Trust the ranks."
        )
        % told
    )


def _ties(found: Found, fine: bool) -> str:
    if fine:
        return _("Values differ enough (the most frequent one is that of %(share)s).") % {
            "share": percent(found["share"])
        }
    return _("%(share)s have the same value of one of the two: little is left that could go together.") % {
        "share": percent(found["share"])
    }


def _leans(found: Found, fine: bool) -> str:
    told = {"all": two(found["all"]), "without": two(found["without"])}
    if fine:
        return _("No single customer makes it (%(without)s without the farthest).") % told
    return _("It hangs on one customer: %(all)s with them, %(without)s without.") % told


def _cells(found: Found, fine: bool) -> str:
    told = {"share": percent(found["share"]), "least": decimals(found["least"], 1)}
    if fine:
        return _("Enough in each cell (at least %(least)s expected).") % told
    return _("%(share)s of the cells expect fewer than five: the exact chance was taken, or dealt anew.") % told


def _left_out(found: Found, fine: bool) -> str:
    if fine:
        return _("Every choice has ten customers or more.")
    return ngettext(
        "%(n)s choice with fewer than ten customers was left out (%(people)s in all).",
        "%(n)s choices with fewer than ten customers were left out (%(people)s in all).", int(found["choices"]),
    ) % {"n": count(found["choices"]), "people": count(found["customers"])}  # fmt: skip


def _late(found: Found, _fine: bool) -> str:
    return ngettext(
        "%(n)s choice was left out: too few of its %(people)s contracts were seen from the beginning.",
        "%(n)s choices were left out: too few of their %(people)s contracts were seen from the beginning.",
        int(found["choices"]),
    ) % {"n": count(found["choices"]), "people": count(found["customers"])}  # fmt: skip


def _each(found: Found, fine: bool) -> str:
    told = {"n": count(found["each"]), "wanted": count(found["wanted"])}
    if fine:
        return _("Enough customers for so many things (%(n)s for each).") % told
    return _("Few customers for so many things (%(n)s for each; %(wanted)s settle it): leave some out.") % told


def _alike(found: Found, fine: bool) -> str:
    told = {"times": decimals(found["times"], 1)}
    if fine:
        return _("The things say different things (uncertainty at most %(times)s times as large for it).") % told
    return _("Some of the things say nearly the same (%(times)s times as uncertain for it): take one of them.") % told


def _even(found: Found, fine: bool) -> str:
    if fine:
        return _("Errors are about as large for all (Breusch–Pagan p = %(p)s).") % {"p": decimals(found["p"], 3)}
    return _("Errors are larger for some than for others: the robust errors taken here allow for that.")


def _influence(found: Found, fine: bool) -> str:
    told = {"most": two(found["most"])}
    if fine:
        return _("No single customer bends the line (Cook’s distance at most %(most)s).") % told
    return _("One customer bends the line (Cook’s distance %(most)s): look whether that is a mistake.") % told


def _scatter(found: Found, fine: bool) -> str:
    told = {"times": decimals(found["times"], 1)}
    if fine:
        return _("Counts scatter as chance has it (%(times)s times Poisson’s variance).") % told
    return (
        _("Counts scatter more than chance has it (%(times)s times): a negative binomial regression was taken.") % told
    )


def _length(found: Found, fine: bool) -> str:
    told = {"n": count(found["months"]), "wanted": count(found["wanted"])}
    if fine:
        return _("Long enough: %(n)s months.") % told
    return _("Short: %(n)s months; from %(wanted)s on seasons are told from chance.") % told


def _jump(found: Found, fine: bool) -> str:
    told = {"times": decimals(found["times"], 1)}
    if fine:
        return _("No month stands out by itself (the farthest is %(times)s usual distances off).") % told
    return _("One month stands out by itself (%(times)s usual distances off): was there something special?") % told


def _held(found: Found, _fine: bool) -> str:
    return _("Judged on %(n)s months that it had not seen.") % {"n": count(found["months"])}


def _months(found: Found, fine: bool) -> str:
    told = {"n": count(found["months"]), "wanted": count(found["wanted"])}
    if fine:
        return _("Trend and seasons were taken out of both (%(n)s months).") % told
    return (
        _(
            "Only the trend was taken out of both: from %(wanted)s months on (here %(n)s) the seasons are, too. What "
            "both do every year may look as if one followed the other."
        )
        % told
    )


def _memory(found: Found, fine: bool) -> str:
    told = {"n": count(found["months"]), "left": two(found["left"])}
    if fine:
        return _("What each month says of the next was taken out (%(n)s months back); %(left)s is left of it.") % told
    return (
        _("Months still follow from the months before (%(left)s): the interval is narrower than it should be.") % told
    )


def _crossing(_found: Found, fine: bool) -> str:
    if fine:
        return _("The curves do not cross: one chance tells of all of it.")
    return _("The curves cross: who lasts longer hangs on the age, and one chance tells little. Look at the picture.")


def _censored(found: Found, fine: bool) -> str:
    told = {"share": percent(found["share"])}
    if fine:
        return _("Enough have ended (%(share)s still run).") % told
    return _("Few have ended (%(share)s still run): only the beginning of the curves is known.") % told


WORDS: dict[str, Callable[[Found, bool], str]] = {
    "size": _size, "lopsided": _lopsided, "shape": _shape, "spread": _spread, "outlier": _outlier,
    "expected": _expected, "changed": _changed, "straight": _straight, "ties": _ties, "leans": _leans,
    "cells": _cells, "left_out": _left_out, "late": _late, "each": _each, "alike": _alike, "even": _even,
    "influence": _influence, "scatter": _scatter, "length": _length, "jump": _jump, "held": _held,
    "crossing": _crossing, "censored": _censored, "months": _months, "memory": _memory,
}  # fmt: skip

REFUSALS: dict[str, Callable[[Found], str]] = {
    "few": lambda found: _(
        "Too few to say anything: %(n)s where at least %(needed)s are needed. Widen the group, or wait for more."
    ) % {"n": count(found["smallest"]), "needed": count(found["needed"])},
    "all_equal": lambda _found: _("All have the same value: there is nothing to compare."),
    "nobody": lambda _found: _("Nobody in either group has it: there is nothing to compare."),
    "everybody": lambda _found: _("Everybody in both groups has it: there is nothing to compare."),
    "nobody_changed": lambda _found: _("Nobody changed from one period to the other: there is nothing to compare."),
    "one_choice": lambda _found: _(
        "All have the same word of one of the two: there is nothing that could go together."
    ),
    "few_each": lambda found: _(
        "Too few for so many things: %(n)s of the rarer answer where %(needed)s are needed. Choose fewer things."
    ) % {"n": count(found["rarer"]), "needed": count(found["needed"])},
    "nothing_differs": lambda _found: _("None of the things differs between customers: nothing can go with it."),
    "alike": lambda _found: _(
        "Some of the things follow from each other, so they cannot be told apart. Leave one out."
    ),
    "decides_alone": lambda _found: _(
        "One of the things decides the outcome alone, or nearly: no regression can be fitted. Leave it out."
    ),
    "gap": lambda found: ngettext(
        "%(n)s month has no value, so the series has a gap.", "%(n)s months have no value, so the series has gaps.",
        int(found["months"]),
    ) % {"n": count(found["months"])},
    "short": lambda found: _("%(n)s months are on record; from two whole years on (%(needed)s) seasons can be told.")
    % {"n": count(found["months"]), "needed": count(found["needed"])},
    "nothing_left": lambda _found: _(
        "Beside trend and seasons nothing is left of one of the two: there is nothing that the other could go with."
    ),
    "few_ends": lambda found: _("Too few contracts have ended: %(n)s, where at least %(needed)s are needed.")
    % {"n": count(found["ends"]), "needed": count(found["needed"])},
    "no_curve": lambda _found: _(
        "Of fewer than two choices enough contracts were seen from the beginning to draw a curve. Ask by something "
        "with fewer choices."
    ),
    "few_choices": lambda found: _("At least two choices with %(needed)s customers or more are needed.")
    % {"needed": count(found["needed"])},
}  # fmt: skip
