"""The oracle knows how the dairy is generated, sees what is observed, and never the truth."""

from dataclasses import replace

import numpy as np
import pytest

from dangol.contact.intake.sources.dairy.proof.assumptions import QUARTERS
from dangol.contact.intake.sources.dairy.proof.counted import Counted
from dangol.contact.intake.sources.dairy.proof.drifting import Drifting
from dangol.contact.intake.sources.dairy.proof.judged import naive
from dangol.contact.intake.sources.dairy.proof.oracle import Posterior, posterior
from dangol.contact.intake.sources.dairy.proof.true import Truth
from tests.contact.intake.sources.dairy.proof.conftest import POSSIBLE


class TestTheOracle:
    def test_puts_people_better_than_spending_and_tenure_do(
        self, seen: Counted, true: Truth, thought: Posterior
    ) -> None:
        known, alone = (regions == true.region for regions in (thought.region, naive(seen, true)))
        assert known[true.surveyed].mean() - alone[true.surveyed].mean() >= 0.1
        assert known[true.surveyed].mean() > known[~true.surveyed].mean()

    def test_says_of_satisfaction_as_much_as_can_be_known(
        self, drifted: Drifting, true: Truth, thought: Posterior
    ) -> None:
        felt = (drifted.of.satisfaction.mean(axis=1) + drifted.mood[:, 2])[true.who]
        below = (thought.social < felt[:, None]).mean(axis=1)
        # Of a right posterior the truth is as often in each tenth.
        for group in (true.surveyed, ~true.surveyed):
            assert below[group].mean() == pytest.approx(0.5, abs=0.04)
            assert np.mean((below[group] > 0.1) & (below[group] < 0.9)) == pytest.approx(0.8, abs=0.06)

    def test_says_as_many_are_still_with_us_as_are(self, drifted: Drifting, true: Truth, thought: Posterior) -> None:
        still = (drifted.of.gone > drifted.events.purchases.time.max())[true.who]
        assert (thought.worth > 0).mean() == pytest.approx(still.mean(), abs=0.03)

    def test_says_the_same_whatever_the_truth_is(
        self, drifted: Drifting, seen: Counted, true: Truth, thought: Posterior
    ) -> None:
        turned = drifted.of.satisfaction[::-1], drifted.of.rate[::-1], drifted.of.hazard[::-1], drifted.of.gone[::-1]
        names = ("satisfaction", "rate", "hazard", "gone")
        other = replace(drifted, of=replace(drifted.of, **dict(zip(names, turned, strict=True))))
        other = replace(other, drift=drifted.drift[::-1], mood=drifted.mood[::-1])
        assert other.drift.shape[1] == QUARTERS + 1
        again = posterior(other, seen, true.who, possible=POSSIBLE)
        assert (again.region == thought.region).all()
        assert (again.worth == thought.worth).all()
