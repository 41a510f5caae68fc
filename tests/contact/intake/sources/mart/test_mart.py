"""A chain of shops of any size: exactly as large as asked for, the same again from the same seed."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dangol.contact.intake.sources.mart.assumptions import PART
from dangol.contact.intake.sources.mart.business import Mart
from dangol.contact.intake.sources.mart.tills import lines


@pytest.fixture(scope="module")
def feeds() -> dict[str, pa.Table]:
    return {feed.kind: feed.table for feed in Mart(4_000, 40_000, seed=3).feeds(0)}


class TestSize:
    @settings(max_examples=15)
    @given(customers=st.integers(1, 300), count=st.integers(0, 2_000), seed=st.integers(0, 9))
    def test_is_what_was_asked_for_to_the_line(self, customers: int, count: int, seed: int) -> None:
        found = {feed.kind: feed.table for feed in Mart(customers, count, seed).feeds(0)}
        assert found["customers"].num_rows == customers
        assert (found["transactions"].num_rows if count else 0) == count

    def test_is_divided_over_parts_without_a_rest(self) -> None:
        mart = Mart(2 * PART + 7, 3_001)
        assert mart.parts == 3
        assert [len(mart.people(part).external_id) for part in range(3)] == [PART, PART, 7]
        ids = np.concatenate([mart.people(part).external_id for part in range(3)])
        assert len(set(ids.tolist())) == 2 * PART + 7


class TestSeed:
    def test_makes_the_same_business_again(self, feeds: dict[str, pa.Table]) -> None:
        again = {feed.kind: feed.table for feed in Mart(4_000, 40_000, seed=3).feeds(0)}
        assert all(again[kind].equals(table) for kind, table in feeds.items())

    def test_of_another_number_makes_another(self, feeds: dict[str, pa.Table]) -> None:
        other = {feed.kind: feed.table for feed in Mart(4_000, 40_000, seed=4).feeds(0)}
        assert not other["customers"].equals(feeds["customers"])


class TestBusiness:
    def test_has_sales_that_name_nobody_and_goods_that_come_back(self, feeds: dict[str, pa.Table]) -> None:
        sold = feeds["transactions"]
        assert 0.05 < sold["customer"].null_count / sold.num_rows < 0.11
        assert pc.sum(pc.less(sold["quantity"], 0)).as_py() == round(40_000 * 0.008)

    def test_sells_to_a_few_far_more_than_to_most(self, feeds: dict[str, pa.Table]) -> None:
        counts = np.sort(feeds["transactions"]["customer"].drop_null().value_counts().field("counts").to_numpy())[::-1]
        assert counts[: len(counts) // 5].sum() > 0.5 * counts.sum()

    def test_sells_to_nobody_before_they_registered(self, feeds: dict[str, pa.Table]) -> None:
        people = feeds["customers"].select(["external_id", "registered_at"])
        sold = feeds["transactions"].join(people, "customer", "external_id", join_type="inner")
        assert pc.all(pc.greater_equal(sold["time"], sold["registered_at"])).as_py()

    def test_takes_back_what_was_received_and_no_more(self, feeds: dict[str, pa.Table]) -> None:
        sold = feeds["transactions"]
        back = sold.filter(pc.match_substring(sold["receipt"], "-R"))
        assert back.num_rows
        assert pc.max(back["amount"]).as_py() <= 0
        assert pc.max(back["price_discount"]).as_py() <= 0

    def test_knows_who_is_there_twice(self) -> None:
        who = Mart(4_000, 0, seed=3).people(0)
        name = dict(zip(who.external_id.tolist(), who.full_name.tolist(), strict=True))
        assert 40 < len(who.doubles) < 160
        assert sum(name[a] == name[b] for a, b in who.doubles) > 0.8 * len(who.doubles)

    def test_gives_no_number_that_anybody_has(self, feeds: dict[str, pa.Table]) -> None:
        numbers = feeds["customers"]["phone"].drop_null().to_pylist()
        assert all(number.startswith("010-0") for number in numbers)

    def test_without_anybody_still_sells(self) -> None:
        mart = Mart(1, 0)
        sold = lines(1, 0, mart.people(0), 50)
        assert len(sold["amount"]) == 50  # type: ignore[arg-type]
