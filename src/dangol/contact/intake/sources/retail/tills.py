"""What the tills wrote: one row per line, money in exact cents, times as written."""

from datetime import datetime

import pyarrow as pa
import pyarrow.compute as pc

from dangol.contact.intake.feeds import TIME
from dangol.contact.intake.sources.retail.package import table
from dangol.lib.errors import DangolError

CENT = 1e-6  # how far a dollar amount times 100 may be from a whole number


class BrokenCents(DangolError):
    """An amount in the data is not a whole number of cents."""


def journal() -> pa.Table:
    """All lines in the order of the file, times to the microsecond."""
    lines = table("transactions")
    at = lines.schema.get_field_index("transaction_timestamp")
    return lines.set_column(at, "time", lines.column(at).cast(TIME)).drop_columns(["week"])


def within(time: pa.ChunkedArray, since: datetime, until: datetime) -> pa.ChunkedArray:
    """Which of the local times fall into [since, until)."""
    return pc.and_(pc.greater_equal(time, pa.scalar(since, TIME)), pc.less(time, pa.scalar(until, TIME)))


def lines(journal: pa.Table, since: datetime, until: datetime) -> dict[str, pa.ChunkedArray]:
    """The transaction lines of [since, until); `sales_value` is what was received.

    The three discounts are kept apart. A line may have quantity 0 or amount 0. Raises BrokenCents.
    """
    rows = journal.filter(within(journal["time"], since, until))
    return {
        "receipt": rows["basket_id"].cast(pa.string()),
        "customer": rows["household_id"].cast(pa.string()),
        "time": rows["time"],
        "store": rows["store_id"].cast(pa.string()),
        "channel": pa.repeat("shop", rows.num_rows),
        "product": rows["product_id"].cast(pa.string()),
        "quantity": rows["quantity"].cast(pa.float64()),
        "amount": cents(rows["sales_value"], "sales_value"),
        "price_discount": cents(rows["retail_disc"], "retail_disc"),
        "coupon_discount": cents(rows["coupon_disc"], "coupon_disc"),
        "match_discount": cents(rows["coupon_match_disc"], "coupon_match_disc"),
    }


def cents(dollars: pa.ChunkedArray, name: str) -> pa.ChunkedArray:
    """Dollars as exact cents; raises BrokenCents where that would lose a part of a cent."""
    hundredfold = pc.multiply(dollars, 100.0)
    rounded = pc.round(hundredfold)
    off = pc.max(pc.abs(pc.subtract(hundredfold, rounded))).as_py()
    if off is not None and off > CENT:
        raise BrokenCents(f"The column {name} of the tills has amounts that are not whole cents (off by {off:g}).")
    return rounded.cast(pa.int64())
