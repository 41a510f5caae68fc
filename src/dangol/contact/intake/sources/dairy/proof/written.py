"""What the proof rests on, as files: what was observed (for `dangol import`), the truth, what Dangol made of it.

A home into which the observed files are imported knows what the proof's own home knows, and says the same of everybody.
"""

from pathlib import Path

import pyarrow as pa
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
            "household": "household", "unit": "dealer", "line": "line of business",
            "source": "source", "registered_at": "registered at",
        }),
        "products": _some(feeds["products"], {
            "code": "product code", "name": "product name", "category": "category", "unit_price": "price",
        }),
        "transactions": _some(feeds["transactions"], {
            "receipt": "receipt", "customer": "customer number", "time": "date", "store": "shop",
            "channel": "channel", "product": "product code", "quantity": "quantity", "amount": "amount",
            "price_discount": "discount", "coupon_discount": "coupon discount", "fee": "delivery fee",
        }),
        "interactions": _some(feeds["interactions"], {
            "ref": "contact id", "customer": "customer number", "time": "contact date", "kind": "contact type",
            "direction": "direction", "touchpoint": "touchpoint", "text": "content", "minutes": "minutes",
            "worth": "worth",
        }),
        "points": _some(feeds["points"], {
            "ref": "points id", "customer": "customer number", "time": "date", "kind": "points type",
            "amount": "points",
        }),
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
