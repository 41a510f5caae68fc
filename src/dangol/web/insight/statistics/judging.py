"""What every answer is judged by: chance, how many were asked, what the groups were made of, who is missing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dangol.insight.analysis.asked_today import Among, note_comparison
from dangol.insight.analysis.statistics.findings import SURE, Beside
from dangol.lib.errors import DangolError
from dangol.records.staff.models import User
from dangol.web.insight.statistics.crowd import Flags
from dangol.web.insight.statistics.said import Figure
from dangol.web.insight.statistics.units import chance, p_value
from dangol.web.shell.figures import count, percent

MISSING, APART = 0.2, 0.1  # part not known, and how far the parts of two groups are apart, from which it is told


class CannotAnswer(DangolError):
    """The question makes no sense, or the data cannot carry an answer; the message says why."""


@dataclass(frozen=True)
class Asking:
    """Who asks what, and when: what is remembered of a question."""

    by: User
    at: datetime
    question: str  # its address


@dataclass(frozen=True)
class Verdict:
    """unlikely, chance, among_many or built_in, in a sentence, with the chances behind it."""

    code: str
    sentence: str
    among: Among
    figures: list[Figure]


def judged(p: float, outcome: str, asking: Asking, *, built_in: bool) -> Verdict:
    """What a chance says, given how many comparisons of this outcome the person asked today."""
    among = note_comparison(outcome=outcome, question=asking.question, p=p, by=asking.by, at=asking.at)
    code = _code(p, among.p, built_in=built_in)
    figures = [Figure(_("Chance alone would do as much"), chance(p), p_value(p))]
    if among.asked > 1:
        told = ngettext(
            "for the %(n)s comparison of it that you asked today (Holm)",
            "for the %(n)s comparisons of it that you asked today (Holm)", among.asked,
        ) % {"n": count(among.asked)}  # fmt: skip
        figures.append(Figure(_("The same, adjusted"), chance(among.p), f"{p_value(among.p)}, {told}"))
    return Verdict(code, _sentence(code, among.asked), among, figures)


def notes(among: Among | None = None) -> list[str]:
    """What holds of every answer."""
    told = [
        _(
            "Nobody was assigned to a group by lot, so this says what goes with what, never what causes "
            "what: those who "
            "differ here may differ in much else."
        ),
        _("What a campaign changed is measured against those held out: look there, not here."),
    ]
    if among is not None:
        told.append(
            ngettext(
                "You asked %(n)s comparison of this outcome today. One in twenty shows something by chance alone, so "
                "chances are adjusted as you ask more.",
                "You asked %(n)s comparisons of this outcome today. One in twenty shows something by chance alone, so "
                "chances are adjusted for all of them.",
                among.asked,
            )
            % {"n": count(among.asked)}
        )
    return told


def campaigns_page() -> str:
    """Where effects are measured."""
    return reverse("campaigns")


def made_of_the_same(*sources: frozenset[str]) -> bool:
    """Whether two things rest on the same records."""
    return bool(frozenset.intersection(*sources))


def doubts(p: float, beside: Iterable[Beside]) -> list[str]:
    """Where another way to ask says otherwise."""
    if any((one.p <= SURE) != (p <= SURE) for one in beside):
        return [_("Another way to ask the same says otherwise (below): do not build on this.")]
    return []


def missing(known: Flags, *groups: Flags) -> list[str]:
    """Who is not in it as nothing is known of them: whether they are many, or more in one group than in the other."""
    everybody = np.logical_or.reduce(groups)
    if not everybody.any():
        return []
    part = 1 - float(known[everybody].mean())
    parts = [1 - float(known[group].mean()) for group in groups if group.any()]
    if max(parts) - min(parts) > APART:
        return [
            _(
                "It is not known of %(most)s in one group and of %(least)s in the other. If those of whom it is known "
                "are not like the rest, the comparison is off."
            )
            % {"most": percent(max(parts)), "least": percent(min(parts))}
        ]
    if part > MISSING:
        return [
            _("It is not known of %(part)s. If those of whom it is known are not like the rest, this is off.")
            % {"part": percent(part)}
        ]
    return []


def _code(p: float, adjusted: float, *, built_in: bool) -> str:
    if built_in:
        return "built_in"
    if p > SURE:
        return "chance"
    return "unlikely" if adjusted <= SURE else "among_many"


def _sentence(code: str, asked: int) -> str:
    if code == "built_in":
        return _("That proves nothing: both were made from the same records, so they must go together.")
    if code == "chance":
        return _("That may well be chance.")
    if code == "unlikely":
        return _("That is unlikely to be chance.")
    return ngettext(
        "By itself it would be unlikely to be chance; as the %(n)s comparison that you asked of it today it may be.",
        "By itself it would be unlikely to be chance; among the %(n)s comparisons that you asked of it "
        "today it may be.",
        asked,
    ) % {"n": count(asked)}
