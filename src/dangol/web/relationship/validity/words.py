"""What the test of the fair-value line found, in the words of somebody who runs a shop."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dangol.insight.relationship.back_test.ratios import Span
from dangol.insight.relationship.validity.foretelling import Rule
from dangol.insight.relationship.validity.hazards import Added, Answer, Hazard
from dangol.insight.relationship.validity.queries import Validity, last_validity
from dangol.insight.relationship.validity.sensitivity import Sensitivity
from dangol.insight.relationship.validity.stability import Stability
from dangol.web.insight.answers import Answer as Row
from dangol.web.shell.figures import count, decimals, people, percent

type Word = str | Promise

HEADLINES: dict[Answer, Word] = {
    Answer.WORSE: gettext_lazy("Of customers worth as much, those further below the line leave more often"),
    Answer.ALIKE: gettext_lazy(
        "It cannot be told that those below the line leave more often than others worth as much"
    ),
    Answer.OTHER_WAY: gettext_lazy("Of customers worth as much, those further below the line leave less often"),
    Answer.OPEN: gettext_lazy("Too little is known to tell whether the line foretells who leaves"),
}
ANSWERS: dict[Answer, Word] = {
    Answer.WORSE: gettext_lazy(
        "Ten points further below the line, leaving was %(ratio)s times as frequent (95%% interval %(low)s ~ %(high)s, "
        "%(people)s customers, %(left)s left): the line tells more than equity alone."
    ),
    Answer.ALIKE: gettext_lazy(
        "Ten points further below the line, leaving was %(ratio)s times as frequent (95%% interval %(low)s ~ %(high)s, "
        "%(people)s customers, %(left)s left): no difference that can be told from chance."
    ),
    Answer.OTHER_WAY: gettext_lazy(
        "Ten points further below the line, leaving was only %(ratio)s times as frequent (95%% interval %(low)s ~ "
        "%(high)s, %(people)s customers, %(left)s left): here it is the other way round than the paper says."
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Told:
    """Everything the page says before and beside the pictures."""

    headline: str
    line: list[str]
    warnings: list[str]
    stability: str
    sensitivity: list[str]


def answer() -> Row | None:
    """The row of the index."""
    found = last_validity()
    return Row(headline(found) + ".", found.run.as_of) if found else None


def headline(found: Validity) -> str:
    """The answer in one line."""
    return str(HEADLINES[found.answer])


def told(found: Validity) -> Told:
    """The whole answer in sentences."""
    return Told(
        headline(found), list(_line(found)), list(_warnings(found)), stability(found.stability),
        sensitivity(found.sensitivity) if found.sensitivity else [],
    )  # fmt: skip


def _line(found: Validity) -> Iterator[str]:
    rule = found.foretold.rule
    if rule.hazards.distance:
        yield first(found.answer, rule)
    yield from stricter(found)
    if not found.agrees:
        yield _("So the answer hangs on what counts as leaving.")
    if found.foretold.plain.ratio:
        yield plain(found.foretold.plain.ratio, by_line=any(one.line for one in found.foretold.plain.fifths))


def first(one: Answer, rule: Rule) -> str:
    """The answer with its numbers."""
    distance = rule.hazards.distance
    if distance is None:
        return str(HEADLINES[Answer.OPEN])
    return str(ANSWERS[one]) % {
        **_numbers(distance.hazards[0].ratio), "people": count(rule.hazards.customers),
        "left": count(rule.hazards.left),
    }  # fmt: skip


def stricter(found: Validity) -> Iterator[str]:
    """The same question by stricter rules of leaving: whether they say the same."""
    for rule in found.foretold.rules[1:]:
        if rule.hazards.distance is None:
            continue
        names = {**_numbers(rule.hazards.distance.hazards[0].ratio), "times": count(rule.times)}
        if rule.hazards.answer is found.answer:
            yield _(
                "With leaving as a silence of %(times)s times the usual days it is the same: %(ratio)s (%(low)s ~ "
                "%(high)s)."
            ) % names  # fmt: skip
        else:
            yield _(
                "With leaving as a silence of %(times)s times the usual days it is otherwise: %(ratio)s (%(low)s ~ "
                "%(high)s)."
            ) % names  # fmt: skip


def plain(ratio: Span, *, by_line: bool) -> str:
    """Region II against III; by_line: within each line of business."""
    if by_line:
        return _(
            "Put plainly: in fifths of like equity of each line of business, %(ratio)s times as many left of region II "
            "as of region III (%(low)s ~ %(high)s)."
        ) % _numbers(ratio)
    return _(
        "Put plainly: in fifths of like equity, %(ratio)s times as many left of region II as of region III (%(low)s ~ "
        "%(high)s)."
    ) % _numbers(ratio)  # fmt: skip


def test(one: Added) -> str:
    """The likelihood-ratio test."""
    p = "p < 0.001" if one.p < 0.001 else f"p = {decimals(one.p, 3)}"
    return f"χ² = {decimals(one.chi2)}, {p}"


def steady(one: Hazard) -> str:
    """Whether the ratio is the same all the time."""
    if one.drift is None:
        return _("not checked")
    return _("changes") if one.drifts else _("steady")


def hazard_name(of: str) -> str:
    """What a hazard ratio is of."""
    if of == "short":
        return _("Ten points further below the line")
    return _("Region II against III") if of == "II" else _("Region I against III")


def short_name(of: str) -> str:
    """The same, short enough for a picture."""
    return _("10 points below") if of == "short" else f"{of} : III"


def stability(one: Stability) -> str:
    """How many stay from month end to month end."""
    if one.stayed is None:
        return _("There are no two month ends with placed customers yet, so nothing is known of how regions last.")
    names = {"stayed": percent(one.stayed), "pairs": count(len(one.pairs))}
    sentence = _("From one month end to the next %(stayed)s of customers stayed in their region") % names
    if one.kappa is None:
        return sentence + "."
    return sentence + _(" (weighted kappa %(kappa)s; 1: all stayed, 0: as by chance).") % {"kappa": decimals(one.kappa)}


def sensitivity(one: Sensitivity) -> list[str]:
    """How far regions hang on weights and band."""
    firm = _("%(share)s of %(people)s are firm: in the same region in at least 90%% of all these cases.") % {
        "share": percent(one.share_firm), "people": people(one.customers),
    }  # fmt: skip
    if not one.weights_matter:
        return [firm, _("Only one part of the value to the customer is known here, so weights can change nothing.")]
    weights = [case.changed for case in one.cases if case.of != "band"]
    return [
        firm,
        _("Halving or doubling one weight moves %(low)s to %(high)s of customers into another region.") % {
            "low": percent(min(weights)), "high": percent(max(weights))},
        _("Weights drawn at random move %(mean)s on average (nine of ten draws: %(low)s to %(high)s).") % {
            "mean": percent(one.drawn.mean), "low": percent(one.drawn.low), "high": percent(one.drawn.high)},
    ]  # fmt: skip


def _warnings(found: Validity) -> Iterator[str]:
    told, rule = found.foretold, found.foretold.rule
    if found.answer is Answer.OPEN and told.customers:
        yield _("Too few left, or too few are placed: forty leavers are needed to say anything.")
    if found.follows_spending:
        yield _(
            "Here value to the customer was spending again (rank correlation %(r)s), so the line knew little that "
            "equity did not. This tests the line less than it looks; surveys, complaints or fees would tell more."
        ) % {"r": decimals(told.spending or 0.0)}  # fmt: skip
    if rule.hazards.left and 2 * rule.back > rule.hazards.left:
        yield _("%(back)s of those who left came back later: many such silences are pauses.") % {
            "back": percent(rule.back / rule.hazards.left)
        }
    parts = (rule.hazards.distance, rule.hazards.regions)
    if any(one.drifts for part in parts if part for one in part.hazards):
        yield _("A hazard ratio changes over these weeks, so it is a mean over them and no constant.")


def _numbers(ratio: Span) -> dict[str, str]:
    return {"ratio": decimals(ratio.value), "low": decimals(ratio.low), "high": decimals(ratio.high)}
