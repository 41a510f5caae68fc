"""What became of those who came by one way, campaign or event: since when, how many stay, what they are worth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np

from dangol.insight.relationship.counted_in import is_by_use
from dangol.insight.relationship.value_columns import run_of
from dangol.records.customers.columns import COLUMNS, Asked, Column
from dangol.records.customers.selecting import Selected
from dangol.records.staff.roles import May
from dangol.web.shell.viewer import Viewer

ASKED_OF = ("medium", "came_by")
MOST = 12


@dataclass(frozen=True)
class Became:
    """One way or campaign. first: when its first one registered; stay: the share likely still with us; equity: of the
    one in the middle, minor units. None where it is not known.
    """

    word: str
    number: int
    first: datetime | None
    stay: float | None = None
    equity: float | None = None


def became(
    column: Column, options: Sequence[tuple[str, str, int]], found: Selected, mine: Viewer, asked: Asked
) -> list[Became]:
    """Of the ways listed those by which most came, for who may see values once there are any; else nothing."""
    if column.name not in ASKED_OF or not mine.may(May.SEE_VALUES) or run_of(asked) is None:
        return []
    since, stay, equity = (found.by_word(column, COLUMNS[name]) for name in ("registered_at", "p_alive", "equity"))
    if is_by_use(run_of(asked)):
        equity = {}  # uses are no money
    return [
        Became(
            word, number, _moment(since.get(code)), _told(np.mean, stay.get(code)), _told(np.median, equity.get(code))
        )
        for code, word, number in options[:MOST]
        if number
    ]


def _told(how: Any, numbers: Any) -> float | None:
    return float(how(numbers)) if numbers is not None and len(numbers) else None


def _moment(seconds: Any) -> datetime | None:
    first = _told(np.min, seconds)
    return None if first is None else datetime.fromtimestamp(first, UTC)
