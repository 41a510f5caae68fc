"""Households as lists and forms name them: by a code."""

from datetime import datetime

import pyarrow as pa
from django.db import connection

from dangol.lib import bulk
from dangol.records.changes.actions import record_range
from dangol.records.customers.models import Household


def ensure_households(codes: set[str], *, at: datetime) -> dict[str, int]:
    """The households of these codes, by code; those that are not there yet are written down."""
    table = Household._meta.db_table
    ids = bulk.ids_by(connection, table, "code", list(codes))
    new = sorted(codes - set(ids))
    if new:
        first = bulk.reserve_ids(connection, table, len(new))
        keys = range(first, first + len(new))
        bulk.insert_table(connection, table, pa.table({"id": list(keys), "code": new}))
        record_range(Household, first_key=first, last_key=keys[-1], at=at)
        ids |= dict(zip(new, keys, strict=True))
    return ids
