"""Asking one metric, whole or by a dimension."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from dangol.insight.warehouse.metrics import NoSuchMetric, value
from dangol.insight.warehouse.queries import Lake
from tests.insight.warehouse.small_lake import seeded, small_lake

DOCUMENT = Path(__file__).parents[3] / "docs" / "metrics.md"
TABLES = seeded()


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Lake:
    return small_lake(tmp_path_factory.mktemp("metrics"), **TABLES)


class TestValue:
    @pytest.mark.parametrize("by", ["month", "line", "category", "channel"])
    def test_split_by_a_dimension_tells_each_part_in_order(self, lake: Lake, by: str) -> None:
        parts = value(lake, "net_revenue", by=by)
        assert parts.column_names == [by, "value"]
        assert sum(parts["value"].to_pylist()) == value(lake, "net_revenue")
        assert parts[by].null_count == 0
        assert parts[by].to_pylist() == sorted(parts[by].to_pylist())

    def test_takes_days_and_moments_from_the_first_up_to_the_last(self, lake: Lake) -> None:
        months = value(lake, "net_revenue", by="month")
        march = dict(zip(months["month"].to_pylist(), months["value"].to_pylist(), strict=True))[date(2026, 3, 1)]
        assert value(lake, "net_revenue", since=date(2026, 3, 1), until=date(2026, 4, 1)) == march
        # Midnight in Seoul is 15:00 of the day before in UTC.
        since, until = datetime(2026, 2, 28, 15, tzinfo=UTC), datetime(2026, 3, 31, 15, tzinfo=UTC)
        assert value(lake, "net_revenue", since=since, until=until) == march

    def test_is_zero_or_nothing_over_no_rows(self, lake: Lake) -> None:
        long_ago = date(1999, 1, 1)
        assert value(lake, "net_revenue", until=long_ago) == 0
        assert value(lake, "orders", until=long_ago) == 0
        assert value(lake, "average_order_value", until=long_ago) is None

    def test_refuses_an_unknown_metric_or_dimension_and_names_the_nearest(self, lake: Lake) -> None:
        with pytest.raises(NoSuchMetric, match=r"net_revenu\W.*net_revenue"):
            value(lake, "net_revenu")
        with pytest.raises(NoSuchMetric, match=r"monht\W.*month"):
            value(lake, "orders", by="monht")

    def test_refuses_a_split_that_the_fact_does_not_have(self, lake: Lake) -> None:
        with pytest.raises(NoSuchMetric, match="age_band"):
            value(lake, "complaints", by="category")
