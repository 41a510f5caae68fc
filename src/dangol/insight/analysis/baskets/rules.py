"""Rules between products of one basket: who takes these, takes that, too; and whether more than by chance.

Of A → C, with n baskets of which n_A hold all of A, n_C all of C and n_AC all of both (Agrawal, Imieliński and Swami
1993; Brin et al. 1997): support n_AC / n, confidence n_AC / n_A, lift n_AC n / (n_A n_C). With the confidence comes
its Wilson interval, with the lift that of the delta method (`chance.lift_interval`), both 95 %.

A rule is judged by what each part of A adds (Webb 2007, "Discovering significant patterns", Machine Learning 68): p is
the largest, over the products x of A, of Fisher's exact one-sided p that x and C go together among the baskets that
hold the rest of A. Of a single product that is the plain test. It is paid for all rules that could have come, not for
those that came: every frequent A with every frequent C, though most never reached the support. `q` bounds the share of
false rules (Benjamini and Hochberg), `p_holm` the chance of a single false one. A rule holds when q is at most the
level and a lift above 1 says that it helps.

All this takes baskets for independent. Receipts of one customer are not: where most receipts are those of few, p is too
small, and baskets of customers (`itemsets(..., basket="customer")`) are the honest ones.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from django.utils.translation import gettext as _

from dangol.insight.analysis.baskets.chance import any_false, false_discovery, fisher, lift_interval
from dangol.insight.analysis.intervals import wilson
from dangol.insight.warehouse.itemsets import Itemsets
from dangol.lib.errors import DangolError

LEVEL = 0.05

type Numbers = npt.NDArray[np.int64]
type Rows = npt.NDArray[np.int32]
type Columns = dict[str, npt.NDArray[Any]]


class BadRules(DangolError):
    """What was asked for cannot be a rule; the message says what would be accepted."""


@dataclass(frozen=True)
class Rules:
    """Rules, the strongest first: by the lower end of the lift, then by confidence, then the shorter.

    table: antecedent and consequent (lists of product ids, rising), baskets (n_AC), antecedent_baskets (n_A),
    consequent_baskets (n_C), support, confidence, confidence_low, confidence_high, lift, lift_low, lift_high, p, q,
    p_holm, holds. baskets: n. looked_at: how many rules could have come. redundant: how many were left out because a
    part of A alone leads to C at least as surely. level: the q up to which a rule holds.
    """

    table: pa.Table
    baskets: int
    looked_at: int
    redundant: int
    level: float

    @property
    def holding(self) -> pa.Table:
        """The rules that hold."""
        return self.table.filter(self.table["holds"])

    def __str__(self) -> str:
        kept = self.table.num_rows
        return (
            f"{self.holding.num_rows:,} of {kept:,} rules hold in {self.baskets:,} baskets: {self.looked_at:,} were"
            f" looked at, of those that hold {self.level:.0%} may be false; {self.redundant:,} more say no more than a"
            " shorter one and were left out."
        )


@dataclass(frozen=True)
class _Counted:
    """Rules of one shape: sizes of both sides, products by number, and the baskets of every part of them."""

    antecedent: Rows
    consequent: Rows
    both: Numbers
    first: Numbers
    second: Numbers

    def __len__(self) -> int:
        return len(self.both)

    def kept(self, which: npt.NDArray[np.bool_]) -> _Counted:
        sides = self.antecedent[which], self.consequent[which]
        return _Counted(*sides, self.both[which], self.first[which], self.second[which])


def rules(
    found: Itemsets, *, confidence: float, consequents: int = 1, level: float = LEVEL, redundant: bool = False
) -> Rules:
    """The rules of at least this confidence (0 to 1) among sets of products.

    consequents: at most so many products on the right side; level: the q up to which a rule holds; redundant: keep
    those, too, that say no more than a shorter one. Raises BadRules.
    """
    if not 0 <= confidence <= 1:
        raise BadRules(_("A confidence of %(share)s: it is a share, from 0 to 1.") % {"share": confidence})
    refuse_no_share(level)
    if consequents < 1:
        raise BadRules(_("%(n)s products on the right side: 1 is the least.") % {"n": consequents})
    counts = _Counts(found)
    parts, left_out = [], 0
    for one in counts.rules(consequents, confidence):
        short = counts.says_no_more(one) if len(one) else np.zeros(0, bool)
        left_out += int(short.sum())
        kept = one if redundant else one.kept(~short)
        if len(kept):
            parts.append(_columns(found, kept, counts.doubt(kept)))
    looked_at = _looked_at(found, consequents)
    table = _table(parts or [_columns(found, _nothing(), np.empty(0))], looked_at, level)
    return Rules(table, found.baskets, looked_at, left_out, level)


def refuse_no_share(level: float) -> None:
    """Raise BadRules unless the level is from 0 to 1."""
    if not 0 <= level <= 1:
        raise BadRules(_("A level of %(share)s: it is a share, from 0 to 1.") % {"share": level})


class _Counts:
    """In how many baskets any part of a frequent set lies: each is frequent itself, so it was counted."""

    def __init__(self, found: Itemsets) -> None:
        self.found = found
        self.width = len(found.products)
        self.keys: list[Numbers] = []
        for rows, _count in found.levels:
            self.keys.append(self._keys(rows))

    def _keys(self, rows: Rows) -> Numbers:
        """One number a set that rises with the rows: the place of all but the last, and the last."""
        if rows.shape[1] == 1:
            return rows[:, 0].astype(np.int64)
        return self.place(rows[:, :-1]) * self.width + rows[:, -1]

    def place(self, rows: Rows) -> Numbers:
        """Where each set stands in its level."""
        at = rows[:, 0].astype(np.int64)
        for size in range(2, rows.shape[1] + 1):
            at = np.searchsorted(self.keys[size - 1], at * self.width + rows[:, size - 1])
        return at

    def of(self, rows: Rows) -> Numbers:
        """Baskets of each set; all baskets for no products."""
        size = rows.shape[1]
        if not size:
            return np.full(len(rows), self.found.baskets, np.int64)
        counts: Numbers = self.found.levels[size - 1][1][self.place(rows)]
        return counts

    def rules(self, consequents: int, confidence: float) -> Iterator[_Counted]:
        for rows, both in self.found.levels[1:]:
            size = rows.shape[1]
            for some in range(1, min(consequents, size - 1) + 1):
                for right in combinations(range(size), some):
                    left = [place for place in range(size) if place not in right]
                    first = self.of(rows[:, left])
                    sure = both / first >= confidence
                    one = rows[sure]
                    yield _Counted(one[:, left], one[:, list(right)], both[sure], first[sure],
                                   self.of(one[:, list(right)]))  # fmt: skip

    def says_no_more(self, one: _Counted) -> npt.NDArray[np.bool_]:
        """Which rules a part of their antecedent alone, or nothing at all, leads to at least as surely."""
        size = one.antecedent.shape[1]
        short = np.zeros(len(one), bool)
        if size == 1:
            return short
        for some in range(size):
            for part in combinations(range(size), some):
                left = one.antecedent[:, list(part)]
                # n_AC / n_A <= n_A'C / n_A', in whole numbers
                short |= one.both * self.of(left) <= self.of(_joined(left, one.consequent)) * one.first
        return short

    def doubt(self, one: _Counted) -> npt.NDArray[np.float64]:
        """p of each rule: the largest over the products of its antecedent."""
        size = one.antecedent.shape[1]
        most = np.zeros(len(one))
        for without in range(size):
            rest = one.antecedent[:, [place for place in range(size) if place != without]]
            with_right = self.of(_joined(rest, one.consequent))
            most = np.maximum(most, fisher(one.both, one.first, with_right, self.of(rest)))
        return most


def _joined(left: Rows, right: Rows) -> Rows:
    return np.sort(np.concatenate([left, right], axis=1), axis=1)


def _looked_at(found: Itemsets, consequents: int) -> int:
    """How many rules could have come: each frequent left side with each frequent right side of other products.

    Exact for one product on the right; for more, sets that share products are counted, too, on the safe side.
    """
    sizes = [len(counts) for _, counts in found.levels]
    sided = list(enumerate(sizes, start=1))
    singles = sum(many * (sizes[0] - size) for size, many in sided if size < found.longest)
    more = sum(
        many * others
        for size, many in sided
        for other, others in sided
        if 2 <= other <= consequents and size + other <= found.longest
    )
    return singles + more


def _nothing() -> _Counted:
    none, no_count = np.empty((0, 1), np.int32), np.empty(0, np.int64)
    return _Counted(none, none, no_count, no_count, no_count)


def _columns(found: Itemsets, one: _Counted, p: npt.NDArray[np.float64]) -> Columns:
    """Of rules of one shape by name: both sides as ids, a row a rule, and numbers."""
    among = np.full(len(one), found.baskets, np.int64)
    confidence_low, confidence_high = wilson(one.both, one.first)
    lift_low, lift_high = lift_interval(one.both, one.first, one.second, among)
    return {
        "antecedent": np.sort(found.products[one.antecedent], axis=1),
        "consequent": np.sort(found.products[one.consequent], axis=1),
        "baskets": one.both,
        "antecedent_baskets": one.first,
        "consequent_baskets": one.second,
        "support": one.both / among,
        "confidence": one.both / one.first,
        "confidence_low": confidence_low,
        "confidence_high": confidence_high,
        "lift": (one.both / one.first) / (one.second / among),
        "lift_low": lift_low,
        "lift_high": lift_high,
        "p": p,
    }


def _table(parts: Sequence[Columns], looked_at: int, level: float) -> pa.Table:
    """All rules, judged, the strongest first. Sorted before they are Arrow's, whose own memory would be the most."""
    sides = ("antecedent", "consequent")
    told = {name: np.concatenate([part[name] for part in parts]) for name in parts[0] if name not in sides}
    q = false_discovery(told["p"], looked_at)
    told |= {"q": q, "p_holm": any_false(told["p"], looked_at), "holds": (q <= level) & (told["lift"] > 1)}
    order = np.lexsort((-told["confidence"], -told["lift_low"]))
    lists = {name: _lists([part[name] for part in parts], order) for name in sides}
    return pa.table(lists | {name: pa.array(column[order]) for name, column in told.items()})


def _lists(parts: Sequence[Numbers], order: npt.NDArray[np.intp]) -> pa.Array:
    """The rows of the parts, which differ in width, in this order, each as a list."""
    sizes = np.repeat([part.shape[1] for part in parts], [len(part) for part in parts])
    begins = (np.cumsum(sizes) - sizes)[order]
    offsets = np.append(0, np.cumsum(sizes[order])).astype(np.int32)
    places = np.repeat(begins - offsets[:-1], sizes[order]) + np.arange(offsets[-1])
    return pa.ListArray.from_arrays(offsets, np.concatenate([part.ravel() for part in parts])[places])
