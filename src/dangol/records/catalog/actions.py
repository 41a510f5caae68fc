"""Products and their tree, as sources tell them."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import numpy as np
import pyarrow as pa
from django.db import connection
from django.db.transaction import atomic

from dangol.lib import bulk
from dangol.lib.bulk import Counted
from dangol.records.catalog.models import Category, Product
from dangol.records.catalog.stock import take_stock
from dangol.records.changes.actions import record_range, record_row
from dangol.records.changes.notebook import Former, keep_former

LEVEL = " / "
COMPARED = ("name", "category_id", "unit_price", "stub")


@atomic
def take_products(rows: pa.Table, *, at: datetime) -> Counted:
    """Bring products up to date by code; what is null says nothing, nor does a blank name, and a stub stops being one.

    rows: code, name, category? (path, levels separated by " / "), unit_price? (minor units), and, where the columns
    are there, what `take_stock` asks for. Of a code that comes twice the last row counts.
    """
    bulk.lock(connection, Product._meta.db_table)
    categories = _ensure_categories(set(rows["category"].drop_null().to_pylist()), at=at)
    coming = {
        code: (name or None, categories.get(category or ""), price, False)
        for code, name, category, price in zip(
            *(rows[column].to_pylist() for column in ("code", "name", "category", "unit_price")), strict=True
        )
    }
    known = {row[0]: row[1:] for row in _known(coming)}
    new = {code: (name or code, *rest) for code, (name, *rest) in coming.items() if code not in known}
    _insert(new, at=at)
    changed: dict[int, list[Any]] = {}
    former = []
    for code, (key, *before) in known.items():
        after = [old if new is None else new for new, old in zip(coming[code], before, strict=True)]
        if after != [*before[:-1], bool(before[-1])]:
            changed[key] = after
            former.append(_former(key, before, after))
    keep_former(Product, former)
    _update(changed, at=at)
    created = len(new)
    stocked = take_stock(rows, at=at) if "stock" in rows.column_names else set()
    updated = len({code for code, (key, *_rest) in known.items() if key in changed or code in stocked})
    return Counted(created, updated, rows.num_rows - created - updated)


@atomic
def ensure_products(names: Mapping[str, str], *, at: datetime) -> dict[str, int]:
    """The ids of the products by code; one sold before it was described becomes a stub of the given name."""
    ids = bulk.ids_by(connection, Product._meta.db_table, "code", list(names))
    if len(ids) == len(names):
        return ids
    # Two imports may meet the same new product: the second waits here and then finds it.
    bulk.lock(connection, Product._meta.db_table)
    ids = bulk.ids_by(connection, Product._meta.db_table, "code", list(names))
    return ids | _insert(
        {code: (name or code, None, None, True) for code, name in names.items() if code not in ids}, at=at
    )


def _known(codes: Iterable[str]) -> list[tuple[Any, ...]]:
    return bulk.rows_by(connection, Product._meta.db_table, "code", list(codes), ["id", *COMPARED])


def _insert(products: Mapping[str, tuple[Any, ...]], *, at: datetime) -> dict[str, int]:
    if not products:
        return {}
    table = Product._meta.db_table
    first = bulk.reserve_ids(connection, table, len(products))
    types = (pa.string(), pa.int64(), pa.int64(), pa.bool_())
    values = zip(*products.values(), strict=True)
    columns = [pa.array(column, type_) for column, type_ in zip(values, types, strict=True)]
    ids = np.arange(first, first + len(products))
    bulk.insert_table(
        connection, table, pa.table([pa.array(ids), pa.array(list(products)), *columns], ["id", "code", *COMPARED])
    )
    record_range(Product, first_key=first, last_key=first + len(products) - 1, at=at)
    return dict(zip(products, ids.tolist(), strict=True))


def _former(key: int, before: list[Any], after: list[Any]) -> Former:
    was, became = (dict(zip(COMPARED, [*values[:-1], bool(values[-1])], strict=True)) for values in (before, after))
    new = [name for name in COMPARED if was[name] != became[name]]
    return Former(key, {name: was[name] for name in new}, {name: became[name] for name in new})


def _update(changed: Mapping[int, list[Any]], *, at: datetime) -> None:
    Product.objects.bulk_update(
        [Product(pk=key, **dict(zip(COMPARED, values, strict=True))) for key, values in changed.items()],
        COMPARED,
        batch_size=500,
    )
    for first, last in bulk.runs(changed):
        record_range(Product, first_key=first, last_key=last, at=at)


def _ensure_categories(paths: set[str], *, at: datetime) -> dict[str, int]:
    """The ids of the categories by path, every level above them included."""
    ids = dict(Category.objects.values_list("path", "pk"))
    for path in sorted(paths - set(ids)):
        levels = path.split(LEVEL)
        for depth in range(1, len(levels) + 1):
            part, above = LEVEL.join(levels[:depth]), LEVEL.join(levels[: depth - 1])
            if part not in ids:
                node = Category.objects.create(name=levels[depth - 1], path=part, parent_id=ids.get(above))
                record_row(node, at=at, made=True)
                ids[part] = node.pk
    return ids
