"""A shop owner's three exports, as a till and Excel write them, become one store without a manual."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.utils import translation

from dangol.contact.intake import actions
from dangol.contact.intake.models import Batch
from dangol.records.catalog.models import Product
from dangol.records.customers.models import Customer
from dangol.records.customers.queries import found
from dangol.records.ledger.models import OrderLine, Transaction

AT = datetime(2026, 11, 22, 3, tzinfo=UTC)

pytestmark = pytest.mark.django_db


def book(path: Path, *rows: list[Any]) -> Path:
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    workbook.save(path)
    return path


def people(folder: Path) -> Path:
    return book(
        folder / "고객명부.xlsx",
        ["단골마트 고객 명부", None], ["출력일: 2026-11-20"], [],
        ["고객번호", "성명", "생년월일", "성별", "휴대폰", "이메일", "주소", "우편번호", "회원번호", "가입일"],
        [1001, "김단골", 32874, "여", 1012345678, "kim@b.kr", "서울 마포구 어울로 1", 3925, "M-1", date(2024, 3, 2)],
        [1002, "이이웃", "1985.07.09", "남", "010-2222-3333", None, "경기 성남시 1", 13561, "M-2", 45000],
        [1003, "박손님", None, None, "(02) 123-4567", None, None, None, "M-3", "2025년 1월 5일"],
        ["합계", "3명"],
    )  # fmt: skip


def products(folder: Path) -> Path:
    return book(
        folder / "상품목록.xlsx",
        ["상품 목록"], ["상품코드", "상품명", "분류", "판매가"],
        [101, "우유 1L", "유제품", "2,500원"], [102, "식빵", "빵", 3000], ["합계", None, None, 5500],
    )  # fmt: skip


def sales(folder: Path) -> Path:
    path = folder / "매출.csv"
    rows = (
        "11월 매출,,,,,\n,,,,,\n영수증번호,판매일시,회원번호,상품코드,수량,실판매금액(원)\n"
        'A-1,2026-11-02 10:05,M-1,101,2,"5,000원"\nA-1,2026-11-02 10:05,M-1,102,1,"￦3,000"\n'
        'A-2,2026.11.03 18:30,M-2,101.0,1,2500\nA-3,20261104,,102,1,3000\nA-4,2026-11-05,M-1,102,-1,"(3,000)"\n'
        '합계,,,,5,"10,500원"\n'
    )
    path.write_bytes(rows.encode("cp949"))
    return path


def taken(path: Path, kind: str) -> Batch:
    with translation.override("en"):
        assert actions.preview(path, kind=kind, at=AT).problems == []
        return actions.import_file(path, kind=kind, by=None, at=AT)


@pytest.mark.parametrize(
    "order", [("customers", "products", "transactions"), ("transactions", "products", "customers")]
)
def test_three_exports_become_one_store(tmp_path: Path, order: tuple[str, ...]) -> None:
    files = {"customers": people(tmp_path), "products": products(tmp_path), "transactions": sales(tmp_path)}
    batches = {kind: taken(files[kind], kind) for kind in order}
    assert {kind: (batch.rows, batch.rejected) for kind, batch in batches.items()} == {
        "customers": (3, 0), "products": (2, 0), "transactions": (5, 0),
    }  # fmt: skip
    assert batches["transactions"].amount_total == 10_500
    assert Customer.objects.count() == 3
    bought = Transaction.objects.values_list("identity__customer__full_name", "amount")
    assert set(bought) == {("김단골", 8000), ("이이웃", 2500), (None, 3000), ("김단골", -3000)}
    assert dict(Product.objects.values_list("code", "name")) == {"101": "우유 1L", "102": "식빵"}
    assert not Product.objects.filter(stub=True).exists()
    assert not OrderLine.objects.filter(product=None).exists()
    kim = Customer.objects.get(full_name="김단골")
    assert (kim.birth_date, kim.postcode) == (date(1990, 1, 1), "03925")
    assert [list(found(text, among=Customer.objects.known())) for text in ("ㄱㄷㄱ", "5678", "M-1")] == [[kim]] * 3
    again = [taken(files[kind], kind) for kind in order]
    assert {(batch.created, batch.updated, batch.rejected) for batch in again} == {(0, 0, 0)}
