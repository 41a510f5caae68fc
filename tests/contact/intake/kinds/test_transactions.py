"""A file of purchases: every line counts once, whatever receipt, currency or file it comes in."""

import csv
from collections.abc import Callable
from datetime import UTC, datetime
from importlib import import_module
from itertools import groupby
from pathlib import Path
from typing import Any, ClassVar

import pytest
from django.apps import apps
from django.db import transaction
from django.utils import timezone, translation
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from dangol.contact.intake import actions, headers, likely, nobodys, queries, rejects, undoing
from dangol.contact.intake.kinds.transactions import TRANSACTIONS
from dangol.contact.intake.models import Batch, Reject
from dangol.records.catalog.models import Product
from dangol.records.customers.models import Customer, Identity
from dangol.records.ledger.models import OrderLine, Transaction

AT = datetime(2026, 11, 22, 3, tzinfo=UTC)

pytestmark = pytest.mark.django_db


@pytest.fixture
def taken(tmp_path: Path) -> Callable[..., Batch]:
    def take(text: str, language: str = "en", **more: Any) -> Batch:
        path = tmp_path / "sales.csv"
        path.write_text(text, encoding="utf-8")
        with translation.override(language):
            return actions.import_file(path, by=None, at=AT, **more)

    return take


HEAD = "고객번호,일시,영수증번호,상품명,수량,단가,금액\n"
FIRST = "C1,2026-11-01 10:00,7,우유,2,2500,\nC1,2026-11-01 10:00,7,빵,1,,3000\n"


def receipts() -> dict[str, tuple[int, int]]:
    """Each receipt: its sum, and how many lines it has; the sums agree."""
    told = {}
    for one in Transaction.objects.all():
        amounts = list(one.lines.values_list("amount", flat=True))
        assert (sum(amounts), min(one.lines.values_list("at", flat=True))) == (one.amount, one.at)
        assert sorted(one.lines.values_list("position", flat=True)) == list(range(1, len(amounts) + 1))
        told[one.receipt.partition("@")[0]] = (one.amount, len(amounts))
    return told


@pytest.mark.store
class TestReceipt:
    def test_that_comes_in_parts_gets_its_further_lines(self, taken: Callable[..., Batch]) -> None:
        taken(HEAD + FIRST)
        rest = HEAD + "C1,2026-11-01 09:55,7,봉투,1,,100\nC1,2026-11-01 11:00,8,우유,1,,2500\n"
        batch = taken(rest)
        assert (batch.created, batch.unchanged, receipts()) == (2, 0, {"7": (8100, 3), "8": (2500, 1)})
        assert batch.warnings == ["1 receipt that was there already got further lines."]
        assert (taken(rest).unchanged, taken(HEAD + FIRST).unchanged) == (2, 2)
        assert receipts() == {"7": (8100, 3), "8": (2500, 1)}

    def test_that_comes_whole_after_a_part_of_it_gets_the_rest(self, taken: Callable[..., Batch]) -> None:
        more = "C1,2026-11-01 10:00,7,빵,1,,3000\nC1,2026-11-01 10:00,7,봉투,1,,0\n"
        taken(HEAD + FIRST)
        batch = taken(HEAD + FIRST + more)
        assert (batch.created, batch.unchanged, receipts()) == (2, 2, {"7": (11000, 4)})

    def test_that_says_something_else_stays_as_it_was(self, taken: Callable[..., Batch]) -> None:
        taken(HEAD + FIRST)
        batch = taken(HEAD + FIRST.replace("3000", "3500") + "C1,2026-11-01 10:00,7,봉투,1,,100\n")
        assert (batch.created, batch.unchanged, receipts()) == (0, 3, {"7": (8000, 2)})
        assert batch.warnings == ["1 receipt was there already with another sum: the first was kept."]

    @pytest.mark.parametrize("told", [True, False])
    def test_gets_its_lines_that_were_left_out_once_they_are_mended(
        self, taken: Callable[..., Batch], told: bool
    ) -> None:
        head, line = HEAD.strip(), "C1,2026-11-01 10:00,7,우유,{},2500,\n"
        first = taken(HEAD + line.format(2) + line.format("세개"))
        assert (first.accepted, first.rejected) == (1, 1)
        # Read from the file that was downloaded, or mended on the page, which says so.
        file = f"{head},Reason\n" + line.format(3).replace("\n", ",Row 3\n") if told else HEAD + line.format(3)
        for created in (1, 0):
            batch = taken(file, mended=not told)
            assert (batch.created, batch.unchanged, receipts()) == (created, 1 - created, {"7": (12500, 2)})

    def test_with_two_times_keeps_both(self, taken: Callable[..., Batch]) -> None:
        taken(HEAD + "C1,2026-11-01 10:00,7,우유,1,,100\nC1,2026-11-01 10:30,7,우유,1,,100\n")
        assert receipts() == {"7": (200, 2)}
        times = OrderLine.objects.order_by("at").values_list("at", flat=True)
        assert [at.isoformat() for at in times] == ["2026-11-01T01:00:00+00:00", "2026-11-01T01:30:00+00:00"]

    def test_of_numbers_that_a_spreadsheet_wrote_is_the_same(self, taken: Callable[..., Batch]) -> None:
        head = "고객번호,일시,영수증번호,상품코드,수량,금액\n"
        taken(head + "17850.0,2026-11-01,536365.0,22423.0,1.0,100.0\n17850,2026-11-01,536365,22424,1,50\n")
        assert receipts() == {"536365": (150, 2)}
        assert (Identity.objects.get().external_id, set(Product.objects.values_list("code", flat=True))) == (
            "17850", {"22423", "22424"},
        )  # fmt: skip


TILL = "판매일,상품명,수량,금액\n2026-11-01,라떼,2,9000\n2026-11-01,라떼,2,9000\n2026-11-02,우유,-1,-500\n"


class TestWithoutAColumnOfCustomers:
    def test_counts_in_revenue_and_is_nobodys(self, taken: Callable[..., Batch]) -> None:
        batch = taken(TILL)
        assert (batch.rows, batch.accepted, batch.rejected, batch.amount_total) == (3, 3, 0, 17_500)
        assert set(Transaction.objects.values_list("identity", flat=True)) == {None}
        assert not Customer.objects.exists()
        assert batch.warnings == [
            "No column of the file says who bought: 3 rows belong to nobody known and count in revenue only."
        ]

    def test_says_so_before_anything_is_taken_in(self, taken: Callable[..., Batch]) -> None:
        batch = taken(TILL, dry_run=True)
        assert batch.warnings[0].startswith("No column of the file says who bought: 3 rows")

    def test_changes_nothing_the_second_time(self, taken: Callable[..., Batch]) -> None:
        taken(TILL)
        batch = taken(TILL)
        assert (batch.created, batch.unchanged, OrderLine.objects.count()) == (0, 3, 3)

    def test_names_the_columns_that_may_tell_and_how_to_choose_one(self, taken: Callable[..., Batch]) -> None:
        head, line = "판매일,금액,손님 별명,비고\n", "2026-11-01,9000,단골이,\n"
        told = taken(head + line, dry_run=True).warnings[0]
        assert told.endswith("If one of these columns does, choose it as the customer number: 손님 별명.")
        assert taken(head + line, mapping={"customer": "손님 별명"}).warnings == ["Not taken in: 비고."]
        assert Identity.objects.get().external_id == "단골이"

    def test_names_any_that_are_left_where_none_sounds_like_people(self, taken: Callable[..., Batch]) -> None:
        told = taken("판매일,금액,가,나,다,라,마,바\n2026-11-01,9000,,,,,,\n", dry_run=True).warnings[0]
        assert told.endswith("as the customer number: 가, 나, 다, 라, 마, ….")

    @pytest.mark.parametrize(("head", "lacks"), [("상품명,금액", "Date"), ("판매일,상품명", "Amount")])
    def test_still_needs_a_date_and_an_amount(self, taken: Callable[..., Batch], head: str, lacks: str) -> None:
        with pytest.raises(headers.WrongMapping, match=f"which column is: {lacks}"):
            taken(f"{head}\n2026-11-01,2026-11-01\n")

    def test_is_said_by_an_empty_heading_and_guessed_where_nothing_is_said(self, taken: Callable[..., Batch]) -> None:
        text, by_hand = "고객번호,일자,금액\nA,2026-11-01,5\n", {"time": "일자", "amount": "금액"}
        assert taken(text, mapping=by_hand, dry_run=True).warnings == []
        assert "nobody known" in taken(text, mapping=by_hand | {"customer": ""}, dry_run=True).warnings[0]

    @pytest.mark.parametrize("column", ["전화번호", "고객명"])
    def test_does_not_hide_a_phone_or_name_that_stands_for_the_customer(
        self, taken: Callable[..., Batch], column: str
    ) -> None:
        batch = taken(f"{column},일자,금액\n01012345678,2026-11-01,5\n", mapping={"time": "일자", "amount": "금액"})
        assert batch.mapping["customer"] == column

    @pytest.mark.parametrize(
        ("kind", "headings"),
        [
            ("transactions", "판매일,상품명,수량,금액"),
            ("customers", "회원번호,성명,휴대폰,가입일"),
            ("customers", "성명,휴대폰,생년월일,등록일"),
            ("products", "상품코드,상품명,분류,단가"),
            ("costs", "월,목적,매체,비용"),
        ],
    )
    def test_is_no_list_of_another_kind(self, kind: str, headings: str) -> None:
        assert likely.kind_of(headings.split(",")).name == kind


LINE = st.tuples(st.sampled_from(["", "C1", "C2", "비회원"]), st.sampled_from("78"), st.sampled_from(["A점", "B점"]))


class TestCustomerOfAReceipt:
    @pytest.mark.parametrize(
        ("customers", "whose"),
        [
            (["C1", "", ""], ["C1"]),  # named on the first line alone
            (["", "C1"], ["C1"]),
            (["C1", "C2", ""], ["C1", "C2", None]),  # two of them: the blank one is nobody's
            (["C1", "비회원"], ["C1", None]),  # it is said that nobody is known
            (["", ""], [None]),
        ],
    )
    def test_is_that_of_its_rows_that_leave_it_blank(
        self, taken: Callable[..., Batch], customers: list[str], whose: list[str | None]
    ) -> None:
        text = HEAD + "".join(f"{one},2026-11-01 10:0{n},7,우유,1,,{n + 1}\n" for n, one in enumerate(customers))
        batch = taken(text + ",2026-11-02 10:00,7,우유,1,,9\n")  # the number of another day
        assert len(Transaction.objects.all()) == len(whose) + 1
        found = Transaction.objects.exclude(amount=9).values_list("identity__external_id", flat=True)
        assert sorted(found, key=str) == sorted(whose, key=str)
        blank = customers.count("") if whose == ["C1"] else 0
        assert any("given to the customer of" in told for told in batch.warnings) == bool(blank)

    def test_is_not_that_of_the_same_number_at_another_till(self, taken: Callable[..., Batch]) -> None:
        rows = ("C1,2026-11-01 10:00,17", ",2026-11-01 10:00,17", "C2,2026-11-01 10:05,18", ",2026-11-01 15:00,17")
        taken(HEAD + "".join(f"{row},우유,1,,{place + 1}\n" for place, row in enumerate(rows)))
        found = Transaction.objects.values_list("identity__external_id", "amount")
        assert sorted(found, key=str) == sorted([("C1", 3), ("C2", 3), (None, 4)], key=str)

    @examples(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(LINE, min_size=1, max_size=7))
    def test_is_the_one_it_names(self, taken: Callable[..., Batch], lines: list[tuple[str, str, str]]) -> None:
        wanted = []
        for _receipt, together in groupby(lines, lambda line: line[1:]):
            customers = [who for who, *_of in together]
            named = {*customers} - {"", "비회원"}
            wanted += [named.copy().pop() if not who and len(named) == 1 else who.strip("비회원") for who in customers]
        with transaction.atomic():
            rows = [
                f"{who},2026-11-01,{number},우유,1,{place},{shop}" for place, (who, number, shop) in enumerate(lines)
            ]
            taken("고객번호,일시,영수증번호,상품명,수량,금액,매장\n" + "\n".join(rows))
            found = OrderLine.objects.values_list("transaction__identity__external_id", flat=True)
            assert sorted(one or "" for one in found) == sorted(wanted)
            transaction.set_rollback(True)


class TestAmount:
    def test_is_quantity_times_price_where_it_is_not_given(self, taken: Callable[..., Batch]) -> None:
        assert taken(HEAD + FIRST).amount_total == 2 * 2500 + 3000

    def test_below_nothing_or_of_a_negative_quantity_is_a_return(self, taken: Callable[..., Batch]) -> None:
        batch = taken(
            HEAD + "C1,2026-11-01,1,우유,-2,2500,\nC1,2026-11-02,2,우유,1,,-700\nC1,2026-11-03,3,우유,-1,,300\n"
        )
        assert (batch.amount_total, batch.rejected) == (-5000 - 700 - 300, 0)


class TestCurrency:
    ROWS = (
        "고객번호,일시,금액,통화\n"
        "C1,2026-11-01,100,KRW\nC1,2026-11-02,200,\nC1,2026-11-03,300,원\nC1,2026-11-04,9,USD\n"
    )

    def test_of_another_kind_is_refused_row_by_row_and_never_added_up(self, taken: Callable[..., Batch]) -> None:
        batch = taken(self.ROWS)
        assert (batch.rows, batch.rejected, batch.amount_total) == (4, 1, 600)
        assert batch.rejects.get().reason.startswith("Row 5: “통화” says USD, but money is kept in KRW here")

    def test_said_of_a_whole_file_must_be_the_homes(self, taken: Callable[..., Batch]) -> None:
        assert taken(self.ROWS, currency="KRW").accepted == 3
        with pytest.raises(actions.OtherCurrency, match="kept in KRW here, and sums in USD are never added"):
            taken(self.ROWS, currency="USD")


class TestCustomer:
    def test_that_is_missing_counts_in_revenue_and_one_never_heard_of_becomes_one(
        self, taken: Callable[..., Batch]
    ) -> None:
        batch = taken("고객번호,일시,금액\n비회원,2026-11-01,100\n,2026-11-02,50\nnew,2026-11-03,7\n")
        assert (batch.accepted, batch.amount_total, Identity.objects.get().external_id) == (3, 157, "new")
        assert Transaction.objects.filter(identity=None).count() == 2

    def test_without_a_number_is_whoever_has_the_phone(self, taken: Callable[..., Batch]) -> None:
        batch = taken(
            "구매자ID,구매자명,구매자연락처,주문일시,금액\n"
            "nav***0,김단골,010-1234-5678,2026-11-01,100\nnav***0,이순신,010-2345-6789,2026-11-02,50\n"
            ",박서준,0502-1234-5678,2026-11-03,7\nlee,이순신,010-2345-6789,2026-11-04,9\n"
        )
        found = Transaction.objects.order_by("at").values_list("identity__external_id", flat=True)
        assert list(found) == ["+821012345678", "+821023456789", None, "lee"]
        assert batch.warnings[0] == (
            "2 rows have numbers with asterisks in “구매자ID”: several people may look alike in them, so nobody is"
            " known by them."
        )


class TestOrder:
    HEAD = "주문번호,고객번호,주문일시,수량,금액,주문상태\n"

    @pytest.mark.parametrize("state", ["취소", "반품", "취소완료", "주문취소", "반품 완료", "환불완료", "Cancelled"])
    def test_that_was_undone_is_no_sale(self, taken: Callable[..., Batch], state: str) -> None:
        batch = taken(self.HEAD + f"1,C1,2026-11-01,1,100,구매확정\n2,C1,2026-11-02,1,50,{state}\n")
        assert (batch.accepted, batch.rejected, batch.amount_total) == (1, 1, 100)
        assert batch.rejects.get().reason == (
            f"Row 3: “주문상태” says {state}. An order that was called off or sent back is no sale: it is left out."
        )

    def test_that_was_undone_leaves_nothing_to_mend_and_stays_in_the_file_of_rows_left_out(
        self, taken: Callable[..., Batch]
    ) -> None:
        batch = taken(
            self.HEAD + "1,C1,2026-11-01,1,100,구매확정\n2,C1,2026-11-02,1,50,취소\n2,C1,2026-11-02,1,40,\n"
            "3,C1,2026-11-31,1,50,취소\n4,C1,2026-11-31,1,9,구매확정\n"
        )
        assert (batch.rows, batch.accepted, batch.rejected, batch.called_off) == (5, 1, 4, 3)
        assert batch.warnings[-1].startswith("3 rows are of orders that were called off")
        assert list(queries.rejects(batch).values_list("row", flat=True)) == [6]
        assert queries.still_to_mend() == 1
        assert len(list(rejects.as_csv(batch))) == 1 + 4

    def test_that_was_undone_in_a_home_of_before_is_known_by_its_reason(self, taken: Callable[..., Batch]) -> None:
        text = (
            self.HEAD + "1,C1,2026-11-01,1,100,취소\n1,C1,2026-11-01,1,9,\n2,C1,2026-11-31,1,9,\n3,C1,2026-11-01,1,9,\n"
        )
        batches = [taken(text)]
        batches.append(taken(text + "4,C1,2026-11-01,1,9,\n", language="ko"))
        Reject.objects.update(needs_nothing=False)
        Batch.objects.update(called_off=0)
        import_module("dangol.contact.intake.migrations.0003_called_off").know(apps, None)
        for batch in batches:
            batch.refresh_from_db()
            assert batch.called_off == 2
            assert list(batch.rejects.to_mend().values_list("row", flat=True)) == [4]

    def test_that_was_undone_after_an_earlier_file_sold_it_is_told(self, taken: Callable[..., Batch]) -> None:
        row = (
            "1,C1,2026-11-01,1,100,{}\n1,C1,2026-11-01,1,70,결제완료\n"
            "2,C1,2026-11-02,1,50,취소\n2,C1,2026-11-02,1,40,\n"
        )
        first = self.HEAD + row.format("결제완료")
        nothing_to_mend = (
            "{} rows are of orders that were called off or sent back. They are left out as no sales: there is nothing"
            " to mend in them."
        )
        assert taken(first).warnings == taken(first).warnings == [nothing_to_mend.format(2)]
        assert taken(self.HEAD + row.format("취소완료")).warnings == [
            "1 order was called off or sent back since an earlier file brought it: there it still counts as a sale."
            " Undo that file, then import this one again.",
            nothing_to_mend.format(3),
        ]

    @pytest.mark.parametrize("state", ["", "배송중", "취소요청", "취소철회", "반품거부", "부분취소", "결제완료"])
    def test_that_still_stands_counts(self, taken: Callable[..., Batch], state: str) -> None:
        assert taken(self.HEAD + f"1,C1,2026-11-01,1,100,{state}\n").amount_total == 100

    def test_that_is_written_below_nothing_is_a_return_as_ever(self, taken: Callable[..., Batch]) -> None:
        batch = taken(self.HEAD + "1,C1,2026-11-01,1,100,결제완료\n1,C1,2026-11-02,-1,-100,반품완료\n")
        assert (batch.accepted, batch.amount_total) == (2, 0)


class TestMarketplace:
    def test_exports_of_smartstore_are_purchases_without_the_fee_of_the_way(self) -> None:
        headings = [
            "상품주문번호", "주문번호", "택배사", "송장번호", "발송일", "판매채널", "구매자명", "구매자ID", "수취인명",
            "주문상태", "결제일", "상품번호", "상품명", "수량", "상품가격", "최종 상품별 할인액", "판매자 부담 할인액",
            "최종 상품별 총 주문금액", "배송비 합계", "판매자 상품코드", "수취인연락처1", "구매자연락처", "주문일시",
        ]  # fmt: skip
        assert likely.kind_of(headings).name == "transactions"
        mapping = headers.guessed(likely.kind_of(headings), headings)
        assert mapping == {
            "customer": "구매자ID", "time": "주문일시", "amount": "최종 상품별 총 주문금액", "receipt": "주문번호",
            "product": "판매자 상품코드", "description": "상품명", "quantity": "수량", "unit_price": "상품가격",
            "discount": "최종 상품별 할인액", "name": "구매자명", "phone": "구매자연락처", "channel": "판매채널",
            "state": "주문상태",
        }  # fmt: skip

    def test_an_export_of_cafe24_counts_each_line_and_not_the_whole_order_for_each(self) -> None:
        headings = [
            "주문번호", "주문일시", "주문자명", "주문자 휴대전화", "주문자ID", "상품코드", "주문상품명(옵션포함)",
            "수량", "상품구매금액", "총 결제금액", "주문상태", "결제수단",
        ]  # fmt: skip
        mapping = headers.guessed(likely.kind_of(headings), headings)
        assert (mapping["amount"], mapping["description"]) == ("상품구매금액", "주문상품명(옵션포함)")

    def test_an_export_of_shopify_is_orders_by_line_of_whoever_has_the_address(
        self, taken: Callable[..., Batch]
    ) -> None:
        batch = taken(
            "Name,Email,Financial Status,Paid at,Currency,Subtotal,Shipping,Taxes,Total,Discount Code,Discount Amount,"
            "Created at,Lineitem quantity,Lineitem name,Lineitem price,Lineitem sku,Billing Name,Phone\n"
            "#1001,ada@example.com,paid,2026-03-02 10:00:00 +0900,KRW,30000,3000,0,33000,,0,"
            "2026-03-02 10:00:00 +0900,2,Tea,10000,T1,Ada Lovelace,\n"
            "#1001,ada@example.com,,,,,,,,,,2026-03-02 10:00:00 +0900,1,Cup,10000,C1,,\n"
            "#1002,kim@example.com,paid,2026-03-03 10:00:00 +0900,KRW,10000,0,0,10000,,0,"
            "2026-03-03 10:00:00 +0900,1,Tea,10000,T1,김단골,010-2000-3000\n"
        )
        assert (batch.accepted, batch.rejected) == (3, 0), list(batch.rejects.values_list("reason", flat=True))
        assert receipts() == {"#1001": (30_000, 2), "#1002": (10_000, 1)}  # what the way costs is a fee
        whose = Transaction.objects.order_by("at").values_list("identity__scheme", "identity__external_id")
        assert list(whose) == [("email", "ada@example.com"), ("email", "kim@example.com")]
        assert set(Customer.objects.values_list("full_name", flat=True)) == {"Ada Lovelace", "김단골"}

    SHOPIFY = (
        "Name,Email,Financial Status,Currency,Subtotal,Shipping,Total,Discount Amount,Created at,Lineitem quantity,"
        "Lineitem name,Lineitem price,Cancelled at,Refunded Amount,Billing Name\n"
    )

    def test_an_order_of_shopify_that_was_undone_is_no_sale_in_any_of_its_lines(
        self, taken: Callable[..., Batch]
    ) -> None:
        rows = "".join(
            f"#{number},a@example.com,{state},KRW,20000,0,20000,0,2026-03-02 10:00:00 +0900,{line},{back},Ada\n"
            f"#{number},a@example.com,,,,,,,2026-03-02 10:00:00 +0900,1,Cup,15000,,,\n"
            for number, state, line, back in (
                (1, "paid", "1,Tea,5000,", "0"), (2, "refunded", "1,Tea,5000,2026-03-05 10:00:00 +0900", "20000"),
                (3, "voided", "1,Gift,0,", "0"), (4, "pending", "1,Tea,5000,", "0"),
            )
        )  # fmt: skip
        batch = taken(self.SHOPIFY + rows)
        assert receipts() == {"#1": (20_000, 2), "#4": (20_000, 2)}
        assert dict(batch.rejects.values_list("row", "reason")) == {
            4: "Row 4: “Financial Status” says refunded. An order that was called off or sent back is no sale: it is"
               " left out.",
            5: "Row 5: “Financial Status” says on another row of the order that it was called off or sent back. That is"
               " no sale: it is left out.",
            6: "Row 6: “Financial Status” says voided. An order that was called off or sent back is no sale: it is"
               " left out.",
            7: "Row 7: “Financial Status” says on another row of the order that it was called off or sent back. That is"
               " no sale: it is left out.",
        }  # fmt: skip

    def test_what_came_back_of_an_order_of_shopify_and_its_discount_are_taken_off_its_lines(
        self, taken: Callable[..., Batch]
    ) -> None:
        day = "2026-03-02 10:00:00 +0900"
        batch = taken(
            self.SHOPIFY
            # A third of 10,001 off, then 500 of it back; the way was free by a code, which is no discount of goods.
            + f"#1,a@example.com,partially_refunded,KRW,6667,3000,9667,3334,{day},1,Tea,3333,,500,Ada\n"
            f"#1,a@example.com,,,,,,,{day},2,Cup,3334,,,\n"
            f"#2,a@example.com,paid,KRW,5000,0,5000,3000,{day.replace('02', '03')},1,Tea,5000,,0,Ada\n"
        )
        assert (batch.accepted, batch.rejected, batch.amount_total) == (3, 0, 6667 - 500 + 5000)
        assert receipts() == {"#1": (6167, 2), "#2": (5000, 1)}
        lines = OrderLine.objects.order_by("at", "position").values_list("amount", "price_discount", "fee")
        assert list(lines) == [(2056, 1111, 0), (4111, 2223, 0), (5000, 0, 0)]
        assert batch.warnings[:2] == [
            "1 order has a discount on the whole of it: each of its lines was given its share.",
            "1 order had part of its money given back, and the file does not say for what: it was taken off each of its"
            " lines by its share.",
        ]

    def test_an_order_of_shopify_that_was_refunded_since_an_earlier_file_sold_it_is_told(
        self, taken: Callable[..., Batch]
    ) -> None:
        order = (
            "#1,a@example.com,{},KRW,9000,0,9000,1000,2026-03-02 10:00:00 +0900,1,Tea,4000,,{},Ada\n"
            "#1,a@example.com,,,,,,,2026-03-02 10:00:00 +0900,1,Cup,6000,,,\n"
        )
        assert taken(self.SHOPIFY + order.format("paid", 0)).amount_total == 9_000
        batch = taken(self.SHOPIFY + order.format("refunded", 9000))
        assert (batch.accepted, batch.rejected) == (0, 2)
        assert batch.warnings[0].startswith("1 order was called off or sent back since an earlier file brought it:")
        assert not [one for one in batch.warnings if "share" in one]

    def test_what_cafe24_takes_off_a_line_and_off_the_order_is_not_what_was_paid(
        self, taken: Callable[..., Batch]
    ) -> None:
        head = (
            "주문번호,주문일시,주문자ID,주문상품명,수량,상품구매금액,상품별 추가할인금액,회원등급 추가할인금액,"
            "주문서 쿠폰 할인금액,총 결제금액,총 배송비,주문 상태\n"
        )
        order = "20260302-1,2026-03-02 10:00,ada,{},{},100,300,12600,3000,{}\n"
        batch = taken(
            head + order.format("차", "1,6000,1000", "배송완료") + order.format("잔", "2,5000,0", "배송완료")
            + order.format("솔", "1,2000,0", "취소완료")
        )  # fmt: skip
        # Of the 400 off the order, 2 in 12 were given on what was called off.
        assert (batch.accepted, batch.rejected, batch.amount_total) == (2, 1, 10_000 - 333)
        lines = OrderLine.objects.order_by("position").values_list("amount", "price_discount")
        assert list(lines) == [(4834, 1166), (4833, 167)]

    def test_an_order_of_cafe24_without_the_amounts_of_its_lines_is_counted_by_their_prices(
        self, taken: Callable[..., Batch]
    ) -> None:
        batch = taken(
            "주문번호,주문일시,주문자ID,수량,판매가,옵션+판매가,상품별 추가할인금액,총 결제금액(KRW)\n"
            "1,2026-03-02 10:00,ada,2,5000,6000,1000,14000\n1,2026-03-02 10:00,ada,1,3000,3000,0,14000\n"
        )
        assert (batch.accepted, batch.amount_total) == (2, 14_000)

    @pytest.mark.parametrize(
        ("columns", "cells"),
        [
            # The coupons of the order, said again on each row; that on the order alone is part of them.
            (("쿠폰 할인금액(최초)", "쿠폰 할인금액(최종)", "주문서 쿠폰 할인금액"), (("1200", "1200", "1000"),) * 2),
            (("쿠폰 할인금액(최종)",), (("1200",), ("1200",))),
            # What an app takes off stands with each product.
            (("앱 상품할인 금액(최종)",), (("700",), ("500",))),
        ],
    )
    def test_coupons_and_app_discounts_of_cafe24_are_not_what_was_paid(
        self, taken: Callable[..., Batch], columns: tuple[str, ...], cells: tuple[tuple[str, ...], ...]
    ) -> None:
        head = ",".join(("주문번호", "주문일시", "주문자ID", "주문상품명", "수량", "옵션+판매가", *columns))
        rows = ("1,2026-03-02 10:00,ada,차,1,6000", "1,2026-03-02 10:00,ada,잔,2,3000")
        batch = taken("\n".join([head, *(",".join((row, *more)) for row, more in zip(rows, cells, strict=True))]))
        assert (batch.accepted, batch.amount_total) == (2, 12_000 - 1_200)
        assert sum(OrderLine.objects.values_list("price_discount", flat=True)) == 1_200
        assert not any(OrderLine.objects.values_list("coupon_discount", flat=True))

    def test_nothing_is_taken_off_amounts_that_say_what_was_paid(self, taken: Callable[..., Batch]) -> None:
        head = "주문번호,주문일시,주문자ID,상품별 결제금액,주문서 쿠폰 할인금액,회원등급 추가할인금액,앱 상품할인 금액"
        batch = taken(f"{head}\n1,2026-03-02 10:00,ada,9000,500,300,200\n")
        assert batch.amount_total == 9_000

    def test_money_given_back_of_cafe24_is_left_alone_for_its_lines_say_it(self) -> None:
        headings = ["주문번호", "주문일시", "주문자ID", "수량", "옵션+판매가", "실제 환불금액", "환불금액", "주문 상태"]
        assert not {"실제 환불금액", "환불금액"} & set(headers.guessed(TRANSACTIONS, headings).values())

    CAFE24 = "주문번호,주문일시,주문자ID,주문상품명,수량,옵션+판매가,주문 상태"

    def test_money_given_back_that_is_left_alone_is_told_with_the_way_to_take_it_off(
        self, taken: Callable[..., Batch]
    ) -> None:
        rows = "1,2026-03-02 10:00,ada,차,1,6000,배송완료,{}\n1,2026-03-02 10:00,ada,잔,1,3000,반품완료,{}\n"
        told = taken(f"{self.CAFE24},실제 환불금액\n" + rows.format(3000, 3000))
        assert told.amount_total == 6_000
        assert [one for one in told.warnings if one.startswith("실제 환불금액: not taken off")], told.warnings
        said = taken(
            f"{self.CAFE24},실제 환불금액\n2,2026-03-03 10:00,ada,차,1,6000,배송완료,1000\n",
            mapping={
                **headers.guessed(TRANSACTIONS, [*self.CAFE24.split(","), "실제 환불금액"]),
                "refund": "실제 환불금액",
            },
        )
        assert said.amount_total == 5_000
        assert not [one for one in said.warnings if "not taken off" in one]

    def test_a_coupon_as_it_stands_of_an_order_called_off_in_part_is_told_as_uncertain(
        self, taken: Callable[..., Batch]
    ) -> None:
        rows = "1,2026-03-02 10:00,ada,차,1,6000,배송완료,900\n1,2026-03-02 10:00,ada,잔,1,3000,취소완료,900\n"
        told = taken(f"{self.CAFE24},쿠폰 할인금액(최종)\n{rows}")
        assert told.amount_total == 6_000 - 600
        assert [
            one for one in told.warnings if one.startswith("1 order was called off in part, and “쿠폰 할인금액(최종)”")
        ]
        sure = taken(f"{self.CAFE24},쿠폰 할인금액(최초)\n" + rows.replace("1,2026", "2,2026"))
        assert not [one for one in sure.warnings if "called off in part" in one]

    def test_exports_of_coupang_are_purchases(self) -> None:
        headings = [
            "번호", "묶음배송번호", "주문번호", "택배사", "운송장번호", "출고일(발송일)", "주문일", "등록상품명",
            "등록옵션명", "노출상품ID", "옵션ID", "업체상품코드", "바코드", "결제액", "배송비구분", "배송비",
            "구매수(수량)", "옵션판매가(판매단가)", "구매자", "구매자전화번호", "수취인이름", "수취인전화번호",
            "우편번호", "수취인 주소", "배송완료일",
        ]  # fmt: skip
        assert likely.kind_of(headings).name == "transactions"
        mapping = headers.guessed(likely.kind_of(headings), headings)
        assert mapping == {
            "customer": "구매자전화번호", "time": "주문일", "amount": "결제액", "receipt": "주문번호",
            "product": "업체상품코드", "description": "등록상품명", "quantity": "구매수(수량)",
            "unit_price": "옵션판매가(판매단가)", "name": "구매자", "phone": "구매자전화번호", "fee": "배송비",
        }  # fmt: skip


class TestLeftOut:
    def test_no_cell_of_the_file_is_a_formula_and_what_comes_back_is_as_it_was(
        self, taken: Callable[..., Batch]
    ) -> None:
        head, trap = "고객번호,일자,상품명,금액", '"=HYPERLINK(""http://x"")"'
        first = taken(
            f"{head}\nC1,2026-11-01,{trap},많이\nC2,어제,'우유,-500\nC3,어제,-빵,-5백원\n+821012345678,어제,'=1+1,60\n"
        )
        with translation.override("en"):
            text = "".join(rejects.as_csv(first)).removeprefix("\ufeff")
        cells = [cell for row in csv.reader(text.splitlines()) for cell in row]
        assert [cell for cell in cells if cell[:1] in "=+-@"] == ["-500"]
        assert {"'우유", "'-빵", "'+821012345678", "''=1+1"} < set(cells)
        again = taken(text.replace("많이", "700").replace("어제", "2026-11-02").replace("'-5백원", "-50"))
        assert (again.accepted, again.amount_total) == (4, 210)
        told = OrderLine.objects.order_by("at", "-amount").values_list("description", flat=True)
        assert sorted(told) == sorted(['=HYPERLINK("http://x")', "'우유", "-빵", "'=1+1"])


class TestYear:
    def test_of_two_figures_is_read_and_told(self, taken: Callable[..., Batch]) -> None:
        batch = taken("고객번호,일시,금액\nC1,24.3.5,100\nC2,24.12.31 오후 2:30,50\nC3,2024-01-02,7\nC4,24.13.1,9\n")
        assert (batch.accepted, batch.rejected, batch.amount_total) == (3, 1, 157)
        days = [
            f"{timezone.localtime(at):%Y-%m-%d %H:%M}"
            for at in Transaction.objects.order_by("at").values_list("at", flat=True)
        ]
        assert days == ["2024-01-02 00:00", "2024-03-05 00:00", "2024-12-31 14:30"]
        assert batch.warnings[0] == "“일시” has years of two figures: 24.3.5 was read as 2024-03-05."


@pytest.mark.store
class TestNobodysSales:
    HEAD = "판매일,시각,영수증,회원,메뉴,수량,금액\n"
    ROWS = (
        "2026-11-02,10:00,1,A,라떼,1,4500\n2026-11-02,10:00,1,A,빵,1,3000\n2026-11-02,11:00,,B,라떼,1,4500\n"
        "2026-11-02,11:00,,B,라떼,1,4500\n2026-11-02,12:00,2,,차,1,5000\n"
    )
    NOBODY: ClassVar = {"customer": ""}
    KNOWN: ClassVar = {"customer": "회원"}

    def total(self) -> int:
        return sum(Transaction.objects.values_list("amount", flat=True))

    def test_are_told_in_the_dry_run_of_a_file_that_says_who_bought(self, taken: Callable[..., Batch]) -> None:
        before = taken(self.HEAD + self.ROWS + "2026-10-01,9:00,9,C,차,1,5000\n", mapping=self.NOBODY)
        tried = taken(self.HEAD + self.ROWS, mapping=self.KNOWN, dry_run=True)
        assert tried.warnings[0] == (
            f"4 rows of this file stand already as sales of nobody known, from sales.csv (import {before.pk}): beside"
            " them they count twice. 1 row of that file is not in this one: where this one takes its place, it goes."
        )
        assert tried.twice == [
            {"batch": before.pk, "file": "sales.csv", "rows": 4, "others": 1, "told": tried.warnings[0]}
        ]

    def test_keep_the_file_out_until_somebody_says_which_counts(self, taken: Callable[..., Batch]) -> None:
        taken(self.HEAD + self.ROWS, mapping=self.NOBODY)
        with pytest.raises(nobodys.CountedTwice, match="Say whether this file takes the place of that one"):
            taken(self.HEAD + self.ROWS, mapping=self.KNOWN)
        assert (self.total(), Customer.objects.count()) == (21_500, 0)

    def test_make_room_for_the_file_that_says_who_bought(self, taken: Callable[..., Batch]) -> None:
        before = taken(self.HEAD + self.ROWS, mapping=self.NOBODY)
        tried = taken(self.HEAD + self.ROWS, mapping=self.KNOWN, same=nobodys.Same.INSTEAD, dry_run=True)
        assert not Batch.objects.exclude(undoing=None).exists()
        batch = taken(self.HEAD + self.ROWS, mapping=self.KNOWN, same=nobodys.Same.INSTEAD)
        assert (batch.created, batch.unchanged) == (tried.created, tried.unchanged) == (5, 0)
        assert batch.warnings[0] == tried.warnings[0]
        assert batch.warnings[0] == f"sales.csv (import {before.pk}) was undone: this file takes its place."
        assert (self.total(), Customer.objects.count()) == (21_500, 2)
        assert Batch.objects.get(pk=before.pk).state == "undone"
        undoing.undo(batch, by=None, at=AT)
        assert (Transaction.objects.count(), Customer.objects.count()) == (0, 0)

    def test_stay_beside_it_where_somebody_says_so(self, taken: Callable[..., Batch]) -> None:
        taken(self.HEAD + self.ROWS, mapping=self.NOBODY)
        batch = taken(self.HEAD + self.ROWS, mapping=self.KNOWN, same=nobodys.Same.BESIDE)
        assert batch.warnings[0].startswith("4 rows of this file stand already")
        assert self.total() == 38_000

    def test_of_another_day_or_of_a_file_that_was_undone_are_none_of_its(self, taken: Callable[..., Batch]) -> None:
        undoing.undo(taken(self.HEAD + self.ROWS, mapping=self.NOBODY), by=None, at=AT)
        taken((self.HEAD + self.ROWS).replace("11-02", "11-03"), mapping=self.NOBODY)
        assert taken(self.HEAD + self.ROWS, mapping=self.KNOWN).created == 5
        assert taken(self.HEAD + self.ROWS, mapping=self.KNOWN).unchanged == 5
