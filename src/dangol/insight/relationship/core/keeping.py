"""Shares of needs become rows of the run that worked them out."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from django.db import connection

from dangol.insight.analysis.models import Run
from dangol.insight.analysis.who_counts import Customers
from dangol.insight.relationship.core.models import NeedShare
from dangol.insight.relationship.core.needs import Shares
from dangol.lib import bulk


def keep_shares(run: Run, customers: Customers, found: Shares) -> int:
    """Write them; how many. Call it in the transaction that finishes the run."""
    size = len(found.said)
    if not size:
        return 0
    unknown = ~found.told
    rows = pa.table({
        "run_id": np.full(size, run.pk), "customer_id": customers.ids[found.said.at],
        "stated_id": found.said.keys, "about": pa.array(found.said.about.tolist(), pa.string()),
        "need": found.said.need.astype(np.int64), "spent": np.round(found.spent).astype(np.int64),
        "days": found.days.astype(np.int64),
        "share": pa.array(found.share, mask=unknown), "state": pa.array(found.state.tolist(), pa.string()),
        "room": pa.array(np.round(np.nan_to_num(found.room)).astype(np.int64), mask=unknown), "raises": found.raises,
    })  # fmt: skip
    return bulk.insert_table(connection, NeedShare._meta.db_table, rows)
