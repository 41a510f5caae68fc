"""Sums and ratios as every metric works them out."""

from typing import Any


def exact_sum(column: Any, where: Any = None) -> Any:
    """An exact sum, 0 over no rows."""
    return column.sum(where=where).fill_null(0).cast("int64")


def ratio(above: Any, below: Any) -> Any:
    """One by the other, nothing where there is nothing to divide by."""
    return above / below.nullif(0)
