"""What a column is, by its heading."""

import pytest

from dangol.contact.intake.headers import guessed, known, plain
from dangol.contact.intake.kinds import KINDS
from dangol.contact.intake.kinds.kind import Kind
from dangol.contact.intake.kinds.transactions import TRANSACTIONS


class TestGuess:
    @pytest.mark.parametrize(
        ("headings", "mapping"),
        [
            (
                ["고객번호", "일자", "금액"],
                {"customer": "고객번호", "time": "일자", "amount": "금액"},
            ),
            (
                ["No.", "주문일시", "주문번호", "회원 ID", "주문자명", "휴대폰번호", "상품명", "수량",
                 "실결제금액(원)", "할인금액", "결제금액"],
                {"customer": "회원 ID", "time": "주문일시", "amount": "실결제금액(원)", "receipt": "주문번호",
                 "description": "상품명", "quantity": "수량", "discount": "할인금액", "name": "주문자명",
                 "phone": "휴대폰번호"},
            ),
            (
                ["InvoiceNo", "StockCode", "Description", "Quantity", "InvoiceDate", "UnitPrice", "CustomerID",
                 "Country"],
                {"customer": "CustomerID", "time": "InvoiceDate", "receipt": "InvoiceNo", "product": "StockCode",
                 "description": "Description", "quantity": "Quantity", "unit_price": "UnitPrice"},
            ),
            (["date", "price", "customer"], {"customer": "customer", "time": "date", "amount": "price"}),
            (["연락처", "일자", "금액"], {"customer": "연락처", "phone": "연락처", "time": "일자", "amount": "금액"}),
            (["이름", "판매일자", "판매시간", "매출액"],
             {"customer": "이름", "name": "이름", "time": "판매일자", "clock": "판매시간", "amount": "매출액"}),
        ],
    )  # fmt: skip
    def test_finds_the_fields(self, headings: list[str], mapping: dict[str, str]) -> None:
        assert guessed(TRANSACTIONS, headings) == mapping
        assert TRANSACTIONS.missing(mapping) == []

    def test_takes_the_surest_of_two_amounts(self) -> None:
        assert guessed(TRANSACTIONS, ["금액", "실결제금액"])["amount"] == "실결제금액"

    def test_names_no_column_that_there_is_not(self) -> None:
        headings = ["Name", "Created at", "Lineitem quantity", "Lineitem price"]
        assert set(guessed(TRANSACTIONS, headings).values()) == set(headings)

    def test_leaves_a_row_of_data_alone(self) -> None:
        assert known(["A1", "2026-11-22", "12000"]) == 0


class TestSynonyms:
    @pytest.mark.parametrize("kind", KINDS.values(), ids=list(KINDS))
    def test_are_written_plainly_and_mean_one_field_each(self, kind: Kind) -> None:
        words = [word for field in kind.fields for word in field.words.split()]
        assert [word for word in words if plain(word) != word] == []
        assert sorted({word for word in words if words.count(word) > 1}) == []
