"""How much of a product is there, and when it comes in again: told again and again, the last word counts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from django.db import connection
from django.db.models import F, QuerySet, Window
from django.db.models.functions import RowNumber
from django.db.transaction import atomic

from dangol.lib import bulk
from dangol.records.catalog.models import Product, StockCount
from dangol.records.changes.actions import record_range

type Word = tuple[Decimal | None, date | None]


@atomic
def take_stock(rows: pa.Table, *, at: datetime) -> set[str]:
    """Write down what is told of the stock; the codes of the products of which something new was told.

    rows: code, stock?, expected_on? (day), stock_at? (UTC: of when it is). What has its time is known by it; what has
    none counts from `at`, and is new where the last word says something else. Products of these codes are there.
    """
    told = rows.filter(pc.or_(pc.is_valid(rows["stock"]), pc.is_valid(rows["expected_on"])))
    if told.num_rows == 0:
        return set()
    bulk.lock(connection, StockCount._meta.db_table)
    codes = told["code"].to_pylist()
    ids = bulk.ids_by(connection, Product._meta.db_table, "code", list(dict.fromkeys(codes)))
    last, known = _last(ids.values()), _moments(ids.values())
    new: dict[tuple[int, datetime], Word] = {}
    columns = (told[name].to_pylist() for name in ("stock", "expected_on", "stock_at"))
    for code, quantity, expected_on, since in zip(codes, *columns, strict=True):
        product, word = ids[code], (_counted(quantity), expected_on)
        if (product, since or at) in known or (since is None and last.get(product) == word):
            if since is None:
                new.pop((product, at), None)
            continue
        new[product, since or at] = word
    _insert(new, at=at)
    fresh = {product for product, _moment in new}
    return {code for code, product in ids.items() if product in fresh}


def last_words(products: Iterable[int]) -> QuerySet[StockCount]:
    """The last word on the stock of each of these products of which anything was ever told."""
    place = Window(RowNumber(), partition_by=[F("product")], order_by=[F("at").desc(), F("pk").desc()])
    told = StockCount.objects.filter(product__among=set(products)).annotate(place=place)
    return told.filter(place=1)


def history_of(product: Product) -> QuerySet[StockCount]:
    """Everything that was told of the stock of a product, the last first."""
    return StockCount.objects.filter(product=product).order_by("-at", "-pk")


def _last(products: Iterable[int]) -> dict[int, Word]:
    return {one.product_id: (one.quantity, one.expected_on) for one in last_words(products)}


def _moments(products: Iterable[int]) -> set[tuple[int, datetime]]:
    known = StockCount.objects.filter(product__among=set(products))
    return set(known.values_list("product_id", "at"))


def _counted(quantity: float | None) -> Decimal | None:
    return None if quantity is None else Decimal(str(round(quantity, 3))).quantize(Decimal("0.001"))


def _insert(new: Mapping[tuple[int, datetime], Word], *, at: datetime) -> None:
    if not new:
        return
    table = StockCount._meta.db_table
    first = bulk.reserve_ids(connection, table, len(new))
    rows: dict[str, Any] = {
        "id": list(range(first, first + len(new))),
        "product_id": [product for product, _moment in new],
        "at": pa.array([moment for _product, moment in new], bulk.UTC_TIME),
        "quantity": pa.array([None if word[0] is None else float(word[0]) for word in new.values()], pa.float64()),
        "expected_on": pa.array([word[1] for word in new.values()], pa.date32()),
    }
    bulk.insert_table(connection, table, pa.table(rows))
    record_range(StockCount, first_key=first, last_key=first + len(new) - 1, at=at)
