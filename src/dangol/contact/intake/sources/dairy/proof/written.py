"""What the proof rests on, as files: what was observed (for `dangol import`), the truth, what Dangol made of it.

Files of one's own have no column for delivery fees, lines of business or movements of points. So fees stand within the
amounts, and points stand among the contacts with what they are worth; a home that these files alone are imported into
knows less of costs than the proof's own, and says something else of some.
"""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv, parquet

from dangol.contact.intake.sources.dairy.proof.drifting import Drifting
from dangol.contact.intake.sources.dairy.proof.true import Truth

RESULT = ("external_id", "customer_value", "customer_equity", "region", "parts_known")


def write(folder: Path, of: Drifting, true: Truth, result: pa.Table) -> None:
    """Everything into this folder; older files of the same names are replaced."""
    observed = folder / "observed"
    observed.mkdir(parents=True, exist_ok=True)
    for name, table in tables(of).items():
        csv.write_csv(table, observed / f"{name}.csv")
    parquet.write_table(true.table(of), folder / "truth.parquet")
    parquet.write_table(result.select(list(RESULT)), folder / "result.parquet")


def tables(of: Drifting) -> dict[str, pa.Table]:
    """The files by the kind that `dangol import` knows them by."""
    feeds = {feed.kind: feed.table for feed in of.feeds(until=of.opens_at)}
    return {
        "customers": _some(feeds["customers"], {
            "external_id": "customer number", "full_name": "name", "birth_date": "date of birth", "phone": "phone",
            "email": "email", "address": "address", "postcode": "postcode", "place": "district",
            "household": "household", "unit": "dealer", "source": "source", "registered_at": "registered at",
        }),
        "products": _some(feeds["products"], {
            "code": "product code", "name": "product name", "category": "category", "unit_price": "price",
        }),
        "transactions": _sales(feeds["transactions"]),
        "interactions": _contacts(feeds["interactions"], feeds["points"]),
        "surveys": _some(feeds["answers"], {
            "ref": "answer id", "customer": "customer number", "time": "answered at", "survey": "survey",
            "item": "item", "dimension": "dimension", "score": "answer", "scale_min": "scale min",
            "scale_max": "scale max",
        }),
    }  # fmt: skip


def _some(table: pa.Table, columns: dict[str, str]) -> pa.Table:
    picked = table.select(list(columns)).rename_columns(list(columns.values()))
    for number, field in enumerate(picked.schema):
        if pa.types.is_timestamp(field.type):
            picked = picked.set_column(number, field.name, picked[number].cast(pa.timestamp("s")))
    return picked


def _sales(table: pa.Table) -> pa.Table:
    discount = pc.add(table["price_discount"], table["coupon_discount"])
    return _some(table.append_column("discount", discount), {
        "receipt": "receipt", "customer": "customer number", "time": "date", "store": "shop", "channel": "channel",
        "product": "product code", "quantity": "quantity", "amount": "amount", "discount": "discount",
    })  # fmt: skip


def _contacts(met: pa.Table, points: pa.Table) -> pa.Table:
    """Contacts, and below them what was granted in points. What expired is not taken off: worth is never negative."""
    granted = points.filter(pc.equal(points["kind"], "granted"))
    words = {"direction": "out", "touchpoint": "mail", "text": "포인트 명세서"}
    columns = {
        "ref": granted["ref"], "customer": granted["customer"], "time": granted["time"],
        "kind": pa.array(["points"] * len(granted)), "minutes": pa.array(np.zeros(len(granted))),
        "worth": granted["amount"],
        **{name: pa.array([word] * len(granted)) for name, word in words.items()},
    }  # fmt: skip
    names = ["ref", "customer", "time", "kind", "direction", "touchpoint", "text", "minutes", "worth"]
    both = pa.concat_tables([met.select(names), pa.table(columns).select(names)], promote_options="default")
    return _some(both, dict(zip(names, (
        "contact id", "customer number", "contact date", "contact type", "direction", "touchpoint", "content",
        "minutes", "worth",
    ), strict=True)))  # fmt: skip
