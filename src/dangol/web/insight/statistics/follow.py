"""Whether one number follows another month by month, trend and seasons aside."""

from __future__ import annotations

from dataclasses import asdict

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dangol.insight.analysis.statistics.findings import SURE, CannotSay
from dangol.insight.analysis.statistics.lagged import MOST_LAG, At, Lagged, lagged
from dangol.web.insight.statistics import drawing, judging
from dangol.web.insight.statistics.by_month import ByMonth, by_month, month_after, places, unheard_in_words
from dangol.web.insight.statistics.checks import in_words, refusal
from dangol.web.insight.statistics.crowd import Array, Crowd
from dangol.web.insight.statistics.judging import Asking, CannotAnswer
from dangol.web.insight.statistics.said import Answer, Figure, Picture
from dangol.web.insight.statistics.units import ends, p_value, two
from dangol.web.shell.figures import count


def follow(crowd: Crowd, *, first: str, second: str, among: str, asking: Asking) -> Answer:
    """first, second: metrics or standings; among: a group, empty for everybody. Raises CannotAnswer, NoSuchThing."""
    if first == second:
        raise CannotAnswer(_("Both are the same. Choose two things."))
    one, other = (by_month(crowd, what, among=among) for what in (first, second))
    try:
        found = lagged(*_same_months(one, other))
    except CannotSay as error:
        raise CannotAnswer(refusal(error)) from error
    strongest = found.strongest
    same = strongest.lag == 0 and one.source == other.source
    verdict = judging.judged(strongest.p_among, f"month by month: {second}", asking, built_in=same)
    sentence = sentence_of(strongest, one.what, other.what)
    return Answer(
        sentence=sentence, verdict=verdict.code, judged=verdict.sentence,
        figures=[
            Figure(_("Correlation"), two(strongest.strength.value), _("95%% interval %(ends)s") % {
                "ends": ends(strongest.strength)}),
            Figure(_("Months"), count(strongest.n), _whose(one)), *verdict.figures,
        ],
        checks=in_words(found.checks),
        notes=[
            _(
                "Of %(lags)s lags the strongest is told, and its chance is adjusted for all of them (Holm). The "
                "correlation is of what is left beside trend, seasons and what each month says of the next."
            ) % {"lags": count(len(found.lags))},
            *unheard_in_words(one), *unheard_in_words(other),
            *judging.notes(verdict.among),
        ],
        picture=_picture(found, one, other, sentence),
        numbers={"method": "cross_correlation", "p": strongest.p_among, "p_adjusted": verdict.among.p,
                 "asked": verdict.among.asked, "n": found.n, "memory": found.memory, "lag": strongest.lag,
                 "lags": [asdict(at) for at in found.lags]},
    )  # fmt: skip


def sentence_of(found: At, first: str, second: str) -> str:
    """Which follows which, how much later, and whether there is more or less of it; or that neither does."""
    if found.p_among > SURE:
        return _("“%(first)s” and “%(second)s”: within %(most)s months neither visibly follows the other.") % {
            "first": first, "second": second, "most": count(MOST_LAG),
        }  # fmt: skip
    before, after = (first, second) if found.lag >= 0 else (second, first)
    told = {"first": before, "second": after, "n": abs(found.lag)}
    more = found.strength.value > 0
    if found.lag == 0:
        return (
            _("Months with more of “%(first)s” than usual have more of “%(second)s”, too.") if more
            else _("Months with more of “%(first)s” than usual have less of “%(second)s”.")
        ) % told  # fmt: skip
    return (
        ngettext(
            "%(n)s month after more of “%(first)s” than usual there is more of “%(second)s”.",
            "%(n)s months after more of “%(first)s” than usual there is more of “%(second)s”.", abs(found.lag),
        ) if more else ngettext(
            "%(n)s month after more of “%(first)s” than usual there is less of “%(second)s”.",
            "%(n)s months after more of “%(first)s” than usual there is less of “%(second)s”.", abs(found.lag),
        )
    ) % told  # fmt: skip


def _whose(one: ByMonth) -> str:
    return one.whose or str(_("everybody"))


def _same_months(one: ByMonth, other: ByMonth) -> tuple[Array, Array]:
    """Both from the later beginning to the earlier end. Raises CannotAnswer where no month has both."""
    first = max(one.first, other.first)
    last = min(month_after(each.first, len(each.values) - 1) for each in (one, other))
    number = places(first, last) + 1
    if number < 1:
        raise CannotAnswer(_("No month is known of both."))
    cut = [each.values[places(each.first, first) :][:number] for each in (one, other)]
    return cut[0], cut[1]


def _picture(found: Lagged, one: ByMonth, other: ByMonth, sentence: str) -> Picture:
    rows = [
        {"name": _lag(at.lag), "value": at.strength.value, "low": at.strength.low, "high": at.strength.high,
         "told": f"{two(at.strength.value)} ({ends(at.strength)})"}
        for at in found.lags
    ]  # fmt: skip
    table = [[_lag(at.lag), two(at.strength.value), ends(at.strength), p_value(at.p_among)] for at in found.lags]
    told = {"first": one.what, "second": other.what}
    return Picture(
        sentence, _("Correlation of “%(first)s” with “%(second)s” so many months later, with its 95%% interval") % told,
        drawing.intervals(rows, _("Correlation"), zero=True),
        [_("Months later"), _("Correlation"), _("95% interval"), _("Chance, adjusted")], table, [1, 2, 3],
    )  # fmt: skip


def _lag(lag: int) -> str:
    if lag == 0:
        return _("same month")
    return (
        ngettext("%(n)s month later", "%(n)s months later", lag) if lag > 0
        else ngettext("%(n)s month before", "%(n)s months before", -lag)
    ) % {"n": abs(lag)}  # fmt: skip
