"""Rules: against what others published on the same baskets, and against the same worked out one by one."""

from __future__ import annotations

from functools import cache
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from dangol.insight.analysis.baskets.rules import BadRules, Rules, rules
from dangol.insight.warehouse.bit_rows import frequent, packed
from dangol.insight.warehouse.itemsets import Itemsets, fewest

BASKETS = st.lists(st.sets(st.integers(0, 5), min_size=1), min_size=3, max_size=40)

type Baskets = list[set[int]]


def counted(baskets: Baskets, support: float, longest: int = 6) -> Itemsets:
    """Itemsets without a lake; product ids are ten times the number."""
    width = max(map(max, baskets)) + 1
    minimum = fewest(support, len(baskets))
    lies = np.array([product for basket in baskets for product in sorted(basket)])
    counts = np.bincount(lies, minlength=width)
    kept = np.array([p for p in np.argsort(counts, kind="stable") if counts[p] >= minimum], np.int64)
    place = np.full(width, -1, np.int32)
    place[kept] = np.arange(len(kept))
    rows = [[place[product] for product in basket if place[product] >= 0] for basket in baskets]
    offsets = np.append(0, np.cumsum([len(row) for row in rows]))
    bits = packed(np.array([p for row in rows for p in row], np.int32), offsets, len(kept))
    first = (np.arange(len(kept), dtype=np.int32)[:, None], counts[kept])
    more = frequent(bits, minimum=minimum, longest=longest)
    return Itemsets(len(baskets), minimum, longest, kept * 10, (first, *more) if len(kept) else ())


def planted(seed: int, *, n: int = 2000, together: float) -> Baskets:
    """Baskets of ten products by chance; who takes 0 takes 1 more often by `together`."""
    draw = np.random.default_rng(seed)
    takes = draw.random((n, 10)) < 0.12
    takes[:, 1] |= takes[:, 0] & (draw.random(n) < together)
    return [set(np.flatnonzero(row).tolist()) or {9} for row in takes]


@cache
def groceries(folder: Path, support: float) -> tuple[Itemsets, list[str]]:
    lines = (folder / "groceries_arules" / "groceries_baskets.csv").read_text(encoding="utf-8").splitlines()
    baskets = [set(text.split(",")) for text in lines]
    names = sorted(set.union(*baskets))
    code = {name: number for number, name in enumerate(names)}
    return counted([{code[name] for name in basket} for basket in baskets], support, longest=10), names


class TestPublished:
    """R's arules on its Groceries: Lantz, "Machine Learning with R" (463); Hahsler's own examples (5,668 and 15)."""

    @pytest.mark.parametrize(
        ("support", "confidence", "published"), [(0.006, 0.25, 463), (0.001, 0.5, 5668), (0.01, 0.5, 15)]
    )
    def test_rules_are_as_many(self, real_data: Path, support: float, confidence: float, published: int) -> None:
        found, _ = groceries(real_data, support)
        assert rules(found, confidence=confidence, redundant=True).table.num_rows == published

    def test_measures_are_the_same(self, real_data: Path) -> None:
        found, names = groceries(real_data, 0.001)
        rows = {
            (tuple(names[i // 10] for i in row["antecedent"]), names[row["consequent"][0] // 10]): row
            for row in rules(found, confidence=0.3).table.to_pylist()
        }
        meat = rows[("Instant food products",), "hamburger meat"]
        assert (meat["support"], meat["confidence"], meat["lift"]) == pytest.approx(
            (0.003050330, 0.3797468, 11.421438), rel=1e-6
        )
        assert meat["holds"]


@settings(max_examples=15)
@given(BASKETS, st.sampled_from([0.05, 0.2]), st.sampled_from([0.0, 0.4, 0.9]), st.integers(1, 3))
def test_every_rule_is_what_counting_one_by_one_says(
    baskets: Baskets, support: float, confidence: float, consequents: int
) -> None:
    @cache
    def held(products: tuple[int, ...]) -> int:
        return sum(basket.issuperset(products) for basket in baskets)

    n, right = len(baskets), {}
    for size in range(2, 5):
        for products in combinations(range(6), size):
            if held(products) < fewest(support, n):
                continue
            for some in range(1, min(consequents, size - 1) + 1):
                for then in combinations(products, some):
                    first = tuple(product for product in products if product not in then)
                    if held(products) / held(first) >= confidence:
                        right[first, then] = (held(products), held(first), held(then))
    table = rules(
        counted(baskets, support, longest=4), confidence=confidence, consequents=consequents, redundant=True
    ).table
    found = {
        tuple(tuple(i // 10 for i in row[side]) for side in ("antecedent", "consequent")): row
        for row in table.to_pylist()
    }
    assert {sides: (row["baskets"], row["antecedent_baskets"], row["consequent_baskets"])
            for sides, row in found.items()} == right  # fmt: skip
    expected, doubts = [], []
    for (first, then), row in found.items():
        both, one, other = right[first, then]
        assert (row["support"], row["confidence"], row["lift"]) == pytest.approx(
            (both / n, both / one, both * n / (one * other))
        )
        assert all(np.isfinite(value) for value in row.values() if isinstance(value, float))
        rests = [tuple(p for p in first if p != product) for product in first]
        doubts += [(both - 1, held(rest), held((*rest, *then)), one) for rest in rests]
        expected += [(row["p"], len(first))]
        assert row["confidence_low"] <= row["confidence"] <= row["confidence_high"]
        assert row["lift_low"] * (1 - 1e-12) <= row["lift"] <= row["lift_high"] * (1 + 1e-12)
    if expected:
        ps, sizes = zip(*expected, strict=True)
        tails = stats.hypergeom.sf(*np.array(doubts).T)
        most = np.maximum.reduceat(tails, np.append(0, np.cumsum(sizes)[:-1]))
        np.testing.assert_allclose(ps, most, rtol=1e-6)


@settings(max_examples=15)
@given(BASKETS)
def test_a_rule_is_left_out_where_a_part_of_it_says_as_much(baskets: Baskets) -> None:
    found = counted(baskets, 0.05)
    every, kept = (rules(found, confidence=0.0, redundant=redundant).table.to_pylist() for redundant in (True, False))
    sure = {(tuple(row["antecedent"]), tuple(row["consequent"])): row["confidence"] for row in every}

    def says_more(first: tuple[int, ...], then: tuple[int, ...]) -> bool:
        parts = [part for size in range(1, len(first)) for part in combinations(first, size)]
        alone = sum({t // 10 for t in then} <= basket for basket in baskets) / len(baskets)
        return len(first) == 1 or sure[first, then] > max([alone, *(sure[part, then] for part in parts)])

    assert {(tuple(row["antecedent"]), tuple(row["consequent"])) for row in kept} == {
        sides for sides in sure if says_more(*sides)
    }


class TestChance:
    def test_finds_what_was_planted_and_little_else(self) -> None:
        found = rules(counted(planted(1, together=0.5), 0.005), confidence=0.0)
        holding = [(row["antecedent"], row["consequent"]) for row in found.holding.to_pylist()]
        assert ([0], [10]) in holding
        assert ([10], [0]) in holding
        assert len(holding) <= 3

    def test_alone_hardly_ever_makes_a_rule_that_holds(self) -> None:
        wrong = [rules(counted(planted(seed, together=0.0), 0.005), confidence=0.0) for seed in range(20)]
        assert sum(one.holding.num_rows > 0 for one in wrong) <= 4  # about one in twenty
        assert all(one.looked_at > one.table.num_rows for one in wrong)

    def test_is_paid_for_rules_that_never_reached_the_support(self) -> None:
        found = counted([{0, 1}, {0, 1}, {2, 3}, {4}, {0, 2}, {1, 3}], 0.3)
        told = rules(found, confidence=0.0)
        assert found.minimum == 2
        assert told.table.num_rows == 2  # 0 → 1 and back
        assert told.looked_at == 4 * 3 + 1 * 2  # pairs both ways; {0, 1} with the two others
        assert "14 were looked at" in str(told)
        assert rules(counted([{0, 1}] * 3, 0.3, longest=2), confidence=0.0).looked_at == 2


@settings(max_examples=15)
@given(BASKETS, st.integers(1, 3), st.integers(2, 4))
def test_paid_is_for_every_rule_that_could_have_come(baskets: Baskets, consequents: int, longest: int) -> None:
    found = counted(baskets, 0.2, longest=longest)
    frequent_sets = [frozenset(row) for rows, _ in found.levels for row in rows.tolist()]
    pairs = [
        (left, right)
        for left in frequent_sets
        for right in frequent_sets
        if len(right) <= consequents and len(left) + len(right) <= longest
    ]
    single = sum(len(right) == 1 and not left & right for left, right in pairs)
    several = sum(len(right) > 1 for _, right in pairs)  # those that share products, too: never too few
    assert rules(found, confidence=1.0, consequents=consequents).looked_at == single + several


class TestRefusal:
    @pytest.mark.parametrize(
        "wrong", [{"confidence": -0.1}, {"confidence": float("nan")}, {"confidence": 0.5, "level": 2}]
    )
    def test_of_what_is_no_share(self, wrong: dict[str, float]) -> None:
        with pytest.raises(BadRules, match="it is a share, from 0 to 1"):
            rules(counted([{0, 1}], 0.5), **wrong)

    def test_of_nothing_on_the_right(self) -> None:
        with pytest.raises(BadRules, match="1 is the least"):
            rules(counted([{0, 1}], 0.5), confidence=0.5, consequents=0)

    @pytest.mark.parametrize("baskets", [[{0}], [{0}, {0}], [{0}, {1}]])
    def test_is_not_for_too_little_but_nothing_is_found(self, baskets: Baskets) -> None:
        found: Rules = rules(counted(baskets, 1.0), confidence=0.1)
        assert found.table.num_rows == found.holding.num_rows == found.redundant == 0
        assert found.table.schema.names[-1] == "holds"
