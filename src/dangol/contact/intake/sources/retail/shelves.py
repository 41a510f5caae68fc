"""What was for sale and where: the product table, stubs for what it lacks, and the shops."""

from datetime import datetime

import pyarrow as pa
import pyarrow.compute as pc

from dangol.contact.intake.sources.retail.package import table
from dangol.contact.intake.sources.retail.tills import within

Columns = dict[str, pa.Array | pa.ChunkedArray]


def new_ids(journal: pa.Table, name: str, since: datetime, until: datetime) -> pa.Array:
    """The ids in column `name` whose first line falls into [since, until), in order."""
    first = journal.group_by(name).aggregate([("time", "min")])
    ids = first.filter(within(first["time_min"], since, until))[name]
    return pc.take(ids, pc.sort_indices(ids)).combine_chunks()


def shops(journal: pa.Table, since: datetime, until: datetime) -> Columns:
    """The shops that opened their till for the first time in [since, until)."""
    codes = new_ids(journal, "store_id", since, until).cast(pa.string())
    names = pc.binary_join_element_wise("Store", codes, " ")
    return {"code": codes, "name": names, "kind": pa.repeat("shop", len(codes))}


def products(journal: pa.Table, since: datetime, until: datetime) -> Columns:
    """The product table (once, with the first lines) and a stub for each product sold without an entry.

    A stub's name is its code and its category is null. Prices are not recorded.
    """
    listed = table("products")
    sold = new_ids(journal, "product_id", since, until)
    stubs = sold.filter(pc.invert(pc.is_in(sold, listed["product_id"].combine_chunks()))).cast(pa.string())
    if since > pc.min(journal["time"]).as_py():
        return {"code": stubs, "name": stubs}
    codes = listed["product_id"].cast(pa.string()).combine_chunks()
    return {
        "code": pa.concat_arrays([codes, stubs]),
        "name": pa.concat_arrays([_names(listed, codes), stubs]),
        "category": pa.concat_arrays([_categories(listed), pa.nulls(len(stubs), pa.string())]),
    }


def _names(listed: pa.Table, codes: pa.Array) -> pa.Array:
    """Type and package size, as far as they are known: "ICE - CRUSHED/CUBED 22 LB"."""
    kind = pc.coalesce(listed["product_type"], listed["product_category"], codes)
    return _joined(kind, listed["package_size"], " ")


def _categories(listed: pa.Table) -> pa.Array:
    """Department and category as a path: "GROCERY / FRZN ICE"."""
    return _joined(listed["department"], listed["product_category"], " / ")


def _joined(first: pa.ChunkedArray, second: pa.ChunkedArray, between: str) -> pa.Array:
    joined = pc.binary_join_element_wise(first, second, between, null_handling="skip")
    return joined.combine_chunks()
