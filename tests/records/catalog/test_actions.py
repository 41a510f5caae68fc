"""Products as sources tell them."""

from datetime import UTC, datetime

import pyarrow as pa
import pytest

from dangol.lib.bulk import Counted
from dangol.records.catalog.actions import ensure_products, take_products
from dangol.records.catalog.models import Category, Product

AT = datetime(2026, 11, 22, 3, tzinfo=UTC)

pytestmark = [pytest.mark.django_db, pytest.mark.store]


def rows(*products: tuple[str, str, str | None, int | None]) -> pa.Table:
    types = {"code": pa.string(), "name": pa.string(), "category": pa.string(), "unit_price": pa.int64()}
    return pa.table(
        {name: pa.array(column, types[name]) for name, column in zip(types, zip(*products, strict=True), strict=True)}
    )


class TestTakeProducts:
    def test_makes_every_level_of_the_tree_once(self) -> None:
        take_products(rows(("a", "우유", "유제품 / 우유 / 흰 우유", 2500), ("b", "치즈", "유제품 / 치즈", None)), at=AT)
        assert sorted(Category.objects.values_list("path", "parent__path")) == sorted(
            [
                ("유제품", None),
                ("유제품 / 우유", "유제품"),
                ("유제품 / 우유 / 흰 우유", "유제품 / 우유"),
                ("유제품 / 치즈", "유제품"),
            ]
        )

    def test_counts_what_was_new_changed_and_known(self) -> None:
        assert take_products(rows(("a", "우유", None, 2500), ("b", "치즈", None, None)), at=AT) == Counted(created=2)
        done = take_products(rows(("a", "우유", None, 2600), ("b", "치즈", None, None), ("c", "", None, 1)), at=AT)
        assert done == Counted(created=1, updated=1, unchanged=1)
        assert Product.objects.get(code="a").unit_price == 2600

    def test_keeps_what_a_later_row_leaves_open(self) -> None:
        take_products(rows(("a", "우유", "유제품", 2500)), at=AT)
        assert take_products(rows(("a", "우유", None, None)), at=AT) == Counted(unchanged=1)


class TestEnsureProducts:
    def test_makes_stubs_that_a_description_ends(self) -> None:
        ids = ensure_products({"a": "흰 우유", "b": ""}, at=AT)
        assert set(Product.objects.values_list("name", "stub")) == {("흰 우유", True), ("b", True)}
        assert ensure_products({"a": "다른 이름"}, at=AT) == {"a": ids["a"]}
        assert take_products(rows(("a", "우유", None, None)), at=AT) == Counted(updated=1)
        assert not Product.objects.get(code="a").stub
