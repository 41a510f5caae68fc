"""Large numbers along an axis, short as people read them: 2만, 3억 in Korean, 20k and 3B in English; nothing is 0."""

from __future__ import annotations

from typing import Any

from dangol.lib.languages import speaks

TENS_OF_THOUSANDS = (
    "abs(datum.value) >= 1e8 ? format(datum.value / 1e8, ',~r') + '억' : "
    "abs(datum.value) >= 1e4 ? format(datum.value / 1e4, ',~r') + '만' : format(datum.value, ',')"
)
THOUSANDS = "datum.value ? replace(format(datum.value, '~s'), 'G', 'B') : '0'"


def short_numbers() -> dict[str, Any]:
    """Of an axis, as its reader speaks."""
    return {"labelExpr": TENS_OF_THOUSANDS if speaks() == "ko" else THOUSANDS}
