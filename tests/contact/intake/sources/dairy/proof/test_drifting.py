"""The dairy of the proof: the same for the same seed, and as noisy as is said."""

import numpy as np
import pytest

from dangol.contact.intake.sources.dairy.proof.assumptions import DRIFT, STAYS, UNRECORDED
from dangol.contact.intake.sources.dairy.proof.drifting import COSTLY, Drifting, drifting


class TestTheDairyOfTheProof:
    def test_is_the_same_for_the_same_seed_and_another_for_another(self, drifted: Drifting) -> None:
        again, other = drifting(5, customers=1_000), drifting(6, customers=1_000)
        for feed, twin in zip(drifted.feeds(until=drifted.opens_at), again.feeds(until=again.opens_at), strict=True):
            assert feed.table.equals(twin.table), feed.kind
        assert (drifted.buys_later() == again.buys_later()).all()
        assert len(other.events.purchases) != len(drifted.events.purchases)

    def test_has_people_who_buy_at_a_rate_that_drifts_and_comes_back(self, drifted: Drifting) -> None:
        assert drifted.drift.std() == pytest.approx(DRIFT, rel=0.05)
        now, then = drifted.drift[:, 1:].ravel(), drifted.drift[:, :-1].ravel()
        assert np.corrcoef(now, then)[0, 1] == pytest.approx(STAYS, abs=0.03)

    def test_buys_more_in_quarters_in_which_the_rate_is_higher(self, drifted: Drifting) -> None:
        bought = drifted.events.purchases
        here = (drifted.of.begins == 0) & (drifted.of.gone > bought.time.max())
        quarter = bought.time // (13 * 7 * 86_400)
        counts = np.zeros_like(drifted.drift)
        np.add.at(counts, (bought.who, quarter), 1)
        usual = (drifted.of.rate * 13)[here, None]
        high = drifted.drift[here][:, :8] > DRIFT
        low = drifted.drift[here][:, :8] < -DRIFT
        assert (counts[here][:, :8] / usual)[high].mean() > 1.5 * (counts[here][:, :8] / usual)[low].mean()

    def test_asks_for_ratings_of_reliability_eight_tenths_that_pile_up_at_the_top(self, drifted: Drifting) -> None:
        scores = np.concatenate([wave.scores for wave in drifted.asked])
        first, second = scores[..., 0].ravel(), scores[..., 1].ravel()
        between = np.corrcoef(first, second)[0, 1]
        assert 2 * between / (1 + between) == pytest.approx(0.8, abs=0.03)
        assert ((first - first.mean()) ** 3).mean() / first.std() ** 3 < -0.3
        answered = sum(len(wave.answered) for wave in drifted.asked) / sum(len(wave.invited) for wave in drifted.asked)
        assert answered == pytest.approx(0.3, abs=0.03)

    def test_leaves_a_quarter_of_the_contacts_that_cost_time_unrecorded_and_no_other(self, drifted: Drifting) -> None:
        happened = next(feed.table for feed in drifted.happened() if feed.kind == "interactions")
        observed = next(feed.table for feed in drifted.feeds(until=drifted.opens_at) if feed.kind == "interactions")
        kinds = [table["kind"].to_numpy(zero_copy_only=False) for table in (happened, observed)]
        costly = [np.isin(kind, COSTLY).sum() for kind in kinds]
        assert costly[1] / costly[0] == pytest.approx(1 - UNRECORDED, abs=0.04)
        assert len(kinds[0]) - costly[0] == len(kinds[1]) - costly[1]
