"""The cube: every answer against a pivot in plain Python over the same small year."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dangol.insight.warehouse.cube import Answer, BadQuestion, Condition, Question, answered, behind, read
from dangol.insight.warehouse.cube import answer as answer_module
from dangol.insight.warehouse.cube.before import as_days
from dangol.insight.warehouse.cube.reading import conditions
from dangol.insight.warehouse.queries import Lake
from dangol.insight.warehouse.reading import local_days
from dangol.lib.errors import WrongUse
from dangol.records.customers.models import Customer
from dangol.records.staff.models import Unit
from dangol.records.staff.scope import NOBODY, WHOLE, Scope
from tests.insight.warehouse.records import AT
from tests.insight.warehouse.small_lake import SEOUL, seeded, small_lake

TABLES = seeded(people=24, lines=400)
PLACES = ("강남구", "", "마포구")
D1, D2 = (Scope(frozenset({number}), frozenset({f"D{number}"})) for number in (1, 2))

type Row = dict[str, Any]
type Cell = Callable[[list[Row]], float | None]


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Lake:
    return small_lake(tmp_path_factory.mktemp("cube"), "duckdb", **TABLES)


def _world() -> dict[str, list[Row]]:
    """Each row with the customer's attributes and the shop's day beside."""
    import pyarrow as pa

    people = {1000 + one["customer_key"]: one for one in TABLES["customers"]}
    category = {one["product_id"]: one["category"] for one in TABLES["products"]}
    told = {}
    for fact in ("lines", "interactions", "answers"):
        rows = TABLES[fact]
        days = local_days(pa.array([row["at"] for row in rows], pa.timestamp("us")), SEOUL).to_pylist()
        told[fact] = [
            {"place": "", "age_band": "", "unit_code": None, "line": "", **people.get(row["identity_key"], {}), **row,
             "month": f"{day:%Y-%m}", "day": day, "category": category.get(row.get("product_id"), "")}
            for row, day in zip(rows, days, strict=True)
        ]  # fmt: skip
    return told


WORLD = _world()


def _sales(rows: list[Row]) -> int:
    return sum(row["amount"] for row in rows)


def _orders(rows: list[Row]) -> int:
    return len({row["receipt_id"] for row in rows if row["amount"] >= 0})


METRICS: Mapping[str, tuple[str, Cell, bool]] = {
    "net_revenue": ("lines", _sales, True),
    "orders": ("lines", _orders, False),
    "average_order_value": ("lines", lambda rows: _sales(rows) / _orders(rows) if _orders(rows) else None, False),
    "buyers": ("lines", lambda rows: len({row["identity_key"] for row in rows if row["amount"] > 0} - {None}), False),
    "complaints": ("interactions", lambda rows: sum(row["kind"] == "complaint" for row in rows), True),
    "satisfaction": (
        "answers",
        lambda rows: math.fsum((row["score"] - 1) / 6 for row in rows) / len(rows) if rows else None,
        False,
    ),
}
EVERYWHERE = ("month", "place", "age_band", "line")


def pivot(question: Question, scope: Scope) -> dict[tuple[Any, ...], list[float | None]]:
    """The same worked out naively: each level from its own rows."""
    found: dict[tuple[Any, ...], list[float | None]] = {}
    sizes = range(len(question.by) + 1) if question.totals else [len(question.by)]
    for kept in [one for size in sizes for one in combinations(question.by, size)]:
        groups: dict[tuple[Any, ...], dict[str, list[Row]]] = defaultdict(lambda: defaultdict(list))
        for fact in {METRICS[name][0] for name in question.metrics}:
            only_known = all(name == "buyers" for name in question.metrics if METRICS[name][0] == fact)
            for row in WORLD[fact]:
                if _fits(row, question, scope) and (row["identity_key"] or not only_known):
                    groups[tuple(row[name] if name in kept else None for name in question.by)][fact].append(row)
        for key, rows in groups.items():
            found[key] = [METRICS[name][1](rows[METRICS[name][0]]) for name in question.metrics]
    return found


def _fits(row: Row, question: Question, scope: Scope) -> bool:
    return (
        all(row[one.dimension] in one.values for one in question.where)
        and (question.since is None or row["day"] >= question.since)
        and (question.until is None or row["day"] < question.until)
        and (scope.whole or (row["unit_code"] or None) in (scope.codes or ()))
    )


def cells(answer: Answer, by: tuple[str, ...]) -> dict[tuple[Any, ...], list[float | None]]:
    return {tuple(row[: len(by)]): row[len(by) :] for row in answer.rows}


DAYS = st.one_of(st.none(), st.dates(date(2025, 9, 1), date(2026, 11, 1)))
CONDITIONS = st.one_of(
    st.builds(lambda places: Condition("place", tuple(places)), st.sets(st.sampled_from(PLACES), min_size=1)),
    st.just(Condition("month", ("2026-01", "2026-02", "2026-07"))),
)


@st.composite
def questions(draw: st.DrawFn) -> Question:
    metrics = draw(st.lists(st.sampled_from(list(METRICS)), min_size=1, max_size=3, unique=True))
    sold = all(METRICS[name][0] == "lines" for name in metrics)
    names = (*EVERYWHERE, "category", "channel") if sold else EVERYWHERE
    since, until = draw(DAYS), draw(DAYS)
    if since and until and since >= until:
        since = None
    return Question(
        tuple(metrics), tuple(draw(st.lists(st.sampled_from(names), max_size=2, unique=True))),
        tuple(draw(st.lists(CONDITIONS, max_size=1))), since, until, totals=draw(st.booleans()),
    )  # fmt: skip


@settings(max_examples=12, deadline=None)
@given(question=questions(), scope=st.sampled_from([WHOLE, D1, D2, NOBODY]))
def test_any_question_is_answered_as_a_pivot_by_hand(lake: Lake, question: Question, scope: Scope) -> None:
    expected = pivot(question, scope)
    answer = answered(lake, question, scope=scope)
    found = cells(answer, question.by)
    assert found.keys() == expected.keys()
    for key, values in expected.items():
        assert found[key] == [pytest.approx(value) if isinstance(value, float) else value for value in values]
    assert answer.columns == (*question.by, *question.metrics)
    assert answer.levels == [sum(cell is None for cell in row[: len(question.by)]) for row in answer.rows]


def rows(answer: Answer) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in answer.rows]


class TestScope:
    def test_shows_each_of_two_dealers_the_numbers_of_their_own_customers_alone(self, lake: Lake) -> None:
        question = Question(("net_revenue", "buyers"), ("place",), totals=True)
        mine, theirs = (answered(lake, question, scope=one) for one in (D1, D2))
        for scope, answer in ((D1, mine), (D2, theirs)):
            assert cells(answer, question.by) == pivot(question, scope)
        assert mine.rows[-1] != theirs.rows[-1]

    def test_shows_nobody_who_sees_nobody_anything(self, lake: Lake) -> None:
        for by in ((), ("month",)):
            assert answered(lake, Question(("net_revenue", "complaints"), by, totals=True), scope=NOBODY).rows == []


class TestTotals:
    def test_tell_one_statement_that_says_the_same(self, lake: Lake) -> None:
        asked = Question(("net_revenue", "buyers"), ("place", "channel"), totals=True)
        answer = answered(lake, asked, scope=None)
        said = lake._engine._ask(answer.sql).fetchall()  # type: ignore[attr-defined]
        texts = [tuple("" if cell is None else str(cell) for cell in row) for row in answer.rows]
        assert sorted(tuple("" if cell is None else str(cell) for cell in row[:4]) for row in said) == sorted(texts)

    def test_of_what_adds_up_are_the_sums_of_their_parts(self, lake: Lake) -> None:
        answer = answered(lake, Question(("net_revenue",), ("place", "channel"), totals=True), scope=None)
        plain = [row for row, level in zip(answer.rows, answer.levels, strict=True) if level == 0]
        assert answer.rows[-1] == [None, None, sum(row[2] for row in plain)]
        for place in PLACES:
            assert [place, None, sum(row[2] for row in plain if row[0] == place)] in answer.rows

    def test_count_nobody_twice(self, lake: Lake) -> None:
        answer = answered(lake, Question(("buyers",), ("month",), totals=True), scope=None)
        assert answer.rows[-1][0] is None
        assert answer.rows[-1][1] <= 24 < sum(row[1] for row in answer.rows[:-1])

    def test_stand_after_what_they_are_of(self, lake: Lake) -> None:
        answer = answered(lake, Question(("net_revenue",), ("place", "line"), totals=True), scope=None)
        places = [row[0] for row in answer.rows]
        assert places == sorted(places, key=lambda place: (place is None, place))
        for place in {*places}:
            assert [row[1] for row in answer.rows if row[0] == place][-1] is None
        assert answer.levels[-1] == 2


class TestOrder:
    def test_puts_the_first_few_in_front_and_leaves_the_whole_whole(self, lake: Lake) -> None:
        by_hand = pivot(Question(("net_revenue",), ("month",), totals=True), WHOLE)
        whole = by_hand.pop((None,))
        best = sorted(by_hand.items(), key=lambda one: -(one[1][0] or 0))[:3]
        answer = answered(lake, Question(("net_revenue",), ("month",), totals=True, top=3), scope=None)
        assert rows(answer) == [*((key[0], value[0]) for key, value in best), (None, *whole)]

    def test_sorts_by_a_metric_at_each_level(self, lake: Lake) -> None:
        question = Question(("net_revenue",), ("place", "channel"), sort="net_revenue", falling=True)
        by_hand = pivot(Question(("net_revenue",), ("place", "channel"), totals=True), WHOLE)
        found = rows(answered(lake, question, scope=None))
        assert [by_hand[one[0], None][0] for one in found] == sorted(
            (by_hand[one[0], None][0] or 0 for one in found), reverse=True
        )
        for place in PLACES:
            values = [one[2] for one in found if one[0] == place]
            assert values == sorted(values, reverse=True)


class TestCompared:
    def test_shares_of_the_whole_come_to_one(self, lake: Lake) -> None:
        answer = answered(lake, Question(("net_revenue",), ("place",), compare="share"), scope=None)
        assert answer.columns == ("place", "net_revenue", "net_revenue_share")
        assert sum(row[2] for row in answer.rows) == pytest.approx(1)
        assert set(answer.levels) == {0}

    def test_a_month_stands_beside_the_month_before_also_before_the_first_day(self, lake: Lake) -> None:
        months = {key[0]: value[0] or 0 for key, value in pivot(Question(("orders",), ("month",)), WHOLE).items()}
        question = Question(
            ("orders",), ("month",), since=date(2026, 1, 1), until=date(2026, 3, 1), totals=True, compare="before"
        )
        january, february, whole = rows(answered(lake, question, scope=None))
        assert january[1:3] == (months["2026-01"], months["2025-12"])
        assert february[1:3] == (months["2026-02"], months["2026-01"])
        assert february[3] == pytest.approx(months["2026-02"] / months["2026-01"] - 1)
        of_two = pivot(Question(("orders",), since=date(2025, 11, 1), until=date(2026, 1, 1)), WHOLE)
        assert whole[2] == of_two[()][0]

    @pytest.mark.parametrize("where", [("month", "2026-02"), ("quarter", "2026-Q1"), ("week", "2026-02-09")])
    def test_what_is_looked_at_alone_moves_with_the_time_before(self, lake: Lake, where: tuple[str, str]) -> None:
        """Of one month, its first day stands beside the last of the month before, and its total beside that month."""
        days = {key[0]: value[0] for key, value in pivot(Question(("orders",), ("day",)), WHOLE).items()}
        alone = (Condition(where[0], (where[1],)),)
        asked = Question(("orders",), ("day",), alone, since=date(2025, 10, 1), totals=True, compare="before")
        *told, whole = rows(answered(lake, asked, scope=None))
        plain = Question(("orders",), ("day",), alone, since=date(2025, 10, 1), totals=True)
        assert [row[:2] for row in (*told, whole)] == rows(answered(lake, plain, scope=None))
        for day, _now, then, _change in told:
            assert then == days.get(date.fromisoformat(day) - timedelta(days=1)), day
        since, until = {
            "month": (date(2026, 1, 1), date(2026, 2, 1)), "quarter": (date(2025, 10, 1), date(2026, 1, 1)),
            "week": (date(2026, 2, 2), date(2026, 2, 9)),
        }[where[0]]  # fmt: skip
        assert whole[2] == pivot(Question(("orders",), since=since, until=until), WHOLE)[()][0]

    @pytest.mark.parametrize("value", ["2026-02-01", "2026-02-10", "spring"])
    def test_what_is_no_span_of_time_is_left_to_asking(self, value: str) -> None:
        asked = Question(("orders",), ("day",), (Condition("month", (value,)),), compare="before")
        assert as_days(asked) == asked

    def test_part_of_a_month_stands_beside_as_many_days_of_the_month_before(self, lake: Lake) -> None:
        part = Question(("orders",), ("month",), until=date(2026, 2, 12), compare="before")
        then = pivot(Question(("orders",), since=date(2026, 1, 1), until=date(2026, 1, 12)), WHOLE)
        assert rows(answered(lake, part, scope=None))[-1][2] == then[()][0]


class TestRefuses:
    @pytest.mark.parametrize(
        ("question", "named"),
        [
            (Question(("net_revenu",)), "net_revenue"),
            (Question(("net_revenue",), ("moth",)), "month"),
            (Question(("net_revenue", "complaints"), ("category",)), "complaints.*month"),
            (Question(("buyers",), ("category",), compare="share"), "buyers.*category"),
            (Question(("net_revenue",), ("place",), compare="before"), "month"),
            (Question(("net_revenue",), ("place",), sort="orders"), "orders"),
            (Question(()), "metric"),
            (Question(("orders", "orders")), "orders.*twice"),
            (Question(("orders",), since=date(2026, 2, 1), until=date(2026, 2, 1)), "ends before"),
            (Question(("orders",), ("month",), (Condition("month", ("2026-13",)),)), "2026-13"),
            (Question(("orders",), top=3), "first few"),
        ],
    )
    def test_what_cannot_be_asked_with_what_could(
        self, lake: Lake, in_english: None, question: Question, named: str
    ) -> None:
        with pytest.raises(WrongUse, match=named):
            answered(lake, question, scope=None)

    def test_an_answer_of_too_many_rows(self, lake: Lake, in_english: None, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(answer_module, "MOST_ROWS", 5)
        with pytest.raises(BadQuestion, match="more than 5 rows"):
            answered(lake, Question(("orders",), ("month",)), scope=None)

    def test_to_take_a_text_for_sql(self, lake: Lake) -> None:
        evil = Condition("place", ("'); DROP VIEW lines; --", "강남구' OR '1'='1"))
        assert answered(lake, Question(("orders",), ("place",), (evil,)), scope=None).rows == []
        assert answered(lake, Question(("orders",)), scope=None).rows


class TestRead:
    def test_takes_names_conditions_and_the_last_day(self) -> None:
        assert read(
            "net_revenue, orders", "month,place", ["place in (강남구, 'a, b') and month = 2026-01"],
            last=date(2026, 1, 31),
        ) == Question(
            ("net_revenue", "orders"), ("month", "place"),
            (Condition("place", ("강남구", "a, b")), Condition("month", ("2026-01",))), until=date(2026, 2, 1),
        )  # fmt: skip

    @pytest.mark.parametrize(
        "text", ["place", "place in 강남구", "place = a, b", "place in ('a", "= a", "place in ()", "a\0"]
    )
    def test_refuses_what_is_no_condition(self, text: str) -> None:
        with pytest.raises(BadQuestion):
            read("orders", where=[text])

    @given(
        st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\"'"), min_size=1), min_size=1)
    )
    def test_reads_back_any_values_in_quotes(self, values: list[str]) -> None:
        told = ", ".join(f'"{value}"' for value in values)
        assert conditions(f"place in ({told})") == [Condition("place", tuple(values))]


@pytest.mark.django_db
class TestBehind:
    @pytest.fixture
    def ids(self) -> dict[int, int]:
        """Return the customers of the lake as they stand in the records: key in the lake → id."""
        units = {code: Unit.objects.create(code=code, name=code, kind="dealer") for code in ("D1", "D2")}
        made = [
            Customer(lake_key=one["customer_key"], unit=units.get(one["unit_code"]), registered_at=AT, full_name="손님")
            for one in TABLES["customers"]
        ]
        return {one.lake_key: one.pk for one in Customer.objects.bulk_create(made)}

    def test_are_those_whom_the_number_counts(self, lake: Lake, ids: dict[int, int]) -> None:
        question = Question(("buyers",), ("place",))
        for key, (count,) in cells(answered(lake, question, scope=None), question.by).items():
            whom = behind(lake, question, dict(zip(question.by, key, strict=True)), scope=None)
            assert len(whom) == count
        buyers = {row["customer_key"] for row in WORLD["lines"] if row["amount"] > 0 and row["identity_key"]}
        assert behind(lake, question, {"month": None}, scope=None) == sorted(ids[one] for one in buyers)

    def test_are_never_those_of_another_dealer(self, lake: Lake, ids: dict[int, int]) -> None:
        unit = Unit.objects.get(code="D2")
        whom = behind(lake, Question(("net_revenue",)), {}, scope=Scope(frozenset({unit.pk}), frozenset({"D2"})))
        assert whom
        assert set(Customer.objects.filter(pk__in=whom).values_list("unit__code", flat=True)) == {"D2"}
