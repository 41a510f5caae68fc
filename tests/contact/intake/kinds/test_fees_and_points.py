"""What purchases cost and bring beside the price: fees that are part of the amount, points given and used."""

from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from dangol.contact.intake.headers import guessed
from dangol.contact.intake.kinds import KINDS
from dangol.contact.intake.kinds.points import SORTS
from dangol.contact.intake.kinds.rules import meant
from dangol.contact.intake.likely import kind_of
from dangol.contact.intake.models import Batch
from dangol.contact.intake.undoing import undo
from dangol.records.changes.models import Change
from dangol.records.ledger.models import OrderLine, PointEntry
from tests.contact.intake.kinds.shop_files import AT, counts, reasons, taken

pytestmark = pytest.mark.django_db

SALES = "고객번호,주문일시,주문번호,상품명,수량,결제금액,{}\n"


@pytest.fixture
def sales(tmp_path: Path) -> Callable[..., Batch]:
    def take(heads: str, rows: str, **more: bool) -> Batch:
        path = tmp_path / "sales.csv"
        path.write_text(SALES.format(heads) + rows, encoding="utf-8")
        return taken(path, "transactions", **more)

    return take


def told(query: str) -> str:
    (word,) = duckdb.execute(query).fetchall()[0]
    return str(word)


def entries() -> list[tuple[str, str, int]]:
    found = PointEntry.objects.order_by("at", "kind", "amount")
    return [(one.identity.external_id, one.kind, one.amount) for one in found.select_related("identity")]


class TestFee:
    ROWS = (
        'C1,2026-11-01 10:00,1,우유,2,"8,000","3,000원"\nC1,2026-11-01 10:00,1,빵,1,3000,\n'
        "C2,2026-11-02,2,우유,-2,-5000,-3000\nC2,2026-11-03,3,우유,-1,2500,500\nC3,2026-11-04,4,우유,-1,-2000,500\n"
    )

    def test_is_kept_with_its_line_and_goes_back_with_the_goods(self, sales: Callable[..., Batch]) -> None:
        dry = sales("배송비", self.ROWS, dry_run=True)
        batch = sales("배송비", self.ROWS)
        assert counts(dry) == counts(batch) == (5, 5, 0, 5, 0, 0)
        kept = OrderLine.objects.order_by("at", "position").values_list("amount", "fee")
        assert list(kept) == [(8000, 3000), (3000, 0), (-5000, -3000), (-2500, -500), (-2000, 500)]
        assert counts(sales("배송비", self.ROWS)) == (5, 5, 0, 0, 0, 5)

    def test_above_the_amount_or_below_nothing_is_left_out_and_the_row_is_taken(
        self, sales: Callable[..., Batch]
    ) -> None:
        rows = (
            "C1,2026-11-01,1,우유,1,2000,3000\nC1,2026-11-02,2,우유,1,2000,-1\nC1,2026-11-03,3,우유,-1,-2000,-2001\n"
            "C1,2026-11-04,4,배송비,1,3000,3000\n"
        )
        batch = sales("Delivery fee", rows)
        assert counts(batch) == (4, 4, 0, 4, 0, 0)
        assert batch.amount_total == 2000 + 2000 - 2000 + 3000
        kept = OrderLine.objects.order_by("at", "position").values_list("amount", "fee")
        assert list(kept) == [(2000, 0), (2000, 0), (-2000, 0), (3000, 3000)]
        assert batch.warnings == [
            "3 rows have fees above their amounts, or below nothing where something was bought (rows 2, 3, 4): they"
            " were taken without the fees."
        ]

    def test_that_is_no_figure_leaves_the_row_and_free_is_nothing(self, sales: Callable[..., Batch]) -> None:
        free = "".join(f"C1,2026-11-0{day},{day},우유,1,2000,{word}\n" for day, word in enumerate(("무료", "Free"), 1))
        batch = sales("배송비", f"{free}C1,2026-11-03,3,우유,1,2000,착불\n")
        assert counts(batch) == (3, 3, 0, 3, 0, 0)
        assert set(OrderLine.objects.values_list("amount", "fee")) == {(2000, 0)}
        assert batch.warnings == ["1 cell of “배송비” could not be read and was left empty: row 4, “착불”."]

    def test_on_each_row_of_a_receipt_is_told(self, sales: Callable[..., Batch]) -> None:
        one = "C1,2026-11-01 10:00,1,우유,1,8000,3000\nC1,2026-11-01 10:00,1,빵,1,6000,3000\n"
        assert sales("배송비", f"{one}C1,2026-11-02,2,빵,1,6000,3000\n").warnings == [
            "1 receipt has the same fee on each of its rows: it counts each time."
            " Leave it on one row if it was paid once."
        ]

    def test_on_each_row_of_a_receipt_is_told_where_it_is_above_one_of_them(self, sales: Callable[..., Batch]) -> None:
        one = "".join(f"C1,2026-11-01 10:00,1,{what},3000\n" for what in ("우유,1,8000", "빵,1,6000", "콩,1,2000"))
        batch = sales("배송비", one)
        assert list(OrderLine.objects.order_by("position").values_list("amount", "fee")) == [
            (8000, 3000), (6000, 3000), (2000, 0),
        ]  # fmt: skip
        assert [warning.split(" ")[:2] for warning in batch.warnings] == [["1", "row"], ["1", "receipt"]]


class TestCoupon:
    def test_is_a_discount_of_its_own_unless_the_other_is_the_total(self, sales: Callable[..., Batch]) -> None:
        rows = "C1,2026-11-01,1,우유,1,2000,300,100\nC1,2026-11-02,2,우유,-1,-2000,300,100\n"
        sales("할인,쿠폰할인", rows)
        kept = OrderLine.objects.order_by("at").values_list("price_discount", "coupon_discount")
        assert list(kept) == [(300, 100), (-300, -100)]
        sales("총할인,쿠폰할인", rows.replace("2026-11", "2026-10"))
        assert list(kept.all())[:2] == [(300, 0), (-300, 0)]

    def test_by_name_leaves_the_row_and_a_bare_heading_is_no_discount(self, sales: Callable[..., Batch]) -> None:
        rows = "C1,2026-11-01,1,우유,1,2000,가을맞이 쿠폰\nC1,2026-11-02,2,우유,1,2000,500\n"
        batch = sales("쿠폰할인", rows)
        assert counts(batch) == (2, 2, 0, 2, 0, 0)
        assert list(OrderLine.objects.order_by("at").values_list("coupon_discount", flat=True)) == [0, 500]
        assert batch.warnings == ["1 cell of “쿠폰할인” could not be read and was left empty: row 2, “가을맞이 쿠폰”."]
        for heading, field in (("쿠폰", None), ("coupon", None), ("쿠폰할인", "coupon"), ("coupon discount", "coupon")):
            assert ({"coupon": heading}.items() <= guessed(KINDS["transactions"], [heading]).items()) == bool(field)


class TestPointsOfASale:
    ROWS = (
        "C1,2026-11-01 10:00,1,우유,1,3000,30,\nC1,2026-11-01 10:00,1,우유,1,3000,30,\nC1,2026-11-02,2,빵,1,3000,,500\n"
        "C1,2026-11-03,3,빵,-1,3000,30,500\n,2026-11-04,4,빵,1,3000,30,\nC2,2026-11-05,5,빵,1,3000,뷁,10\n"
    )

    def test_are_given_used_and_taken_back_once_each(self, sales: Callable[..., Batch]) -> None:
        batch = sales("적립포인트,사용포인트", self.ROWS)
        assert counts(batch) == (6, 6, 0, 6, 0, 0)
        assert entries() == [
            ("C1", "granted", 30), ("C1", "granted", 30), ("C1", "redeemed", 500), ("C1", "expired", 30),
            ("C2", "redeemed", 10),
        ]  # fmt: skip
        assert "1 row gives used points back: that is not kept." in batch.warnings
        changes = Change.objects.count()
        assert counts(sales("적립포인트,사용포인트", self.ROWS)) == (6, 6, 0, 0, 0, 6)
        assert len(entries()) == 5
        assert Change.objects.count() == changes

    def test_go_with_their_file(self, sales: Callable[..., Batch]) -> None:
        first, more = self.ROWS.split("\n", 1)
        sales("적립포인트,사용포인트", first + "\n")
        batch = sales("적립포인트,사용포인트", f"{first}\n{more}")
        assert len(entries()) == 5
        undo(batch, by=None, at=AT)
        assert entries() == [("C1", "granted", 30)]


POINTS = """
포인트번호,고객번호,고객명,적립일시,구분,포인트
P1,C1,김단골,2026-11-01 10:00,구매적립,"1,200P"
P1,C1,김단골,2026-11-02,사용,-500점
P3,C1,김단골,2026-11-03,소멸,200
P4,C2,이웃,2026-11-03,적립취소,-70
P5,C2,이웃,2026-11-03,,-30
P6,C2,이웃,2026-11-03,사용취소,30
P7,C2,이웃,2026-11-03,적립,많이
P8,,,2026-11-03,적립,5
P9,C2,이웃,2026-11-04,적립,
합계,,,,,900
"""


class TestPoints:
    @pytest.fixture
    def file(self, tmp_path: Path) -> Callable[[str], Path]:
        def write(text: str) -> Path:
            path = tmp_path / "points.csv"
            path.write_text(text.lstrip(), encoding="utf-8")
            return path

        return write

    @pytest.mark.store
    def test_are_kept_by_what_became_of_them(self, file: Callable[[str], Path]) -> None:
        batch = taken(file(POINTS), "points")
        assert counts(batch) == (9, 5, 4, 5, 0, 0)
        assert entries() == [
            ("C1", "granted", 1200), ("C1", "redeemed", 500), ("C2", "expired", 70), ("C1", "expired", 200),
            ("C2", "redeemed", 30),
        ]  # fmt: skip
        assert reasons(batch) == {
            7: "Row 7: “사용취소” gives used points back, which is not kept."
            " Leave this row out, and the use it takes back.",
            8: "Row 8: cannot read the points “많이” in “포인트”. Write them in figures, like 500 or 1,200.",
            9: "Row 9: “고객번호” is empty. Every row needs a customer, a date and how many points.",
            10: "Row 10: “포인트” is empty. Every row needs a customer, a date and how many points.",
        }
        assert batch.warnings == [
            "1 row of totals was left out.",
            "1 row does not say what became of the points: less than nothing was used, all else was given.",
        ]
        again = taken(file(POINTS), "points", at=AT.replace(hour=5))
        assert counts(again) == (9, 5, 4, 0, 0, 5)
        undo(batch, by=None, at=AT)
        assert entries() == []

    def test_may_stand_in_columns_of_their_own(self, file: Callable[[str], Path]) -> None:
        head = "customer id,date,points earned,points used,points expired\n"
        rows = "C1,2026-11-01,100,,\nC1,2026-11-02,0,40,\nC1,2026-11-03,,,60\nC1,2026-11-04,5,5,\nC1,2026-11-05,-7,,\n"
        batch = taken(file(head + rows), "points")
        assert entries() == [
            ("C1", "granted", 100), ("C1", "redeemed", 40), ("C1", "expired", 60), ("C1", "expired", 7),
        ]  # fmt: skip
        assert reasons(batch) == {
            5: "Row 5: points are given and used or expired in one row. Write each in a row of its own."
        }

    def test_in_columns_of_their_own_are_taken_back_where_the_row_says_so(self, file: Callable[[str], Path]) -> None:
        head = "고객번호,일자,구분,적립포인트,사용포인트\n"
        rows = "C1,2026-11-01,구매적립,100,\nC1,2026-11-02,적립취소,70,\nC1,2026-11-03,사용취소,,30\n"
        batch = taken(file(f"{head}{rows}C1,2026-11-04,사용 취소,20,\n"), "points")
        assert entries() == [("C1", "granted", 100), ("C1", "expired", 70)]
        assert reasons(batch) == {
            row: f"Row {row}: “{cell}” gives used points back, which is not kept."
            " Leave this row out, and the use it takes back."
            for row, cell in ((4, "사용취소"), (5, "사용 취소"))
        }

    @pytest.mark.parametrize(
        ("said", "words"),
        [
            (
                "granted",
                "적립, 구매적립, 결제 적립, 상품결제 적립, 전환 적립, 이벤트 지급, 결제 보너스, 적립 포인트, 충전",
            ),
            ("granted", "new user bonus, bonus, sign-up bonus, user gift, earned, credit, purchase bonus"),
            ("redeemed", "사용, 포인트 사용, 적립금 결제, 상품권 전환, 차감, 사용 적립금"),
            (
                "redeemed",
                "use, used, use of points, use rewards, points use, points used, usage, used bonus, redeemed, spent",
            ),
            ("taken_back", "적립취소, 적립 회수, 결제취소 적립회수, 보너스 취소, 적립포인트 취소"),
            ("taken_back", "earning cancelled, bonus cancelled, user bonus reversed, bonus points cancelled, clawback"),
            ("given_back", "사용취소, 사용 환불, 결제 취소, 결제취소 적립, 복원"),
            ("given_back", "use cancelled, points used refunded, redemption reversed, points use cancelled"),
            ("expired", "소멸, 적립 만료, bonus expired, forfeited"),
            ("", "기타, because, warehouse"),
        ],
    )
    def test_are_meant_by_words_in_both_languages(self, said: str, words: str) -> None:
        found = {word: told(f"SELECT {meant('w', SORTS)} FROM (SELECT '{word}' AS w)") for word in words.split(", ")}
        assert found == dict.fromkeys(words.split(", "), said)

    def test_are_told_by_the_headings_of_such_files_and_of_no_others(self) -> None:
        assert kind_of(["고객번호", "적립일시", "구분", "포인트"]).name == "points"
        assert kind_of(["포인트번호", "회원번호", "발생일", "적립포인트", "사용포인트"]).name == "points"
        assert kind_of(["주문번호", "고객번호", "주문일시", "구분", "결제금액", "적립포인트"]).name == "transactions"
        assert kind_of(["접촉번호", "고객번호", "접촉일", "접촉유형", "내용", "금액"]).name == "interactions"
        assert guessed(KINDS["points"], ["적립일", "회원번호", "적립"]) == {
            "customer": "회원번호", "time": "적립일", "granted": "적립",
        }  # fmt: skip
