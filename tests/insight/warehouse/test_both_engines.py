"""Every analysis gives the same on DuckDB and on a Spark cluster over the same files; metrics have their own test."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from dangol.insight.warehouse.bought_again import bought_again, units_of_customers
from dangol.insight.warehouse.contacts import contacts_by_month, customers_by, first_contacts
from dangol.insight.warehouse.contracts import contracts_begun, contracts_known, told_wrong
from dangol.insight.warehouse.contribution import contribution_by_customer, revenue_by_category
from dangol.insight.warehouse.cube import Condition, Question, answered
from dangol.insight.warehouse.favourites import favourites
from dangol.insight.warehouse.features import Cut, bought_between, features
from dangol.insight.warehouse.following import followings
from dangol.insight.warehouse.gives import answers_by_customer, cost_by_customer, economic_by_customer
from dangol.insight.warehouse.habits import described, habits, since_when
from dangol.insight.warehouse.holdout import first_and_last_purchase, held_back, repeat_purchases
from dangol.insight.warehouse.itemsets import itemsets
from dangol.insight.warehouse.outcomes import net_revenue_by_customer
from dangol.insight.warehouse.proposals import goods, proposals
from dangol.insight.warehouse.purchase_days import purchase_days
from dangol.insight.warehouse.purchases import purchase_summary
from dangol.insight.warehouse.queries import Lake
from dangol.insight.warehouse.rfm import rfm
from dangol.insight.warehouse.service import (
    complaints_since,
    gap_to_expected,
    gap_to_former,
    shortfalls_by_customer,
)
from dangol.insight.warehouse.surveys import answers_to_surveys, invitations_to_surveys
from dangol.insight.warehouse.uses import lends_and_sells_nothing, uses_of_the_year
from dangol.insight.warehouse.versions import current
from dangol.records.staff.scope import Scope
from tests.insight.warehouse.small_lake import seeded, small_lake

pytestmark = pytest.mark.spark

AS_OF = date(2026, 9, 20)
DEALER = Scope(frozenset({1}), frozenset({"D1"}))
SINCE, UNTIL = datetime(2026, 3, 3, 7, tzinfo=UTC), datetime(2026, 8, 9, 21, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
def lakes(spark_url: str, tmp_path_factory: pytest.TempPathFactory) -> tuple[Lake, Lake]:
    """Return the same version read by DuckDB and by Spark."""
    folder: Path = tmp_path_factory.mktemp("both")
    duckdb = small_lake(folder, **with_uses(seeded()))
    manifest = current(folder)
    assert manifest is not None
    spark = Lake(folder, manifest, spark_url)
    spark._engine._session.conf.set("spark.sql.shuffle.partitions", "2")  # type: ignore[attr-defined] # a part a core
    return duckdb, spark


def with_uses(tables: dict[str, Any]) -> dict[str, Any]:
    """Things lent, visits and questions besides."""
    draw = random.Random(11)

    def happened() -> dict[str, Any]:
        at = datetime(2025, 10, 1) + timedelta(seconds=draw.randrange(350 * 86400))
        return {"identity_key": 1000 + draw.randint(1, 60), "at": at}

    lent = [happened() | {"item_class": draw.choice(["", *"0123456789"])} for _ in range(300)]
    met = [happened() | {"kind": draw.choice(["visit", "inquiry"]), "direction": "in"} for _ in range(60)]
    return {**tables, "loans": lent, "interactions": [*tables["interactions"], *met]}


def plain(found: Any) -> Any:
    """Return the rows, with the last digits of floats left to the engines."""
    if isinstance(found, pa.Table):
        return found.schema, [{name: plain(cell) for name, cell in row.items()} for row in found.to_pylist()]
    return pytest.approx(found, rel=1e-12) if isinstance(found, float) else found


@pytest.mark.parametrize(
    "question",
    [
        Question(("net_revenue", "buyers", "complaints"), ("place",), totals=True),
        Question(
            ("net_revenue",), ("category",), (Condition("age_band", ("30-39",)),), top=2, compare="share", totals=True
        ),
        Question(("average_order_value",), ("month",), since=SINCE.date(), until=UNTIL.date(), compare="before"),
    ],
    ids=["facts side by side", "the first few", "the month before"],
)
def test_the_cube(lakes: tuple[Lake, Lake], question: Question) -> None:
    duckdb, spark = (answered(one, question, scope=DEALER) for one in lakes)
    assert spark.rows == [plain_row(row) for row in duckdb.rows]
    assert (spark.columns, spark.levels) == (duckdb.columns, duckdb.levels)
    assert duckdb.rows


def plain_row(row: list[Any]) -> list[Any]:
    return [plain(cell) for cell in row]


@pytest.mark.parametrize(("bins", "but"), [(5, None), (10, pa.array([1, 2, 3, 40], pa.int64()))])
def test_rfm(lakes: tuple[Lake, Lake], bins: int, but: pa.Array | None) -> None:
    duckdb, spark = (rfm(one, as_of=AS_OF, bins=bins, but=but) for one in lakes)
    assert spark.scored.equals(duckdb.scored)
    assert spark.cuts.equals(duckdb.cuts)
    assert spark.without_purchase.equals(duckdb.without_purchase)


def test_habits_and_what_groups_are_described_by(lakes: tuple[Lake, Lake]) -> None:
    duckdb, spark = (habits(one, as_of=AS_OF) for one in lakes)
    assert spark.equals(duckdb)
    keys, days = duckdb["customer_key"], duckdb["last_day"]
    members = pa.table(
        {"customer_key": keys, "last_day": days, "member_of": pa.array([*"ab"] * len(keys))[: len(keys)]}
    )
    told = []
    for one in lakes:
        with described(one, members, as_of=AS_OF) as asked:
            told.append([asked.categories(), asked.channels(), asked.sums(), asked.said()])
            told[-1].append(since_when(one, as_of=AS_OF))
    assert [plain(table) for table in told[1]] == [plain(table) for table in told[0]]
    assert all(table.num_rows for table in told[0][:4])


@pytest.mark.parametrize("line", [None, "club"])
def test_purchase_summary(lakes: tuple[Lake, Lake], line: str | None) -> None:
    duckdb, spark = (purchase_summary(one, as_of=AS_OF, line=line) for one in lakes)
    assert spark.equals(duckdb)
    assert duckdb.num_rows > 20


def test_outcomes(lakes: tuple[Lake, Lake]) -> None:
    duckdb, spark = (net_revenue_by_customer(one, since=SINCE, until=UNTIL) for one in lakes)
    assert spark.equals(duckdb)


@pytest.mark.parametrize("question", [economic_by_customer, cost_by_customer, answers_by_customer])
def test_what_the_customer_received_and_gave(lakes: tuple[Lake, Lake], question: Any) -> None:
    duckdb, spark = (question(one, as_of=AS_OF) for one in lakes)
    schema, rows = plain(duckdb)
    assert spark.schema == schema
    assert spark.to_pylist() == rows


def test_what_was_known_of_each_customer(lakes: tuple[Lake, Lake]) -> None:
    duckdb, spark = (features(one.known_by(AS_OF), Cut(AS_OF, back=200)) for one in lakes)
    schema, rows = plain(duckdb)
    assert spark.schema == schema
    assert spark.to_pylist() == rows
    assert duckdb.num_rows > 40
    again = [bought_between(one, after=date(2026, 8, 1), until=AS_OF) for one in lakes]
    assert again[0].equals(again[1])


def test_how_long_customers_stay(lakes: tuple[Lake, Lake]) -> None:
    begun = [contracts_begun(one, as_of=AS_OF) for one in lakes]
    assert begun[1].equals(begun[0])
    found = [contracts_known(one, after=date(2026, 3, 1), until=AS_OF) for one in lakes]
    assert plain(found[1]) == plain(found[0])
    assert found[0].num_rows > 20
    assert sum(found[0]["paused"].to_pylist()) > 0
    assert told_wrong(lakes[0]) == told_wrong(lakes[1]) > 0


def test_where_service_falls_short(lakes: tuple[Lake, Lake]) -> None:
    for question in (
        lambda one: shortfalls_by_customer(one, as_of=AS_OF, days=90),
        lambda one: complaints_since(one, since=SINCE.date(), until=AS_OF),
        lambda one: gap_to_expected(one, as_of=AS_OF),
        lambda one: gap_to_former(one, as_of=AS_OF),
    ):
        duckdb, spark = map(question, lakes)
        assert plain(spark) == plain(duckdb)


@pytest.mark.parametrize("question", [answers_to_surveys, invitations_to_surveys])
def test_what_surveys_say(lakes: tuple[Lake, Lake], question: Any) -> None:
    duckdb, spark = (question(one, as_of=AS_OF) for one in lakes)
    assert plain(spark) == plain(duckdb)


@pytest.mark.parametrize(
    "question",
    [
        lambda one: bought_again(one, as_of=date(2027, 2, 1)),
        lambda one: bought_again(one.in_uses(), as_of=date(2027, 2, 1)),
        units_of_customers,
        lambda one: contacts_by_month(one, since=SINCE.date(), as_of=AS_OF),
        lambda one: first_contacts(one, as_of=AS_OF),
        lambda one: customers_by(one, days=[date(2025, 12, 31), AS_OF]),
    ],
    ids=["bought", "used", "units", "months", "first", "customers"],
)
def test_what_loyalty_is_measured_from(lakes: tuple[Lake, Lake], question: Any) -> None:
    duckdb, spark = (question(one) for one in lakes)
    assert plain(spark) == plain(duckdb)
    assert duckdb.num_rows > 1


@pytest.mark.parametrize("few", [0, 10**9])
def test_what_lies_in_one_basket(lakes: tuple[Lake, Lake], few: int) -> None:
    duckdb, spark = (itemsets(one, support=0.002, few=few) for one in lakes)
    assert spark.table.equals(duckdb.table)
    assert len(duckdb.levels) > 1


def test_what_follows(lakes: tuple[Lake, Lake]) -> None:
    duckdb, spark = (followings(one, window=30, support=0.05, until=AS_OF) for one in lakes)
    assert (spark.customers, spark.products) == (duckdb.customers, duckdb.products)
    for name in ("pairs", "starts", "usual_starts", "usual"):
        assert getattr(spark, name).equals(getattr(duckdb, name)), name
    assert duckdb.pairs.num_rows > 5


def test_what_fits_whom(lakes: tuple[Lake, Lake]) -> None:
    reasons = pa.table({"because": [[1], [2, 3], [4], [5], [6]], "product": [2, 1, 2, 7, 8]})
    duckdb, spark = (
        pa.concat_tables(proposals(one, reasons=reasons, until=AS_OF, most=2, lately=300)) for one in lakes
    )
    assert spark.equals(duckdb)
    assert duckdb.num_rows > 3
    assert [plain(goods(one, until=AS_OF)) for one in lakes[:1]] == [
        plain(goods(one, until=AS_OF)) for one in lakes[1:]
    ]


def test_what_is_bought_most_of_a_favourite_category(lakes: tuple[Lake, Lake]) -> None:
    one, other = (favourites(lake, until=AS_OF) for lake in lakes)
    assert one.num_rows > 0
    assert one.equals(other)


def test_what_is_held_back(lakes: tuple[Lake, Lake]) -> None:
    cut_off = date(2026, 6, 20)
    told = [held_back(one, cut_off=cut_off, until=AS_OF, half_lives=(14, 91)) for one in lakes]
    assert plain(told[1]) == plain(told[0])
    assert told[0].num_rows > 20
    again = [repeat_purchases(one, began_by=cut_off, since=date(2026, 1, 1), until=AS_OF) for one in lakes]
    assert plain(again[1]) == plain(again[0])
    assert first_and_last_purchase(lakes[1], as_of=AS_OF) == first_and_last_purchase(lakes[0], as_of=AS_OF)


def test_contribution_of_customers_and_categories(lakes: tuple[Lake, Lake]) -> None:
    duckdb, spark = (contribution_by_customer(one, as_of=AS_OF) for one in lakes)
    assert spark == duckdb
    assert duckdb.num_rows
    duckdb, spark = (revenue_by_category(one, as_of=AS_OF) for one in lakes)
    assert spark == duckdb


def test_uses_of_a_business_that_sells_nothing(lakes: tuple[Lake, Lake]) -> None:
    told = [uses_of_the_year(one, as_of=AS_OF) for one in lakes]
    assert told[1] == told[0]
    assert told[0].num_rows
    assert [lends_and_sells_nothing(one, as_of=AS_OF) for one in lakes] == [False, False]
    duckdb, spark = (
        [
            purchase_summary(one.in_uses(), as_of=AS_OF, gaps=True), purchase_days(one.in_uses(), as_of=AS_OF),
            contribution_by_customer(one.in_uses(), as_of=AS_OF), revenue_by_category(one.in_uses(), as_of=AS_OF),
            net_revenue_by_customer(one.in_uses(), since=SINCE, until=UNTIL),
        ]
        for one in lakes
    )  # fmt: skip
    assert [plain(table) for table in spark] == [plain(table) for table in duckdb]
    assert all(table.num_rows for table in duckdb)
