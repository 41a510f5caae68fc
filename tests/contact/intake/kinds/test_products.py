"""Files of products."""

from datetime import date
from pathlib import Path

import pytest

from dangol.contact.intake.undoing import undo
from dangol.records.catalog.models import Category, Product, StockCount
from dangol.records.catalog.stock import last_words
from tests.contact.intake.kinds.shop_files import AT, counts, cp949, reasons, taken

pytestmark = [pytest.mark.django_db, pytest.mark.store]

FILE = """
상품코드,상품명,대분류,중분류,판매가,비고
8809876543210,흰우유 900mL,유제품,우유,"2,800원",냉장
B-2,바나나우유,유제품 > 가공유,,1500,
,장바구니,,,,
B-3,요구르트,유제품,발효유,무료,
,,,,500,
합계,,,,4300,
"""


def test_a_file_becomes_products_in_their_tree(tmp_path: Path) -> None:
    path = cp949(tmp_path, FILE)
    batch = taken(path, "products")
    assert counts(batch) == (5, 3, 2, 3, 0, 0)
    assert set(Product.objects.values_list("code", "name", "category__path", "unit_price")) == {
        ("8809876543210", "흰우유 900mL", "유제품 / 우유", 2800), ("B-2", "바나나우유", "유제품 / 가공유", 1500),
        ("장바구니", "장바구니", None, None),
    }  # fmt: skip
    assert Category.objects.count() == 3
    assert reasons(batch) == {
        5: "Row 5: cannot read the price “무료” in “판매가”. Write it in figures, like 12000 or 12,000원.",
        6: "Row 6: there is neither a code nor a name of a product.",
    }
    assert batch.warnings == [
        "1 row of totals was left out.",
        "1 product has no code: it is known by its name.",
        "Not taken in: 비고.",
    ]
    assert counts(taken(path, "products")) == (5, 3, 2, 0, 0, 3)
    dearer = cp949(tmp_path, FILE.replace("2,800원", "3,000원"))
    assert counts(taken(dearer, "products")) == (5, 3, 2, 0, 1, 2)


@pytest.mark.parametrize(
    "prices", ["상품코드,판매가\nB-2,1700\nN-1,900\n", "상품코드,상품명,판매가\nB-2,,1700\nN-1,,900\n"]
)
def test_a_file_of_prices_alone_keeps_the_names(tmp_path: Path, prices: str) -> None:
    taken(cp949(tmp_path, FILE), "products")
    path = cp949(tmp_path, prices)
    assert counts(taken(path, "products")) == (2, 2, 0, 1, 1, 0)
    named = dict(Product.objects.filter(code__in=["B-2", "N-1"]).values_list("code", "name"))
    assert named == {"B-2": "바나나우유", "N-1": "N-1"}  # of what nobody named the code stands for the name
    assert Product.objects.get(code="B-2").unit_price == 1700
    assert counts(taken(path, "products")) == (2, 2, 0, 0, 0, 2)


HEAD = "상품코드,상품명,재고수량,입고예정일,재고기준일\n"
STOCK = f"{HEAD}P1,우유,12,,2026-11-20\nP2,치즈,품절,2026-11-30,2026-11-20\nP3,빵,,,\n"


def stock() -> dict[str, tuple[object, ...]]:
    """The last word on each product."""
    words = last_words(Product.objects.values_list("pk", flat=True))
    return {one.product.code: (one.quantity, one.expected_on) for one in words}


def test_what_a_file_tells_of_the_stock_is_kept_and_the_last_day_counts(tmp_path: Path) -> None:
    taken(cp949(tmp_path, STOCK), "products")
    assert stock() == {"P1": (12, None), "P2": (0, date(2026, 11, 30))}
    later = "상품코드,상품명,재고수량,재고기준일\nP1,우유,7,2026-11-21\n"
    assert counts(taken(cp949(tmp_path, later), "products"))[3:] == (0, 1, 0)
    older = taken(cp949(tmp_path, STOCK), "products", at=AT.replace(day=24))  # read after a newer one
    assert counts(older)[3:] == (0, 0, 3)
    assert stock()["P1"] == (7, None)
    assert StockCount.objects.count() == 3


def test_stock_without_a_day_counts_from_the_import_where_it_says_something_else(tmp_path: Path) -> None:
    bare = "code,name,stock\nP1,Milk,5\n"
    batch = taken(cp949(tmp_path, bare), "products")
    assert batch.warnings == ["1 row does not say of when its stock is: it counts from today."]
    assert counts(taken(cp949(tmp_path, bare), "products", at=AT.replace(day=24)))[3:] == (0, 0, 1)
    later = taken(cp949(tmp_path, bare.replace(",5", ",4")), "products", at=AT.replace(day=25))
    assert stock() == {"P1": (4, None)}
    undo(later, by=None, at=AT)
    assert stock() == {"P1": (5, None)}
    refused = taken(cp949(tmp_path, bare.replace(",5", ",-3")), "products")
    assert reasons(refused) == {2: "Row 2: a stock of “-3” cannot be. Write how many there are, from 0 on."}


def test_stock_told_twice_in_a_file_is_the_last_word_and_the_same_file_again_changes_nothing(tmp_path: Path) -> None:
    twice = "code,name,stock\nP1,Milk,5\nP1,Milk,4\n"
    taken(cp949(tmp_path, twice), "products")
    assert stock() == {"P1": (4, None)}
    assert counts(taken(cp949(tmp_path, twice), "products", at=AT.replace(day=24)))[3:] == (0, 0, 2)
    assert StockCount.objects.count() == 1
