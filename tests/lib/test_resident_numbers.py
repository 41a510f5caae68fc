"""What may not be kept is found however it is written, and nothing else is taken for it."""

from __future__ import annotations

import random
import re
from datetime import date, timedelta

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from dangol.lib.resident_numbers import MASK, cleaned, found, is_barcode, is_one, masked
from tests.resident_forms import AROUND, FORMS, TODAY, Number, corpus, numbers

SEEDS = st.integers(0, 2**32)


def written(shape: str) -> st.SearchStrategy[str]:
    """Texts of this shape, its digits those of ASCII: sifting them out of all the digits there are takes long."""
    return st.from_regex(re.compile(shape, re.ASCII), fullmatch=True)


def one_of(seed: int) -> Number:
    return next(numbers(random.Random(seed)))


class TestMasked:
    @pytest.mark.parametrize("form", FORMS)
    @settings(max_examples=20)
    @given(seed=SEEDS)
    def test_finds_every_form(self, form: str, seed: int) -> None:
        number = one_of(seed)
        assert masked(FORMS[form](number), today=TODAY).count(MASK) == 1

    @pytest.mark.parametrize("around", AROUND)
    @settings(max_examples=40)
    @given(seed=SEEDS, form=st.sampled_from(sorted(FORMS)))
    def test_finds_it_among_other_words_and_leaves_those(self, around: str, seed: int, form: str) -> None:
        number = one_of(seed)
        made = masked(around.format(FORMS[form](number)), today=TODAY)
        assert MASK in made
        before, after = around.replace("{{", "{").replace("}}", "}").split("{}")
        assert made.startswith(before.rstrip("(")[:3]) and made.endswith(after[-3:] if after else "")
        assert number.serial[1:] not in made

    @given(seed=SEEDS, count=st.integers(1, 5))
    def test_finds_several(self, seed: int, count: int) -> None:
        several = corpus(random.Random(seed), count)
        text = " 그리고 ".join(one.core for one in several)
        assert len(found(text, today=TODAY)) == count

    @given(seed=SEEDS, form=st.sampled_from(sorted(FORMS)))
    def test_is_done_once(self, seed: int, form: str) -> None:
        once = masked(FORMS[form](one_of(seed)), today=TODAY)
        assert masked(once, today=TODAY) == once

    @given(st.text())
    def test_changes_nothing_without_thirteen_digits(self, text: str) -> None:
        assume(sum(map(str.isnumeric, text)) < 9)
        assert masked(text) == text

    @given(st.text(st.sampled_from("0123456789-./ :abOlㄱ가①０\u200b,원")))
    def test_ends_on_any_text(self, text: str) -> None:
        assert len(masked(text)) <= len(text) + len(MASK)

    def test_is_quick_on_long_texts(self) -> None:
        for part in ("1 ", "900301", "99-", "0123456789", "가1"):
            masked(part * 5_000)  # a pattern that runs wild would not come back


class TestNothingElse:
    @given(written(r"01[016789]-?\d{3,4}-?\d{4}"))
    def test_is_a_phone_number(self, text: str) -> None:
        assert masked(f"전화 {text} 12시 전에", today=TODAY) == f"전화 {text} 12시 전에"

    @given(st.lists(written(r"0(2|[3-6]\d)-\d{3,4}-\d{4}"), min_size=2, max_size=3))
    def test_is_a_list_of_phone_numbers(self, several: list[str]) -> None:
        text = ", ".join(several)
        assert masked(text, today=TODAY) == text

    @given(st.datetimes(), st.sampled_from(["%Y-%m-%d %H:%M:%S", "%y.%m.%d %H:%M", "%Y%m%d", "%Y/%m/%d %H:%M:%S.%f"]))
    def test_is_a_time(self, moment: object, shape: str) -> None:
        text = f"{moment:{shape}}"
        assert masked(text, today=TODAY) == text

    @given(st.dates(), st.dates(), st.sampled_from(["~", " ~ ", "-", " - "]))
    def test_is_a_span_of_days(self, first: date, last: date, sign: str) -> None:
        for shape in ("%y%m%d", "%Y.%m.%d", "%y-%m-%d"):
            text = f"{first:{shape}}{sign}{last:{shape}}"
            assert masked(text, today=TODAY) == text

    @given(written(r"\d{4}[- ]\d{4}[- ]\d{4}[- ]\d{4}"))
    def test_is_a_card(self, text: str) -> None:
        assert masked(text, today=TODAY) == text

    @given(st.integers(0, 10**16 - 1))
    def test_is_a_card_without_signs(self, number: int) -> None:
        assert masked(f"{number:016d}", today=TODAY) == f"{number:016d}"

    @given(written(r"(\d{3}-\d{2}-\d{5}|\d{3}-\d{3}-\d{6}|1002-\d{3}-\d{6}|3333-\d{2}-\d{7})"))
    def test_is_a_business_or_an_account(self, text: str) -> None:
        assert masked(text, today=TODAY) == text

    @given(st.integers(0, 10**13 - 1))
    def test_has_a_date_that_never_was(self, number: int) -> None:
        digits = f"{number:013d}"
        assume(not is_one(digits))
        assert masked(digits, today=TODAY) == digits

    @given(seed=SEEDS, days=st.integers(1, 20_000))
    def test_is_born_after_today(self, seed: int, days: int) -> None:
        born = TODAY + timedelta(days=days)
        assume(born.year < 2100)
        digits = f"{born:%y%m%d}3{seed % 10**6:06d}"
        assert masked(digits, today=TODAY) == digits
        assert masked(digits) == MASK

    @pytest.mark.parametrize(
        "text",
        ["240115 1500000원 입금", "24.01.15 1,234,567원", "240115-1,234,567", "20241122-0000123", "900301-*******",
         "ab12cd9003011234567ef34ab12cd34", "01012345678 12시", "1732500000000", "8801234567893", "900301-9234567"],
    )  # fmt: skip
    def test_is_like_one_but_is_none(self, text: str) -> None:
        assert masked(text, today=TODAY) == text


class TestCleaned:
    def test_looks_into_every_corner(self) -> None:
        told = {"a": [9003011234567, 12, True, None, 1.5, {"900301-1234567": "x 900301-1234567 y"}]}
        made, count = cleaned(told, today=TODAY)
        assert made == {"a": [MASK, 12, True, None, 1.5, {MASK: f"x {MASK} y"}]}
        assert count == 3

    def test_leaves_amounts_where_it_is_told_to(self) -> None:
        assert cleaned({"amount": 9003011234567}, numbers=False) == ({"amount": 9003011234567}, 0)


class TestIsBarcode:
    @given(st.integers(0, 10**12 - 1))
    def test_of_ten_last_digits_one_is_sound(self, number: int) -> None:
        assert sum(is_barcode(f"{number:012d}{last}") for last in range(10)) == 1

    def test_knows_a_real_one(self) -> None:
        assert is_barcode("8801043014809")
