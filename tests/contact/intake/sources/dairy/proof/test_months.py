"""Months of the proof under a policy: the same luck for all, so that only the policy makes a difference."""

import numpy as np
import pytest
from scipy.stats import poisson as known

from dangol.contact.intake.sources.dairy.proof import months
from dangol.contact.intake.sources.dairy.proof.assumptions import CUT_OFF, QUARTERS
from dangol.contact.intake.sources.dairy.proof.drifting import Drifting
from dangol.contact.intake.sources.dairy.proof.programmes import (
    BALANCES,
    COSTS,
    expected_month,
    strengths,
    true_gains,
)
from dangol.contact.intake.sources.dairy.proof.true import Baskets


def test_counts_from_uniform_numbers_are_those_of_poisson() -> None:
    random = np.random.default_rng(0)
    luck, mean = random.random(2_000), random.gamma(1.0, 2.0, 2_000)
    assert (months.poisson(luck, mean) == known.ppf(luck, mean)).all()


class TestMonths:
    def test_are_the_same_for_the_same_policy(self, drifted: Drifting) -> None:
        assert (months.lived(drifted, months.nothing) == months.lived(drifted, months.nothing)).all()

    def test_differ_by_what_a_policy_does_and_nothing_else(self, drifted: Drifting) -> None:
        def late(record: months.Record) -> np.ndarray:
            return months.nothing(record) if record.month < 6 else months.discounts_for_all(record)

        usual, then = months.lived(drifted, months.nothing), months.lived(drifted, late)
        assert (usual[:6] == then[:6]).all() and (usual[6:] != then[6:]).all()

    def test_show_a_policy_no_more_than_is_on_record(self, drifted: Drifting) -> None:
        told: list[months.Record] = []

        def watching(record: months.Record) -> np.ndarray:
            told.append(record)
            return months.nothing(record)

        months.lived(drifted, watching)
        first, last = told[0], told[-1]
        assert first.purchases.sum() == len(drifted.events.purchases)
        assert last.purchases.sum() == first.purchases.sum() + sum(record.bought.sum() for record in told)
        assert (last.last >= last.first)[last.purchases > 0].all() and last.last.max() <= last.today


class TestTrueGains:
    def test_are_what_a_programme_brings_when_many_live_through_it(self, drifted: Drifting) -> None:
        of, who = drifted.of, np.arange(len(drifted.of.rate))
        # The first month alone, without those whom it keeps: the part that a trial sees.
        care = np.ones(len(who), dtype=np.int64)
        trial = 400
        with_it = months.tried(drifted, care, months=trial) / trial
        without = months.tried(drifted, np.full(len(who), months.NOBODY), months=trial) / trial
        here = (of.gone > CUT_OFF) * of.rate * expected_month(drifted.drift[:, QUARTERS - 1])
        pull = strengths(of.people.line)[:, 1] * (of.responsive * of.lift - of.annoyed * 0.25)
        assert (with_it - without).sum() == pytest.approx((here * pull).sum(), rel=0.03)

    def test_of_who_has_left_are_what_it_costs(self, drifted: Drifting) -> None:
        nobody = np.zeros(len(drifted.of.rate))
        gains = true_gains(drifted.of, nobody, Baskets(drifted).of(drifted.of.people.line, drifted.of.spend))
        assert (gains == BALANCES).all() and (BALANCES < 0).all() and (COSTS > 0).all()
