"""Keeping rows from somebody costs little

The first page of the customer list (those who get too little first, 50 rows, count and all) at 1,000,000 customers, by
the page's own code, on SQLite: as the owner sees it, and as somebody sees it whose scope names all 400 units, which
leaves nobody out and costs only the condition. Then a region of a quarter of the customers and one dealer. Median of
25 after 5 to warm, turn by turn in one process.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from statistics import median
from typing import Any

from tests.bench import homes, million
from tests.bench.figures import Figure

CUSTOMERS = 1_000_000
WARMING, ROUNDS = 5, 25


def figures() -> list[Figure]:
    """Seconds of each scope, and what the condition adds."""
    homes.opened(million.loaded(CUSTOMERS))
    from dangol.records.staff.models import Unit
    from dangol.records.staff.scope import WHOLE, Scope

    def units(**about: Any) -> Scope:
        return Scope(frozenset(Unit.objects.filter(kind="dealer", **about).values_list("pk", flat=True)), frozenset())

    scopes = {
        "the owner's": WHOLE,
        "naming all units": units(),
        "a region's": units(parent__code="R0"),
        "a dealer's": units(code="D001"),
    }
    times = _turn_by_turn({name: lambda scope=scope: _list(scope) for name, scope in scopes.items()})
    added = times["naming all units"] / times["the owner's"]
    found = [Figure(f"the list, {name}", seconds * 1000, "ms") for name, seconds in times.items()]
    return [*found, Figure.at_most("what the condition adds", added, 1.10, "×", "naming all units against the owner's")]


def _list(scope: Any) -> None:
    from dangol.records.customers.columns import Asked
    from dangol.records.staff.models import User
    from dangol.web import clock
    from dangol.web.customers import listing
    from dangol.web.customers.criteria import Criteria
    from dangol.web.shell.viewer import of_user

    mine = of_user(User(username="owner", role=User.Role.OWNER))
    mine.__dict__["scope"] = scope
    page = listing.page(Criteria(), mine, Asked(clock.as_of()))
    assert len(page.rows) == listing.ROWS


def _turn_by_turn(works: dict[str, Callable[[], None]]) -> dict[str, float]:
    taken: dict[str, list[float]] = {name: [] for name in works}
    for turn in range(WARMING + ROUNDS):
        for name, work in works.items():
            began = time.perf_counter()
            work()
            if turn >= WARMING:
                taken[name].append(time.perf_counter() - began)
    return {name: median(times) for name, times in taken.items()}
