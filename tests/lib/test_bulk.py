"""Many rows at once, on either engine."""

from datetime import UTC, date, datetime
from itertools import pairwise

import pyarrow as pa
import pytest
from django.db import IntegrityError, connection
from django.db.transaction import atomic
from hypothesis import given
from hypothesis import strategies as st

from dangol.lib import bulk
from dangol.records.customers.models import Customer, Household

AT = datetime(2026, 11, 22, 3, tzinfo=UTC)
TABLE = Household._meta.db_table

pytestmark = [pytest.mark.django_db, pytest.mark.store]


def households(*codes: str, first: int) -> pa.Table:
    return pa.table({"id": list(range(first, first + len(codes))), "code": list(codes)})


class TestReserveIds:
    def test_gives_ids_that_the_orm_will_not_give_again(self) -> None:
        first = bulk.reserve_ids(connection, TABLE, 3)
        bulk.insert_table(connection, TABLE, households("a", "b", "c", first=first))
        assert Household.objects.create(code="d").pk > first + 2
        assert bulk.reserve_ids(connection, TABLE, 1) > first + 3

    def test_does_not_give_the_id_of_a_deleted_row_again(self) -> None:
        gone = Household.objects.create(code="a")
        key = gone.pk
        gone.delete()
        assert bulk.reserve_ids(connection, TABLE, 1) > key


class TestInsert:
    def test_leaves_out_what_is_known_and_counts_the_rest(self) -> None:
        first = bulk.reserve_ids(connection, TABLE, 4)
        assert bulk.insert_table(connection, TABLE, households("a", "b", first=first)) == 2
        again = households("b", "c", first=first + 2)
        assert bulk.insert_table(connection, TABLE, again, skip_known=True) == 1
        assert bulk.insert(connection, TABLE, ("code",), iter([("c",), ("d",)]), skip_known=True) == 1
        assert set(Household.objects.values_list("code", flat=True)) == {"a", "b", "c", "d"}

    @pytest.mark.parametrize("count", [1, 999, 1000, 1001, 2500])
    def test_writes_as_many_as_there_are_and_those_that_are_known_once(self, count: int) -> None:
        first = bulk.reserve_ids(connection, TABLE, 2)
        bulk.insert_table(connection, TABLE, households("0", f"{count - 1:d}x", first=first))
        rows = [(f"{number}",) for number in range(count)]
        assert bulk.insert(connection, TABLE, ("code",), iter(rows), skip_known=True) == count - 1
        more = households(*(f"more {one}" for (one,) in rows), first=bulk.reserve_ids(connection, TABLE, count))
        assert bulk.insert_table(connection, TABLE, more) == count
        assert Household.objects.count() == 2 + count - 1 + count
        assert Household.objects.create(code="last").pk > more["id"].to_pylist()[-1]

    def test_writes_into_a_table_that_is_there_for_a_moment(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("CREATE TEMP TABLE a_moment (number bigint)")
            assert bulk.insert(connection, "a_moment", ("number",), ((one,) for one in range(2001))) == 2001
            cursor.execute("SELECT sum(number) FROM a_moment")
            assert cursor.fetchone() == (2001000,)
            cursor.execute("DROP TABLE a_moment")

    def test_leaves_refusal_to_the_database(self) -> None:
        Household.objects.create(code="a")
        with pytest.raises(IntegrityError), atomic():
            bulk.insert(connection, TABLE, ("code",), [("a",)])

    @pytest.mark.parametrize("zone", ["UTC", "Asia/Seoul"])
    def test_writes_values_as_the_orm_reads_and_compares_them(self, zone: str) -> None:
        exact, parted = datetime(2026, 11, 22, 3, tzinfo=UTC), datetime(2026, 11, 22, 3, 0, 0, 1500, tzinfo=UTC)
        rows = pa.table(
            {
                "id": [1, 2],
                **{name: ["", 'a "quoted",\nname\\'] for name in ("full_name", "gender", "line", "place")},
                "postcode": ["", ""], "address": ["", ""], "source": ["", ""], "attributes": ["{}", '{"a": 1}'],
                "birth_date": pa.array([None, date(1990, 3, 1)]), "unit_id": pa.nulls(2, pa.int64()),
                "household_id": pa.nulls(2, pa.int64()), "lake_key": [1, 2],
                "registered_at": pa.array([exact, parted], pa.timestamp("us", zone)),
            }
        ).set_column(2, "gender", pa.array(["", "f"]))  # fmt: skip
        bulk.insert_table(connection, Customer._meta.db_table, rows)
        first, second = Customer.objects.order_by("pk")
        assert (first.registered_at, first.birth_date, first.full_name, first.attributes) == (exact, None, "", {})
        assert (second.registered_at, second.birth_date) == (parted, date(1990, 3, 1))
        assert (second.full_name, second.attributes) == ('a "quoted",\nname\\', {"a": 1})
        assert Customer.objects.filter(registered_at__lte=exact).count() == 1
        assert Customer.objects.filter(registered_at=parted).count() == 1


@pytest.mark.store
@pytest.mark.django_db
class TestRowsBy:
    def test_finds_each_by_a_text_with_signs_of_the_database_and_no_other(self) -> None:
        codes = ["", "a", 'a"b', "a\\", 'a\\"', "a,b", "{a}", "NULL", " a ", "it's", "서울"]
        for code in codes:
            Household.objects.create(code=code)
        for code in codes:
            assert bulk.rows_by(connection, TABLE, "code", [code], ["code"]) == [(code, code)]
        assert set(bulk.ids_by(connection, TABLE, "code", codes)) == set(codes)
        assert bulk.ids_by(connection, TABLE, "code", []) == {}

    def test_finds_by_number(self) -> None:
        first, second = (Household.objects.create(code=code) for code in "ab")
        assert bulk.rows_by(connection, TABLE, "id", [second.pk, 0], ["code"]) == [(second.pk, "b")]
        assert not bulk.rows_by(connection, TABLE, "id", [], ["code"])
        assert len(bulk.rows_by(connection, TABLE, "id", [first.pk, second.pk], ["code"])) == 2


class TestMapped:
    @pytest.mark.parametrize("chunks", [[["a", None, "b"]], [["a"], [None, "b"]], []])
    def test_gives_the_id_of_each_text(self, chunks: list[list[str | None]]) -> None:
        column = pa.chunked_array(chunks, pa.string())
        assert bulk.mapped(column, {"a": 7}).to_pylist() == ([7, None, None] if chunks else [])


class TestRuns:
    @given(st.sets(st.integers(0, 200)))
    def test_hold_every_id_and_no_other(self, ids: set[int]) -> None:
        runs = bulk.runs(ids)
        assert {key for first, last in runs for key in range(first, last + 1)} == ids
        assert all(last + 1 < first for (_, last), (first, _) in pairwise(runs))
