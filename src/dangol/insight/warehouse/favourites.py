"""The favourite category of each customer, and what is bought most of it that they never had.

Favourite: of which they bought on the most days of the last year; of equals the one whose name comes first. What is
bought most: by the most customers of that year, of equals the lowest number; what nobody bought for ninety days is no
longer sold. The five that are bought most of a category are looked through, the first of all first.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from dangol.insight.warehouse.queries import Lake

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    type Whole = npt.NDArray[np.int64]

LATELY, ON_SALE = timedelta(days=365), timedelta(days=90)
MOST = 5  # products of a category that are looked through


def favourites(lake: Lake, *, until: date) -> pa.Table:
    """customer_key and product_id of everybody for whom there is one, in order of customers."""
    import numpy as np

    lines = _bought(lake, until)
    keys, liked = _liked(lake.arrow(_likes(lines).order_by("customer_key", "category")))
    names, ranked = _ranked(lake.arrow(_popular(lines).order_by("category", "product_id")), until)
    if not len(names) or not len(keys):
        return pa.table({"customer_key": keys[:0], "product_id": keys[:0]})
    category = np.searchsorted(names, liked).clip(max=len(names) - 1)
    category[names[category] != liked] = -1
    open_to = ~_had(lake, keys, category, ranked, until) & (ranked[category] >= 0) & (category >= 0)[:, None]
    some, place = np.flatnonzero(open_to.any(axis=1)), open_to.argmax(axis=1)
    return pa.table({"customer_key": keys[some], "product_id": ranked[category[some], place[some]]})


def _bought(lake: Lake, until: date) -> Any:
    lines = lake.of_customers("lines")
    lines = lines.filter(lines.day <= until, lines.day > until - LATELY, lines.amount > 0, lines.product_id.notnull())
    products = lake.table("products").select("product_id", "category")
    products = products.filter(products.category != "")
    return lines.select("customer_key", "product_id", "day").inner_join(products, "product_id")


def _likes(lines: Any) -> Any:
    return lines.group_by("customer_key", "category").aggregate(days=lines.day.nunique())


def _popular(lines: Any) -> Any:
    return lines.group_by("category", "product_id").aggregate(
        customers=lines.customer_key.nunique(), last=lines.day.max()
    )


def _liked(likes: pa.Table) -> tuple[Whole, npt.NDArray[np.str_]]:
    """Each customer, rising, and their favourite category."""
    import numpy as np

    who, days = likes["customer_key"].to_numpy(), likes["days"].to_numpy()
    categories = np.asarray(likes["category"].to_pylist(), dtype=str)
    order = np.lexsort((categories, -days, who))
    keys, first = np.unique(who[order], return_index=True)
    return keys.astype(np.int64), categories[order][first]


def _ranked(tops: pa.Table, until: date) -> tuple[npt.NDArray[np.str_], Whole]:
    """The categories in order, and the products of each, the one bought most first; −1 where there are fewer."""
    import numpy as np
    import pyarrow.compute as pc

    sold = tops.filter(pc.greater(tops["last"], pa.scalar(until - ON_SALE)))
    names, where = np.unique(np.asarray(sold["category"].to_pylist(), dtype=str), return_inverse=True)
    products = sold["product_id"].to_numpy()
    order = np.lexsort((products, -sold["customers"].to_numpy(), where))
    where, products = where[order], products[order]
    place = np.arange(len(where)) - np.searchsorted(where, where)
    mine, ranked = place < MOST, np.full((len(names), MOST), -1, dtype=np.int64)
    ranked[where[mine], place[mine]] = products[mine]
    return names, ranked


def _had(lake: Lake, keys: Whole, category: Whole, ranked: Whole, until: date) -> npt.NDArray[np.bool_]:
    """Customer × place in their favourite category: whether they ever had it, even if only its return is on record."""
    import numpy as np

    which, place = np.nonzero(ranked >= 0)
    products = ranked[which, place]
    order = np.argsort(products)
    which, place, products = which[order], place[order], products[order]
    with lake.given(pa.table({"product_id": products})) as asked:
        lines = lake.of_customers("lines")
        lines = lines.filter(lines.day <= until).semi_join(asked, "product_id")
        pairs = lake.arrow(lines.select("customer_key", "product_id").distinct())
    who = np.searchsorted(keys, pairs["customer_key"].to_numpy()).clip(max=len(keys) - 1)
    what = np.searchsorted(products, pairs["product_id"].to_numpy())
    theirs = (keys[who] == pairs["customer_key"].to_numpy()) & (which[what] == category[who])
    had = np.zeros((len(keys), MOST), dtype=np.bool_)
    had[who[theirs], place[what[theirs]]] = True
    return had
