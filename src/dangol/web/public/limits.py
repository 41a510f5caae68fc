"""How often something may be asked on the customers' own pages: by where it comes from, and by whom it is about.

Counted in this process's memory, as the door does: one process serves the pages. Whoever holds a link that opens is
never counted by address: behind one address of a phone network there are thousands.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

from django.core.cache import cache

from dangol.lib.errors import DangolError


@dataclass(frozen=True)
class Limit:
    """At most so many within so long, from the first one on."""

    most: int
    within: timedelta


HOUR, MINUTES, DAY = timedelta(hours=1), timedelta(minutes=10), timedelta(days=1)
LIMITS = {
    "bad_links": Limit(30, MINUTES),  # links that open nothing, by address
    "asked_from": Limit(10, HOUR),  # links asked for, by address
    "asked_about": Limit(3, HOUR),  # links sent to one person on demand
    "codes": Limit(5, HOUR),  # codes sent to one person
    "tries": Limit(20, HOUR),  # codes tried for one person, whichever code it was
    "writes": Limit(120, HOUR),  # choices one person makes
    "joined_from": Limit(60, HOUR),  # sign-ups, by address: a counter with one network has many customers
    "joined_from_a_day": Limit(300, DAY),  # sign-ups, by address: what no counter has in a day
    "joined": Limit(2_000, HOUR),  # sign-ups in all: guards the storage alone, beyond what many addresses can fill
    "demands": Limit(20, HOUR),  # requests one person makes
}


class TooMany(DangolError):
    """More was asked than anybody needs."""


def full(name: str, who: object) -> bool:
    """Whether as many came already as are let through."""
    return bool(cache.get(_key(name, who), 0) >= LIMITS[name].most)


def count(name: str, who: object) -> int:
    """Count one more; how many there are now."""
    key = _key(name, who)
    if cache.add(key, 1, LIMITS[name].within.total_seconds()):
        return 1
    with suppress(ValueError):  # the window closed this very moment
        return int(cache.incr(key))
    return 1


def take(name: str, who: object) -> None:
    """Count one more. Raises TooMany."""
    if count(name, who) > LIMITS[name].most:
        raise TooMany(name)


def _key(name: str, who: object) -> str:
    return f"own-pages:{name}:{who}"
