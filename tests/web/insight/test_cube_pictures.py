"""Pictures of an answer: areas of a treemap, the triangle of cohorts, the curve over customers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from html import unescape
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.test import Client
from django.utils.translation import override
from hypothesis import given, settings
from hypothesis import strategies as st

from dangol.insight.relationship.core.spread import spread_of
from dangol.insight.warehouse.cube import Answer, Question, answered, of_each
from dangol.insight.warehouse.metrics import METRICS
from dangol.records.staff.roles import Role
from dangol.records.staff.scope import Scope
from dangol.web.insight.cube import cohorts, lorenz, pictures, pivot, treemap
from dangol.web.insight.cube.asked import Asked
from dangol.web.insight.cube.pivot import Numbers
from dangol.web.insight.cube.written import Names
from dangol.web.shell import charts
from tests.insight.warehouse.small_lake import seeded, small_lake
from tests.records.staff.office import staff
from tests.web.business import signed_in
from tests.web.insight.test_cube import ADDRESS, folder, page, shop  # noqa: F401 -- fixtures

AMOUNTS = st.dictionaries(st.tuples(st.sampled_from("abcdefgh"), st.integers(0, 30)), st.integers(-5, 900), min_size=2)


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    with override("en"):
        yield


def answer(by: tuple[str, ...], metric: str, *rows: Sequence[Any]) -> Answer:
    return Answer((*by, metric), [list(row) for row in rows], "", "")


class TestChosen:
    @pytest.mark.parametrize(
        ("metrics", "by", "told"),
        [
            (("net_revenue",), ("province", "place"), ["tree", "bar", "lorenz"]),
            (("net_revenue",), ("place", "channel"), ["heat", "bar", "tree", "lorenz"]),
            (("net_revenue",), ("month",), ["line", "bar", "lorenz"]),
            (("buyers",), ("place",), ["bar", "tree"]),
            (("buyers",), ("category",), ["bar"]),  # somebody buys of several categories
            (("average_order_value",), ("place",), ["bar"]),
            (("purchasers",), ("cohort", "months_since"), ["cohort", "bar", "heat"]),
            (("gini",), (), ["lorenz"]),
            (("buyers",), (), []),
        ],
    )
    def test_are_those_that_fit(self, metrics: tuple[str, ...], by: tuple[str, ...], told: list[str]) -> None:
        asked = Asked(metrics, by[:2])
        assert pictures.possible(asked) == told
        assert pictures.chosen(asked) == (told[0] if told else "none")

    def test_are_none_of_one_number_until_somebody_asks(self) -> None:
        assert pictures.chosen(Asked(("net_revenue",))) == "none"
        assert pictures.chosen(Asked(("net_revenue",), picture="lorenz")) == "lorenz"

    def test_say_why_there_is_no_treemap(self) -> None:
        assert "“Buying customers” do not add up" in treemap.why_not(Asked(("buyers",), ("category",)))
        assert not treemap.why_not(Asked(("buyers",), ("month",)))  # nobody looks for a treemap of months
        assert not treemap.why_not(Asked(("net_revenue",), ("category",)))


class TestField:
    def test_says_what_its_faintest_and_its_strongest_shade_are_of(self) -> None:
        asked = Asked(("orders",), ("weekday", "channel"))
        found = answer(
            asked.by, "orders", ["1", "web", 5], ["2", "web", 1_200], ["1", "app", 40], ["1", None, 45],
            ["2", None, 1_200], [None, "web", 1_205], [None, "app", 40], [None, None, 1_245],
        )  # fmt: skip
        assert pictures._heat(asked, Numbers(asked, found), Names()).unit == "Orders · faintest 5, strongest 1,200"

    def test_of_one_number_everywhere_has_no_shades(self) -> None:
        asked = Asked(("orders",), ("weekday", "channel"))
        found = answer(asked.by, "orders", ["1", "web", 5], ["1", None, 5], [None, "web", 5], [None, None, 5])
        assert pictures._heat(asked, Numbers(asked, found), Names()).unit == "Orders"


class TestTreemap:
    ASKED = Asked(("orders",), ("province", "place"), picture="tree")

    @settings(max_examples=25)
    @given(
        st.dictionaries(st.tuples(st.sampled_from("abcdefgh"), st.integers(0, 30)), st.integers(-5, 900), min_size=2)
    )
    def test_gives_each_part_its_share_of_the_space(self, amounts: dict[tuple[str, int], int]) -> None:
        found = [((one, str(other)), amount) for (one, other), amount in amounts.items() if amount > 0]
        if not found:
            return
        boxes = [part for group in treemap.parts(found) for part in group]
        whole = sum(amount for _at, amount in found)
        assert sum(part.amount for part in boxes) == whole
        for part in boxes:
            assert part.box.area == pytest.approx(part.amount / whole * treemap.SPACE.area)

    def test_puts_parts_within_their_group_and_small_ones_together(self) -> None:
        found = [(("a", f"{number}"), 100 - number) for number in range(34)] + [(("b", "x"), 50)]
        group, other = treemap.parts(found)
        assert [part.more for part in group] == [0] * 29 + [5]
        assert group[-1].amount == sum(100 - number for number in range(29, 34))
        right = max(part.box.x + part.box.width for part in group)
        assert all(part.box.x >= right - 1e-9 for part in other)

    def test_names_each_group_and_cuts_what_is_too_long_for_its_box(self) -> None:
        groups = ("Fermented milk", "Soft cheeses", "Cream, butter")
        found = [
            ((group, f"{place} of the long names of goods of a dairy"), 10) for group in groups for place in "abcdef"
        ]
        drawn = treemap.spec(self.ASKED, treemap.parts(found), Names())
        told, _kind = charts.file_of(drawn, "svg", width=620)
        texts = unescape(told.decode())
        assert all(f">{group[:9]}" in texts for group in groups) and texts.count("…<") >= 6

    def test_says_how_many_have_no_area(self) -> None:
        rows = [["a", "x", 7], ["a", "y", 3], ["b", "z", -2], ["a", None, 10], ["b", None, -2], [None, None, 8]]
        drawn = pictures._tree(self.ASKED, Numbers(self.ASKED, answer(self.ASKED.by, "orders", *rows)), Names())
        assert drawn.points == [(("a", "x"), 7), (("a", "y"), 3)]
        assert "1 at 0 or below have no area." in drawn.unit


class TestWhatGoesOn:
    """Of more than can be shown the latest stay, unless a figure was asked to lead."""

    @pytest.mark.parametrize("dimension", ["cohort", "registered_month", "month"])
    def test_keeps_its_latest_bars(self, dimension: str) -> None:
        months = [f"{2023 + at // 12}-{at % 12 + 1:02}" for at in range(40)]
        asked = Asked(("net_revenue",), (dimension,), picture="bar")
        found = answer((dimension,), "net_revenue", *([month, 100 - at] for at, month in enumerate(months)), [None, 9])
        drawn = pictures._bar(asked, Numbers(asked, found), Names())
        assert [at for (at,), _value in drawn.points] == months[-pictures.BARS :]
        assert drawn.left_out == 40 - pictures.BARS
        leads = Asked(("net_revenue",), (dimension,), picture="bar", top=5)
        assert [at for (at,), _value in pictures._bar(leads, Numbers(leads, found), Names()).points] == months[:5]

    def test_keeps_its_latest_rows_columns_and_fields(self) -> None:
        days = [f"{2024 + at // 360}-{at % 360 // 30 + 1:02}-{at % 30 + 1:02}" for at in range(700)]
        asked = Asked(("net_revenue",), ("day",))
        told = pivot.pivot(asked, answer(("day",), "net_revenue", *([day, 1] for day in days)), Names())
        assert (len(told.lines), told.rows_left_out) == (pivot.MOST_ROWS, 200)
        assert told.lines[-1].head.text == Names().of("day", days[-1])
        months = [f"{2022 + at // 12}-{at % 12 + 1:02}" for at in range(50)]
        across = Asked(("net_revenue",), ("province",), "cohort")
        rows = [["", month, 1] for month in months] + [[None, month, 1] for month in months] + [["", None, 50]]
        found = answer(across.by, "net_revenue", *rows)
        assert [column.of for column in pivot.pivot(across, found, Names()).columns][-2] == months[-1]
        assert pictures._heat(across, Numbers(across, found), Names()).points[-1][0] == ("", months[-1])

    def test_begins_with_a_row_that_is_no_part_of_another(self) -> None:
        asked = Asked(("net_revenue",), ("month", "province"))
        rows: list[list[Any]] = [[None, None, 1]]
        for at in range(200):
            month = f"{2010 + at // 12}-{at % 12 + 1:02}"
            rows += [[month, None, 4], *([month, f"P{n}", 1] for n in range(3))]
        told = pivot.pivot(asked, answer(asked.by, "net_revenue", *rows), Names())
        assert told.lines[0].depth == 1
        assert len(told.lines) + told.rows_left_out == 800


class TestCohorts:
    ASKED = Asked(("purchasers",), ("cohort",), "months_since", period="all")
    ROWS = (
        ["2026-06", 0, 10], ["2026-06", 1, 4], ["2026-06", 3, 5], ["2026-06", None, 10],
        ["2026-08", 0, 6], ["2026-08", 1, 3], ["2026-08", None, 6], ["2026-09", 0, 2], ["2026-09", None, 2],
        [None, None, 18],
    )  # fmt: skip

    def found(self, asked: Asked, *rows: Sequence[Any], last: date = date(2026, 9, 30)) -> Any:
        return cohorts.cohorts(asked, Numbers(asked, answer(asked.by, "purchasers", *rows)), last)

    def test_tell_months_without_a_purchase_and_none_that_are_yet_to_come(self) -> None:
        rows, left_out = self.found(self.ASKED, *self.ROWS)
        assert [(one.month, one.size, one.bought) for one in rows] == [
            ("2026-06", 10, (10, 4, 0, 5)), ("2026-08", 6, (6, 3)), ("2026-09", 2, (2,)),
        ]  # fmt: skip
        assert left_out == 0

    def test_are_the_same_with_the_months_down_and_the_cohorts_across(self) -> None:
        turned = Asked(("purchasers",), ("months_since",), "cohort", period="all")
        rows = [[months, cohort, number] for cohort, months, number in self.ROWS]
        assert self.found(turned, *rows) == self.found(self.ASKED, *self.ROWS)

    def test_leave_out_cohorts_whose_first_month_lies_before_the_period(self) -> None:
        rows = [row for row in self.ROWS if row[:2] != ["2026-06", 0]]
        found, left_out = self.found(self.ASKED, *rows)
        assert ([one.month for one in found], left_out) == (["2026-08", "2026-09"], 1)
        assert "1 earlier months are not shown" in cohorts.unit(left_out, date(2026, 9, 30))

    def test_are_told_in_a_sentence_of_months_that_are_over(self) -> None:
        rows, _left = self.found(self.ASKED, *self.ROWS)
        assert cohorts.finding(rows, date(2026, 9, 30)) == (
            "Of new customers bought again: 44% in month 1, 50% in month 3"  # (4 + 3) of 16, 5 of 10
        )
        assert cohorts.finding(rows, date(2026, 9, 12)) == "Of new customers bought again: 40% in month 1"
        assert "is of a month that is not over" in cohorts.unit(0, date(2026, 9, 12))

    def test_are_read_as_a_table_with_sizes(self) -> None:
        rows, _left = self.found(self.ASKED, *self.ROWS)
        told = cohorts.table(rows, Names())
        assert told.columns[1:] == ["Customers", "0", "1", "2", "3"]
        assert told.rows[0][1:] == ["10", "100.0%", "40.0%", "0.0%", "50.0%"]
        assert told.rows[2][1:] == ["2", "100.0%", "", "", ""]


class TestLorenz:
    @pytest.mark.parametrize("scope", [None, Scope(frozenset({1}), frozenset({"D1"}))])
    def test_agrees_with_the_figures_of_the_registry(self, tmp_path: Path, scope: Scope | None) -> None:
        made = small_lake(tmp_path / "lake", **seeded(people=60, lines=500))
        question = Question(("gini", "top_fifth_share"), since=date(2026, 3, 1))
        gini, top = answered(made, question, scope=scope).rows[0]
        spread = spread_of(
            of_each(made, Question(("net_revenue",), since=question.since), scope=scope).to_numpy().astype(float),
            draws=0,
        )
        assert spread is not None
        assert (spread.gini.value, spread.top_share.value) == pytest.approx((gini, top))
        parts, held = zip(*spread.lorenz, strict=True)
        assert 1 - np.interp(0.8, parts, held) == pytest.approx(top, abs=1e-5)  # read off the curve itself

    @pytest.mark.parametrize(
        ("metric", "of"),
        [("net_revenue", "net_revenue"), ("orders", "orders"), ("top_fifth_share", "net_revenue"), ("buyers", ""),
         ("average_order_value", ""), ("active_customers", ""), ("registrations", ""), ("retention", "")],
    )  # fmt: skip
    def test_is_of_what_a_customer_can_have_more_or_less_of(self, metric: str, of: str) -> None:
        assert lorenz.measure_of(Asked((metric,))) == of


@pytest.mark.django_db
@pytest.mark.usefixtures("shop")
class TestPages:
    @pytest.mark.parametrize(
        ("query", "told"),
        [
            ("?metric=net_revenue&down=place&down=category&picture=tree", "Net revenue by District × Category"),
            ("?metric=purchasers&down=cohort&across=months_since", "Of new customers bought again: "),
            ("?metric=net_revenue&picture=lorenz", "The best fifth of customers holds"),
            ("?metric=gini", "The best fifth of customers holds"),
        ],
    )
    def test_are_drawn_and_taken_away(self, client: Client, query: str, told: str) -> None:
        query += "&period=all"
        assert told in page(signed_in(client), query)
        for kind, begins in (("svg", b"<svg"), ("csv", b"\xef\xbb\xbf")):
            assert client.get(f"{ADDRESS}picture.{kind}{query}").content.startswith(begins)

    def test_show_a_dealer_the_curve_of_their_own_customers_alone(self, client: Client) -> None:
        query = "?metric=net_revenue&picture=lorenz&period=all"
        assert "Net revenue of 3 customers," in page(signed_in(client), query)
        client.force_login(staff(Role.AGENT, "D2"))
        assert "Net revenue of 1 customers," in page(client, query)

    def test_say_that_one_value_alone_is_no_picture(self, client: Client) -> None:
        query = "?metric=net_revenue&down=place&in=place:마포구&period=all"
        assert "too little here for this picture" in page(signed_in(client), query)
        assert "too little here" not in page(client, f"{query}&picture=none")


def test_every_figure_says_what_it_is_spread_over_or_nothing() -> None:
    for name in METRICS:
        measure = lorenz.measure_of(Asked((name,)))
        assert not measure or METRICS[measure].each is None
