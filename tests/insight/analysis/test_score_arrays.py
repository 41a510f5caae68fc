"""Scores of everybody as arrays: whole, of that run alone, and in the order in which they were written."""

from __future__ import annotations

from random import Random

import numpy as np
import pytest
from django.db.transaction import atomic
from hypothesis import given
from hypothesis import strategies as st

from dangol.insight.analysis.actions import Column, record_scores
from dangol.insight.analysis.score_arrays import laid_beside, score_arrays
from tests.insight.analysis.test_actions import columns, opened, people

pytestmark = pytest.mark.django_db


@pytest.mark.store
def test_gives_everybody_of_the_run_and_nobody_else() -> None:
    ids, run, other = people(3), opened(), opened("groups")
    with atomic():
        record_scores(run, customer_ids=ids, columns=columns())
        record_scores(other, customer_ids=ids[1:], columns=[Column("region", np.array([5.0, 6.0]))])
        record_scores(run, customer_ids=ids, columns=[Column("later", np.arange(3.0))])
    whose, values = score_arrays(run, "region")
    assert sorted(whose.tolist()) == ids
    assert np.array_equal(values[np.argsort(whose)], [20.0, np.nan, -1.0], equal_nan=True)
    assert score_arrays(run, "equity")[1].tolist() == [1.5, 3.0]
    assert score_arrays(other, "region")[0].tolist() == ids[1:]


@pytest.mark.store
def test_is_empty_where_nothing_of_the_sort_was_kept() -> None:
    whose, values = score_arrays(opened(), "region")
    assert (len(whose), len(values)) == (0, 0)


def test_comes_in_the_order_in_which_it_was_written_and_not_by_value() -> None:
    """Of SQLite alone: how PostgreSQL reads hangs on how many rows there are."""
    ids, run = people(40), opened()
    with atomic():
        record_scores(run, customer_ids=ids, columns=[Column("equity", np.arange(40.0)[::-1])])
    assert score_arrays(run, "equity")[0].tolist() == ids


@given(
    told=st.dictionaries(st.integers(0, 30), st.floats(-5, 5)), wanted=st.sets(st.integers(0, 30)), seed=st.randoms()
)
def test_lays_a_column_of_some_beside_others_whoever_is_missing_on_either_side(
    told: dict[int, float], wanted: set[int], seed: Random
) -> None:
    order = list(told)
    seed.shuffle(order)
    ids = np.array(sorted(wanted), np.int64)
    beside = laid_beside(ids, np.array(order, np.int64), np.array([told[one] for one in order]))
    assert np.array_equal(beside, [told.get(one, np.nan) for one in sorted(wanted)], equal_nan=True)
