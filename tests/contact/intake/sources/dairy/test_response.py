"""What messages change, and nothing else: common random numbers, known effect, reproducible weeks."""

from datetime import datetime, timedelta

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from dangol.contact.intake.sources import SENT
from dangol.contact.intake.sources.dairy import Dairy, UnknownCustomers
from dangol.contact.intake.sources.dairy.assumptions import OFFERS

MORNING = timedelta(hours=10)


@pytest.fixture(scope="module")
def audience(dairy: Dairy, history: dict[str, pa.Table]) -> np.ndarray:
    """3,000 home-delivery customers who bought within the year."""
    lines = history["transactions"].to_pandas()
    recent = lines[(lines["time"] > pd.Timestamp("2025-09-28")) & lines["customer"].str.startswith("H")]
    everybody = np.array(sorted(recent["customer"].unique()), dtype=object)
    return np.random.default_rng(1).choice(everybody, 3_000, replace=False)


@pytest.fixture(scope="module")
def treated_weeks(dairy: Dairy, audience: np.ndarray) -> pd.DataFrame:
    return weeks(dairy, audience)


def sent_to(dairy: Dairy, customers: np.ndarray, offer: str = "care") -> pa.Table:
    at = (dairy.opens_at + MORNING).astimezone(tz=None).utctimetuple()
    moment = datetime(*at[:6])
    return pa.table(
        {
            "customer": list(customers),
            "source_ref": ["campaign 1"] * len(customers),
            "offer": [offer] * len(customers),
            "sent_at": [moment] * len(customers),
        },
        schema=SENT,
    )


def weeks(dairy: Dairy, customers: np.ndarray, *, until: datetime | None = None, offer: str = "care") -> pd.DataFrame:
    """Transactions of the weeks after a message to these customers."""
    feeds = dairy.following(since=dairy.opens_at, until=until or dairy.closes_at, sent=sent_to(dairy, customers, offer))
    return next(feed.table.to_pandas() for feed in feeds if feed.kind == "transactions")


def net(lines: pd.DataFrame, customers: np.ndarray) -> np.ndarray:
    return lines.groupby("customer")["amount"].sum().reindex(customers, fill_value=0).to_numpy()


class TestFollowing:
    def test_tells_the_same_weeks_twice(self, dairy: Dairy, audience: np.ndarray, treated_weeks: pd.DataFrame) -> None:
        pd.testing.assert_frame_equal(weeks(dairy, audience), treated_weeks)

    def test_only_adds_rows_when_one_looks_further(
        self, dairy: Dairy, audience: np.ndarray, treated_weeks: pd.DataFrame
    ) -> None:
        longer = weeks(dairy, audience, until=dairy.closes_at + timedelta(weeks=2))
        assert len(longer) > len(treated_weeks) * 1.1
        pd.testing.assert_frame_equal(longer.head(len(treated_weeks)), treated_weeks)

    def test_changes_nothing_for_those_who_were_sent_nothing(
        self, audience: np.ndarray, treated_weeks: pd.DataFrame, quiet_weeks: dict[str, pa.Table]
    ) -> None:
        quiet = quiet_weeks["transactions"].to_pandas()
        unsent = [lines[~lines["customer"].isin(set(audience))] for lines in (treated_weeks, quiet)]
        pd.testing.assert_frame_equal(*(lines.reset_index(drop=True) for lines in unsent))

    def test_keeps_the_receipts_that_the_message_did_not_touch(
        self, treated_weeks: pd.DataFrame, quiet_weeks: dict[str, pa.Table]
    ) -> None:
        columns = ["receipt", "customer", "time", "product", "amount"]
        quiet = quiet_weeks["transactions"].to_pandas()[columns]
        both = quiet.merge(treated_weeks[columns], on="receipt", suffixes=("", "_treated"))
        assert set(both["customer"] == both["customer_treated"]) == {True}
        assert len(both["receipt"].unique()) > 0.9 * quiet["receipt"].nunique()

    def test_changes_nothing_before_the_message(self, dairy: Dairy, audience: np.ndarray) -> None:
        morning = dairy.opens_at + MORNING
        before = weeks(dairy, audience, until=morning)
        assert len(before) and before.equals(weeks(dairy, audience[:0], until=morning))

    def test_counts_a_second_message_once_when_it_changes_nothing(
        self, dairy: Dairy, audience: np.ndarray, treated_weeks: pd.DataFrame
    ) -> None:
        pd.testing.assert_frame_equal(weeks(dairy, np.concatenate([audience, audience])), treated_weeks)

    def test_refuses_strangers(self, dairy: Dairy) -> None:
        with pytest.raises(UnknownCustomers, match="no customer household 900"):
            weeks(dairy, np.array(["household 900"], dtype=object))

    def test_takes_an_offer_of_any_name(self, dairy: Dairy, audience: np.ndarray, treated_weeks: pd.DataFrame) -> None:
        assert "감사 카드" not in OFFERS
        pd.testing.assert_frame_equal(weeks(dairy, audience, offer="감사 카드"), treated_weeks)


class TestTrueEffect:
    def test_is_what_following_shows_for_everybody(
        self, dairy: Dairy, audience: np.ndarray, treated_weeks: pd.DataFrame, quiet_weeks: dict[str, pa.Table]
    ) -> None:
        quiet = quiet_weeks["transactions"].to_pandas()
        shown = net(treated_weeks, audience) - net(quiet, audience)
        told = dairy.true_effect(audience, since=dairy.opens_at + MORNING, until=dairy.closes_at)
        assert (shown == told).all()

    def test_differs_between_people_and_hurts_some(self, dairy: Dairy, audience: np.ndarray) -> None:
        effect = dairy.true_effect(audience, since=dairy.opens_at + MORNING, until=dairy.closes_at)
        assert effect.mean() > 0
        assert (effect == 0).mean() > 0.3 and 0.01 < (effect < 0).mean() < 0.1
        assert effect.std() > effect.mean()

    def test_depends_on_the_offer(self, dairy: Dairy, audience: np.ndarray) -> None:
        window = {"since": dairy.opens_at + MORNING, "until": dairy.closes_at}
        care, points = (dairy.true_effect(audience, **window, offer=offer).mean() for offer in ("care", "points"))
        assert 0 < points < care


class TestResponses:
    def test_are_the_same_for_the_same_response_seed(self, dairy: Dairy, audience: np.ndarray) -> None:
        window = {"since": dairy.opens_at + MORNING, "until": dairy.closes_at}
        first, again, other = (dairy.responses(audience, response_seed=n, **window) for n in (1, 1, 2))
        assert (first[0] == again[0]).all() and (first[1] == again[1]).all()
        assert (first[0] != other[0]).any()

    def test_are_the_world_of_following_drawn_anew(
        self, dairy: Dairy, audience: np.ndarray, quiet_weeks: dict[str, pa.Table]
    ) -> None:
        """Means over 60 redraws agree with the one world within its own noise."""
        window = {"since": dairy.opens_at + MORNING, "until": dairy.closes_at}
        drawn = [dairy.responses(audience, response_seed=n, **window) for n in range(60)]
        spend, effect = np.mean([y0.mean() for y0, _ in drawn]), np.mean([(y1 - y0).mean() for y0, y1 in drawn])
        once = net(quiet_weeks["transactions"].to_pandas(), audience)
        assert once.mean() == pytest.approx(spend, rel=0.05)
        told = dairy.true_effect(audience, **window)
        assert told.mean() == pytest.approx(effect, abs=4 * told.std() / np.sqrt(len(told)))

    def test_let_an_interval_find_the_effect_and_cover_it(self, dairy: Dairy, audience: np.ndarray) -> None:
        """A tenth held out: t is between 2.5 and 6 on average, and about 95 % of intervals cover."""
        window = {"since": dairy.opens_at + MORNING, "until": dairy.closes_at}
        random, seen, covered = np.random.default_rng(3), [], 0
        for seed in range(100):
            y0, y1 = dairy.responses(audience, response_seed=seed, **window)
            treated = random.random(len(audience)) >= 0.10
            ours, theirs = y1[treated].astype(float), y0[~treated].astype(float)
            error = np.sqrt(ours.var(ddof=1) / len(ours) + theirs.var(ddof=1) / len(theirs))
            effect = ours.mean() - theirs.mean()
            seen.append(effect / error)
            covered += abs(effect - (y1 - y0).mean()) < 1.96 * error
        assert 2.5 < np.mean(seen) < 6
        assert 87 <= covered <= 100

    def test_find_nothing_where_nobody_was_sent_anything(self, dairy: Dairy, audience: np.ndarray) -> None:
        """An A/A comparison: two random halves of the untreated do not differ beyond chance."""
        window = {"since": dairy.opens_at + MORNING, "until": dairy.closes_at}
        random, scores = np.random.default_rng(4), []
        for seed in range(60):
            y0, _ = dairy.responses(audience, response_seed=seed, **window)
            half = random.permutation(len(y0)) < len(y0) // 2
            error = np.sqrt(y0[half].var() / half.sum() + y0[~half].var() / (~half).sum())
            scores.append((y0[half].mean() - y0[~half].mean()) / error)
        assert abs(np.mean(scores)) < 3 / np.sqrt(60)
        assert np.mean(np.abs(scores) < 1.96) > 0.85


class TestTruth:
    def test_tells_the_living_from_the_gone(self, dairy: Dairy) -> None:
        early, late = (dairy.truth(at).to_pandas() for at in (dairy.opens_at, dairy.closes_at))
        assert len(early) == 12_000 and early["customer"].is_unique
        assert (early["alive"] & ~late["alive"]).sum() > 100
        assert not (late["alive"] & ~early["alive"]).any()

    def test_makes_the_discontented_leave_somewhat_more_often(self, dairy: Dairy) -> None:
        truth = dairy.truth(dairy.opens_at).to_pandas()
        home = truth[truth["line"] == "home_delivery"]
        content = home["satisfaction"] > home["satisfaction"].median()
        hazard = home["hazard"]
        assert 1.1 < hazard[~content].mean() / hazard[content].mean() < 2.5
