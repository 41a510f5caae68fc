"""`python -m tests.records.staff.access.killed_sealing HOME POINT`: sealing that is killed at a point, then goes on.

Says how many entries were kept when it was killed, and which afterwards.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import django

from tests.killing import Stop, killed_while, stopping

NUMBER = 30
POINTS = ("appended", "looked", "begun", "read", "chained", "inserted", "kept", "removed")


def main() -> None:
    home, point = sys.argv[1:]
    os.environ.update(DANGOL_HOME=home, DJANGO_SETTINGS_MODULE="dangol.config.settings")
    django.setup()
    from dangol.records.staff.access import spool, store
    from tests.records.staff.access.writing import entry, kept

    store.MOST = 10
    spool.LARGEST = 1_500
    for number in range(10):
        spool.append(entry(number, number + 1))
    store.seal()

    def work(stop: Stop) -> None:
        prepare(point, stop)
        for number in range(10, NUMBER):
            spool.append(entry(number, number + 1))
        spool.let_go()
        store.seal()

    killed_while(work)
    before = len(kept())
    spool.let_go()
    store.seal()
    told = [one.subjects[0] for one in kept()]
    print(json.dumps({"killed": before, "after": told, "left": len(spool.waiting()), "batches": batches()}))


def batches() -> int:
    from dangol.records.staff.access import store

    with store.reading() as log:
        newest = store.head(log)
        return newest.number if newest else 0


def prepare(point: str, stop: Stop) -> None:
    """Let the child die when it reaches the point."""
    import dangol.records.staff.access.store as store
    from dangol.records.staff.access import spool

    match point:
        case "appended":
            spool.append = stopping(spool.append, stop, on_call=7)
        case "looked":
            store._is_news = stopping(store._is_news, stop)
        case "begun":
            spool.waiting = stopping(spool.waiting, stop, on_call=2)
        case "read":
            store.sorted = stopping(sorted, stop)  # type: ignore[attr-defined]
        case "chained":
            store.chained = stopping(store.chained, stop, on_call=2)
        case "inserted":
            store._append = stopping(store._append, stop)
        case "kept":
            store._seal_some = stopping(store._seal_some, stop)
        case "removed":
            Path.unlink = stopping(Path.unlink, stop)  # type: ignore[method-assign]


if __name__ == "__main__":
    main()
