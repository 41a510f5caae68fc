"""Whether two things known of customers go together: numbers, words, or one of each."""

from __future__ import annotations

from dataclasses import asdict

import numpy as np
import numpy.typing as npt
from django.utils.translation import gettext as _

from dangol.insight.analysis.intervals import NORMAL_975
from dangol.insight.analysis.statistics.findings import CannotSay
from dangol.insight.analysis.statistics.going_together import (
    Together,
    choices_together,
    number_by_choice,
    numbers_together,
)
from dangol.web.insight.statistics import drawing, judging
from dangol.web.insight.statistics.checks import in_words, refusal
from dangol.web.insight.statistics.compare import mean_rows
from dangol.web.insight.statistics.crowd import Choice, Crowd, Number
from dangol.web.insight.statistics.judging import Asking, CannotAnswer, Verdict
from dangol.web.insight.statistics.said import Answer, Figure, Picture
from dangol.web.insight.statistics.units import axis, ends, p_value, plotted, two, written
from dangol.web.shell.figures import count, percent

MOST_SHOWN = 12  # words of a choice in a picture
STEPS = 10


def together(crowd: Crowd, *, x: str, y: str, asking: Asking) -> Answer:
    """x, y: names of columns. Raises CannotAnswer, NoSuchThing."""
    if x == y:
        raise CannotAnswer(_("Both are the same. Choose two different things."))
    try:
        numbers = [crowd.is_number(name) for name in (x, y)]
        if all(numbers):
            return _two_numbers(crowd.number(x), crowd.number(y), asking)
        if not any(numbers):
            return _two_choices(crowd.choice(x), crowd.choice(y), asking)
        number, choice = (x, y) if numbers[0] else (y, x)
        return _mixed(crowd.number(number), crowd.choice(choice), asking)
    except CannotSay as error:
        raise CannotAnswer(refusal(error)) from error


def _two_numbers(x: Number, y: Number, asking: Asking) -> Answer:
    found = numbers_together(x.values, y.values)
    verdict = _judged(found, x, y, asking)
    told = {"x": x.label, "y": y.label}
    strength = abs(found.strength.value)
    if strength < 0.1:
        sentence = _("“%(x)s” and “%(y)s” hardly go together.") % told
    elif found.strength.value > 0:
        sentence = _("Customers with more of “%(x)s” tend to have more of “%(y)s”.") % told
    else:
        sentence = _("Customers with more of “%(x)s” tend to have less of “%(y)s”.") % told
    pearson = found.beside[0]
    assert pearson.estimate is not None
    known = np.isfinite(x.values) & np.isfinite(y.values)
    return _answer(
        found, sentence, verdict, known,
        [
            Figure(_("How closely"), strength_in_words(strength), _interval("Spearman’s ρ", found)),
            Figure(_("By a straight line (Pearson)"), two(pearson.estimate.value),
                   f"{ends(pearson.estimate)}, {p_value(pearson.p)}"),
        ],
        _tenths(x, y, known, sentence),
    )  # fmt: skip


def _two_choices(x: Choice, y: Choice, asking: Asking) -> Answer:
    known = (x.words != "") & (y.words != "")
    found = choices_together([str(one) for one in x.words[known]], [str(one) for one in y.words[known]])
    verdict = _judged(found, x, y, asking)
    strength = found.strength.value
    told = {"x": x.label, "y": y.label}
    sentence = (
        _("“%(x)s” and “%(y)s” hardly go together.") if strength < 0.1
        else _("Who differs in “%(x)s” differs in “%(y)s”, too.")
    ) % told  # fmt: skip
    return _answer(
        found, sentence, verdict, known,
        [Figure(_("How closely"), strength_in_words(strength), _interval("Cramér’s V", found))],
        _shares(found, x.label, y.label, sentence),
    )  # fmt: skip


def _mixed(number: Number, choice: Choice, asking: Asking) -> Answer:
    words = choice.words != ""
    known = words & np.isfinite(number.values)
    found = number_by_choice(number.values[known], [str(one) for one in choice.words[known]])
    verdict = _judged(found, number, choice, asking)
    (most, top), (least, low) = found.groups[0], found.groups[-1]
    sentence = _(
        "%(what)s by “%(choice)s”: the middle customer of “%(most)s” has %(top)s, that of “%(least)s” %(low)s."
    )
    sentence %= {
        "what": number.label, "choice": choice.label, "most": most, "least": least,
        "top": written(top.median, number.unit), "low": written(low.median, number.unit),
    }  # fmt: skip
    beside = [Figure(_("By means (Welch)"), p_value(one.p)) for one in found.beside]
    return _answer(
        found, sentence, verdict, known,
        [Figure(_("What the choice tells of it"), percent(found.strength.value, 1),
                f"eta² {two(found.strength.value)} ({ends(found.strength)})"), *beside],
        _means(found, number, sentence),
    )  # fmt: skip


def _judged(found: Together, x: Number | Choice, y: Number | Choice, asking: Asking) -> Verdict:
    return judging.judged(found.p, y.name, asking, built_in=judging.made_of_the_same(x.sources, y.sources))


def _answer(
    found: Together, sentence: str, verdict: Verdict, known: npt.NDArray[np.bool_], figures: list[Figure],
    picture: Picture,
) -> Answer:  # fmt: skip
    return Answer(
        sentence=sentence, verdict=verdict.code, judged=verdict.sentence,
        warnings=judging.missing(known, np.ones(len(known), bool)) + judging.doubts(found.p, found.beside),
        figures=[*figures, Figure(_("Customers"), count(found.n)), *verdict.figures],
        checks=in_words(found.checks), notes=judging.notes(verdict.among), picture=picture,
        numbers={"method": found.method, "kind": found.kind, "n": found.n, "p": found.p, "p_adjusted": verdict.among.p,
                 "asked": verdict.among.asked, "strength": asdict(found.strength),
                 "beside": {one.method: one.p for one in found.beside},
                 "groups": {name: asdict(side) for name, side in found.groups},
                 "table": [list(row) for row in found.table], "rows": list(found.rows),
                 "columns": list(found.columns)},
    )  # fmt: skip


def strength_in_words(strength: float) -> str:
    """Cohen's words (1988) for a correlation."""
    if strength < 0.1:
        return _("hardly")
    return str(_("loosely") if strength < 0.3 else _("moderately") if strength < 0.5 else _("closely"))


def _interval(name: str, found: Together) -> str:
    one = found.strength
    return f"{name} {two(one.value)} ({ends(one)})"


def _tenths(x: Number, y: Number, known: npt.NDArray[np.bool_], sentence: str) -> Picture:
    """Means of y in tenths of customers by x: nobody's own numbers are shown."""
    order = np.argsort(x.values[known], kind="stable")
    first, second = x.values[known][order], y.values[known][order]
    rows, table = [], []
    for a, b in zip(*(np.array_split(one, min(STEPS, len(order) // 10 or 1)) for one in (first, second)), strict=True):
        reach = NORMAL_975 * float(b.std(ddof=1)) / len(b) ** 0.5 if len(b) > 1 else 0.0
        mean = float(b.mean())
        low, value, high = (plotted(mean + way * reach, y.unit) for way in (-1, 0, 1))
        rows.append({"at": plotted(float(a.mean()), x.unit), "value": value, "low": low, "high": high,
                     "told": written(mean, y.unit)})  # fmt: skip
        table.append([written(float(a[0]), x.unit), written(float(a[-1]), x.unit), count(len(b)),
                      written(mean, y.unit)])  # fmt: skip
    return Picture(
        sentence, _("%(y)s: mean of each tenth of customers by “%(x)s”, with its 95%% interval")
        % {"y": y.label, "x": x.label},
        drawing.steps(rows, f"{axis(x.label, x.unit)} →", axis(y.label, y.unit)),
        [f"{x.label} ≥", f"{x.label} ≤", _("Customers"), y.label], table, [0, 1, 2, 3],
    )  # fmt: skip


def _shares(found: Together, first: str, second: str, sentence: str) -> Picture:
    rows, table = [], []
    for name, cells in list(zip(found.rows, found.table, strict=True))[:MOST_SHOWN]:
        total = max(sum(cells), 1)
        table.append([name, *(f"{count(cell)} ({percent(cell / total)})" for cell in cells)])
        rows += [
            {"first": name, "second": column, "share": 100 * cell / total, "told": f"{count(cell)}"}
            for column, cell in list(zip(found.columns, cells, strict=True))[:MOST_SHOWN]
        ]
    return Picture(
        sentence, _("Of each “%(x)s”, the part with each “%(y)s”, %%") % {"x": first, "y": second},
        drawing.cells(rows, first, second, _("Customers")), [first, *found.columns], table,
        list(range(1, len(found.columns) + 1)),
    )  # fmt: skip


def _means(found: Together, number: Number, sentence: str) -> Picture:
    shown = found.groups[:MOST_SHOWN]
    rows = mean_rows(shown, number.unit)
    return Picture(
        sentence, _("%(what)s: mean with its 95%% interval") % {"what": number.label},
        drawing.intervals(rows, axis(number.label, number.unit), zero=False),
        [_("Group"), _("Customers"), _("Mean"), _("Median"), _("Standard deviation")],
        [[name, count(side.n), written(side.mean, number.unit), written(side.median, number.unit),
          written(side.sd, number.unit)] for name, side in found.groups], [1, 2, 3, 4],
    )  # fmt: skip
