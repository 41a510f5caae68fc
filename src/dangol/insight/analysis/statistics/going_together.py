"""Whether two things known of customers go together: two numbers, two choices, or a number and a choice.

Numbers: Spearman's rank correlation (Bonett and Wright 2000) with Pearson's beside (Fisher 1921). Choices: Pearson's
chi-squared with Cramér's V, Fisher's exact chance where few. A number by a choice: Kruskal and Wallis (1952), with the
part of the ranks' spread that the choice tells (eta²). Intervals of V and eta² turn round the noncentral chi-squared
distribution (Smithson 2003).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np
import numpy.typing as npt

from dangol.insight.analysis.intervals import NORMAL_975
from dangol.insight.analysis.statistics.findings import (
    FEW,
    FEWEST,
    Array,
    Beside,
    CannotSay,
    Check,
    Estimate,
)
from dangol.insight.analysis.statistics.two_groups import Side
from dangol.insight.analysis.statistics.two_shares import SMALL

BEND = 0.15  # ranks and numbers further apart than this do not tell of one straight line
DRAWS = 4_999


@dataclass(frozen=True)
class Together:
    """strength: Spearman's ρ (−1 to 1), Cramér's V or eta² (0 to 1). kind: numbers, choices or mixed."""

    kind: str
    n: int
    strength: Estimate
    p: float
    method: str
    beside: tuple[Beside, ...]
    checks: tuple[Check, ...]
    groups: tuple[tuple[str, Side], ...] = ()  # mixed: each choice, by its median the highest first
    table: tuple[tuple[int, ...], ...] = ()  # choices: customers, rows by columns
    rows: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()


def numbers_together(first: npt.ArrayLike, second: npt.ArrayLike) -> Together:
    """Whether customers with more of one have more of the other. Raises CannotSay."""
    from scipy.stats import pearsonr, spearmanr

    x, y = np.asarray(first, np.float64), np.asarray(second, np.float64)
    told = np.isfinite(x) & np.isfinite(y)
    x, y = x[told], y[told]
    if len(x) < FEWEST:
        raise CannotSay("few", smallest=len(x), needed=FEWEST)
    for one in (x, y):
        if np.ptp(one) == 0:
            raise CannotSay("all_equal", value=float(one[0]), other=float(one[0]))
    ranks, line = spearmanr(x, y), pearsonr(x, y)
    rho, r = float(ranks.statistic), float(line.statistic)
    most = max(float(np.unique(one, return_counts=True)[1].max()) / len(one) for one in (x, y))
    return Together(
        "numbers", len(x), correlated(rho, (1 + rho**2 / 2) / (len(x) - 3)), float(ranks.pvalue), "spearman",
        (Beside("pearson", float(line.pvalue), correlated(r, 1 / (len(x) - 3))),),
        (
            Check("size", len(x) >= FEW, {"smallest": len(x), "wanted": FEW}),
            Check("straight", abs(rho - r) <= BEND, {"ranks": rho, "numbers": r}),
            Check("ties", most <= 0.5, {"share": most}), _leans(x, y, r),
        ),
    )  # fmt: skip


def correlated(r: float, variance: float) -> Estimate:
    """A correlation with its interval by Fisher's z."""
    if abs(r) >= 1:
        return Estimate(r, r, r)
    z, reach = np.arctanh(r), NORMAL_975 * sqrt(variance)
    return Estimate(r, float(np.tanh(z - reach)), float(np.tanh(z + reach)))


def choices_together(first: Sequence[str], second: Sequence[str], *, seed: int = 20_261_127) -> Together:
    """Whether customers of one choice more often make the other; one entry a customer. Raises CannotSay."""
    from scipy.stats import chi2_contingency

    rows, at_row = np.unique(np.asarray(first, dtype=np.str_), return_inverse=True)
    columns, at_column = np.unique(np.asarray(second, dtype=np.str_), return_inverse=True)
    if len(at_row) < FEWEST:
        raise CannotSay("few", smallest=len(at_row), needed=FEWEST)
    if len(rows) < 2 or len(columns) < 2:
        raise CannotSay("one_choice")
    counts = np.bincount(at_row * len(columns) + at_column, minlength=len(rows) * len(columns))
    table: npt.NDArray[np.int64] = counts.reshape(len(rows), len(columns)).astype(np.int64)
    chi = chi2_contingency(table, correction=False)
    small = float((chi.expected_freq < SMALL).mean())
    fits = small <= 0.2 and float(chi.expected_freq.min()) >= 1  # Cochran's rule (1954)
    p, method = (float(chi.pvalue), "chi_squared") if fits else _exact(table, seed)
    n, least = int(table.sum()), min(len(rows), len(columns)) - 1
    return Together(
        "choices", n, _turned(float(chi.statistic), int(chi.dof), n * least, root=True), p, method, (),
        (
            Check("size", n >= FEW, {"smallest": n, "wanted": FEW}),
            Check("cells", fits, {"share": small, "least": float(chi.expected_freq.min())}),
        ),
        table=tuple(tuple(row) for row in table.tolist()),
        rows=tuple(map(str, rows)), columns=tuple(map(str, columns)),
    )  # fmt: skip


def number_by_choice(number: npt.ArrayLike, choice: Sequence[str]) -> Together:
    """Whether a number differs by choice; one entry a customer. Choices of fewer than ten are left out. Raises
    CannotSay.
    """
    from scipy.stats import kruskal

    x, words = np.asarray(number, np.float64), np.asarray(choice, dtype=np.str_)
    x, words = x[np.isfinite(x)], words[np.isfinite(x)]
    names, at = np.unique(words, return_inverse=True)
    parts = {str(name): x[at == place] for place, name in enumerate(names)}
    kept = {name: part for name, part in parts.items() if len(part) >= FEWEST}
    if len(kept) < 2:
        raise CannotSay("few_choices", choices=len(kept), needed=FEWEST)
    if all(np.ptp(part) == 0 for part in kept.values()):
        raise CannotSay("all_equal", value=float(x[0]), other=float(x[0]))
    n, found = sum(map(len, kept.values())), kruskal(*kept.values())
    # the shares of ranks' spread: H ÷ (n − 1) is eta² of an analysis of variance of the ranks
    smallest, left = min(map(len, kept.values())), len(x) - n
    sides = {name: _side(part) for name, part in kept.items()}
    wide, narrow = max(side.sd for side in sides.values()), min(side.sd for side in sides.values())
    return Together(
        "mixed", n, _turned(float(found.statistic), len(kept) - 1, n - 1, root=False), float(found.pvalue), "kruskal",
        (_welch_anova(tuple(kept.values())),) if narrow > 0 else (),
        (
            Check("size", smallest >= FEW, {"smallest": smallest, "wanted": FEW}),
            Check("left_out", left == 0, {"customers": left, "choices": len(parts) - len(kept)}),
            Check("spread", narrow > 0 and wide / narrow <= 2, {"times": wide / narrow if narrow > 0 else np.inf}),
        ),
        groups=tuple(sorted(sides.items(), key=lambda one: (-one[1].median, -one[1].mean))),
    )  # fmt: skip


def _side(values: Array) -> Side:
    return Side(len(values), float(values.mean()), float(values.std(ddof=1)), float(np.median(values)))


def _leans(x: Array, y: Array, r: float) -> Check:
    """Whether one customer alone makes the line: how far the correlation moves when the farthest is left out.

    Anscombe (1973): four pictures with one correlation, one of which hangs on a single point.
    """
    far = np.argmax(((x - x.mean()) / x.std()) ** 2 + ((y - y.mean()) / y.std()) ** 2)
    rest_x, rest_y = np.delete(x, far), np.delete(y, far)
    flat = np.ptp(rest_x) == 0 or np.ptp(rest_y) == 0
    without = 0.0 if flat else float(np.corrcoef(rest_x, rest_y)[0, 1])
    return Check("leans", abs(without - r) <= 0.2, {"all": r, "without": without})


def _exact(table: npt.NDArray[np.int64], seed: int) -> tuple[float, str]:
    """Fisher's chance of two by two; of larger tables the chance when choices are dealt anew among customers."""
    from scipy.stats import fisher_exact, random_table

    if table.shape == (2, 2):
        return float(fisher_exact(table).pvalue), "fisher"
    rows, columns = table.sum(axis=1), table.sum(axis=0)
    expected = np.outer(rows, columns) / table.sum()
    dealt = random_table(rows, columns).rvs(DRAWS, random_state=np.random.default_rng(seed))
    seen = ((table - expected) ** 2 / expected).sum()
    more = int((((dealt - expected) ** 2 / expected).sum(axis=(1, 2)) >= seen - 1e-9).sum())
    return (more + 1) / (DRAWS + 1), "permutation"


def _turned(statistic: float, freedom: int, scale: float, *, root: bool) -> Estimate:
    """A strength from 0 to 1 out of a chi-squared statistic: its size ÷ scale (for V its root), interval turned
    round.
    """
    from scipy.optimize import brentq
    from scipy.stats import chi2, ncx2

    def bound(tail: float) -> float:
        if chi2.cdf(statistic, freedom) <= tail:
            return 0.0
        most = statistic + 20 * sqrt(statistic + freedom) + 50
        return float(brentq(lambda size: ncx2.cdf(statistic, freedom, max(size, 1e-12)) - tail, 0.0, most))

    low, high = bound(0.975), bound(0.025)
    told = [min(max(one / scale, 0.0), 1.0) for one in (statistic, low, high)]
    value, low, high = (sqrt(one) for one in told) if root else told
    return Estimate(value, min(low, value), max(high, value))


def _welch_anova(parts: tuple[Array, ...]) -> Beside:
    """Chance by means, where spreads differ (Welch 1951)."""
    from scipy.special import fdtrc

    sizes = np.array([len(one) for one in parts])
    means = np.array([one.mean() for one in parts])
    weights = sizes / np.array([one.var(ddof=1) for one in parts])
    middle = (weights * means).sum() / weights.sum()
    k = len(parts)
    lack = (((1 - weights / weights.sum()) ** 2) / (sizes - 1)).sum()
    f = (weights * (means - middle) ** 2).sum() / (k - 1) / (1 + 2 * (k - 2) / (k**2 - 1) * lack)
    return Beside("welch_anova", float(fdtrc(k - 1, (k**2 - 1) / (3 * lack), f)))
