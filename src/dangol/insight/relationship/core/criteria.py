"""Core customers by the criteria of Park and Kim 3.1: profit contribution, sustained exchange, opinion leadership.

None excludes another. What the records cannot tell stays unknown (None): no profit where nobody brings in anything, no
exchange before a year of sales, no say where nobody was heard.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from dangol.insight.analysis.groups.standing import top
from dangol.insight.relationship.core.names import EXCHANGE, NAMES, OPINION, PROFIT
from dangol.insight.relationship.core.settings import CoreSettings

type Array = npt.NDArray[np.float64]
type Marks = npt.NDArray[np.bool_]
type Criteria = Mapping[str, Marks | None]

YEAR = 365


def criteria(
    worth: Array, months: Array, heard: Array | None, *, days_on_record: int, settings: CoreSettings
) -> Criteria:
    """Who meets each. worth: what the profit is counted by, NaN where it is not known; months: of twelve, with a
    purchase; heard: words of the year meant for others and people brought along, None where there are none on record.
    """
    return {
        PROFIT: _by_profit(worth, settings.profit_share),
        EXCHANGE: months >= settings.months if days_on_record >= YEAR else None,
        OPINION: heard >= settings.words if heard is not None else None,
    }


def met(found: Criteria) -> Array:
    """How many each customer meets, of those that can be told."""
    told = [marks for marks in found.values() if marks is not None]
    size = len(told[0]) if told else 0
    return np.sum(told, axis=0).astype(np.float64) if told else np.zeros(size)


def sets(found: Criteria, size: int) -> list[str]:
    """Which each meets together, as one word such as "profit-exchange"; "" for none."""
    words = np.full(size, "", dtype=object)
    for name in NAMES:
        marks = found[name]
        if marks is not None and marks.any():
            words[marks] = np.where(words[marks] == "", "", words[marks] + "-") + name.removeprefix("core_")
    return [str(word) for word in words]


def _by_profit(worth: Array, share: float) -> Marks | None:
    """The part with the most of those who bring in anything, ties together."""
    bringing = np.nan_to_num(worth) > 0
    if not bringing.any():
        return None
    marks = np.zeros(len(worth), bool)
    marks[bringing] = top(worth[bringing], share)
    return marks
