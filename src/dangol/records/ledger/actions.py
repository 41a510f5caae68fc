"""Appending to the ledger: many facts at once, each once, and the reversal of a mistake."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from django.db import connection, models
from django.db.transaction import atomic

from dangol.lib import bulk
from dangol.lib.errors import DangolError
from dangol.records.changes.actions import record_range, record_row
from dangol.records.changes.notebook import Former, keep_former
from dangol.records.ledger.models import Interaction, OrderLine, PointEntry, Transaction
from dangol.records.ledger.receipts import Known, further, note_written, on_record
from dangol.records.staff.models import User

LINE_COLUMNS = (
    "description", "quantity", "amount", "price_discount", "coupon_discount", "match_discount", "fee",
)  # fmt: skip


class CannotReverse(DangolError):
    """A transaction that is a reversal, or has been reversed, cannot be reversed."""


@dataclass(frozen=True)
class Appended:
    """What came of appended lines: lines are counted, and `transactions` receipts are new.

    `unchanged` lines were there already; `differing` receipts came again with something else in the place of what is
    on record, and the first is kept; `extended` ones were there and got further lines.
    """

    transactions: int
    lines: int
    unchanged: int
    differing: int
    extended: int = 0


@atomic
def append_transactions(lines: pa.Table, *, source: str, currency: str, at: datetime) -> Appended:
    """Append receipts with their lines; of a receipt that `source` already has, those lines that are further ones.

    lines: receipt, identity_id?, time (UTC), unit_id?, channel, product_id?, description, quantity, amount,
    price_discount, coupon_discount, match_discount, fee (minor units), the lines of a receipt side by side.
    A transaction has the identity, shop and channel of its first line, the time of its earliest, and the
    sum of all. A receipt may come in parts: lines it has already are left as they are, further ones are added, and
    where one says something else than what is on record, all of that receipt stays as it is.
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
    receipts = codes.dictionary.to_pylist()
    known = on_record(receipts, source=source)
    before = [known.get(receipt) for receipt in receipts]
    new = np.array([one is None for one in before])
    kept = lines.filter(pa.array(new[order]))
    if kept.num_rows:
        _append_new(kept, source=source, currency=currency, at=at)
        note_written([receipt for receipt, one in zip(receipts, before, strict=True) if one is None], source=source)
    counts = np.bincount(order, minlength=len(receipts)).tolist()
    other = {
        number: one for number, one in enumerate(before)
        if one is not None and (one.amount, one.lines) != (sums[number], counts[number])
    }  # fmt: skip
    added, differing, extended = _extend(lines, order, other, at=at)
    total = kept.num_rows + added
    return Appended(int(new.sum()), total, lines.num_rows - total, differing, extended)


def _extend(
    lines: pa.Table, order: np.ndarray[Any, Any], known: Mapping[int, Known], *, at: datetime
) -> tuple[int, int, int]:
    """Add further lines to receipts on record: how many lines, how many receipts differ, how many got some."""
    if not known:
        return 0, 0, 0
    asked = np.flatnonzero(np.isin(order, list(known)))
    places, differing = further(lines.take(pa.array(asked)), order[asked], known)
    if not places:
        return 0, len(differing), 0
    chosen = asked[sorted(places)]
    rows, numbers = lines.take(pa.array(chosen)), order[chosen]
    starts = np.flatnonzero(np.diff(numbers, prepend=-1))
    lengths = np.diff(starts, append=len(numbers))
    receipts = [known[number] for number in numbers[starts].tolist()]
    positions = np.arange(len(numbers)) - np.repeat(starts, lengths) + 1
    positions += np.repeat([one.last for one in receipts], lengths)
    _insert_lines(rows, np.repeat([one.key for one in receipts], lengths), positions, at=at)
    sums = np.add.reduceat(rows["amount"].to_numpy(), starts).tolist()
    earliest = np.minimum.reduceat(rows["time"].cast(pa.int64()).to_numpy(), starts)
    _complete(receipts, sums, pa.array(earliest).cast(bulk.UTC_TIME).to_pylist(), at=at)
    return len(chosen), len(differing), len(receipts)


def _complete(receipts: list[Known], sums: list[int], earliest: list[datetime], *, at: datetime) -> None:
    """Bring sum and time of receipts up to date to which lines were added."""
    rows = [(one.key, one.amount + more, min(one.at, first)) for one, more, first
            in zip(receipts, sums, earliest, strict=True)]  # fmt: skip
    keep_former(Transaction, (
        Former(one.key, {"amount": one.amount, "at": one.at}, {"amount": amount, "at": first})
        for one, (_key, amount, first) in zip(receipts, rows, strict=True)
    ))  # fmt: skip
    keys, amounts, times = zip(*rows, strict=True)
    told = {"id": pa.array(keys), "amount": pa.array(amounts), "at": pa.array(times, bulk.UTC_TIME)}
    bulk.update_table(connection, Transaction._meta.db_table, pa.table(told))
    for first_key, last_key in bulk.runs(keys):
        record_range(Transaction, first_key=first_key, last_key=last_key, at=at)


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
    _insert(Transaction, transactions, at=at)
    _insert_lines(lines, first_id + order.astype(np.int64), np.arange(lines.num_rows) - starts[order] + 1, at=at)


def _insert_lines(
    lines: pa.Table, transactions: np.ndarray[Any, Any], positions: np.ndarray[Any, Any], *, at: datetime
) -> None:
    first = bulk.reserve_ids(connection, OrderLine._meta.db_table, lines.num_rows)
    rows = pa.table(
        {
            "id": np.arange(first, first + lines.num_rows),
            "transaction_id": transactions,
            "position": positions,
            "at": lines["time"],
            "product_id": lines["product_id"],
            **{name: lines[name] for name in LINE_COLUMNS},
        }
    )
    rows = rows.set_column(rows.column_names.index("quantity"), "quantity", pc.round(rows["quantity"], 3))
    _insert(OrderLine, rows, at=at)


@atomic
def append_points(entries: pa.Table, *, source: str, at: datetime) -> int:
    """Append point entries that `source` has not told before; how many were new.

    entries: ref, identity_id, at (UTC), kind, amount (worth in minor units, positive).
    """
    return _append_once(PointEntry, entries.append_column("source", pa.repeat(source, entries.num_rows)), at=at)


@atomic
def append_interactions(contacts: pa.Table, *, at: datetime) -> int:
    """Append contacts that took place; one known by identity, kind and source_ref is left out. How many were new.

    contacts: identity_id, source_ref, kind, direction, at (UTC), touchpoint, text, minutes, worth, campaign?.
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
