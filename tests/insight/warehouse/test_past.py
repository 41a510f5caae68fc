"""What was before: a sale is told by what held on its day, and no history is lost by reading everything anew."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings as DjangoSettings

from dangol.insight.warehouse import reading, work
from dangol.insight.warehouse.past import ALWAYS, EVER
from dangol.insight.warehouse.queries import Lake, lake
from dangol.insight.warehouse.refresh import refresh
from dangol.records.catalog.models import Category, Product
from dangol.records.changes.actions import record_row
from dangol.records.customers.models import Customer
from dangol.records.rights.erasure import erase
from tests.insight.warehouse.reading_back import contents
from tests.insight.warehouse.records import atomic, people, put, sell
from tests.insight.warehouse.small_lake import customers, line, small_lake

MAY, JUNE, JULY = (datetime(2026, month, 10, tzinfo=UTC) for month in (5, 6, 7))


@atomic
def changed(row: Any, **values: Any) -> None:
    """Change a row, and tell the feed."""
    type(row).objects.filter(pk=row.pk).update(**values)
    row.refresh_from_db()
    record_row(row, at=MAY)


def history(folder: Path, table: str, column: str) -> list[tuple[Any, date, date]]:
    return [(row[column], row["since"], row["until"]) for row in contents(folder)[f"{table}_past"]]


@pytest.mark.django_db
class TestHistory:
    def test_begins_with_the_second_thing_that_is_known(self, lake_folder: Path) -> None:
        (who,) = people(1)
        refresh(at=MAY)
        assert history(lake_folder, "customers", "place") == []
        changed(who.customer, place="부산 해운대구")
        refresh(at=JUNE)
        assert history(lake_folder, "customers", "place") == [("강남구", EVER, JUNE.date())]
        changed(who.customer, place="서울 마포구")
        refresh(at=JULY)
        assert history(lake_folder, "customers", "place") == [
            ("강남구", EVER, JUNE.date()), ("부산 해운대구", JUNE.date(), JULY.date()),
        ]  # fmt: skip

    def test_holds_nothing_that_held_for_no_whole_day(self, lake_folder: Path) -> None:
        (who,) = people(1)
        refresh(at=MAY)
        for place in ("마포구", "종로구"):
            changed(who.customer, place=place)
            refresh(at=JUNE)
        assert history(lake_folder, "customers", "place") == [("강남구", EVER, JUNE.date())]

    def test_is_carried_on_where_everything_is_read_anew(self, lake_folder: Path) -> None:
        (who,) = people(1)
        refresh(at=MAY)
        changed(who.customer, place="마포구")
        refresh(at=JUNE)
        changed(who.customer, place="종로구")
        done = refresh(at=JULY, rebuild=True)
        assert [place for place, *_ in history(lake_folder, "customers", "place")] == ["강남구", "마포구"]
        assert done.lost == ()

    def test_is_none_where_no_word_was_called_null_before(
        self, lake_folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """As Dangol 0.1 wrote lakes from SQLite; PostgreSQL never told so."""
        people(1)
        with monkeypatch.context() as before:
            before.setattr(reading, "WORDS", set())
            before.setattr(work, "READ", "1")
            refresh(at=MAY)
        assert [row["unit_code"] for row in contents(lake_folder)["customers"]] == ["(NULL)"]
        refresh(at=JUNE)
        assert [row["unit_code"] for row in contents(lake_folder)["customers"]] == [""]
        assert history(lake_folder, "customers", "unit_code") == []

    @pytest.mark.parametrize("damaged", ["customers_past/*.parquet", "versions/*.json"])
    def test_that_cannot_be_read_any_more_is_said_to_be_lost(self, lake_folder: Path, damaged: str) -> None:
        (who,) = people(1)
        refresh(at=MAY)
        changed(who.customer, place="마포구")
        refresh(at=JUNE)
        for path in lake_folder.glob(damaged):
            path.write_bytes(b"x" * path.stat().st_size)
        done = refresh(at=JULY, rebuild=True)
        assert "customers" in done.lost
        assert history(lake_folder, "customers", "place") == []

    def test_of_whoever_is_forgotten_goes_with_them(
        self, lake_folder: Path, settings: DjangoSettings, tmp_path: Path
    ) -> None:
        settings.DANGOL_HOME, settings.DANGOL_KEYS = tmp_path, tmp_path / "keys.json"
        one, other = people(2)
        refresh(at=MAY)
        for who in (one, other):
            changed(who.customer, place="마포구")
        refresh(at=JUNE)
        erase(one.customer_id, reason="test", by=None, at=JULY)
        refresh(at=JULY)
        kept = {row["customer_key"] for row in contents(lake_folder)["customers_past"]}
        assert kept == {Customer.objects.get(pk=other.customer_id).lake_key}

    def test_another_time_zone_makes_no_history(self, lake_folder: Path, settings: DjangoSettings) -> None:
        from dataclasses import replace

        people(1)
        refresh(at=MAY)
        settings.DANGOL = replace(settings.DANGOL, time_zone="America/New_York")
        refresh(at=JUNE)
        assert history(lake_folder, "customers", "place") == []

    def test_tells_a_sale_by_the_category_the_product_stood_in(self, lake_folder: Path) -> None:
        put([Category(name="우유", path="유제품 / 우유"), Category(name="음료", path="음료")])
        milk, drinks = Category.objects.order_by("pk")
        put([Product(code="p1", name="a", category=milk)])
        product = Product.objects.get()
        sell(None, MAY, 100, product=product)
        refresh(at=MAY)
        changed(product, category=drinks)
        sell(None, JULY, 10, product=product)
        refresh(at=JULY)
        here = lake()
        lines = here.as_it_was(here.table("lines"), "products", "category")
        found = here.arrow(lines.select("amount", "category").order_by("amount")).to_pylist()
        assert [(row["amount"], row["category"]) for row in found] == [(10, "음료"), (100, "유제품 / 우유")]


def test_what_is_known_of_a_day_is_one_row_a_customer(tmp_path: Path) -> None:
    here = moved(tmp_path)
    rows = here.arrow(here.dated("customers").order_by("customer_key", "since")).to_pylist()
    assert [(row["customer_key"], row["place"], row["since"], row["until"]) for row in rows] == [
        (1, "강남구", EVER, date(2026, 6, 1)),
        (1, "마포구", date(2026, 6, 1), ALWAYS),
        (2, "마포구", EVER, ALWAYS),
    ]


def test_a_sale_stays_where_its_customer_lived(tmp_path: Path) -> None:
    here = moved(tmp_path)
    lines = here.as_it_was(here.of_customers("lines"), "customers", "place")
    sums = lines.group_by("place").aggregate(amount=lines.amount.sum()).order_by("amount")
    assert here.arrow(sums).to_pylist() == [
        {"place": "마포구", "amount": 1110}, {"place": "강남구", "amount": 10_000},
    ]  # fmt: skip


def moved(folder: Path) -> Lake:
    """Customer 1 moved on the first of June; each of two bought on both sides of it."""
    sold = [
        line(1, date(2026, 5, 31), 10_000), line(1, date(2026, 6, 1), 1000),
        line(2, date(2026, 5, 31), 100), line(2, date(2026, 6, 1), 10),
    ]  # fmt: skip
    before = [{"customer_key": 1, "place": "강남구", "since": EVER, "until": date(2026, 6, 1)}]
    return small_lake(folder, **customers(2, place=["마포구"]), customers_past=before, lines=sold)
