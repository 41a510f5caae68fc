"""What goes with an outcome, each thing while the others stay: the coefficients in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

import numpy as np
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dangol.insight.analysis.statistics.findings import CannotSay
from dangol.insight.analysis.statistics.regression import OTHER, Fit, Term, nice, regress
from dangol.web.insight.statistics import drawing, judging
from dangol.web.insight.statistics.checks import in_words, refusal
from dangol.web.insight.statistics.crowd import Array, Choice, Crowd, Flags, Number
from dangol.web.insight.statistics.judging import Asking, CannotAnswer
from dangol.web.insight.statistics.said import Answer, Figure, Picture
from dangol.web.insight.statistics.units import (
    apart,
    axis,
    between,
    ends,
    p_value,
    plotted,
    points_of_share,
    signed,
    two,
)
from dangol.web.shell.figures import count, decimals, percent
from dangol.web.shell.said import Parts, Said

MOST = 6  # things
METHODS = {
    "linear": gettext_lazy("Linear regression, robust errors (HC3)"),
    "logistic": gettext_lazy("Logistic regression, told as shares"),
    "poisson": gettext_lazy("Poisson regression of a count"),
    "negative_binomial": gettext_lazy("Negative binomial regression of a count"),
}


@dataclass(frozen=True)
class Outcome:
    """What is explained: a number, or whether customers have something (yes)."""

    name: str
    label: str
    unit: str
    values: Array
    known: Flags
    sources: frozenset[str]
    yes: bool


def regression(crowd: Crowd, *, y: str, x: Sequence[str], asking: Asking) -> Answer:
    """y: a number ("spent_year") or a share ("agreed:email"); x: up to six columns. Raises CannotAnswer,
    NoSuchThing.
    """
    names = list(dict.fromkeys(x))
    if len(names) > MOST:
        raise CannotAnswer(_("Choose six things at most: with more nobody can tell them apart."))
    if y.partition(":")[0] in names:
        raise CannotAnswer(_("The outcome is among the things that are to explain it. Leave it out there."))
    outcome = _outcome(crowd, y)
    things = [crowd.number(name) if crowd.is_number(name) else crowd.choice(name) for name in names]
    known = outcome.known.copy()
    for one in things:
        known &= np.isfinite(one.values) if isinstance(one, Number) else one.words != ""
    steps = {
        one.name: nice(float(one.values[known].std()))
        for one in things if isinstance(one, Number) and known.any()
    }  # fmt: skip
    try:
        fit = regress(
            outcome.values[known], {one.name: one.values[known] for one in things if isinstance(one, Number)},
            {one.name: [str(word) for word in one.words[known]] for one in things if isinstance(one, Choice)},
            steps=steps, yes=outcome.yes,
        )  # fmt: skip
    except CannotSay as error:
        raise CannotAnswer(refusal(error)) from error
    return _said(fit, outcome, {one.name: one for one in things}, known, asking)


def _outcome(crowd: Crowd, name: str) -> Outcome:
    if ":" in name:
        group = crowd.group(name)
        values = group.inside.astype(np.float64)
        return Outcome(name, group.label, "share", values, group.known, group.sources, yes=True)
    number = crowd.number(name)
    return Outcome(
        name, number.label, number.unit, number.values, np.isfinite(number.values), number.sources, yes=False
    )


def _said(fit: Fit, outcome: Outcome, things: dict[str, Number | Choice], known: Flags, asking: Asking) -> Answer:
    built = [one.label for one in things.values() if judging.made_of_the_same(one.sources, outcome.sources)]
    verdict = judging.judged(fit.p, outcome.name, asking, built_in=len(built) == len(things))
    first = min(fit.terms, key=lambda term: term.p)
    sentence = sentence_of(first, fit, outcome, things)
    warnings = judging.missing(known, np.ones(len(known), bool))
    if built:
        warnings.insert(
            0,
            _("%(things)s: made from the same records as the outcome, so they go with it whatever customers are like.")
            % {"things": ", ".join(f"“{one}”" for one in built)},
        )
    rows = [_row(term, fit, outcome, things) for term in fit.terms]
    zero = 1.0 if fit.kind in {"poisson", "negative_binomial"} else 0.0
    unit = "" if zero else outcome.unit
    return Answer(
        sentence=sentence, verdict=verdict.code, judged=verdict.sentence, warnings=warnings,
        figures=[
            Figure(_("All things together tell"), percent(fit.told, 1),
                   _("of the spread") if fit.kind == "linear" else "McFadden’s R²"),
            Figure(_("Customers"), count(fit.n)), Figure(_("Method"), str(METHODS[fit.kind])), *verdict.figures,
        ],
        checks=in_words(fit.checks),
        notes=[
            _("Each line holds while the other things stay as they are; what is not among them may be behind it."),
            *judging.notes(verdict.among),
        ],
        picture=Picture(
            sentence, _("What goes with “%(outcome)s”, with its 95%% interval") % {"outcome": outcome.label},
            drawing.intervals(
                [{"name": row[0], "value": plotted(term.effect.value, unit), "low": plotted(term.effect.low, unit),
                  "high": plotted(term.effect.high, unit), "told": row[1]}
                 for row, term in zip(rows, fit.terms, strict=True)],
                axis(outcome.label, unit) if not zero else _("times as many"), zero=not zero, line=zero,
            ),
            [_("What"), outcome.label, _("95% interval"), _("Chance")], rows, [1, 2, 3],
        ),
        numbers={"method": fit.kind, "n": fit.n, "p": fit.p, "p_adjusted": verdict.among.p,
                 "asked": verdict.among.asked, "told": fit.told, "unit": outcome.unit,
                 "terms": [asdict(term) for term in fit.terms]},
    )  # fmt: skip


def sentence_of(term: Term, fit: Fit, outcome: Outcome, things: dict[str, Number | Choice]) -> str:
    """The thing that tells most, in words."""
    told = {"what": _what(term, things), "outcome": outcome.label, "by": _effect(term, fit, outcome)}
    if fit.kind in {"poisson", "negative_binomial"}:
        return _("%(what)s: goes with %(by)s “%(outcome)s”, the other things being equal.") % told
    if term.effect.value >= 0:
        return _("%(what)s: goes with %(by)s more “%(outcome)s”, the other things being equal.") % told
    return _("%(what)s: goes with %(by)s less “%(outcome)s”, the other things being equal.") % told


def _what(term: Term, things: dict[str, Number | Choice]) -> str:
    one = things[term.name]
    if isinstance(one, Number):
        return _("%(step)s more “%(name)s”") % {"step": apart(term.step, one.unit), "name": one.label}
    return _("%(name)s “%(word)s” rather than “%(against)s”") % {
        "name": one.label, "word": term.word if term.word != OTHER else _("anything else"), "against": term.against,
    }  # fmt: skip


def _effect(term: Term, fit: Fit, outcome: Outcome) -> str:
    if fit.kind in {"poisson", "negative_binomial"}:
        return _("%(n)s times") % {"n": decimals(term.effect.value, 2)}
    if fit.kind == "logistic":
        return points_of_share(abs(term.effect.value))
    return apart(term.effect.value, outcome.unit)


def _row(term: Term, fit: Fit, outcome: Outcome, things: dict[str, Number | Choice]) -> list[str]:
    one = term.effect
    if fit.kind in {"poisson", "negative_binomial"}:
        return [_what(term, things), Said(f"× {two(one.value)}", one.value), ends(one), p_value(term.p)]
    unit = "share" if fit.kind == "logistic" else outcome.unit
    told = signed(one.value, unit)
    if term.odds is not None:
        told = Parts(
            f"{told} (OR {two(term.odds.value)})", [(_("difference"), told), (_("odds ratio"), two(term.odds.value))]
        )
    return [_what(term, things), told, between(one, unit), p_value(term.p)]
