"""What customers of the dairy write of their own accord: theirs, of what they bought, as they feel, and in Korean."""

from __future__ import annotations

import re
from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from dangol.contact.intake.sources.dairy import Dairy, spoken_words
from dangol.contact.intake.sources.dairy.spoken import QUESTION

SEOUL = ZoneInfo("Asia/Seoul")
PARTICLES = re.compile(r"\{|\}|\(가\)|\(를\)")


@pytest.fixture(scope="module")
def written(history: dict[str, pa.Table]) -> pd.DataFrame:
    """Return everything that was written before the first campaign."""
    return history["feedback"].to_pandas()


def test_is_a_thousand_and_some_of_three_sorts(written: pd.DataFrame) -> None:
    assert 1_000 < len(written) < 2_500
    assert set(written["kind"]) == {"review", "suggestion", "opinion"}
    assert written["kind"].value_counts().min() > 50
    assert written["ref"].is_unique
    assert written["time"].is_monotonic_increasing


def test_varies_and_leaves_no_gap_unfilled(written: pd.DataFrame) -> None:
    assert written["text"].nunique() > 250
    assert not written["text"].str.contains(PARTICLES).any()
    assert (written["text"].str.count("[가-힣]") >= 5).all()


def test_reviews_what_its_writer_had_bought_in_the_month_before(
    written: pd.DataFrame, history: dict[str, pa.Table]
) -> None:
    reviews = written[written["kind"] == "review"]
    lines = history["transactions"].to_pandas()[["customer", "product", "time"]]
    both = reviews.merge(lines, on=["customer", "product"], suffixes=("", "_bought"))
    near = both[(both["time_bought"] <= both["time"]) & (both["time"] - both["time_bought"] <= pd.Timedelta(days=30))]
    assert set(near["ref"]) == set(reviews["ref"])
    assert written.loc[written["kind"] != "review", "product"].isna().all()


def test_adds_to_a_survey_what_its_writer_answered(written: pd.DataFrame, history: dict[str, pa.Table]) -> None:
    added = written[written["kind"] == "opinion"]
    answers = history["answers"].to_pandas()
    assert set(zip(added["customer"], added["time"], strict=True)) <= set(
        zip(answers["customer"], answers["time"], strict=True)
    )
    assert set(added["subject"]) == {QUESTION}
    assert 0.07 < len(added) / len(answers.drop_duplicates(["customer", "survey"])) < 0.13


def test_sounds_the_gladder_the_more_satisfied_its_writer_is(dairy: Dairy, written: pd.DataFrame) -> None:
    truth = dairy.truth(dairy.opens_at).to_pandas().set_index("customer")["satisfaction"]
    glad, unhappy = (
        [
            text.split("{product}")[-1][2:12]
            for some in (spoken_words.REVIEWS, spoken_words.OPINIONS)
            for text in some[n]
        ]
        for n in (2, 0)
    )
    said = written[written["kind"] != "suggestion"].assign(satisfaction=written["customer"].map(truth))
    happy, not_happy = (
        said[said["text"].map(lambda text, some=some: any(one in text for one in some))]["satisfaction"]
        for some in (glad, unhappy)
    )
    assert min(len(happy), len(not_happy)) > 200
    assert happy.mean() > not_happy.mean() + 0.4


def test_is_the_same_however_far_one_looks_and_in_parts(dairy: Dairy, written: pd.DataFrame) -> None:
    early = datetime(2025, 7, 1, 13, tzinfo=SEOUL)
    (before,) = [feed.table.to_pandas() for feed in dairy.feeds(until=early) if feed.kind == "feedback"]
    first = written[written["time"] < pd.Timestamp(2025, 7, 1, 13)].reset_index(drop=True)
    pd.testing.assert_frame_equal(before, first)
    assert len(first) > 200


def test_goes_on_after_the_first_campaign_without_saying_anything_twice(dairy: Dairy, written: pd.DataFrame) -> None:
    sent = pa.table({
        **dict.fromkeys(("customer", "source_ref", "offer"), pa.array([], pa.string())),
        "sent_at": pa.array([], pa.timestamp("us", "UTC")),
    })  # fmt: skip
    feeds = dairy.following(since=dairy.opens_at, until=dairy.closes_at, sent=sent)
    (after,) = [feed.table.to_pandas() for feed in feeds if feed.kind == "feedback"]
    assert len(after) > 50
    assert not set(after["ref"]) & set(written["ref"])
    assert np.all(after["time"] >= pd.Timestamp(dairy.opens_at.replace(tzinfo=None)))
