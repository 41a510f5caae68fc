"""Files of products."""

from pathlib import Path

import pytest

from dangol.records.catalog.models import Category, Product
from tests.contact.intake.kinds.shop_files import counts, cp949, reasons, taken

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
