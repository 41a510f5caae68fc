"""The rules of the course: each state with its true day, never from what came later, and in order whatever happens."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from dangol.insight.relationship.stages.courses import REASONS, STATES, TRACKS, courses
from dangol.insight.relationship.stages.rules import StageRules
from dangol.insight.relationship.stages.seen import NEVER, Bought

RULES = StageRules()
TODAY = 3_000
type Purchase = tuple[int, int, int, int]  # customer, day, net, fresh categories


def told(
    purchases: list[Purchase], *, customers: int = 1, registered: int = NEVER, today: int = TODAY
) -> list[tuple[int, str, str, int, int, str]]:
    """(customer, track, state, since, until, reason) of every step."""
    rows = sorted(purchases)
    columns = [np.array([row[place] for row in rows], np.int64) for place in range(4)]
    found = courses(Bought(*columns), np.full(customers, registered, np.int64), RULES, today=today)
    return [
        (int(who), str(TRACKS[track]), str(STATES[state]), int(since), int(until), str(REASONS[reason]))
        for who, track, state, since, until, reason in zip(
            found.who, found.track, found.state, found.since, found.until, found.reason, strict=True
        )
    ]


def of(track: str, purchases: list[Purchase], **about: int) -> list[tuple[str, int, str]]:
    """(state, since, reason) of one track."""
    return [(state, since, reason) for _, one, state, since, _, reason in told(purchases, **about) if one == track]


def every(gap: int, times: int, *, start: int = 0, net: int = 100) -> list[Purchase]:
    """Regular purchases, the first two each of a new category."""
    return [(0, start + gap * place, net, 1 if place < 2 else 0) for place in range(times)]


class TestStages:
    def test_begin_with_being_on_record_and_go_on_with_the_first_purchase(self) -> None:
        assert of("stage", [(0, 100, 5, 1)], registered=40, today=110) == [
            ("awareness", 40, "registered"), ("exploration", 100, "first"),
        ]  # fmt: skip

    def test_leave_awareness_out_where_somebody_came_on_record_with_the_purchase(self) -> None:
        assert of("stage", [(0, 100, 5, 1)], registered=100, today=110) == [("exploration", 100, "first")]

    def test_expand_with_the_third_purchase_over_two_categories(self) -> None:
        assert ("expansion", 20, "several") in of("stage", every(10, 3), today=21)
        one_category = [(0, day, 5, int(day == 0)) for day in (0, 10, 20)]
        assert [state for state, *_ in of("stage", one_category, today=21)] == ["exploration"]

    def test_ask_for_purchases_alone_where_no_goods_have_a_category(self) -> None:
        assert ("expansion", 20, "several") in of("stage", [(0, day, 5, 0) for day in (0, 10, 20)], today=21)

    def test_are_committed_after_a_steady_year_and_not_a_day_sooner(self) -> None:
        found = of("stage", every(30, 20), today=600)
        assert ("commitment", 390, "steady") in found
        assert [since for state, since, _ in found if state == "commitment"] == [390]

    def test_end_when_silence_grew_too_long_and_begin_anew(self) -> None:
        # five purchases every 30 days: a gap of (120 + 60) / 5 = 36 is usual, lost after 5 × 36 = 180 days
        found = of("stage", [*every(30, 5), (0, 500, 5, 0)], today=510)
        assert found[-2:] == [("ended", 120 + 181, "silent"), ("exploration", 500, "back")]


class TestLifeCycle:
    def test_is_new_then_kept_then_quiet_then_lost_then_won_back_then_kept(self) -> None:
        found = of("cycle", [*every(30, 5), (0, 500, 5, 0), (0, 510, 5, 0)], today=511)
        assert found == [
            ("new", 0, "first"), ("kept", 30, "again"), ("quiet", 120 + 91, "silent"), ("lost", 120 + 181, "silent"),
            ("won_back", 500, "back"), ("kept", 510, "again"),
        ]  # fmt: skip

    def test_wakes_up_before_it_is_lost(self) -> None:
        found = of("cycle", [*every(30, 5), (0, 250, 5, 0)], today=251)
        assert found[-2:] == [("quiet", 211, "silent"), ("kept", 250, "awake")]

    def test_grows_when_more_is_spent_than_in_as_many_days_before(self) -> None:
        found = of("cycle", [*every(30, 12), *every(30, 8, start=360, net=200)], today=600)
        begins = next(since for state, since, _ in found if state == "growing")
        assert 360 < begins <= 450
        assert all(state != "growing" for state, *_ in of("cycle", every(30, 20), today=600))

    def test_is_lifelong_after_two_steady_years(self) -> None:
        assert ("lifelong", 750, "steady") in of("cycle", every(30, 30), today=900)

    def test_of_whoever_bought_once_follows_the_usual_days(self) -> None:
        assert [(state, since) for state, since, _ in of("cycle", [(0, 0, 5, 1)], today=500)] == [
            ("new", 0), ("quiet", 151), ("lost", 301),
        ]  # fmt: skip


class TestRhythm:
    @given(gap=st.integers(1, 900), times=st.integers(2, 12))
    def test_of_whoever_comes_regularly_is_known_after_the_first_gap(self, gap: int, times: int) -> None:
        states = [state for state, since, _ in of("cycle", every(gap, times), today=gap * times)]
        assert states.count("lost") <= 1  # however rarely they come: before the second purchase nobody can know
        assert states.count("won_back") == states.count("lost")

    @given(gap=st.integers(5, 60), away=st.integers(400, 1_000))
    def test_of_a_steady_relationship_is_that_of_its_own_purchases(self, gap: int, away: int) -> None:
        before = every(gap, 6)
        back = every(gap, 400 // gap + 4, start=before[-1][1] + away)
        rows = [*before, *((who, day, net, 0) for who, day, net, _ in back)]
        columns = [np.array([row[place] for row in rows], np.int64) for place in range(4)]
        found = courses(Bought(*columns), np.full(1, NEVER, np.int64), RULES, today=rows[-1][1])
        steady = found.reason == REASONS.index("steady")
        assert steady.any()
        assert set(found.measure[steady].tolist()) == {gap}
        assert (found.days[steady] == gap * (found.purchases[steady] - 1)).all()


days = st.lists(
    st.tuples(st.integers(0, 2), st.integers(0, 1_200), st.integers(1, 500), st.integers(0, 2)),
    max_size=40, unique_by=lambda one: one[:2],
)  # fmt: skip


class TestAnyCourse:
    @given(purchases=days, cut=st.integers(0, 1_300))
    def test_says_of_a_day_only_what_was_known_on_it(self, purchases: list[Purchase], cut: int) -> None:
        # once any goods have a category breadth is asked for; that is a fact of the shop, not of the customer
        purchases = [(0, 0, 5, 1), *(one for one in purchases if one[:2] != (0, 0))]
        then = told([one for one in purchases if one[1] <= cut], customers=3, today=cut)
        later = told(purchases, customers=3, today=1_300)
        known = [(*step[:4], step[5]) for step in later if step[3] <= cut]
        assert [(*step[:4], step[5]) for step in then] == known

    @given(purchases=days)
    def test_is_one_state_after_the_other_without_a_gap(self, purchases: list[Purchase]) -> None:
        steps = told(purchases, customers=3, registered=0)
        for before, after in pairwise(steps):
            if before[:2] == after[:2]:
                assert before[3] < before[4] == after[3]
                assert before[2] != after[2]
            else:
                assert before[4] == NEVER

    @given(purchases=days)
    def test_of_one_customer_does_not_hang_on_the_others(self, purchases: list[Purchase]) -> None:
        purchases = [(2, 0, 5, 1), *(one for one in purchases if one[:2] != (2, 0))]
        everybody = told(purchases, customers=3)
        alone = told([one for one in purchases if one[0] in {1, 2}], customers=3)
        assert [step for step in everybody if step[0] == 1] == [step for step in alone if step[0] == 1]
