"""What assigned customers spent, or how often they used us, from the warehouse, nobody left out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from dangol.insight.warehouse.queries import Lake

type Array = npt.NDArray[np.float64]


def outcome_of(lake: Lake, lake_keys: Sequence[int], *, since: datetime, until: datetime) -> Array:
    """Net revenue of each customer in minor units, or their uses where the lake is counted in them.

    In the order of the lake keys; zero for who bought or used nothing.
    """
    from dangol.insight.warehouse.outcomes import net_revenue_by_customer

    told = net_revenue_by_customer(lake, since=since, until=until)
    keys = told["customer_key"].to_numpy()
    order = np.argsort(keys)
    keys, amounts = keys[order], told["amount"].to_numpy().astype(np.float64)[order]
    wanted = np.asarray(lake_keys, dtype=np.int64)
    place = np.searchsorted(keys, wanted)
    found = place < len(keys)
    found[found] = keys[place[found]] == wanted[found]
    outcome = np.zeros(len(wanted))
    outcome[found] = amounts[place[found]]
    return outcome
