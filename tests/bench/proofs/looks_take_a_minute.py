"""A look at everything takes a minute at a million customers

What a page counts beside itself when somebody presses a button: the readiness check, the inventory of what is kept, and
whom we know. Each as its page begins it, one after the other in one process, at 1,000,000 customers on SQLite, on a
copy of the home the lists are measured in.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from tests.bench import homes, million
from tests.bench.figures import Figure

CUSTOMERS = 1_000_000
PATIENCE = 60.0  # seconds, as the guide says


def figures() -> list[Figure]:
    """Seconds of each look."""
    homes.opened(homes.copied(million.loaded(CUSTOMERS)))
    from dangol.contact.delivery.queries import channels
    from dangol.insight.analysis.readiness import report
    from dangol.insight.relationship import whom_we_know
    from dangol.web import clock
    from dangol.web.start.counting import count_items

    at = clock.as_of()
    carriers = [channel.facts for channel in channels().values()]
    looks: dict[str, Callable[[], Any]] = {
        "readiness check": lambda: report.look(at=at),
        "inventory": lambda: count_items(at=at),
        "whom we know": lambda: whom_we_know.count(carriers, at=at),
    }
    return [Figure.at_most(name, _seconds(look), PATIENCE, "s") for name, look in looks.items()]


def _seconds(look: Callable[[], Any]) -> float:
    began = time.perf_counter()
    look()
    return time.perf_counter() - began
