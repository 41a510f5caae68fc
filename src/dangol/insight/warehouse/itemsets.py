"""Which products lie in one basket: sets of products that at least a given share of all baskets hold.

A basket is a receipt with something bought: a product counts once, however often it stands there, where what was paid
for it on that receipt is above 0. So returns of the same receipt are netted, and gifts, which nobody chose, are left
out, as are lines without a product. Sales to nobody known count too. Where a few customers make most receipts, the same
habit is counted again and again: then ask for baskets of customers, each with all they bought in the days asked about.

Counted by the engine, level by level: sets of k products that begin alike are joined within their basket to sets of
k + 1 (Agrawal and Srikant 1994, "Fast algorithms for mining association rules", VLDB, with the baskets of each set
kept instead of searched again). What does not fit into memory the engine puts on the disk. Where products and baskets
are few enough, the engine hands the lines over, each once, to be counted in rows of bits: that is quicker and leaner.
"""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from math import ceil
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from django.utils.translation import gettext as _

from dangol.insight.warehouse.bit_rows import MOST_SETS, Numbers, Sets, TooManySets, frequent, packed
from dangol.insight.warehouse.queries import Lake
from dangol.lib.errors import DangolError

FEW = 5_000_000  # lines
PART = 1_000_000  # lines
BITS = 1 << 28  # products × baskets: 32 MB
MOST_MEETINGS = 20_000_000_000  # of two sets within one basket

type Basket = Literal["receipt", "customer"]
type Rows = npt.NDArray[np.int32]
type Handed = tuple[npt.NDArray[Any], ...]


class CannotCount(DangolError):
    """There is nothing to count, or far too much; the message says which, and the way out."""


@dataclass(frozen=True)
class Itemsets:
    """Sets of at most `longest` products, and in how many of all baskets each lies.

    baskets: how many there are; minimum: the fewest that a set must lie in; products: (F,) the product ids of the
    frequent products, which are numbered by their place here, the rarest first; levels: for k = 1, 2, … the sets of k
    products, a row a set with the numbers rising, rows in rising order, and the count of baskets (int64) of each row.
    """

    baskets: int
    minimum: int
    longest: int
    products: Numbers
    levels: tuple[Sets, ...]

    def __len__(self) -> int:
        return sum(len(counts) for _, counts in self.levels)

    @property
    def table(self) -> pa.Table:
        """Columns products (ids, rising), baskets (count), support (share of all baskets); small sets first."""
        lists, counts = [], []
        for rows, found in self.levels:
            ids = np.sort(self.products[rows], axis=1)
            offsets = np.arange(0, ids.size + 1, rows.shape[1], dtype=np.int64)
            lists.append(pa.LargeListArray.from_arrays(offsets, ids.ravel()))
            counts.append(found)
        every = np.concatenate(counts) if counts else np.empty(0, np.int64)
        products = pa.chunked_array(lists, pa.large_list(pa.int64()))
        return pa.table({"products": products, "baskets": every, "support": every / max(1, self.baskets)})


def itemsets(
    lake: Lake, *, support: float, since: date | None = None, until: date | None = None, line: str | None = None,
    basket: Basket = "receipt", longest: int = 4, few: int = FEW,
) -> Itemsets:  # fmt: skip
    """The sets of at most `longest` products that lie in at least `support` (0 to 1) of the baskets of the days.

    since, until: the first and the last day (none: all); line: of customers of one line of business only; basket: a
    receipt, or all that a customer bought in those days; few: up to how many lines of the lake the engine hands the
    baskets over instead of counting itself: the counts are the same.
    Raises CannotCount for a support outside (0, 1], for no baskets and for baskets too full to be counted; TooManySets.
    """
    if not 0 < support <= 1:
        words = _("A support of %(share)s: it is a share of the baskets, above 0 and 1 at most.")
        raise CannotCount(words % {"share": support})
    if longest < 1:
        raise CannotCount(_("Sets of at most %(n)s products: 1 is the least.") % {"n": longest})
    lines = _lines(lake, since, until, line, basket)
    bought = _bought(lines)
    if lake.rows("lines") <= few:
        found = _handed_over(lake, lines, support, longest)
        if found is not None:
            return found
    with lake.kept(bought) as kept:
        return _counted(lake, kept, support, longest)


def fewest(support: float, baskets: int) -> int:
    """The smallest count whose share of the baskets reaches the support, as shares are written: 3 of 10 reach 0.3."""
    count = max(1, ceil(support * baskets))
    while count > 1 and (count - 1) / baskets >= support:
        count -= 1
    while count / baskets < support:
        count += 1
    return count


def _lines(lake: Lake, since: date | None, until: date | None, line: str | None, basket: Basket) -> Any:
    """The lines asked about: basket, product, amount."""
    known = line is not None or basket == "customer"
    lines = lake.of_customers("lines") if known else lake.table("lines")
    if line is not None:
        lines = lines.filter(lines.line == line)
    if since is not None:
        lines = lines.filter(lines.day >= since)
    if until is not None:
        lines = lines.filter(lines.day <= until)
    key = lines.customer_key if basket == "customer" else lines.receipt_id
    lines = lines.select("amount", basket=key, product=lines.product_id)
    return lines.filter(lines.basket.notnull(), lines["product"].notnull())


def _bought(lines: Any) -> Any:
    """A row for each product in each basket: basket, product."""
    paid = lines.group_by("basket", "product").aggregate(paid=lines.amount.sum())
    return paid.filter(paid.paid > 0).select("basket", "product")


def _handed_over(lake: Lake, lines: Any, support: float, longest: int) -> Itemsets | None:
    """Every basket handed over and counted in bits; None where the bits would be too many."""
    ids, lies, offsets = _together([_held(lake, part) for part in _parts(lake, lines)])
    baskets = len(offsets) - 1
    counts = np.bincount(lies, minlength=len(ids)).astype(np.int64)
    minimum = _minimum(support, baskets)
    products, first = _numbered(ids, counts, minimum)
    if len(products) * baskets > BITS:
        return None
    numbers = np.full(len(ids), -1, np.int32)
    numbers[np.searchsorted(ids, products)] = np.arange(len(products), dtype=np.int32)
    lies = numbers[lies]
    ends = np.append(0, np.cumsum(lies >= 0))[offsets]
    bits = packed(lies[lies >= 0], ends, len(products))
    del lies, ends, offsets
    more = frequent(bits, minimum=minimum, longest=longest, most=MOST_SETS) if longest > 1 else []
    return _levels(baskets, minimum, longest, products, first, more)


def _parts(lake: Lake, lines: Any) -> list[Any]:
    """The lines by ranges of the baskets' keys, so that none is asked about more than about a million lines at once."""
    parts = -(-lake.rows("lines") // PART)
    if parts <= 1:
        return [lines]
    ends = lake.arrow(lines.aggregate(low=lines.basket.min(), high=lines.basket.max())).to_pylist()[0]
    if ends["low"] is None:
        return []
    cuts = [ends["low"] + (ends["high"] + 1 - ends["low"]) * number // parts for number in range(parts + 1)]
    return [lines.filter(lines.basket >= low, lines.basket < high) for low, high in pairwise(cuts)]


def _held(lake: Lake, lines: Any) -> Handed:
    """What lies in each basket: the ids of all products, each line's place among them, where each basket begins.

    The same as `_bought`, sorted here: to group a few lines the engine takes more memory than all the rest.
    """
    table = lake.arrow(lines.select("basket", "product", amount=lines.amount.fill_null(0)))
    basket, product, amount = (table[name].to_numpy() for name in ("basket", "product", "amount"))
    ids = np.unique(product)
    codes = np.searchsorted(ids, product).astype(np.int32)
    del table, product
    if (basket[1:] < basket[:-1]).any():
        order = np.argsort(basket, kind="stable")
        basket, codes, amount = basket[order], codes[order], amount[order]
    # one number of both: rising, they stand together
    both = np.cumsum(_begins(basket))
    both -= 1
    both *= len(ids)
    both += codes
    del basket, codes
    if not len(both):
        return ids, np.empty(0, np.int32), np.zeros(1, np.int64)
    if amount.min() > 0:  # nothing to net
        del amount
        both.sort()
        both = both[_begins(both)]
    else:
        order = np.argsort(both)
        both = both[order]
        first = np.flatnonzero(_begins(both))
        both = both[first[np.add.reduceat(amount[order], first) > 0]]
    begins = np.flatnonzero(_begins(both // len(ids)))
    return ids, (both % len(ids)).astype(np.int32), np.append(begins, len(both))


def _begins(values: Numbers) -> npt.NDArray[np.bool_]:
    """Which are others than the one before."""
    begins = np.ones(len(values), bool)
    np.not_equal(values[1:], values[:-1], out=begins[1:])
    return begins


def _together(parts: list[Handed]) -> Handed:
    if not parts:
        return np.empty(0, np.int64), np.empty(0, np.int32), np.zeros(1, np.int64)
    ids = np.unique(np.concatenate([part[0] for part in parts]))
    places = [np.searchsorted(ids, own).astype(np.int32)[lies] for own, lies, _ in parts]
    sizes = np.concatenate([np.diff(offsets) for _, _, offsets in parts])
    return ids, np.concatenate(places), np.append(0, np.cumsum(sizes))


def _counted(lake: Lake, bought: Any, support: float, longest: int) -> Itemsets:
    """Counted by the engine; only counts come over."""
    single = lake.arrow(bought.group_by("product").aggregate(baskets=bought.count()))
    baskets = lake.arrow(bought.aggregate(baskets=bought.basket.nunique()))["baskets"][0].as_py()
    minimum = _minimum(support, baskets)
    ids, counts = (single[name].to_numpy().astype(np.int64) for name in ("product", "baskets"))
    products, first = _numbered(ids, counts, minimum)
    numbers = pa.table({"product": products, "number": np.arange(len(products), dtype=np.int32)})
    with lake.given(numbers) as given:
        lies = bought.inner_join(given, "product").select("basket", "number")
        more = _by_engine(lake, lies, len(products), minimum, longest) if longest > 1 and len(products) > 1 else []
    return _levels(baskets, minimum, longest, products, first, more)


def _minimum(support: float, baskets: int) -> int:
    if not baskets:
        raise CannotCount(_("No basket holds a product that was paid for: import receipts with their products."))
    return fewest(support, baskets)


def _numbered(ids: Numbers, counts: Numbers, minimum: int) -> tuple[Numbers, Numbers]:
    """The frequent products and their counts, the rarest first: then few sets begin with what many baskets hold."""
    ids, counts = ids[counts >= minimum], counts[counts >= minimum]
    order = np.lexsort((ids, counts))
    return ids[order], counts[order]


def _levels(baskets: int, minimum: int, longest: int, products: Numbers, first: Numbers, more: list[Sets]) -> Itemsets:
    single: Sets = (np.arange(len(products), dtype=np.int32)[:, None], first)
    return Itemsets(baskets, minimum, longest, products, (single, *more) if len(products) else ())


def _by_engine(lake: Lake, lies: Any, products: int, minimum: int, longest: int) -> list[Sets]:
    """Level by level. `places`: in which basket lies which set, told by its number, its last product, its parent."""
    import ibis

    found: list[Sets] = []
    rows: Rows = np.arange(products, dtype=np.int32)[:, None]
    with ExitStack() as open_tables:
        places = lies.select("basket", parent=ibis.literal(0, "int32"), last=lies.number, number=lies.number)
        places = open_tables.enter_context(lake.kept(places))
        for size in range(2, longest + 1):
            _must_be_readable(lake, places, size)
            counted = lake.arrow(_pairs(places).group_by("start", "last").aggregate(baskets=ibis._.count())
                                 .filter(ibis._.baskets >= minimum))  # fmt: skip
            start, last, counts = (counted[name].to_numpy() for name in ("start", "last", "baskets"))
            order = np.lexsort((last, start))
            start, last, counts = start[order], last[order], counts[order].astype(np.int64)
            if not len(counts):
                break
            if len(counts) > MOST_SETS:
                raise TooManySets(len(counts), size)
            rows = np.column_stack([rows[start], last]).astype(np.int32)
            found.append((rows, counts))
            growing = _with_siblings(start)
            if size == longest or not growing.any():
                break
            numbers = np.flatnonzero(growing).astype(np.int32)
            # one key of both: joined by two, an engine may meet the sets first, and all their baskets with them
            sets = pa.table({"both": start[growing].astype(np.int64) * products + last[growing], "number": numbers})
            with lake.given(sets) as wanted:
                pairs = _pairs(places)
                pairs = pairs.mutate(both=pairs.start.cast("int64") * products + pairs.last)
                larger = pairs.inner_join(wanted, "both").select("basket", "last", "number", parent="start")
                with ExitStack() as before:
                    next_places = before.enter_context(lake.kept(larger))
                    open_tables.close()  # one level lies with the engine at a time
                    open_tables.push(before.pop_all())
                    places = next_places
    return found


def _pairs(places: Any) -> Any:
    """Two sets that begin alike and lie in one basket make a larger one: basket, start (the first of the two), last."""
    others = places.view()
    alike = [places.basket == others.basket, places.parent == others.parent, places.last < others.last]
    return places.inner_join(others, alike).select(basket=places.basket, start=places.number, last=others.last)


def _must_be_readable(lake: Lake, places: Any, size: int) -> None:
    """Refuse what would take hours: baskets with hundreds of frequent products hold millions of sets each."""
    each = places.group_by("basket", "parent").aggregate(n=places.count())
    sums = lake.arrow(each.aggregate(meetings=(each.n * (each.n - 1)).sum(), most=each.n.max()))
    meetings, most = (sums[name][0].as_py() or 0 for name in ("meetings", "most"))
    if meetings // 2 > MOST_MEETINGS:
        words = _(
            "The baskets hold %(n)s sets of %(size)s products, one alone %(most)s: ask for a higher support, or for"
            " sets of at most %(less)s."
        )
        told = {"n": f"{meetings // 2:,}", "most": f"{most * (most - 1) // 2:,}", "size": size, "less": size - 1}
        raise CannotCount(words % told)


def _with_siblings(start: Numbers) -> npt.NDArray[np.bool_]:
    """Which sets begin like another one: only those can grow. `start` rises."""
    alike = np.zeros(len(start), bool)
    alike[1:] = start[1:] == start[:-1]
    alike[:-1] |= alike[1:]
    return alike
