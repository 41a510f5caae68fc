"""Whether a column knows what only came afterwards. Such a column makes every test look good and every forecast bad.

Four signs, each by itself enough to refuse:
- its name is the name of what is foretold ("churn_date" where churn is foretold);
- its values change when the future is cut away from the source;
- it alone tells yes from no nearly without fault, which what is known beforehand seldom does;
- it alone tells more than all other columns together. What is known beforehand about a person hangs together, so that
  the others carry most of it; a call that lasted long because the customer said yes does not.
The last two are measured on customers who did not help to learn them. A weak leak among strong honest columns can pass,
and so can two that say the same: only the second sign is proof, and it needs a source that can be cut.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from math import hypot

import numpy as np
import numpy.typing as npt
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dangol.insight.analysis.prediction.examples import Examples
from dangol.insight.analysis.prediction.learners import one_thread
from dangol.insight.analysis.prediction.quality import Span, auc_of
from dangol.lib.errors import DangolError

type Array = npt.NDArray[np.float64]

WITHOUT_FAULT = 0.98  # AUC; the best honest single column of both demos reaches .88 (retail, 90 days)
STRONG = 0.75  # below this a column alone is never suspected
AHEAD = 0.01  # by which it must lead all others together, and by more than chance
MOST = 20_000  # customers looked at
FOLDS, GRADES, SEED = 3, 20, 0

NAMED, CHANGED, FAULTLESS, ALONE = "named", "changed", "faultless", "alone"
SENTENCES = {
    NAMED: gettext_lazy("'%(column)s' is named after what is to be foretold (%(label)s)."),
    CHANGED: gettext_lazy("'%(column)s' changes when the future is cut away, so it knows what came later."),
    FAULTLESS: gettext_lazy("'%(column)s' alone tells nearly without fault who did it (AUC %(alone)s)."),
    ALONE: gettext_lazy(
        "'%(column)s' alone tells more (AUC %(alone)s) than all other columns together (AUC %(others)s)."
    ),
}


@dataclass(frozen=True)
class Leak:
    """A column that seems to know what came afterwards, and the sign that says so."""

    column: str
    sign: str
    alone: float = 0.0
    others: float = 0.0
    label: str = ""

    def __str__(self) -> str:
        facts = {"alone": f"{self.alone:.2f}", "others": f"{self.others:.2f}", "label": self.label}
        return str(SENTENCES[self.sign]) % {"column": self.column, **facts}


class LeakFound(DangolError):
    """A column knows what only came afterwards; the message names it."""

    def __init__(self, leaks: Iterable[Leak]) -> None:
        self.leaks = tuple(leaks)
        told = " ".join(str(leak) for leak in self.leaks)
        super().__init__(_("%(signs)s Leave it out: at the time of the forecast nobody knows it.") % {"signs": told})


def refuse_leaks(examples: Examples, *, label: str, cut_away: Array | None = None, proven: bool = False) -> None:
    """Raise LeakFound where a column knows too much.

    label: the name of what is foretold; cut_away: the same values read from a source that ends at the cut-off; proven:
    that reading is proof for every column, so that how much one tells is no sign: where customers buy like clockwork,
    the days since the last purchase alone tell who has left.
    """
    found = leaks_in(examples, label=label, cut_away=cut_away, telling=not proven)
    if found:
        raise LeakFound(found)


def leaks_in(examples: Examples, *, label: str, cut_away: Array | None = None, telling: bool = True) -> list[Leak]:
    """The columns that show a sign, one sign each, in order of the columns; telling: the last two signs as well."""
    found = {name: Leak(name, NAMED, label=label) for name in examples.names if _named_after(name, label)}
    if cut_away is not None:
        found |= {name: Leak(name, CHANGED) for name in _changed(examples, cut_away) if name not in found}
    if not telling:
        return [found[name] for name in examples.names if name in found]
    some = examples.at_most(MOST, seed=SEED)
    left = [name for name in some.telling if name not in found]
    alone = {name: _alone(some.only([name])) for name in left}
    found |= {name: Leak(name, FAULTLESS, auc.value) for name, auc in alone.items() if auc.value >= WITHOUT_FAULT}
    left = [name for name in left if name not in found]
    left.sort(key=lambda name: alone[name].value, reverse=True)
    # All others together tell at least what the best of them does, so only the first of all can lead them.
    while len(left) > 1 and alone[left[0]].value >= max(STRONG, alone[left[1]].value + AHEAD):
        name, *left = left
        others = _together(some.only(left))
        if alone[name].value - others.value <= max(AHEAD, _chance(alone[name], others)):
            break
        found[name] = Leak(name, ALONE, alone[name].value, others.value)
    return [found[name] for name in examples.names if name in found]


def _named_after(column: str, label: str) -> bool:
    words = _words(column)
    return bool(words & _words(label)) or "".join(sorted(words)) == label.lower()


def _words(name: str) -> set[str]:
    """The words of a name that mean something: "ChurnDate" → churn, date."""
    apart = re.sub(r"([a-z0-9])([A-Z])", r"\1 \2", name)
    return {word for word in re.findall(r"[^\W_]+", apart.lower()) if len(word) > 2}


def _changed(examples: Examples, cut_away: Array) -> list[str]:
    # An engine with two hands adds in another order each time: the last digits of a mean tell of no future.
    same = np.isclose(examples.values, cut_away, rtol=1e-9, atol=1e-12, equal_nan=True)
    return [name for name, kept in zip(examples.names, same.all(axis=0), strict=True) if not kept]


def _chance(one: Span, other: Span) -> float:
    """By how much two AUC may differ by chance (95 %), as if of different customers: the more cautious way."""
    return hypot(one.value - one.low, other.value - other.low)


def _alone(one: Examples) -> Span:
    """AUC of the share among others with about the same value; what is not known is a value of its own."""
    column = one.values[:, 0]
    known = column[~np.isnan(column)]
    values = np.unique(known)
    edges = values if len(values) <= GRADES else np.unique(np.quantile(known, np.linspace(0, 1, GRADES + 1)))
    grade = np.where(np.isnan(column), len(edges) + 1, np.searchsorted(edges, column, side="left"))
    chance = np.empty(len(column))
    for others, own in _folds(one):
        asked = np.bincount(grade[others], minlength=len(edges) + 2)
        yes = np.bincount(grade[others], one.happened[others], minlength=len(edges) + 2)
        chance[own] = ((yes + one.happened[others].mean()) / (asked + 1))[grade[own]]
    return auc_of(chance, one.happened)


def _together(some: Examples) -> Span:
    """AUC of many small trees on all of these columns."""
    from sklearn.ensemble import HistGradientBoostingClassifier

    chance = np.empty(len(some))
    for others, own in _folds(some):
        learner = HistGradientBoostingClassifier(
            max_depth=4, learning_rate=0.15, max_iter=60, min_samples_leaf=max(5, min(20, len(some) // 100)),
            early_stopping=False, random_state=SEED,
        )  # fmt: skip
        with one_thread():
            learner.fit(some.values[others], some.happened[others])
            chance[own] = learner.predict_proba(some.values[own])[:, 1]
    return auc_of(chance, some.happened)


def _folds(some: Examples) -> Iterable[tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]]:
    from sklearn.model_selection import StratifiedKFold

    split = StratifiedKFold(FOLDS, shuffle=True, random_state=SEED).split(some.values, some.happened)
    found: Iterable[tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]] = split
    return found
