"""Appending to the ledger: many facts at once, each once, and the reversal of a mistake."""

from dataclasses import dataclass
from datetime import datetime

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from django.db import connection, models
from django.db.transaction import atomic

from dangol.lib import bulk
from dangol.lib.errors import DangolError
from dangol.records.changes.actions import record_range, record_row
from dangol.records.ledger.models import Interaction, OrderLine, PointEntry, Transaction
from dangol.records.staff.models import User

LINE_COLUMNS = (
    "description", "quantity", "amount", "price_discount", "coupon_discount", "match_discount", "fee",
)  # fmt: skip


class CannotReverse(DangolError):
    """A transaction that is a reversal, or has been reversed, cannot be reversed."""


@dataclass(frozen=True)
class Appended:
    """What came of appended lines: lines are counted, and `transactions` receipts are new.

    `unchanged` lines belong to receipts that were there already; `differing` of those receipts came
    again with another sum, and the first is kept.
    """

    transactions: int
    lines: int
    unchanged: int
    differing: int


@atomic
def append_transactions(lines: pa.Table, *, source: str, currency: str, at: datetime) -> Appended:
    """Append receipts with their lines; a receipt that `source` already has is left as it is.

    lines: receipt, identity_id?, time (UTC), unit_id?, channel, product_id?, description, quantity, amount,
    price_discount, coupon_discount, match_discount, fee (minor units), the lines of a receipt side by side.
    A transaction has the identity, shop and channel of its first line, the time of its earliest, and the
    sum of all.
    """
    if lines.num_rows == 0:
        return Appended(0, 0, 0, 0)
    bulk.lock(connection, f"ledger:{source}")
    codes = lines["receipt"].combine_chunks().dictionary_encode()
    order = codes.indices.to_numpy()
    if (np.diff(order) < 0).any():
        raise ValueError("The lines of a receipt must stand side by side.")
    starts = np.flatnonzero(np.diff(order, prepend=-1))
    sums = np.add.reduceat(lines["amount"].to_numpy(), starts)
    known = dict(
        bulk.rows_by(
            connection, Transaction._meta.db_table, "receipt", codes.dictionary.to_pylist(), ["amount"],
            same={"source": source},
        )
    )  # fmt: skip
    before = [known.get(receipt) for receipt in codes.dictionary.to_pylist()]
    new = np.array([amount is None for amount in before])
    differing = sum(one is not None and one != total for one, total in zip(before, sums.tolist(), strict=True))
    kept = lines.filter(pa.array(new[order]))
    if kept.num_rows:
        _append_new(kept, source=source, currency=currency, at=at)
    return Appended(int(new.sum()), kept.num_rows, lines.num_rows - kept.num_rows, differing)


def _append_new(lines: pa.Table, *, source: str, currency: str, at: datetime) -> None:
    order = lines["receipt"].combine_chunks().dictionary_encode().indices.to_numpy()
    starts = np.flatnonzero(np.diff(order, prepend=-1))
    first_id = bulk.reserve_ids(connection, Transaction._meta.db_table, len(starts))
    heads = lines.take(pa.array(starts))
    times = lines["time"].cast(pa.int64()).to_numpy()
    transactions = pa.table(
        {
            "id": np.arange(first_id, first_id + len(starts)),
            "identity_id": heads["identity_id"],
            "source": pa.repeat(source, len(starts)),
            "receipt": heads["receipt"],
            "at": pa.array(np.minimum.reduceat(times, starts)).cast(bulk.UTC_TIME),
            "unit_id": heads["unit_id"],
            "channel": heads["channel"],
            "amount": np.add.reduceat(lines["amount"].to_numpy(), starts),
            "currency": pa.repeat(currency, len(starts)),
        }
    )
    first_line = bulk.reserve_ids(connection, OrderLine._meta.db_table, lines.num_rows)
    order_lines = pa.table(
        {
            "id": np.arange(first_line, first_line + lines.num_rows),
            "transaction_id": first_id + order.astype(np.int64),
            "position": np.arange(lines.num_rows) - starts[order] + 1,
            "at": lines["time"],
            "product_id": lines["product_id"],
            **{name: lines[name] for name in LINE_COLUMNS},
        }
    )
    order_lines = order_lines.set_column(
        order_lines.column_names.index("quantity"), "quantity", pc.round(order_lines["quantity"], 3)
    )
    _insert(Transaction, transactions, at=at)
    _insert(OrderLine, order_lines, at=at)


@atomic
def append_points(entries: pa.Table, *, source: str, at: datetime) -> int:
    """Append point entries that `source` has not told before; how many were new.

    entries: ref, identity_id, at (UTC), kind, amount (worth in minor units, positive).
    """
    return _append_once(PointEntry, entries.append_column("source", pa.repeat(source, entries.num_rows)), at=at)


@atomic
def append_interactions(contacts: pa.Table, *, at: datetime) -> int:
    """Append contacts that took place; one known by identity, kind and source_ref is left out. How many were new.

    contacts: identity_id, source_ref, kind, direction, at (UTC), touchpoint, text, minutes, worth.
    """
    return _append_once(Interaction, contacts, at=at)


@atomic
def reverse(transaction: Transaction, *, by: User | None, at: datetime) -> Transaction:
    """Append the negation of a transaction and its lines, since a ledger is not edited.

    For what never happened; goods that come back are a return, with its own time. The warehouse forgets both.
    Raises CannotReverse for a reversal and for what has been reversed.
    """
    if transaction.reverses_id is not None:
        raise CannotReverse(f"Receipt {transaction.receipt} is itself a reversal: enter the sale anew instead.")
    if Transaction.objects.filter(reverses=transaction).exists():
        raise CannotReverse(f"Receipt {transaction.receipt} has been reversed already.")
    reversal = Transaction.objects.create(
        identity_id=transaction.identity_id, source=transaction.source,
        receipt=f"{transaction.receipt}:reversed"[-120:], at=at, unit_id=transaction.unit_id,
        channel=transaction.channel, amount=-transaction.amount, currency=transaction.currency, reverses=transaction,
    )  # fmt: skip
    for line in transaction.lines.order_by("position"):
        record_row(_negated(line, reversal, at=at), at=at)
    record_row(reversal, at=at)
    record_row(transaction, at=at)
    return reversal


def _negated(line: OrderLine, reversal: Transaction, *, at: datetime) -> OrderLine:
    return OrderLine.objects.create(
        transaction=reversal, position=line.position, at=at, product_id=line.product_id,
        description=line.description, quantity=-line.quantity, amount=-line.amount, fee=-line.fee,
        price_discount=-line.price_discount, coupon_discount=-line.coupon_discount,
        match_discount=-line.match_discount,
    )  # fmt: skip


def _append_once(model: type[models.Model], rows: pa.Table, *, at: datetime) -> int:
    if rows.num_rows == 0:
        return 0
    first = bulk.reserve_ids(connection, model._meta.db_table, rows.num_rows)
    return _insert(model, rows.append_column("id", pa.array(np.arange(first, first + rows.num_rows))), at=at, once=True)


def _insert(model: type[models.Model], rows: pa.Table, *, at: datetime, once: bool = False) -> int:
    count = bulk.insert_table(connection, model._meta.db_table, rows, skip_known=once)
    if count:
        ids = rows["id"].to_numpy()
        record_range(model, first_key=int(ids[0]), last_key=int(ids[-1]), at=at)
    return count
