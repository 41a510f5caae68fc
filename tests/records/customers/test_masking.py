"""How much of a person those see who do not work with people."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dangol.records.customers import masking


class TestContact:
    @pytest.mark.parametrize(
        ("kind", "value", "shown"),
        [
            ("mobile", "+821012345678", "010-****-5678"),
            ("mobile", "+82212345678", "02-****-5678"),
            ("mobile", "+14155550123", "****0123"),
            ("email", "somebody@example.com", "so****@example.com"),
            ("email", "so@example.com", "s****@example.com"),
            ("address", "서울특별시 마포구 성산로 12길 34, 501호", "서울특별시 마포구 **"),
            ("address", "", ""),
        ],
    )
    def test_leaves_enough_to_tell_apart(self, kind: str, value: str, shown: str) -> None:
        assert masking.contact(kind, value) == shown


class TestName:
    @pytest.mark.parametrize(
        ("whole", "shown"),
        [("홍길동", "홍*동"), ("남궁민서", "남**서"), ("이산", "이*"), ("Kim Minsu", "K*m M***u"), ("김", "김")],
    )
    def test_keeps_its_ends(self, whole: str, shown: str) -> None:
        assert masking.name(whole) == shown

    @given(st.text(st.characters(categories=("Lo", "Lu", "Ll")), min_size=2, max_size=12))
    def test_is_never_shown_whole(self, whole: str) -> None:
        assert masking.name(whole) != whole or set(whole[1:]) == {"*"}


def test_a_birthday_is_shown_as_its_year() -> None:
    assert masking.birth_date(date(1990, 3, 1)) == "1990-**-**"
