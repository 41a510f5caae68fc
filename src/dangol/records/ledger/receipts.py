"""Receipts that come again: the same once more, further lines of it, or another under its number."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import batched
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
from django.db import connection
from django.db.models import Value
from django.db.models.functions import Concat, StrIndex, Substr

from dangol.lib import bulk
from dangol.records.ledger.models import OrderLine, Transaction

HEADS = 500  # numbers of receipts that are looked for at once
PLACES = 1 << 25  # of a sieve, a bit each: of 500,000 numbers one in seventy is taken for another


class Line(NamedTuple):
    """One line as it is told apart from the others of its receipt."""

    product: int | None
    description: str
    at: datetime
    quantity: float
    amount: int

    @property
    def what(self) -> tuple[int | None, str, datetime]:
        """What was sold, and when: the same with another sum is a correction, not a further line."""
        return self.product, self.description, self.at


@dataclass(frozen=True)
class Known:
    """A receipt on record: `lines` are how many it has, `last` the position of the last."""

    key: int
    amount: int
    at: datetime
    lines: int
    last: int


class _Sieve:
    """What was put in is always found; of what was not, little is, so that the store need be asked for little."""

    def __init__(self) -> None:
        self._bits = np.zeros(PLACES // 8, np.uint8)

    def put(self, texts: Sequence[str]) -> None:
        """Take in some texts."""
        places = _places(texts)
        np.bitwise_or.at(self._bits, places >> 3, _bit(places))

    def found(self, texts: Sequence[str]) -> list[str]:
        """Those of the texts that may have been put in."""
        places = _places(texts)
        return [texts[place] for place in np.flatnonzero(self._bits[places >> 3] & _bit(places)).tolist()]


def _places(texts: Sequence[str]) -> np.ndarray[Any, np.dtype[np.int64]]:
    return np.fromiter(map(hash, texts), np.int64, len(texts)) & (PLACES - 1)


def _bit(places: np.ndarray[Any, np.dtype[np.int64]]) -> np.ndarray[Any, np.dtype[np.uint8]]:
    return np.left_shift(np.uint8(1), (places & 7).astype(np.uint8))


_written: ContextVar[dict[str, _Sieve | None] | None] = ContextVar("written", default=None)


@contextmanager
def remembering_receipts() -> Iterator[None]:
    """Inside, of a source that had no receipts yet only those are looked up that may have come in meanwhile.

    Only inside one transaction, whose lock of the source keeps others from bringing receipts of it.
    """
    token = _written.set({})
    try:
        yield
    finally:
        _written.reset(token)


_missing: ContextVar[bool] = ContextVar("missing", default=False)


@contextmanager
def lines_that_were_missing() -> Iterator[None]:
    """Inside, a line that is not on record is a further one, whatever its receipt has in its place: it was left out
    before, so that it corrects nothing.
    """
    token = _missing.set(True)
    try:
        yield
    finally:
        _missing.reset(token)


def note_written(receipts: Sequence[str], *, source: str) -> None:
    """Say that these are there from now on."""
    written = _written.get()
    if written is not None and (sieve := written.get(source)) is not None:
        sieve.put(receipts)


def _may_be_there(receipts: Sequence[str], *, source: str) -> Sequence[str]:
    written = _written.get()
    if written is None:
        return receipts
    if source not in written:
        written[source] = None if Transaction.objects.filter(source=source).exists() else _Sieve()
    sieve = written[source]
    return receipts if sieve is None else sieve.found(receipts)


def on_record(receipts: Sequence[str], *, source: str) -> dict[str, Known]:
    """Those of the receipts that are there, by number; whoever asks holds the lock of the source."""
    asked = _may_be_there(receipts, source=source)
    if not asked:
        return {}
    rows = bulk.rows_by(
        connection, Transaction._meta.db_table, "receipt", asked, ["id", "amount", "at"], same={"source": source}
    )
    counted = {key: (count, last) for key, count, last in _counted([row[1] for row in rows])}
    return {
        receipt: Known(key, amount, _moment(at), *counted.get(key, (0, 0))) for receipt, key, amount, at in rows
    }  # fmt: skip


def amounts_there(receipts: Sequence[str], *, source: str) -> Counter[tuple[str, int]]:
    """How many lines of an amount the receipts have that are on record: (receipt, amount) → lines."""
    lines = OrderLine.objects.filter(transaction__source=source)
    found: Counter[tuple[str, int]] = Counter()
    for part in batched(receipts, HEADS):
        found.update(lines.filter(transaction__receipt__in=part).values_list("transaction__receipt", "amount"))
    return found


def holders_of_receipts(receipts: Sequence[str], *, source: str) -> dict[str, int]:
    """The identity of the one customer whose purchase has the number that a shop gave it; of several or none nothing.

    A receipt by file is kept as "number@day@…", so that a till that begins anew each day tells its receipts apart.
    Whoever was forgotten is nobody.
    """
    head = Substr("receipt", 1, StrIndex(Concat("receipt", Value("@")), Value("@")) - 1)
    known = Transaction.objects.filter(source=source, identity__customer__erased_at=None).annotate(head=head)
    found: dict[str, dict[int, int]] = defaultdict(dict)
    for part in batched(receipts, HEADS):
        told = known.filter(head__in=part, identity__isnull=False).order_by("-pk")
        for number, customer, identity in told.values_list("head", "identity__customer", "identity"):
            found[number][customer] = identity
    return {number: next(iter(whose.values())) for number, whose in found.items() if len(whose) == 1}


def further(lines: pa.Table, order: np.ndarray[Any, Any], known: Mapping[int, Known]) -> tuple[list[int], set[int]]:
    """Of lines whose receipts (by their number in `order`) are there already: the places of those that are further
    ones, and the receipts that say something else than what is on record.

    All lines of the receipt at hand are asked for, so that only receipts that look different cost a look.
    """
    stored = _lines([one.key for one in known.values()])
    told: dict[int, list[tuple[int, Line]]] = defaultdict(list)
    rows = zip(
        lines["product_id"].to_pylist(), lines["description"].to_pylist(), lines["time"].to_pylist(),
        np.round(lines["quantity"].to_numpy(), 3).tolist(), lines["amount"].to_pylist(), strict=True,
    )  # fmt: skip
    for place, (receipt, row) in enumerate(zip(order.tolist(), rows, strict=True)):
        told[receipt].append((place, Line(*row)))
    new: list[int] = []
    differing: set[int] = set()
    for receipt, coming in told.items():
        left = Counter(stored[known[receipt].key])
        more = []
        for place, line in coming:
            if left[line] > 0:
                left[line] -= 1
            else:
                more.append((place, line))
        open_still = {line.what for line, count in left.items() if count > 0}
        if not _missing.get() and any(line.what in open_still for _place, line in more):
            differing.add(receipt)
        else:
            new += [place for place, _line in more]
    return new, differing


def _counted(keys: list[int]) -> list[tuple[int, int, int]]:
    if not keys:
        return []
    among, words = _among(keys)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT transaction_id, count(*), max(position) FROM ledger_orderline"  # noqa: S608 -- our own names
            f" WHERE transaction_id {among} GROUP BY transaction_id",
            [words],
        )
        return list(cursor.fetchall())


def _lines(keys: list[int]) -> dict[int, list[Line]]:
    names = ["product_id", "description", "at", "quantity", "amount"]
    found: dict[int, list[Line]] = defaultdict(list)
    for key, product, description, at, quantity, amount in bulk.rows_by(
        connection, OrderLine._meta.db_table, "transaction_id", keys, names
    ):
        found[key].append(Line(product, description, _moment(at), float(quantity), amount))
    return found


def _among(keys: list[int]) -> tuple[str, Any]:
    import json

    if connection.vendor == "postgresql":
        return "= ANY(%s)", bulk.as_array(keys)
    return "IN (SELECT value FROM json_each(%s))", json.dumps(keys)


def _moment(value: Any) -> datetime:
    """As the database gives it: PostgreSQL with its offset, SQLite without one, in UTC."""
    told = value if isinstance(value, datetime) else datetime.fromisoformat(value)
    return told.astimezone(UTC) if told.tzinfo else told.replace(tzinfo=UTC)
