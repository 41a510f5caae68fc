"""A process that makes small businesses and lets refreshes of their lakes die where it is told to.

It reads one JSON list a line, [home, what, stage, done], does `what` in a child of its own and answers with
the child's exit code: `fill` makes the records and a first lake, `refresh` refreshes; a refresh that says
that `done` units of `stage` are finished is then killed by SIGKILL, or with `narrow` can write no more
than a few bytes to any file.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import sys
import traceback
from datetime import UTC, datetime, timedelta
from pathlib import Path

import django

START = datetime(2026, 7, 10, tzinfo=UTC)


def fill() -> None:

    from dangol.insight.warehouse.refresh import refresh
    from tests.insight.warehouse.records import AT, people, sell
    from tests.stores import make_tables

    make_tables()
    who = people(5)
    for number in range(20):
        sell(who[number % 5], START + timedelta(days=5 * number), 1000 + number)
    refresh(at=AT)
    # What the refresh under test is to bring: a new customer, and lines in an old month and a new one.
    (new,) = people(1)
    sell(new, START + timedelta(days=1), 50)
    sell(new, START + timedelta(days=130), 60)


def refreshed(stage: str = "", done: int = 0, *, narrow: bool = False) -> None:
    from dangol.insight.warehouse.refresh import refresh
    from dangol.insight.warehouse.stage_names import of_lake
    from tests.insight.warehouse.records import AT

    def fault(at_stage: str, at_done: int, _total: int) -> None:
        if (at_stage, at_done) == (of_lake(stage), done):
            if not narrow:
                os.kill(os.getpid(), signal.SIGKILL)
            resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))

    refresh(at=AT, progress=fault)


def child(home: str, what: str, stage: str, done: int) -> None:
    from django.conf import settings
    from django.db import connection

    connection.settings_dict["NAME"] = Path(home) / "records.sqlite3"
    settings.DANGOL_LAKE = Path(home) / "lake"
    try:
        fill() if what == "fill" else refreshed(stage, done, narrow=what == "narrow")
    except BaseException as error:
        if what != "narrow":  # its standard error may be a file that cannot grow either
            traceback.print_exc()
        os._exit(3 if type(error).__name__ == "CannotRefresh" else 1)
    os._exit(0)


def main() -> None:
    django.setup()
    # Once, before the children are born. Arrow asks for pandas where it is installed.
    import pandas  # noqa: F401

    import tests.insight.warehouse.records  # noqa: F401

    for line in sys.stdin:
        pid = os.fork()
        if pid == 0:
            child(*json.loads(line))
        print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), flush=True)


if __name__ == "__main__":
    main()
