"""The registry of metrics: each against its formula spelled out, documented in both languages."""

from __future__ import annotations

import math
import re
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from django.utils.translation import override

from dangol.insight.warehouse.metrics import DIMENSIONS, METRICS, NoSuchMetric, value
from dangol.insight.warehouse.queries import Lake
from tests.insight.warehouse.small_lake import seeded, small_lake

DOCUMENT = Path(__file__).parents[3] / "docs" / "metrics.md"
TABLES = seeded()


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Lake:
    return small_lake(tmp_path_factory.mktemp("metrics"), **TABLES)


def total(rows: Any, of: str) -> Any:
    return sum(row[of] for row in rows)


def by_hand() -> dict[str, float]:
    lines, points, answers = TABLES["lines"], TABLES["points"], TABLES["answers"]
    sold = [row for row in lines if row["amount"] > 0]
    known = [row for row in lines if row["identity_key"]]
    gross = total(sold, "amount")
    kept = [row for row in lines if row["amount"] >= 0]
    discounts, given = (
        sum(total(rows, name) for name in ("price_discount", "coupon_discount", "match_discount"))
        for rows in (lines, kept)
    )
    orders = len({row["receipt_id"] for row in lines if row["amount"] >= 0})
    buyers = len({row["identity_key"] for row in sold if row["identity_key"]})
    return {
        "net_revenue": total(lines, "amount"),
        "gross_sales": gross,
        "returns": -total([row for row in lines if row["amount"] < 0], "amount"),
        "discounts": discounts,
        "discount_rate": given / (gross + given),
        "fees": total(lines, "fee"),
        "orders": orders,
        "units": sum(round(row["quantity"] * 1000) for row in lines) / 1000,
        "products": len({row["product_id"] for row in lines} - {None}),
        "buyers": buyers,
        "average_order_value": total(lines, "amount") / orders,
        "revenue_per_buyer": total(known, "amount") / buyers,
        "points_granted": total([row for row in points if row["kind"] == "granted"], "amount"),
        "points_redeemed": total([row for row in points if row["kind"] == "redeemed"], "amount"),
        "complaints": sum(row["kind"] == "complaint" for row in TABLES["interactions"]),
        "answers": len(answers),
        "respondents": len({row["identity_key"] for row in answers}),
        "satisfaction": math.fsum((row["score"] - 1) / 6 for row in answers) / len(answers),
    }


@pytest.mark.parametrize("metric", METRICS)
def test_every_metric_is_its_formula(lake: Lake, metric: str) -> None:
    found = value(lake, metric)
    expected = by_hand()[metric]
    assert found == (pytest.approx(expected) if isinstance(expected, float) else expected)
    assert isinstance(found, type(expected))


class TestValue:
    @pytest.mark.parametrize("by", DIMENSIONS)
    def test_split_by_any_dimension_adds_up_to_the_whole(self, lake: Lake, by: str) -> None:
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

    def test_refuses_an_unknown_metric_and_names_the_known(self, lake: Lake) -> None:
        with pytest.raises(NoSuchMetric, match="net_revenue"):
            value(lake, "profit")

    def test_refuses_a_split_that_the_fact_does_not_have(self, lake: Lake) -> None:
        with pytest.raises(NoSuchMetric, match="age_band"):
            value(lake, "complaints", by="category")


class TestDocument:
    @pytest.mark.parametrize("name", METRICS)
    def test_describes_every_metric_with_unit_formula_and_both_labels(self, name: str) -> None:
        metric = METRICS[name]
        section = sections()[name]
        assert metric.formula in section
        assert f"`{metric.unit}`" in section
        for language in ("en", "ko"):
            with override(language):
                assert str(metric.label) in section

    def test_describes_every_dimension_with_both_labels(self) -> None:
        text = DOCUMENT.read_text(encoding="utf-8")
        for name, dimension in DIMENSIONS.items():
            (row,) = re.findall(rf"^\| `{name}` .*$", text, re.MULTILINE)
            for language in ("en", "ko"):
                with override(language):
                    assert str(dimension.label) in row

    def test_describes_nothing_that_is_not_there(self) -> None:
        assert sections().keys() == METRICS.keys()

    @pytest.mark.parametrize("label", [one.label for one in (*METRICS.values(), *DIMENSIONS.values())], ids=str)
    def test_every_label_has_a_korean_of_its_own(self, label: Any) -> None:
        with override("ko"):
            assert re.search("[가-힣]", str(label))


def sections() -> dict[str, str]:
    parts = re.split(r"^### `(\w+)`$", DOCUMENT.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))
