"""Compare two groups: a number of their customers, or the share of those who have something."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from django.utils.translation import gettext as _

from dangol.insight.analysis.intervals import NORMAL_975
from dangol.insight.analysis.statistics.findings import CannotSay, Estimate
from dangol.insight.analysis.statistics.two_groups import Difference, Side, difference_of
from dangol.insight.analysis.statistics.two_shares import DifferenceOfShares, difference_of_shares
from dangol.web.insight.statistics import drawing, judging
from dangol.web.insight.statistics.checks import in_words, refusal
from dangol.web.insight.statistics.crowd import Crowd, Flags, Group, Number
from dangol.web.insight.statistics.judging import Asking, CannotAnswer, Verdict
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
    spread,
    two,
    written,
)
from dangol.web.shell.figures import count, decimals, percent

OVERLAP = 0.5  # of the smaller group


@dataclass(frozen=True)
class TwoGroups:
    """Who is in the first alone and who in the second alone; both: how many are in both and left out."""

    first: Group
    second: Group
    a: Flags
    b: Flags
    both: int


def compare(crowd: Crowd, *, what: str, a: str, b: str, asking: Asking) -> Answer:
    """what: a number ("spent_year") or a share ("agreed:email"); a, b: groups, b empty for everybody else.

    Raises CannotAnswer, NoSuchThing.
    """
    groups = two_groups(crowd, a, b)
    try:
        return _share(crowd, what, groups, asking) if ":" in what else _number(crowd.number(what), groups, asking)
    except CannotSay as error:
        raise CannotAnswer(refusal(error)) from error


def two_groups(crowd: Crowd, a: str, b: str) -> TwoGroups:
    """Both groups without those who are in both. Raises CannotAnswer."""
    first = crowd.group(a)
    if b == a:
        raise CannotAnswer(_("Both groups are the same. Choose another one, or everybody else."))
    if not b:
        rest = Group("", str(_("everybody else")), ~first.inside & first.known, first.known, first.sources)
        return TwoGroups(first, rest, first.inside, rest.inside, 0)
    second = crowd.group(b)
    both = first.inside & second.inside
    smaller = min(int(first.inside.sum()), int(second.inside.sum()))
    if smaller and both.sum() > OVERLAP * smaller:
        raise CannotAnswer(
            _("%(n)s customers are in both groups, more than half of the smaller one: they cannot be told apart.")
            % {"n": count(int(both.sum()))}
        )
    return TwoGroups(first, second, first.inside & ~both, second.inside & ~both, int(both.sum()))


def _number(number: Number, groups: TwoGroups, asking: Asking) -> Answer:
    _refuse_itself(number.name, groups)
    found = difference_of(number.values[groups.a], number.values[groups.b])
    return said_of_numbers(
        found, number.label, number.unit, (groups.first.label, groups.second.label),
        verdict=judging.judged(found.p, number.name, asking, built_in=_built_in(number.sources, groups)),
        warnings=judging.missing(number.values == number.values, groups.a, groups.b) + _overlap(groups),
    )  # fmt: skip


def _share(crowd: Crowd, what: str, groups: TwoGroups, asking: Asking) -> Answer:
    has = crowd.group(what)
    _refuse_itself(what.partition(":")[0], groups)
    a, b = groups.a & has.known, groups.b & has.known
    found = difference_of_shares((int(has.inside[a].sum()), int(a.sum())), (int(has.inside[b].sum()), int(b.sum())))
    return said_of_shares(
        found, has.label, (groups.first.label, groups.second.label),
        verdict=judging.judged(found.p, what, asking, built_in=_built_in(has.sources, groups)),
        warnings=judging.missing(has.known, groups.a, groups.b) + _overlap(groups),
    )  # fmt: skip


def said_of_numbers(
    found: Difference, what: str, unit: str, names: tuple[str, str], *, verdict: Verdict, warnings: list[str]
) -> Answer:
    """The difference of two means in words and figures."""
    gap, rows = found.difference, mean_rows(zip(names, (found.first, found.second), strict=True), unit)
    sentence = sentence_of_numbers(gap, what, unit, names)
    return Answer(
        sentence=sentence, verdict=verdict.code, judged=verdict.sentence,
        warnings=warnings + judging.doubts(found.p, found.beside),
        figures=[
            Figure(_("Difference on average"), signed(gap.value, unit), _interval(between(gap, unit))),
            Figure(_("Customers"), f"{count(found.first.n)} · {count(found.second.n)}", " · ".join(names)),
            Figure(_("Size of the difference"), size_in_words(found.effect.value), effect_note(found.effect)),
            *verdict.figures, *_beside(found, names),
        ],
        checks=in_words(found.checks), notes=judging.notes(verdict.among),
        picture=Picture(
            sentence, _("%(what)s: mean with its 95%% interval") % {"what": what},
            drawing.intervals(rows, axis(what, unit), zero=False),
            [_("Group"), _("Customers"), _("Mean"), _("Median"), _("Standard deviation")],
            [[name, count(side.n), written(side.mean, unit), written(side.median, unit), written(side.sd, unit)]
             for name, side in zip(names, (found.first, found.second), strict=True)], [1, 2, 3, 4],
        ),
        numbers={"method": found.method, "p": found.p, "p_adjusted": verdict.among.p, "asked": verdict.among.asked,
                 "difference": asdict(gap), "effect": asdict(found.effect), "unit": unit,
                 "groups": [asdict(found.first), asdict(found.second)],
                 "beside": {one.method: one.p for one in found.beside}},
    )  # fmt: skip


def mean_rows(sides: Iterable[tuple[str, Side]], unit: str) -> list[dict[str, Any]]:
    """Means with their intervals, to be drawn."""
    made = []
    for name, side in sides:
        reach = NORMAL_975 * side.sd / side.n**0.5
        low, high = (plotted(side.mean + way * reach, unit) for way in (-1, 1))
        made.append({"name": name, "value": plotted(side.mean, unit), "low": low, "high": high,
                     "told": written(side.mean, unit)})  # fmt: skip
    return made


def said_of_shares(
    found: DifferenceOfShares, what: str, names: tuple[str, str], *, verdict: Verdict, warnings: list[str]
) -> Answer:
    """The difference of two shares in words and figures."""
    gap, sides = found.difference, (found.first, found.second)
    rows = [
        {"name": name, "value": 100 * side.share.value, "low": 100 * side.share.low, "high": 100 * side.share.high,
         "told": f"{percent(side.share.value, 1)} ({spread(side.share, 'share')})"}
        for name, side in zip(names, sides, strict=True)
    ]  # fmt: skip
    sentence = sentence_of_shares(found, what, names)
    ratio = [Figure(_("As often"), _("%(n)s times") % {"n": decimals(found.ratio, 2)})] if found.ratio else []
    return Answer(
        sentence=sentence, verdict=verdict.code, judged=verdict.sentence, warnings=warnings,
        figures=[
            Figure(_("Difference"), signed(gap.value, "share"), _interval(between(gap, "share"))), *ratio,
            Figure(_("Customers"), f"{count(found.first.n)} · {count(found.second.n)}", " · ".join(names)),
            Figure(_("Size of the difference"), size_in_words(found.effect), f"Cohen’s h {two(found.effect)}"),
            *verdict.figures,
        ],
        checks=in_words(found.checks), notes=judging.notes(verdict.among),
        picture=Picture(
            sentence, _("%(what)s: share with its 95%% interval") % {"what": what},
            drawing.intervals(rows, f"{what} (%)", zero=False),
            [_("Group"), _("Customers"), _("Have it"), _("Share"), _("95% interval")],
            [[name, count(side.n), count(side.count), percent(side.share.value, 1), spread(side.share, "share")]
             for name, side in zip(names, sides, strict=True)], [1, 2, 3, 4],
        ),
        numbers={"method": found.method, "p": found.p, "p_adjusted": verdict.among.p, "asked": verdict.among.asked,
                 "difference": asdict(gap), "ratio": found.ratio, "effect": found.effect, "unit": "share",
                 "groups": [asdict(side) for side in sides]},
    )  # fmt: skip


def sentence_of_numbers(gap: Estimate, what: str, unit: str, names: tuple[str, str]) -> str:
    """Who has more of it, and by how much."""
    told = {"what": what, "by": apart(gap.value, unit), "a": names[0], "b": names[1]}
    if gap.value >= 0:
        return _("%(what)s: on average %(by)s more with “%(a)s” than with “%(b)s”.") % told
    return _("%(what)s: on average %(by)s less with “%(a)s” than with “%(b)s”.") % told


def sentence_of_shares(found: DifferenceOfShares, what: str, names: tuple[str, str]) -> str:
    """How many of a hundred have it, here and there."""
    return _("%(what)s: %(first)s of “%(a)s”, %(second)s of “%(b)s”; that is %(by)s apart.") % {
        "what": what, "a": names[0], "b": names[1], "first": percent(found.first.share.value, 1),
        "second": percent(found.second.share.value, 1), "by": points_of_share(abs(found.difference.value)),
    }  # fmt: skip


def size_in_words(effect: float) -> str:
    """Cohen's words (1988) for a difference measured in spreads."""
    size = abs(effect)
    return str(_("tiny") if size < 0.2 else _("small") if size < 0.5 else _("middling") if size < 0.8 else _("large"))


def effect_note(effect: Estimate) -> str:
    """Hedges' g with its interval."""
    return f"Hedges’ g {two(effect.value)} ({ends(effect)})"


def _beside(found: Difference, names: tuple[str, str]) -> list[Figure]:
    titles = {
        "mann_whitney": _("By ranks (Mann–Whitney)"), "wilcoxon": _("By ranks (Wilcoxon)"),
        "permutation": _("Dealt anew (permutation)"),
    }  # fmt: skip
    made = []
    for one in found.beside:
        note = ""
        if one.estimate is not None:
            note = _("“%(a)s” has more in %(share)s of all pairs") % {
                "a": names[0], "share": percent(one.estimate.value)
            }  # fmt: skip
        made.append(Figure(titles[one.method], p_value(one.p), note))
    return made


def _interval(told: str) -> str:
    return _("95%% interval %(ends)s") % {"ends": told}


def _refuse_itself(name: str, groups: TwoGroups) -> None:
    for group in (groups.first, groups.second):
        if name in group.sources:
            raise CannotAnswer(
                _("The group “%(group)s” was chosen by what is compared: of course it differs. Choose another outcome.")
                % {"group": group.label}
            )


def _built_in(sources: frozenset[str], groups: TwoGroups) -> bool:
    return any(judging.made_of_the_same(sources, group.sources) for group in (groups.first, groups.second))


def _overlap(groups: TwoGroups) -> list[str]:
    if not groups.both:
        return []
    return [_("%(n)s customers are in both groups and were left out.") % {"n": count(groups.both)}]
