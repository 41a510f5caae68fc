"""What goes with a number, a yes or a count, each thing while the others stay: linear, logistic, Poisson or negative
binomial regression. statsmodels fits; errors are robust (HC3 of MacKinnon and White 1985; HC1 where there is a link).
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import floor, log10
from typing import Any

import numpy as np
import numpy.typing as npt

from dangol.insight.analysis.statistics.findings import FEWEST, Array, CannotSay, Check, Estimate

FEWEST_EACH, WANTED_EACH = 5, 10  # customers (of the rarer answer: for a yes) for each coefficient
MOST_WORDS = 6  # of a word; the rest is put together
ALIKE = 5.0  # times as uncertain through the other things (variance inflation)
SCATTER = 1.5  # times the variance of Poisson: above it counts are more than random
OTHER = ""

type Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Term:
    """One thing. effect: for `step` more of it, or for this word against `against`; in the outcome's unit (linear),
    in shares (logistic), or times as many (counts). odds: of a yes, for the same.
    """

    name: str
    word: str
    against: str
    step: float
    effect: Estimate
    p: float
    odds: Estimate | None = None


@dataclass(frozen=True)
class Fit:
    """told: part of the spread (linear) or of the log-likelihood (McFadden) that all things together tell; p: of
    all.
    """

    kind: str
    n: int
    terms: tuple[Term, ...]
    told: float
    p: float
    checks: tuple[Check, ...]


@dataclass(frozen=True)
class _Column:
    name: str
    word: str
    against: str
    step: float
    values: Array


def regress(
    outcome: npt.ArrayLike,
    numbers: Mapping[str, npt.ArrayLike],
    words: Mapping[str, Sequence[str]],
    *,
    steps: Mapping[str, float] | None = None,
    yes: bool = False,
) -> Fit:
    """One entry a customer, all of them known. yes: the outcome is 0 or 1; steps: how much more of a number is told.

    A number that counts from 0 up is taken for a count. Raises CannotSay.
    """
    told_of, left_out = _without_rare(words, len(np.asarray(outcome)))
    y = np.asarray(outcome, np.float64)[told_of]
    if len(y) < 2 * FEWEST:
        raise CannotSay("few", smallest=len(y), needed=2 * FEWEST)
    if np.ptp(y) == 0:
        raise CannotSay("all_equal", value=float(y[0]), other=float(y[0]))
    columns = [
        *_of_numbers({name: np.asarray(one, np.float64)[told_of] for name, one in numbers.items()}, steps or {}),
        *_of_words({name: np.asarray(one, dtype=np.str_)[told_of] for name, one in words.items()}),
    ]
    if not columns:
        raise CannotSay("nothing_differs")
    size = _enough(y, len(columns), yes=yes)
    inflated = _inflation(columns)
    if inflated > 1e6:
        raise CannotSay("alike")
    told = Check("alike", inflated <= ALIKE, {"times": inflated})
    fit = _logistic if yes else _counts if _is_count(y) else _linear
    return fit(y, columns, (size, *left_out, told))


def nice(spread: float) -> float:
    """A round number not above a spread: 1, 2 or 5 with noughts."""
    if not spread > 0:
        return 1.0
    power = 10.0 ** floor(log10(spread))
    return next(step * power for step in (5, 2, 1) if step * power <= spread * (1 + 1e-9))


def _of_numbers(numbers: Mapping[str, npt.ArrayLike], steps: Mapping[str, float]) -> list[_Column]:
    found = []
    for name, told in numbers.items():
        values = np.asarray(told, np.float64)
        if np.ptp(values) > 0:
            found.append(_Column(name, "", "", steps.get(name) or nice(float(values.std())), values))
    return found


def _without_rare(words: Mapping[str, Sequence[str]], n: int) -> tuple[Flags, tuple[Check, ...]]:
    """Whose words are told apart. Of few others nothing can be told, and what the most frequent word is held to must
    not be theirs as well: they are left out, which may leave few of another word.
    """
    here, choices = np.ones(n, bool), 0
    columns = [np.asarray(told, dtype=np.str_) for told in words.values()]
    while True:
        rare = np.zeros(n, bool)
        for values in columns:
            kept = _kept(values[here])
            rest = here & ~np.isin(values, kept)
            if kept and 0 < rest.sum() < FEWEST:
                rare |= rest
                choices += len(np.unique(values[rest]))
        if not rare.any():
            break
        here &= ~rare
    gone = int(n - here.sum())
    check = Check("left_out", not gone, {"customers": gone, "choices": choices})
    return here, (check,) if columns else ()


def _kept(values: npt.NDArray[np.str_]) -> list[str]:
    """The words that are told apart, the most frequent first."""
    known, counts = np.unique(values, return_counts=True)
    order = np.argsort(-counts, kind="stable")[:MOST_WORDS]
    return [str(known[at]) for at in order if counts[at] >= FEWEST]


def _of_words(words: Mapping[str, npt.NDArray[np.str_]]) -> list[_Column]:
    """A column each word but the most frequent, which the others are held against."""
    found = []
    for name, values in words.items():
        kept = _kept(values)
        if not kept:
            continue
        rest = ~np.isin(values, kept)
        found += [_Column(name, word, kept[0], 1.0, (values == word).astype(np.float64)) for word in kept[1:]]
        if rest.sum() >= FEWEST:
            found.append(_Column(name, OTHER, kept[0], 1.0, rest.astype(np.float64)))
    return found


def _enough(y: Array, columns: int, *, yes: bool) -> Check:
    rarer = int(min(y.sum(), len(y) - y.sum())) if yes else len(y)
    if rarer < FEWEST_EACH * columns:
        raise CannotSay("few_each", rarer=rarer, columns=columns, needed=FEWEST_EACH * columns)
    return Check("each", rarer >= WANTED_EACH * columns, {"each": rarer / columns, "wanted": WANTED_EACH})


def _inflation(columns: list[_Column]) -> float:
    """How many times more uncertain a thing is as others say the same."""
    if len(columns) < 2:
        return 1.0
    inverse = np.linalg.pinv(np.corrcoef(np.array([one.values for one in columns])))
    singular = np.linalg.matrix_rank(np.array([one.values - one.values.mean() for one in columns])) < len(columns)
    return float("inf") if singular else float(np.diag(inverse).max())


def _is_count(y: Array) -> bool:
    return bool((y >= 0).all() and (y == np.floor(y)).all() and y.max() <= 1_000)


def _design(columns: list[_Column]) -> Array:
    """A constant, then each thing in its steps."""
    return np.column_stack([np.ones(len(columns[0].values)), *(one.values / one.step for one in columns)])


def _linear(y: Array, columns: list[_Column], checks: tuple[Check, ...]) -> Fit:
    import statsmodels.api as sm
    from statsmodels.stats.diagnostic import het_breuschpagan

    plain = sm.OLS(y, _design(columns)).fit()
    fit = plain.get_robustcov_results(cov_type="HC3")
    ends = fit.conf_int()
    terms = tuple(
        _term(one, Estimate(float(fit.params[at]), float(ends[at][0]), float(ends[at][1])), float(fit.pvalues[at]))
        for at, one in enumerate(columns, start=1)
    )
    spread = float(het_breuschpagan(plain.resid, plain.model.exog)[1])
    most = float(_cooks(plain).max())
    found = (
        *checks, Check("even", spread > 0.05, {"p": spread}), Check("influence", most <= 1, {"most": most}),
    )  # fmt: skip
    return Fit("linear", len(y), terms, float(plain.rsquared), _together(fit, len(columns)), found)


def _cooks(plain: Any) -> Array:
    """Cook's distance (1977) of each customer, without the matrix of all by all."""
    x = plain.model.exog
    leverage = np.einsum("ij,jk,ik->i", x, np.linalg.pinv(x.T @ x), x)
    away: Array = plain.resid**2 / (x.shape[1] * plain.mse_resid) * leverage / np.maximum(1 - leverage, 1e-9) ** 2
    return away


def _logistic(y: Array, columns: list[_Column], checks: tuple[Check, ...]) -> Fit:
    import statsmodels.api as sm

    fit = _fitted(sm.Logit(y, _design(columns)), cov_type="HC1")
    if (np.abs(fit.params[1:]) > 15).any():
        raise CannotSay("decides_alone")
    moved = fit.get_margeff()
    ends, odds = moved.conf_int(), np.exp(fit.conf_int())
    terms = tuple(
        _term(
            one, Estimate(float(moved.margeff[at]), float(ends[at][0]), float(ends[at][1])), float(fit.pvalues[at + 1]),
            Estimate(float(np.exp(fit.params[at + 1])), float(odds[at + 1][0]), float(odds[at + 1][1])),
        )
        for at, one in enumerate(columns)
    )  # fmt: skip
    return Fit("logistic", len(y), terms, float(fit.prsquared), _together(fit, len(columns)), checks)


def _counts(y: Array, columns: list[_Column], checks: tuple[Check, ...]) -> Fit:
    import statsmodels.api as sm

    x = _design(columns)
    poisson = _fitted(sm.Poisson(y, x), cov_type="HC1")
    expected = poisson.predict()
    scatter = float(((y - expected) ** 2 / np.maximum(expected, 1e-9)).sum() / (len(y) - x.shape[1]))
    kind, fit = "poisson", poisson
    if scatter > SCATTER:
        kind, fit = "negative_binomial", _fitted(sm.NegativeBinomial(y, x), cov_type="HC1")
    ends = np.exp(fit.conf_int())
    terms = tuple(
        _term(one, Estimate(float(np.exp(fit.params[at])), float(ends[at][0]), float(ends[at][1])),
              float(fit.pvalues[at]))
        for at, one in enumerate(columns, start=1)
    )  # fmt: skip
    found = (*checks, Check("scatter", scatter <= SCATTER, {"times": scatter}))
    return Fit(kind, len(y), terms, float(fit.prsquared), _together(fit, len(columns)), found)


def _fitted(model: Any, **how: Any) -> Any:
    """The fit. Raises CannotSay where there is none: one thing decides alone, or all say the same."""
    from statsmodels.tools.sm_exceptions import PerfectSeparationError

    try:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            fit = model.fit(disp=0, maxiter=200, **how)
    except (PerfectSeparationError, np.linalg.LinAlgError) as error:
        raise CannotSay("decides_alone") from error
    if not fit.mle_retvals["converged"] or not np.isfinite(fit.bse).all():
        raise CannotSay("decides_alone")
    return fit


def _term(one: _Column, effect: Estimate, p: float, odds: Estimate | None = None) -> Term:
    return Term(one.name, one.word, one.against, one.step, effect, p, odds)


def _together(fit: Any, columns: int) -> float:
    """Chance of as much where none of the things tells anything (Wald)."""
    asked = np.zeros((columns, len(fit.params)))
    asked[np.arange(columns), np.arange(1, columns + 1)] = 1
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return float(np.squeeze(fit.wald_test(asked, scalar=True).pvalue))
