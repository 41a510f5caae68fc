"""Refreshing: the lake says what the records say, and only what was touched is written."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from django.db import transaction
from django.db.models import Model
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings as DjangoSettings

from dangol.insight.warehouse.facts import DIMENSIONS, FACTS, KNOWN
from dangol.insight.warehouse.metrics import value
from dangol.insight.warehouse.months import BESIDE
from dangol.insight.warehouse.queries import lake
from dangol.insight.warehouse.refresh import refresh
from dangol.insight.warehouse.work import merged
from dangol.records.changes.models import Change, Reading
from dangol.records.changes.queries import unread
from dangol.records.customers.duties import TABLES
from dangol.records.customers.models import Customer, Identity
from dangol.records.ledger.actions import reverse
from dangol.records.ledger.models import OrderLine, Transaction
from tests.insight.warehouse.reading_back import contents, files, manifest_of
from tests.insight.warehouse.records import AT, everything, people, put, sell

JULY, AUGUST, SEPTEMBER = (datetime(2026, month, 10, tzinfo=UTC) for month in (7, 8, 9))

# On PostgreSQL a change is read only once its transaction has ended: these tests commit.
committed = pytest.mark.django_db(transaction=True)


@committed
@pytest.mark.store
class TestRefresh:
    def test_writes_every_table_with_its_columns(self, lake_folder: Path) -> None:
        everything(SEPTEMBER, word="비밀")
        refresh(at=AT)
        held = contents(lake_folder)
        past = {one.past for one in DIMENSIONS.values() if one.dated}
        assert held.keys() == FACTS.keys() | DIMENSIONS.keys() | KNOWN.keys() | past
        told = FACTS.keys() | DIMENSIONS.keys() - {"campaigns"}  # no record of ours: decisions brings its own
        assert {name: len(held[name]) for name in told} == dict.fromkeys(told, 1)
        assert [held[name] for name in past] == [[]] * 4
        customer, identity = Customer.objects.get(), Identity.objects.get()
        assert held["customers"] == [
            {
                "customer_key": customer.lake_key,
                "line": "club",
                "age_band": "30-39",
                "place": "강남구",
                "province": "11",
                "district": "11680",
                "registered_on": date(2026, 9, 10),
                "unit_code": "u1",
            }
        ]
        assert held["identities"] == [{"identity_key": identity.lake_key, "customer_key": customer.lake_key}]
        sold = held["lines"][0]
        assert (sold["amount"], sold["channel"], sold["day"]) == (1000, "store", date(2026, 9, 10))
        assert sold["identity_key"] == identity.lake_key
        assert held["interactions"][0]["minutes"] == 2.3
        assert held["answers"][0]["score"] == 4.2
        assert held["products"][0]["category"] == "유제품 / 우유"

    def test_keeps_an_empty_table_with_its_columns(self, lake_folder: Path) -> None:
        refresh(at=AT)
        held = contents(lake_folder)
        assert {len(rows) for name, rows in held.items() if name not in KNOWN} == {0}
        sell(None, JULY, 500)
        refresh(at=AT)
        assert [row["amount"] for row in contents(lake_folder)["lines"]] == [500]
        assert files(lake_folder, "lines").keys() == {"2026-07"}

    def test_rewrites_only_the_months_that_were_touched(self, lake_folder: Path) -> None:
        (who,) = people(1)
        for month in (JULY, AUGUST, SEPTEMBER):
            sell(who, month, 1000, 2000)
        refresh(at=AT)
        before = files(lake_folder, "lines")
        sell(who, AUGUST + timedelta(days=1), 700)
        done = refresh(at=AT)
        after = files(lake_folder, "lines")
        assert (done.months, done.rows) == (1, 1)
        assert {month for month in after if after[month] != before[month]} == {"2026-08"}
        assert sum(row["amount"] for row in contents(lake_folder)["lines"]) == 9700

    def test_forgets_what_was_a_mistake_in_whatever_month_it_lies(self, lake_folder: Path) -> None:
        (who,) = people(1)
        mistake = sell(who, JULY, 1000, 2000, price_discount=100)
        sell(who, JULY, 500)
        refresh(at=AT)
        reverse(mistake, by=None, at=SEPTEMBER)
        refresh(at=AT)
        lines = lake().arrow(lake().table("lines"))
        assert lines["amount"].to_pylist() == [500]
        incremental = contents(lake_folder)["lines"]
        refresh(at=AT, rebuild=True)
        assert sorted(map(str, contents(lake_folder)["lines"])) == sorted(map(str, incremental))

    def test_knows_of_no_day_after_the_one_it_is_brought_up_to(self, lake_folder: Path) -> None:
        """Customers are taken in today, then sales of years ago, whose last day is the home's clock from then on."""
        (who,) = people(1)
        refresh(at=AT)
        sell(who, AT - timedelta(days=600), 1000)
        refresh(at=AT - timedelta(days=590))
        assert (value(lake(), "lapsed_customers"), value(lake(), "active_customers")) == (0, 1)
        assert value(lake(), "retention") is None, "nobody knows yet who comes back within a year"

    def test_keeps_its_version_when_nothing_has_changed(self, lake_folder: Path) -> None:
        sell(None, JULY, 500)
        first = refresh(at=AT)
        pointer = (lake_folder / "CURRENT").stat().st_mtime_ns
        assert refresh(at=AT).version == first.version
        assert (lake_folder / "CURRENT").stat().st_mtime_ns == pointer

    def test_keeps_the_version_before_and_removes_older_ones(self, lake_folder: Path) -> None:
        sold = sell(None, JULY, 1)
        refresh(at=AT)
        for amount in (2, 3):
            reverse(sold, by=None, at=SEPTEMBER)
            sold = sell(None, JULY, amount)
            refresh(at=AT)
        versions = {path.stem for path in (lake_folder / "versions").iterdir()}
        assert versions == {"v000002", "v000003"}
        month = {path.name for path in (lake_folder / "lines" / "month=2026-07").iterdir()}
        assert month == {"part-v000002.parquet", "part-v000003.parquet"}

    def test_puts_what_a_month_gets_beside_what_it_has(self, lake_folder: Path) -> None:
        sell(None, JULY, 500)
        refresh(at=AT)
        standing = manifest_of(lake_folder).tables["lines"].files
        sell(None, JULY, 700)
        refresh(at=AT)
        after = manifest_of(lake_folder).tables["lines"].files
        assert after[:-1] == standing and after[-1].rows == 1
        assert sum(lake().arrow(lake().table("lines"))["amount"].to_pylist()) == 1200

    def test_writes_a_month_together_before_its_files_are_many(self, lake_folder: Path) -> None:
        numbers = []
        for amount in range(1, BESIDE + 3):
            sell(None, JULY, amount)
            refresh(at=AT)
            numbers.append(len(manifest_of(lake_folder).tables["lines"].files))
        assert numbers == [*range(1, BESIDE + 1), 1, 2]
        held = contents(lake_folder)
        refresh(at=AT, rebuild=True)
        assert contents(lake_folder) == held

    def test_takes_a_mistake_out_of_whichever_file_of_a_month_it_lies_in(self, lake_folder: Path) -> None:
        sold = [sell(None, JULY, amount) for amount in (1, 2)]
        refresh(at=AT)
        sold.append(sell(None, JULY, 4))
        refresh(at=AT)
        for mistake, left in ((sold[0], [2, 4]), (sold[2], [2])):
            reverse(mistake, by=None, at=SEPTEMBER)
            refresh(at=AT)
            assert sorted(lake().arrow(lake().table("lines"))["amount"].to_pylist()) == left

    def test_reads_each_change_exactly_once(self, lake_folder: Path) -> None:
        people(2)
        refresh(at=AT)
        sell(None, JULY, 500)
        refresh(at=AT)
        refresh(at=AT, rebuild=True)
        assert not unread("warehouse").exists()
        assert Reading.objects.filter(reader="warehouse").count() == Change.objects.count()

    def test_does_not_double_rows_whose_change_is_read_twice(self, lake_folder: Path) -> None:
        sell(None, JULY, 500, 600)
        refresh(at=AT)
        sell(None, JULY, 700)
        refresh(at=AT)
        held = contents(lake_folder)
        Reading.objects.all().delete()
        refresh(at=AT)
        assert contents(lake_folder) == held

    def test_ends_with_what_a_rebuild_would_write(self, lake_folder: Path) -> None:
        who = [*people(3), None]
        for number in range(12):
            sell(who[number % 4], JULY + timedelta(days=9 * number), 100 * number, -number)
            if number % 3 == 0:
                people(1)
                refresh(at=AT)
        refresh(at=AT)
        step_by_step = contents(lake_folder)
        refresh(at=AT, rebuild=True)
        assert contents(lake_folder) == step_by_step

    def test_follows_a_merge_of_customers(self, lake_folder: Path) -> None:
        one, other = people(2)
        sell(other, JULY, 500)
        refresh(at=AT)
        before = files(lake_folder, "lines")
        Identity.objects.filter(pk=other.pk).update(customer=one.customer)
        other.refresh_from_db()
        put_again(other)
        refresh(at=AT)
        owners = {row["identity_key"]: row["customer_key"] for row in contents(lake_folder)["identities"]}
        assert owners[other.lake_key] == one.customer.lake_key
        assert files(lake_folder, "lines") == before

    def test_keeps_the_file_of_a_dimension_in_which_nothing_is_another(self, lake_folder: Path) -> None:
        one, _other = people(2)
        refresh(at=AT)
        before = manifest_of(lake_folder).tables
        Customer.objects.filter(pk=one.customer_id).update(place="부산 해운대구")
        put_again(one.customer)
        refresh(at=AT)
        after = manifest_of(lake_folder).tables
        assert after["identities"].files == before["identities"].files
        assert after["customers"].files != before["customers"].files

    def test_puts_a_sale_after_midnight_in_seoul_into_the_next_day_and_month(self, lake_folder: Path) -> None:
        sell(None, datetime(2026, 9, 30, 14, 59, 59, tzinfo=UTC), 1)
        sell(None, datetime(2026, 9, 30, 15, 0, 0, tzinfo=UTC), 2)
        refresh(at=AT)
        days = {row["amount"]: row["day"] for row in contents(lake_folder)["lines"]}
        assert days == {1: date(2026, 9, 30), 2: date(2026, 10, 1)}
        assert files(lake_folder, "lines").keys() == {"2026-09", "2026-10"}

    def test_reads_everything_anew_when_the_shop_moves_to_another_time_zone(
        self, lake_folder: Path, settings: DjangoSettings
    ) -> None:
        from dataclasses import replace

        sell(None, datetime(2026, 9, 30, 15, 0, 0, tzinfo=UTC), 2)
        refresh(at=AT)
        settings.DANGOL = replace(settings.DANGOL, time_zone="America/New_York")
        refresh(at=AT)
        assert [row["day"] for row in contents(lake_folder)["lines"]] == [date(2026, 9, 30)]

    def test_writes_age_bands_anew_on_another_day(self, lake_folder: Path) -> None:
        put([Customer(full_name="a", birth_date=date(1996, 10, 1), registered_at=JULY)])
        refresh(at=datetime(2026, 9, 30, 3, tzinfo=UTC))
        assert contents(lake_folder)["customers"][0]["age_band"] == "20-29"
        refresh(at=datetime(2026, 10, 1, 3, tzinfo=UTC))
        assert contents(lake_folder)["customers"][0]["age_band"] == "30-39"

    def test_keeps_exact_fractions_and_the_longest_numbers(self, lake_folder: Path) -> None:
        receipt = sell(None, JULY, 2**62)
        OrderLine.objects.filter(transaction=receipt).update(quantity="12345678901.125")
        refresh(at=AT)
        row = contents(lake_folder)["lines"][0]
        assert row["amount"] == 2**62
        assert str(row["quantity"]) == "12345678901.125"

    def test_reads_texts_with_quotes_commas_and_line_breaks(self, lake_folder: Path) -> None:
        odd = 'a "b", c\nd'
        put([Customer(full_name="x", place=odd, registered_at=JULY), Customer(full_name="y", registered_at=JULY)])
        refresh(at=AT)
        assert sorted(row["place"] for row in contents(lake_folder)["customers"]) == ["", odd]


def put_again(row: Model) -> None:
    from dangol.records.changes.actions import record_row

    with transaction.atomic():
        record_row(row, at=AT)


@committed
@pytest.mark.store
class TestPrivacy:
    def test_no_name_number_address_or_free_text_enters_the_lake(self, lake_folder: Path) -> None:
        everything(SEPTEMBER, word="비밀이름")
        refresh(at=AT)
        for path in lake_folder.rglob("*.parquet"):
            assert "비밀이름" not in str(pq.read_table(path, partitioning=None).to_pylist()), path
        for path in (lake_folder / "versions").iterdir():
            assert "비밀이름" not in path.read_text(encoding="utf-8")

    def test_erasing_a_person_leaves_no_key_that_leads_back(self, lake_folder: Path) -> None:
        everything(SEPTEMBER, word="비밀이름")
        refresh(at=AT)
        customer = Customer.objects.get()
        for table in TABLES.values():
            if table.erase:
                table.erase(customer.pk)
        customer.refresh_from_db()
        held = str(contents(lake_folder))
        assert str(customer.lake_key) not in held
        assert str(Identity.objects.get().lake_key) not in held


@committed
class TestVanished:
    @pytest.mark.store
    def test_rows_go_from_the_lake_whatever_month_they_lay_in(self, lake_folder: Path) -> None:
        (who,) = people(1)
        for month in (JULY, AUGUST):
            sell(who, month, 1000, 2000)
        kept = Change.objects.order_by("-pk").first()
        assert kept is not None
        sell(who, SEPTEMBER, 500)
        sell(who, AUGUST + timedelta(days=1), 700)
        refresh(at=AT)
        gone = Change.objects.filter(pk__gt=kept.pk)
        take_away(gone)
        refresh(at=AT)
        assert sorted(row["amount"] for row in contents(lake_folder)["lines"]) == [1000, 1000, 2000, 2000]
        assert files(lake_folder, "lines").keys() == {"2026-07", "2026-08"}
        step_by_step = contents(lake_folder)
        refresh(at=AT, rebuild=True)
        assert contents(lake_folder) == step_by_step

    def test_leaves_an_empty_table_when_all_rows_go(self, lake_folder: Path) -> None:
        sell(None, JULY, 500)
        refresh(at=AT)
        take_away(Change.objects.all())
        refresh(at=AT)
        assert contents(lake_folder)["lines"] == []
        sell(None, AUGUST, 700)
        refresh(at=AT)
        assert [row["amount"] for row in contents(lake_folder)["lines"]] == [700]


def take_away(changes: Iterable[Change]) -> None:
    """Delete the ledger's rows of these changes, and say so in the feed, as the undoing of an import does."""
    from dangol.records.changes.actions import record_range

    with transaction.atomic():
        for table in (OrderLine, Transaction):
            mine = [(one.first_key, one.last_key) for one in changes if one.table == table._meta.db_table]
            for first, last in mine:
                table.objects.filter(pk__gte=first, pk__lte=last).delete()  # type: ignore[attr-defined]
                record_range(table, first_key=first, last_key=last, at=AT)


class TestMerged:
    @given(
        st.lists(st.tuples(st.integers(0, 300), st.integers(0, 20)).map(lambda pair: (pair[0], sum(pair)))),
        st.integers(1, 5),
    )
    def test_covers_every_key_with_few_ranges_in_order(self, ranges: list[tuple[int, int]], at_most: int) -> None:
        found = merged(ranges, at_most=at_most)
        assert len(found) <= at_most
        assert all(one[1] < other[0] for one, other in pairwise(found))
        wanted = {key for first, last in ranges for key in range(first, last + 1)}
        assert wanted <= {key for first, last in found for key in range(first, last + 1)}

    def test_adds_no_key_where_there_is_room(self) -> None:
        assert merged([(5, 9), (1, 3), (4, 4), (20, 21)]) == [(1, 9), (20, 21)]


@committed
@pytest.mark.store
def test_the_manifest_names_the_last_change_it_took(lake_folder: Path) -> None:
    sell(None, JULY, 1)
    refresh(at=AT)
    assert manifest_of(lake_folder).last_change == Change.objects.latest("id").pk
