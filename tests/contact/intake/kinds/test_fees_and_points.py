"""What purchases cost and bring beside the price: fees that are part of the amount, points given and used."""

from collections.abc import Callable
from pathlib import Path

import pytest

from dangol.contact.intake.headers import guessed
from dangol.contact.intake.kinds import KINDS
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

    def test_above_the_amount_below_nothing_or_unread_is_refused(self, sales: Callable[..., Batch]) -> None:
        batch = sales(
            "Delivery fee",
            "C1,2026-11-01,1,우유,1,2000,3000\nC1,2026-11-02,2,우유,1,2000,-1\nC1,2026-11-03,3,우유,1,2000,무료\n"
            "C1,2026-11-04,4,우유,-1,-2000,-2001\nC1,2026-11-05,5,배송비,1,3000,3000\n",
        )
        told = (
            "“Delivery fee” is part of the amount and cannot be more than it, nor negative where something was bought."
        )
        figures = " Write it in figures, like 3000, or leave it empty."
        cells = {2: "3000", 3: "-1", 4: "무료", 5: "-2001"}
        assert reasons(batch) == {
            row: f"Row {row}: the fee “{cell}” in {told}{figures}" for row, cell in cells.items()
        }  # fmt: skip
        assert batch.accepted == 1

    def test_on_each_row_of_a_receipt_is_told(self, sales: Callable[..., Batch]) -> None:
        one = "C1,2026-11-01 10:00,1,우유,1,8000,3000\nC1,2026-11-01 10:00,1,빵,1,6000,3000\n"
        assert sales("배송비", f"{one}C1,2026-11-02,2,빵,1,6000,3000\n").warnings == [
            "1 receipt has the same fee on each of its rows: it counts each time."
            " Leave it on one row if it was paid once."
        ]


class TestCoupon:
    def test_is_a_discount_of_its_own_unless_the_other_is_the_total(self, sales: Callable[..., Batch]) -> None:
        rows = "C1,2026-11-01,1,우유,1,2000,300,100\nC1,2026-11-02,2,우유,-1,-2000,300,100\n"
        sales("할인,쿠폰할인", rows)
        kept = OrderLine.objects.order_by("at").values_list("price_discount", "coupon_discount")
        assert list(kept) == [(300, 100), (-300, -100)]
        sales("총할인,쿠폰할인", rows.replace("2026-11", "2026-10"))
        assert list(kept.all())[:2] == [(300, 0), (-300, 0)]


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

    def test_are_told_by_the_headings_of_such_files_and_of_no_others(self) -> None:
        assert kind_of(["고객번호", "적립일시", "구분", "포인트"]).name == "points"
        assert kind_of(["포인트번호", "회원번호", "발생일", "적립포인트", "사용포인트"]).name == "points"
        assert kind_of(["주문번호", "고객번호", "주문일시", "구분", "결제금액", "적립포인트"]).name == "transactions"
        assert kind_of(["접촉번호", "고객번호", "접촉일", "접촉유형", "내용", "금액"]).name == "interactions"
        assert guessed(KINDS["points"], ["적립일", "회원번호", "적립"]) == {
            "customer": "회원번호", "time": "적립일", "granted": "적립",
        }  # fmt: skip
