"""Time zones by their names."""

from functools import cache
from zoneinfo import available_timezones

# To know them all takes looking into hundreds of files: those of nearly every home are known without.
USUAL = frozenset({"Asia/Seoul", "UTC"})


def is_zone(name: str) -> bool:
    """Whether there is a time zone of this name."""
    return name in USUAL or name in _all()


@cache
def _all() -> set[str]:
    return available_timezones()
