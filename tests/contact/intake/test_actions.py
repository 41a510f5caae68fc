"""A file of one's own: messy as shops write it, taken in whole or refused in one sentence."""

import csv
import gzip
import io
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.conf import settings
from django.utils import translation
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from dangol.contact.intake import actions, queries, rejects
from dangol.contact.intake.headers import WrongMapping
from dangol.contact.intake.models import Batch, Reject
from dangol.contact.intake.tables import CannotRead
from dangol.records.customers.models import Customer, Identity
from dangol.records.customers.queries import found
from dangol.records.ledger.models import OrderLine, Transaction

AT = datetime(2026, 11, 22, 3, tzinfo=UTC)

pytestmark = pytest.mark.django_db


def taken(path: Path, **more: Any) -> Batch:
    with translation.override("en"):
        return actions.import_file(path, by=None, at=AT, **more)


@pytest.fixture
def file(tmp_path: Path) -> Callable[..., Path]:
    def write(text: str, name: str = "sales.csv", encoding: str = "utf-8") -> Path:
        path = tmp_path / name
        path.write_bytes(text.encode(encoding))
        return path

    return write


MESSY = (
    "11월 매출 현황,,,,\r\n"
    "기간: 2026-11-01 ~ 2026-11-20,,,,\r\n"
    ",,,,\r\n"
    "고객번호,고객명,휴대폰,판매일자,금액(원)\r\n"
    "A1,김단골,1012345678,2026-11-01,\"12,000원\"\r\n"
    "A1,김단골,010-1234-5678,2026.11.02 14:30,\"￦3,500\"\r\n"
    "A2,뷁공방,,20261103,(500)\r\n"
    ",,,2026년 11월 4일,-200\r\n"
    "소계,,,,14800\r\n"
    "고객번호,고객명,휴대폰,판매일자,금액(원)\r\n"
    "A3,이웃,02-123-4567,11월 5일,100\r\n"
    "A3,이웃,,2026-11-05,만원\r\n"
    "A3,이웃,,2026-11-05,\r\n"
    "A3,이웃,,2026-11-05,\"1,5\",덤,더\r\n"
    "합 계,,,,14800\r\n"
)  # fmt: skip


class TestTotals:
    def test_of_a_day_or_a_month_are_no_sales_however_a_till_names_them(self, file: Callable[..., Path]) -> None:
        named = ("3/1 소계", "2026-03-01(일) 합계", "3월 합계", "일 소계", "월별 합계", "[총 합계]", "총계")
        rows = "".join(f",{name},,,9000\n" for name in named)
        batch = taken(file(f"회원번호,판매일자,영수증번호,상품,금액\nA1,2026-03-01,0001,차,9000\n{rows}"))
        assert (batch.accepted, batch.rejected, batch.amount_total) == (1, 0, 9_000)
        assert batch.warnings[0] == "7 rows of totals were left out."

    def test_are_nothing_that_has_a_day_and_a_name_of_its_own(self, file: Callable[..., Path]) -> None:
        batch = taken(
            file(
                "회원번호,판매일자,영수증번호,상품,금액\nA1,2026-03-01,0001,합계산기,9000\nA1,2026-03-01,0002,소계,100\n"
            )
        )
        assert (batch.accepted, batch.rejected) == (2, 0)


class TestMessyFile:
    def test_is_understood_as_a_shop_wrote_it(self, file: Callable[..., Path]) -> None:
        batch = taken(file(MESSY, encoding="cp949"))
        told = actions.as_json(batch)
        assert {key: told[key] for key in ("rows", "accepted", "rejected", "created", "unchanged", "amount_total")} == {
            "rows": 8, "accepted": 4, "rejected": 4, "created": 4, "unchanged": 0, "amount_total": 14800,
        }  # fmt: skip
        assert batch.warnings == [
            "2 rows of totals were left out.",
            "1 repeated row of headings was left out.",
            "1 row names no customer: it counts in revenue only.",
        ]
        assert batch.mapping == {
            "customer": "고객번호", "time": "판매일자", "amount": "금액(원)", "name": "고객명", "phone": "휴대폰",
        }  # fmt: skip
        assert dict(Identity.objects.values_list("external_id", "customer__full_name")) == {
            "A1": "김단골", "A2": "뷁공방",
        }  # fmt: skip
        assert {str(at) for at in Transaction.objects.values_list("at", flat=True)} == {
            "2026-10-31 15:00:00+00:00", "2026-11-02 05:30:00+00:00", "2026-11-02 15:00:00+00:00",
            "2026-11-03 15:00:00+00:00",
        }  # fmt: skip

    def test_names_row_column_and_what_would_be_accepted(self, file: Callable[..., Path]) -> None:
        batch = taken(file(MESSY, encoding="cp949"))
        reasons = dict(batch.rejects.order_by("row").values_list("row", "reason"))
        assert reasons[11] == (
            "Row 11: cannot read the date “11월 5일” in “판매일자”, or it can be read in two ways."
            " Write it like 2026-11-22, 2026.11.22 or 20261122."
        )
        assert reasons[12].startswith("Row 12: cannot read the amount “만원” in “금액(원)”.")
        assert reasons[13] == "Row 13: “금액(원)” is empty. Every row needs a date and an amount."
        assert reasons[14].startswith("Row 14: there are 7 cells under 5 headings.")

    def test_gives_refused_rows_back_in_their_columns(self, file: Callable[..., Path]) -> None:
        batch = taken(file(MESSY, encoding="cp949"))
        text = rejects.file_of(batch).read_bytes()
        assert text.startswith(b"\xef\xbb\xbf")
        rows = list(csv.reader(io.StringIO(text.decode("utf-8-sig"))))
        assert rows[0] == ["고객번호", "고객명", "휴대폰", "판매일자", "금액(원)", "Reason"]
        assert rows[2][:5] == ["A3", "이웃", "", "2026-11-05", "만원"]
        assert actions.as_json(batch)["rejects_file"] == str(rejects.file_of(batch))

    def test_speaks_korean(self, file: Callable[..., Path]) -> None:
        path = file(MESSY, encoding="cp949")
        with translation.override("ko"):
            batch = actions.import_file(path, by=None, at=AT)
        assert batch.rejects.get(row=12).reason.startswith("12번째 줄, 금액(원) ‘만원’")
        assert "합계" in batch.warnings[0]

    def test_puts_the_leading_zero_of_a_phone_number_back(self, file: Callable[..., Path]) -> None:
        taken(file(MESSY, encoding="cp949"))
        customer = Customer.objects.get(full_name="김단골")
        assert list(customer.contact_points.values_list("value", flat=True)) == ["+821012345678"]
        for text in ("5678", "ㄱㄷㄱ", "단골", "A1"):
            assert list(found(text, among=Customer.objects.all())) == [customer], text

    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp949", "utf-16"])
    def test_is_the_same_in_every_encoding(self, file: Callable[..., Path], encoding: str) -> None:
        assert taken(file(MESSY, encoding=encoding)).amount_total == 14800
        assert taken(file(MESSY)).created == 0

    def test_is_the_same_packed_or_with_other_separators(self, file: Callable[..., Path], tmp_path: Path) -> None:
        packed = tmp_path / "sales.csv.gz"
        packed.write_bytes(gzip.compress(MESSY.encode("cp949")))
        assert taken(packed).created == 4
        rows = csv.reader(io.StringIO(MESSY, newline=""))
        tabs = "\n".join("\t".join(row) for row in rows)
        assert taken(file(tabs, name="sales.tsv")).unchanged == 4


class TestWorkbook:
    def book(self, path: Path) -> Path:
        book = openpyxl.Workbook()
        book.active.title = "표지"  # type: ignore[union-attr]
        sheet = book.create_sheet("매출")
        sheet.append(["2026년 매출"])
        sheet.append([])
        sheet.append(["회원번호", "거래일시", "상품명", "수량", "단가", "연락처"])
        sheet.append([17850, datetime(2026, 11, 2, 14, 30), "우유", 2, 2500, 1012345678])
        sheet.append(["17850", 46328.5, "요거트", -1, 1200.0, "010-1234-5678"])
        sheet.append([17851, date(2026, 11, 3), "치즈", 1.5, 3333, None])
        sheet.append(["합계", None, None, None, 7033, None])
        book.save(path)
        return path

    def test_is_read_with_serial_dates_and_numbers(self, tmp_path: Path) -> None:
        batch = taken(self.book(tmp_path / "sales.xlsx"))
        assert (batch.rows, batch.rejected, batch.amount_total) == (3, 0, 5000 - 1200 + 5000)
        assert batch.warnings == [
            "1 row of totals was left out.",
            "1 amount had more places than the currency and was rounded.",
        ]
        assert set(Identity.objects.values_list("external_id", flat=True)) == {"17850", "17851"}
        returned = OrderLine.objects.get(description="요거트")
        assert (returned.quantity, returned.amount) == (-1, -1200)
        assert returned.at == datetime(2026, 11, 2, 3, tzinfo=UTC)

    def test_is_the_same_as_its_text(self, tmp_path: Path, file: Callable[..., Path]) -> None:
        taken(self.book(tmp_path / "sales.xlsx"))
        text = (
            "회원번호,거래일시,상품명,수량,단가,연락처\n17850,2026-11-02 14:30,우유,2,2500,01012345678\n"
            "17850,2026-11-02 12:00,요거트,-1,1200,01012345678\n17851,2026-11-03,치즈,1.5,3333,\n"
        )
        assert (taken(file(text)).created, taken(file(text)).unchanged) == (0, 3)

    def test_with_a_broken_inside_is_refused(self, file: Callable[..., Path]) -> None:
        with pytest.raises(CannotRead, match="is not a workbook that can be read"):
            taken(file("PK\x03\x04 and no more", name="sales.xlsx"))


SALES = "고객번호,일자,금액,영수증번호\nA1,2026-11-01,100,7\nA1,2026-11-01,50,7\nA2,2026-11-02,70,7\n"


@pytest.mark.store
class TestDiscounts:
    def test_are_given_on_sales_and_taken_back_with_returns_however_they_are_signed(
        self, file: Callable[..., Path]
    ) -> None:
        rows = ("A1,2026-11-01,900,1,100", "A1,2026-11-02,900,1,-100", "A1,2026-11-03,-900,1,100",
                "A1,2026-11-04,-900,-1,-100", "A1,2026-11-05,900,-1,100")  # fmt: skip
        taken(file("고객번호,일자,금액,수량,할인금액\n" + "\n".join(rows)))
        told = OrderLine.objects.order_by("at").values_list("amount", "price_discount")
        assert list(told) == [(900, 100), (900, 100), (-900, -100), (-900, -100), (-900, -100)]


@pytest.mark.store
class TestRepetition:
    def test_of_a_line_within_a_file_counts_each_time(self, file: Callable[..., Path]) -> None:
        path = file("고객번호,일자,금액\nA1,2026-11-01,100\nA1,2026-11-01,100\nA1,2026-11-01,100\n")
        assert (taken(path).created, OrderLine.objects.count()) == (3, 3)
        again = taken(path)
        assert (again.created, again.unchanged, again.amount_total) == (0, 3, 300)

    def test_of_a_file_that_overlaps_adds_only_what_is_new(self, file: Callable[..., Path]) -> None:
        taken(file("고객번호,일자,금액\nA1,2026-11-01,100\nA1,2026-11-01,100\n"))
        more = taken(
            file('고객번호,일자,금액\nA1,2026.11.01,"100"\nA1,2026-11-01,100원\nA1,2026-11-01,100\nA2,2026-11-01,5\n')
        )
        assert (more.created, more.unchanged) == (2, 2)

    def test_of_a_receipt_number_on_another_day_is_another_receipt(self, file: Callable[..., Path]) -> None:
        assert taken(file(SALES)).created == 3
        assert sorted(Transaction.objects.values_list("amount", flat=True)) == [70, 150]

    def test_of_a_receipt_with_other_contents_keeps_the_first_and_says_so(self, file: Callable[..., Path]) -> None:
        taken(file(SALES))
        batch = taken(file(SALES.replace("50", "60")))
        assert (batch.created, batch.unchanged) == (0, 3)
        assert batch.warnings == ["1 receipt was there already with another sum: the first was kept."]

    def test_after_a_failure_in_the_middle_finds_the_store_as_it_was(
        self, file: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        path = file(SALES)

        def fail(*_: object, **__: object) -> None:
            raise OSError(5, "gone")

        monkeypatch.setattr(actions, "_warnings", fail)
        with pytest.raises(OSError, match="gone"):
            taken(path)
        assert not Transaction.objects.exists()
        assert "gone" in Batch.objects.get().problem
        monkeypatch.undo()
        assert taken(path).created == 3


class TestDryRun:
    def test_tells_what_would_happen_and_changes_nothing(self, file: Callable[..., Path]) -> None:
        taken(file(SALES))
        batch = taken(file(SALES + "A3,2026-11-05,9,8\nA3,gestern,9,9\n"), dry_run=True)
        assert (batch.rows, batch.created, batch.unchanged, batch.rejected, batch.pk) == (5, 1, 3, 1, None)
        assert actions.as_json(batch)["rejects_file"] is None
        assert (Batch.objects.count(), OrderLine.objects.count(), Reject.objects.count()) == (1, 3, 0)


class TestPreview:
    def test_shows_columns_samples_and_a_guess(self, file: Callable[..., Path]) -> None:
        seen = actions.preview(file(MESSY, encoding="cp949"), at=AT)
        assert (seen.columns[0], seen.encoding, seen.headings_at, seen.problems) == ("고객번호", "cp949", 4, [])
        assert seen.samples[0] == ["A1", "김단골", "1012345678", "2026-11-01", "12,000원"]

    def test_asks_for_what_it_cannot_guess(self, file: Callable[..., Path]) -> None:
        with translation.override("en"):
            seen = actions.preview(file("who,when it was,how much\nA,2026-11-01,5\n"), at=AT)
        assert seen.mapping == {}
        assert seen.problems == ["Say which column is: Date, Amount."]
        with pytest.raises(WrongMapping, match=r"columns of the file are who, when it was, how much"):
            taken(file("who,when it was,how much\nA,2026-11-01,5\n"))

    def test_takes_a_mapping_by_hand(self, file: Callable[..., Path]) -> None:
        path = file("who,when it was,how much\nA,2026-11-01,5\n")
        mapping = {"customer": "who", "time": "when it was", "amount": "how much"}
        assert taken(path, mapping=mapping).accepted == 1
        with pytest.raises(WrongMapping, match="no column “whom”"):
            taken(path, mapping=mapping | {"customer": "whom"})
        with pytest.raises(WrongMapping, match="no field “weight”"):
            taken(path, mapping=mapping | {"weight": "who"})

    def test_guesses_what_a_mapping_by_hand_leaves_open_and_needs(self, file: Callable[..., Path]) -> None:
        path = file("who,일자,금액,수량\nA,2026-11-01,5,2\n")
        assert taken(path, mapping={"customer": "who"}, dry_run=True).mapping == {
            "customer": "who", "time": "일자", "amount": "금액", "quantity": "수량",
        }  # fmt: skip
        by_hand = {"customer": "who", "time": "일자", "amount": "수량"}
        assert taken(path, mapping=by_hand).mapping == by_hand

    def test_warns_when_a_name_is_all_there_is(self, file: Callable[..., Path]) -> None:
        with translation.override("en"):
            seen = actions.preview(file("고객명,일자,금액\n김,2026-11-01,5\n"), at=AT)
        assert "by name alone" in seen.problems[0]


class TestRefusal:
    @pytest.mark.parametrize(
        ("content", "sentence"),
        [
            (b"", "is empty"),
            (b"\n\n , ,\n", "is empty"),
            (b"A1,2026-11-01,100\nA2,2026-11-02,200\n", "has no row of headings"),
            (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\xff\xfe", "is not a table"),
            (b"just a few words about the shop\n", "has no row of headings"),
            ("고객번호,일자,금액\nA1,2026-11-01,".encode() + b'"' + b"9" * 5_000_000, "cannot be read past row 2"),
            (gzip.compress(MESSY.encode())[:-20], "is damaged"),
        ],
    )
    def test_is_one_sentence_and_changes_nothing(self, tmp_path: Path, content: bytes, sentence: str) -> None:
        path = tmp_path / "sales.csv"
        path.write_bytes(content)
        with translation.override("en"), pytest.raises(CannotRead, match=sentence):
            taken(path)
        assert not Transaction.objects.exists()
        assert not Customer.objects.exists()

    def test_names_a_file_that_is_not_there(self, tmp_path: Path) -> None:
        with pytest.raises(CannotRead, match=r"nothing\.csv cannot be opened: No such file"):
            taken(tmp_path / "nothing.csv")

    def test_names_kinds_that_are_taken(self, file: Callable[..., Path]) -> None:
        with pytest.raises(actions.UnknownKind, match="transactions, customers, "):
            taken(file(SALES), kind="weather")


class TestAmounts:
    @examples(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=15)
    @given(
        st.lists(
            st.tuples(
                st.integers(-(10**12), 10**12),
                st.sampled_from(["{}", "{:,}", "{:,}원", "￦{:,}", "\\{:,}", "{}.0", " {:,} "]),
            ),
            min_size=1, max_size=30,
        )
    )  # fmt: skip
    def test_come_out_as_they_were_written(self, tmp_path: Path, written: list[tuple[int, str]]) -> None:
        path = tmp_path / "sales.csv"
        with path.open("w", encoding="cp949", errors="replace", newline="") as sheet:
            writer = csv.writer(sheet)
            writer.writerow(["고객번호", "일자", "금액"])
            writer.writerows(["A", "2026-11-01", form.format(amount)] for amount, form in written)
        batch = taken(path, dry_run=True)
        assert (batch.rejected, batch.amount_total) == (0, sum(amount for amount, _ in written))

    def test_are_kept_to_the_cent(self, file: Callable[..., Path], monkeypatch: pytest.MonkeyPatch) -> None:
        import dataclasses

        monkeypatch.setattr(settings, "DANGOL", dataclasses.replace(settings.DANGOL, currency="USD"))
        batch = taken(file("customer,date,price,quantity\nA,11/22/2026,$2.55,6\nA,11/01/2026,0.001,3\n"))
        assert batch.amount_total == 1530
        assert actions.as_json(batch)["amount_total"] == 15.3


class TestProgress:
    def test_is_seen_by_a_page_while_it_runs(self, file: Callable[..., Path]) -> None:
        seen: list[tuple[str, int, int]] = []

        def watch(stage: str, done: int, total: int, /) -> None:
            if seen:
                batch = queries.batch(Batch.objects.get().pk)
                assert (batch.stage, batch.done, batch.total) == seen[-1]
            seen.append((stage, done, total))

        batch = taken(file(SALES), progress=watch)
        assert [stage for stage, _, _ in seen] == ["reading", "checking", "writing", "writing"]
        assert queries.batch(batch.pk).done == 3
        assert queries.last_transaction_time(until=datetime(2026, 12, 1, tzinfo=UTC)) == datetime(
            2026, 11, 1, 15, tzinfo=UTC
        )


class TestRealData:
    def test_of_a_british_retailer_comes_in_to_the_penny(
        self, real_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        import dataclasses

        monkeypatch.setattr(
            settings, "DANGOL", dataclasses.replace(settings.DANGOL, currency="GBP", time_zone="Europe/London")
        )
        path = tmp_path / "part.csv"
        with gzip.open(real_data / "uci_online_retail" / "online_retail.csv.gz", "rt", encoding="utf-8") as whole:
            path.write_text("".join(line for number, line in enumerate(whole) if number <= 60_000), encoding="utf-8")
        with path.open(encoding="utf-8", newline="") as sheet:
            rows = list(csv.DictReader(sheet))
        total = sum((Decimal(row["Quantity"]) * Decimal(row["UnitPrice"])).quantize(Decimal("0.01")) for row in rows)
        batch = taken(path)
        assert (batch.rows, batch.rejected) == (len(rows), 0)
        assert Decimal(batch.amount_total) / 100 == total
        customers = {row["CustomerID"] for row in rows if row["CustomerID"]}
        assert Identity.objects.count() == len(customers)
        assert "17850" in Identity.objects.values_list("external_id", flat=True)
