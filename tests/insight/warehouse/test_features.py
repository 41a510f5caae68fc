"""Features: what was known at the end of a day, and nothing later."""

from __future__ import annotations

import tempfile
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from dangol.insight.warehouse.features import FEATURES, Cut, Feature, Unit, bought_between, features, sold_since
from tests.insight.warehouse.small_lake import customers, line, noon, seeded, small_lake

AS_OF = date(2026, 9, 20)
CUT = Cut(AS_OF, back=100, recent=30)
PEOPLE = 12
KINDS = st.sampled_from(["complaint", "late_delivery", "gift"])


def happened(days: st.SearchStrategy[int]) -> st.SearchStrategy[dict[str, list[dict[str, Any]]]]:
    """Draw rows of every fact, each so many days after the cut-off."""

    def rows(**rest: st.SearchStrategy[Any]) -> st.SearchStrategy[list[dict[str, Any]]]:
        own = {
            "identity_key": st.integers(1001, 1000 + PEOPLE),
            "at": days.map(lambda n: noon(AS_OF + timedelta(days=n))),
        }
        return st.lists(st.fixed_dictionaries(own | rest), max_size=12)

    return st.fixed_dictionaries({
        "lines": rows(
            amount=st.integers(-9000, 9000), receipt_id=st.integers(1, 99), product_id=st.integers(1, 20),
            coupon_discount=st.integers(0, 500), channel=st.sampled_from(["app", "store", ""]), fee=st.integers(0, 99),
            unit_id=st.integers(1, 2),
        ),
        "points": rows(kind=st.sampled_from(["granted", "redeemed", "expired"]), amount=st.integers(1, 900)),
        "interactions": rows(kind=KINDS, direction=st.sampled_from(["in", "out"]), worth=st.integers(0, 99)),
        "answers": rows(score=st.integers(1, 7), scale_min=st.just(1), scale_max=st.just(7)),
        "assignments": rows(source_ref=st.sampled_from("abc"), arm=st.just("treated")),
    })  # fmt: skip


def found(tables: dict[str, Any], cut: Cut = CUT) -> pa.Table:
    with tempfile.TemporaryDirectory() as folder:
        return features(small_lake(Path(folder), **tables), cut)


@cache
def known() -> tuple[dict[str, Any], pa.Table]:
    """A year of a small business up to the cut-off, and the features of it: they are the same for every example."""
    rows = {
        name: [row for row in rows if row.get("at", noon(AS_OF)) <= noon(AS_OF)]
        for name, rows in seeded(people=PEOPLE, lines=300).items()
    }
    return rows, found(rows)


def with_rows(tables: dict[str, Any], more: dict[str, list[dict[str, Any]]]) -> dict[str, Any]:
    return {name: [*rows, *more.get(name, [])] for name, rows in tables.items()}


class TestLeak:
    @settings(max_examples=25)
    @given(later=happened(st.integers(1, 400)))
    def test_is_impossible_whatever_happens_after_the_cut_off(self, later: dict[str, Any]) -> None:
        rows, before = known()
        assert found(with_rows(rows, later)).equals(before)

    @settings(max_examples=10)
    @given(earlier=happened(st.integers(-400, -CUT.back)))
    def test_is_impossible_from_before_the_look_back(self, earlier: dict[str, Any]) -> None:
        rows, after = known()
        assert found(with_rows(rows, earlier)).equals(after)

    def test_shows_where_the_future_is_cut_away(self, tmp_path: Path) -> None:
        def careless(rows: Any, cut: Cut) -> Any:
            return rows.day.max().delta(cut.as_of, unit="day")

        lake = small_lake(tmp_path, **seeded())
        open_ended = Cut(date(2027, 1, 1), back=900)
        planted = {"last": Feature("last", "purchases", Unit.DAYS, FEATURES["spent"].label, careless)}
        cut_away = lake.known_by(AS_OF)
        assert not features(lake, open_ended, of=planted).equals(features(cut_away, open_ended, of=planted))
        assert features(lake, CUT).equals(features(cut_away, CUT))


class TestFeatures:
    def test_tell_what_was_done_up_to_the_day(self, tmp_path: Path) -> None:
        lines = [
            line(1, date(2026, 7, 1), 4000, receipt_id=1, product_id=1, channel="app"),
            line(1, date(2026, 9, 1), 3000, receipt_id=2, product_id=2, channel="store", coupon_discount=1000),
            line(1, date(2026, 9, 11), 1000, receipt_id=3, product_id=2, channel="store"),
            line(1, date(2026, 9, 12), -1000, receipt_id=4, product_id=2, channel="store"),
            line(2, date(2026, 9, 21), 9000),
        ]
        goods = [{"product_id": 1, "category": "a"}, {"product_id": 2, "category": "a"}]
        met = [{"identity_key": 1001, "at": noon(date(2026, 9, 15)), "kind": "complaint", "direction": "in"}]
        lake = small_lake(tmp_path, **customers(3), lines=lines, products=goods, interactions=met)
        (row,) = features(lake, CUT).to_pylist()
        expected = {
            "customer_key": 1, "days_since_last": 9, "known_for": 81, "purchase_days": 3, "purchases_lately": 2,
            "purchases_before": 0, "spent": 8000, "spent_lately": 4000, "discount_share": 1 / 9, "coupons": 1,
            "returns": 1, "returned_share": 1 / 8, "products": 2, "categories": 1, "channels": 2, "complaints_made": 1,
            "contacts_lately": 1, "answers_given": 0, "satisfaction": None, "rhythm": 82 / 3,
            "overdue": 9 / (82 / 3), "purchase_trend": 2, "basket": 8000 / 3,
        }  # fmt: skip
        assert {name: row[name] for name in expected} == expected

    def test_are_never_missing_but_where_nobody_was_asked(self, tmp_path: Path) -> None:
        table = features(small_lake(tmp_path, **seeded()), CUT)
        assert table.num_rows > 40
        assert [name for name in table.column_names if table[name].null_count] == ["satisfaction"]

    def test_say_nothing_where_nobody_bought(self, tmp_path: Path) -> None:
        lake = small_lake(tmp_path, **customers(3))
        assert features(lake, CUT).num_rows == 0
        assert sold_since(lake, as_of=AS_OF) is None

    def test_know_nothing_of_who_somebody_is(self) -> None:
        assert not {"age_band", "place", "line", "unit_code", "sex"} & set(FEATURES)

    def test_keep_one_line_of_business_apart(self, tmp_path: Path) -> None:
        lake = small_lake(tmp_path, **seeded())
        club, all_of_them = (features(lake, CUT, line=name)["customer_key"].to_pylist() for name in ("club", None))
        assert set(club) == {key for key in all_of_them if key % 2}


class TestBought:
    def test_counts_days_after_the_one_up_to_the_other(self, tmp_path: Path) -> None:
        days = [AS_OF, AS_OF + timedelta(1), AS_OF + timedelta(30), AS_OF + timedelta(31)]
        lines = [line(key, day, 500) for key, day in enumerate(days, 1)]
        lines += [line(5, AS_OF + timedelta(3), 700), line(5, AS_OF + timedelta(3), -700)]
        lake = small_lake(tmp_path, **customers(5), lines=lines)
        bought = bought_between(lake, after=AS_OF, until=AS_OF + timedelta(30))
        assert bought.to_pylist() == [{"customer_key": 2, "amount": 500}, {"customer_key": 3, "amount": 500}]
        assert sold_since(lake, as_of=AS_OF) == AS_OF
