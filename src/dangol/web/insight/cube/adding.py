"""Whether parts make the whole when they are added up."""

from collections.abc import Iterable

from dangol.insight.warehouse.metrics import DIMENSIONS, METRICS


def added_up(name: str, by: Iterable[str]) -> bool:
    """Whether a metric's total over these dimensions is the sum of its parts."""
    return all(METRICS[name].adds_up_over(DIMENSIONS[one]) for one in by)
