"""People out of pairs: chains are cut, what excludes itself stays apart, the same pairs make the same people."""

from __future__ import annotations

from itertools import combinations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from dangol.insight.analysis.duplicates.grouping import LARGEST, people, tangles

type Pair = tuple[int, int]


def alike(*links: Pair, members: int) -> dict[Pair, float]:
    """These pairs are surely one person, all others surely not."""
    return {pair: 0.99 if pair in links else 0.001 for pair in combinations(range(1, members + 1), 2)}


class TestPeople:
    def test_brings_together_who_is_alike(self) -> None:
        assert people([1, 2, 3], alike((1, 2), (1, 3), (2, 3), members=3), set(), 0.9) == [[1, 2, 3]]

    def test_lets_one_missing_link_be_outvoted(self) -> None:
        links = [pair for pair in combinations(range(1, 5), 2) if pair != (1, 4)]
        assert people([1, 2, 3, 4], alike(*links, members=4), set(), 0.9) == [[1, 2, 3, 4]]

    def test_cuts_the_bridge_between_two_families(self) -> None:
        found = people(
            [1, 2, 3, 4, 5, 6], alike((1, 2), (1, 3), (2, 3), (3, 4), (4, 5), (4, 6), (5, 6), members=6), set(), 0.9
        )
        assert found == [[1, 2, 3], [4, 5, 6]]

    def test_lets_no_chain_run_on(self) -> None:
        chain = [(number, number + 1) for number in range(1, 20)]
        found = people(list(range(1, 21)), alike(*chain, members=20), set(), 0.9)
        assert max(map(len, found)) <= 3

    def test_keeps_apart_what_excludes_itself(self) -> None:
        every = list(combinations(range(1, 4), 2))
        assert people([1, 2, 3], alike(*every, members=3), {(1, 3)}, 0.9) == [[1, 2], [3]]

    @given(st.data())
    def test_never_joins_a_barred_pair_and_loses_nobody(self, data: st.DataObject) -> None:
        size = data.draw(st.integers(2, 7))
        pairs = list(combinations(range(size), 2))
        chance = {pair: data.draw(st.floats(0, 1)) for pair in pairs}
        barred = set(data.draw(st.lists(st.sampled_from(pairs), max_size=4)))
        found = people(list(range(size)), chance, barred, 0.9)
        assert sorted(one for group in found for one in group) == list(range(size))
        assert not barred & {pair for group in found for pair in combinations(group, 2)}


class TestTangles:
    def test_are_the_customers_that_links_lead_between(self) -> None:
        left, right = np.array([1, 2, 7]), np.array([2, 3, 9])
        assert [members.tolist() for members in tangles(left, right, np.array([0.9, 0.9, 0.9]))] == [[1, 2, 3], [7, 9]]

    def test_are_never_a_whole_town(self) -> None:
        left = np.arange(1, 500)
        chance = np.linspace(0.9, 0.999, 499)
        found = tangles(left, left + 1, chance)
        assert max(map(len, found)) <= LARGEST

    def test_are_none_without_links(self) -> None:
        none = np.empty(0, np.int64)
        assert tangles(none, none, np.empty(0)) == []
