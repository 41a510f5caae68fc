"""Writing down who saw whom costs a page little

The pages of a copy of the dairy's home, asked for in this process without a server between (which would make the share
smaller): the customer list with its 50 people, and the profile of the customer with the longest history. Each page is
asked for with the access log and without it in turn, 150 times each after 20 unmeasured ones, while the log's keeper
takes the lines as it does in a server. "Without" leaves out everything the log costs a page: making the entry, and the
one write. The share is that of the medians. Beside it: what one entry costs by itself, about one person and about 50.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from statistics import median
from typing import Any

from tests.bench import homes
from tests.bench.figures import Figure
from tests.bench.processes import DANGOL, measured

WARMING, REQUESTS, ENTRIES = 20, 150, 5_000
BOUND = 5.0  # per cent of a page's time


def figures() -> list[Figure]:
    """Two pages, and an entry by itself."""
    home = homes.copied(homes.loaded("dairy"))
    measured([DANGOL, "find", "김", "--home", str(home)])  # brings the tables up to date
    homes.opened(home)
    from dangol.web.start.log_keeper import start_log_keeper

    start_log_keeper()
    client, busiest = _client()
    pages = {"Customers, 50 of them": "/customers/", "a customer's profile": f"/customers/{busiest}/"}
    return [*(_page(client, name, path) for name, path in pages.items()), _entry(1), _entry(50)]


def _client() -> tuple[Any, int]:
    from django.db.models import Count
    from django.test import Client

    from dangol.records.customers.models import Identity
    from dangol.records.staff.models import User

    owner, _ = User.objects.get_or_create(role=User.Role.OWNER, defaults={"username": "owner"})
    client = Client(SERVER_NAME="localhost")
    client.force_login(owner)
    busiest = Identity.objects.annotate(receipts=Count("transactions")).latest("receipts", "pk").customer_id
    return client, busiest


def _page(client: Any, name: str, path: str) -> Figure:
    from dangol.web.shell.viewer import Viewer

    note = Viewer.note

    def silent(self: Viewer, *_told: Any, **_named: Any) -> None:
        """What a page would be without the log."""

    times: dict[Callable[..., None], list[float]] = {note: [], silent: []}
    for turn in range(2 * (WARMING + REQUESTS)):
        writing = note if turn % 2 else silent
        Viewer.note = writing  # type: ignore[method-assign]
        began = time.perf_counter()
        answer = client.get(path)
        took = time.perf_counter() - began
        assert answer.status_code == 200, answer.status_code
        if turn >= 2 * WARMING:
            times[writing].append(took * 1000)
    Viewer.note = note  # type: ignore[method-assign]
    with_log, without = median(times[note]), median(times[silent])
    share = (with_log - without) / with_log * 100
    remark = f"median {with_log:.2f} ms with the log, {without:.2f} ms without, in turn"
    return Figure.at_most(name, round(max(share, 0.0), 2), BOUND, "%", remark)


def _entry(people: int) -> Figure:
    from dangol.records.staff.access import spool
    from dangol.records.staff.access.entries import Entry
    from dangol.web import clock

    told = Entry(clock.now(), "saw", "customers", 1, "owner", "owner", "127.0.0.1", "sort=value",
                 subjects=tuple(range(7, 7 + 31 * people, 31)))  # fmt: skip
    began = time.perf_counter()
    for _each in range(ENTRIES):
        spool.append(told)
    took = (time.perf_counter() - began) / ENTRIES * 1e6
    return Figure(f"one entry about {people}", round(took), "µs", remark=f"mean of {ENTRIES:,}, nothing else going on")
