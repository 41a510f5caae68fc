"""The sum over the chances after which a customer who is silent may have gone.

A customer who took the last of x chances at t_x and let n - t_x go by has gone after one of t_x, …, n-1. The sum is
taken from the last chance backwards, so all who share x and n share their sums, and every term is worked out once for
all who share x: as many steps as chances, instead of chances times chances.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from dangol.insight.analysis.estimators.log_mixture import Curved
from dangol.insight.analysis.estimators.summary import Array, IntArray, distinct

# ln of a term with slopes and curvature, by counts and chances
type Term = Callable[[Array, Array], Curved]


def gone_by(term: Term, x: Array, t_x: Array, n: Array, parameters: int) -> Curved:
    """ln Σ_{u=t_x}^{n-1} e^term(x, u), with slopes and curvature; of nothing (t_x = n) ln 0, which slopes nowhere."""
    (who, until), group = distinct((x, n))
    lowest = until.copy()
    np.minimum.at(lowest, group, t_x)
    terms = _Terms(term, who, lowest, until)
    sums, result = Curved(np.full(len(who), -np.inf), parameters), Curved(np.full(len(x), -np.inf), parameters)
    order = np.argsort(-t_x, kind="stable")
    falling = -t_x[order]
    for u in range(int(n.max(initial=0.0)) - 1, int(t_x.min(initial=np.inf if len(x) else 0.0)) - 1, -1):
        meeting = np.flatnonzero((lowest <= u) & (u < until))
        _add(sums, meeting, terms.at(meeting, u))
        begin, end = np.searchsorted(falling, (-u, -u + 0.5))
        asked = order[begin:end]
        asked = asked[n[asked] > u]
        _put(result, asked, sums, group[asked])
    return result


class _Terms:
    """Every term that is needed, worked out once: for each x, from the first chance anybody with it is silent."""

    def __init__(self, term: Term, who: Array, lowest: Array, until: Array) -> None:
        kinds, self.kind = np.unique(who, return_inverse=True)
        first, last = np.full(len(kinds), np.inf), np.zeros(len(kinds))
        np.minimum.at(first, self.kind, lowest)
        np.maximum.at(last, self.kind, until)
        lengths = (last - first).astype(np.intp)
        ends = np.cumsum(lengths)
        self.begin = ends - lengths - first.astype(np.intp)
        x = np.repeat(kinds, lengths)
        u = np.arange(float(lengths.sum())) - np.repeat(self.begin, lengths)
        self.terms = term(x, u)

    def at(self, groups: IntArray, u: int) -> Curved:
        """Those of some groups at one chance."""
        places = self.begin[self.kind[groups]] + u
        some = Curved(self.terms.value[places], len(self.terms.slope))
        some.slope, some.bend = self.terms.slope[:, places], self.terms.bend[:, :, places]
        return some


def _add(sums: Curved, some: IntArray, more: Curved) -> None:
    """Make some of the sums those of themselves and one more term, all as logarithms."""
    before = sums.value[some]
    both = np.logaddexp(before, more.value)
    old, new = np.exp(before - both), np.exp(more.value - both)
    apart = more.slope - sums.slope[:, some]
    sums.value[some] = both
    sums.bend[:, :, some] = old * sums.bend[:, :, some] + new * more.bend + old * new * apart[:, None] * apart[None]
    sums.slope[:, some] += new * apart


def _put(result: Curved, asked: IntArray, sums: Curved, group: IntArray) -> None:
    result.value[asked] = sums.value[group]
    result.slope[:, asked] = sums.slope[:, group]
    result.bend[:, :, asked] = sums.bend[:, :, group]
