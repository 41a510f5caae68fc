"""What people write for a number."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dangol.contact.intake import amounts


@pytest.fixture(scope="module")
def engine() -> Iterator[Any]:
    with duckdb.connect() as engine:
        for macro in amounts.MACROS:
            engine.execute(macro)
        yield engine


def read(engine: Any, text: str) -> Decimal | None:
    value: Decimal | None = engine.execute("SELECT number_of(?)", [text]).fetchone()[0]
    return value


class TestNumber:
    @pytest.mark.parametrize(
        ("text", "value"),
        [
            ("12,000원", "12000"), ("￦3,500", "3500"), ("₩3,500", "3500"), ("\\3,500", "3500"), ("$1.50", "1.5"),
            ("(500)", "-500"), ("△500", "-500"), ("-500", "-500"), ("−500", "-500"), ("500-", "-500"),
            ("(1,234.50)", "-1234.5"), ("1.2E+5", "120000"), (" 5 ", "5"), ("17850.0", "17850"), ("5,000 원", "5000"),
            ("KRW 5000", "5000"), ("+5", "5"), ("0", "0"), (".5", "0.5"), ("１２，０００", "12000"),
            ("1만 2천원", "12000"), ("3.5만", "35000"), ("1억 2천만원", "120000000"),
            ("1억2,000만", "120000000"),
            ("1천", "1000"), ("2천5백", "2500"), ("1만2,500원", "12500"), ("12만", "120000"),
            ("-5천원", "-5000"), ("△1만", "-10000"),
        ],
    )  # fmt: skip
    def test_is_read_however_it_is_written(self, engine: Any, text: str, value: str) -> None:
        assert read(engine, text) == Decimal(value)

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "만원",
            "1만2",
            "억",
            "천만",
            "1억만",
            "천",
            "1만 원 2",
            "1,5",
            "1.234,56",
            "12,34",
            "(5",
            "5)",
            "-(5)",
            "1 or 2",
            "9" * 20,
        ],
    )
    def test_is_refused_rather_than_guessed_at(self, engine: Any, text: str) -> None:
        assert read(engine, text) is None

    @given(value=st.decimals(-(10**13), 10**13, places=2), form=st.sampled_from(["{}", "{:,}", "{:,}원", "${:,}"]))
    def test_comes_back_exact(self, engine: Any, value: Decimal, form: str) -> None:
        assert read(engine, form.format(value).replace("$-", "-$")) == value


class TestMinor:
    @pytest.mark.parametrize(("text", "exponent", "units"), [("0.005", 2, 1), ("-0.005", 2, -1), ("2.4", 0, 2)])
    def test_rounds_half_away_from_zero(self, engine: Any, text: str, exponent: int, units: int) -> None:
        assert engine.execute(f"SELECT {amounts.minor(f'number_of({text!r})', exponent)}").fetchone()[0] == units


class TestNumberInWords:
    @given(st.integers(0, 9_999), st.integers(0, 9_999), st.integers(1_000, 9_999))
    def test_is_what_its_parts_come_to(self, engine: Any, hundred_millions: int, myriads: int, rest: int) -> None:
        text = f"{hundred_millions}억 {myriads:,}만 {rest:,}원"
        assert read(engine, text) == hundred_millions * 10**8 + myriads * 10**4 + rest

    def test_keeps_what_stands_behind_the_point(self, engine: Any) -> None:
        assert read(engine, "9.99999999억") == 999_999_999
        assert read(engine, "0.00001만") == Decimal("0.1")

    @given(st.text("0123456789억만천백,.-원 ", max_size=40))
    def test_that_is_too_large_or_none_is_no_number_and_stops_nothing(self, engine: Any, text: str) -> None:
        value = read(engine, text)
        assert value is None or abs(value) < 10**14

    @pytest.mark.parametrize("text", ["99999999999억", "123456789012만", "9999999999999999999억", "1.234567891억"])
    def test_of_more_figures_than_are_kept_is_none(self, engine: Any, text: str) -> None:
        assert read(engine, text) is None
