"""`python -m tests.records.staff.access.writers HOME PROCESSES EACH`: processes that write while two others take."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable

import django


def main() -> None:
    home, processes, each = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    os.environ.update(DANGOL_HOME=home, DJANGO_SETTINGS_MODULE="dangol.config.settings")
    django.setup()
    from dangol.records.staff.access import spool, store
    from tests.records.staff.access.writing import entry, kept

    spool.LARGEST = 4_000  # many files begin and are removed meanwhile

    def write(process: int) -> None:
        for number in range(each):
            spool.append(entry(number, 1 + process * each + number))

    def take(_process: int) -> None:
        for _time in range(60):
            store.seal()

    spool.append(entry(0, 1_000_001))  # the children must leave this file to their parent
    work: list[tuple[Callable[[int], None], int]] = [(take, 0), (take, 1), *((write, one) for one in range(processes))]
    for child in [forked(what, number) for what, number in work]:
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    spool.append(entry(1, 1_000_002))
    store.seal()
    people = {one for entry_ in kept() for one in entry_.subjects}
    print(json.dumps({"entries": len(kept()), "people": len(people), "left": len(spool.waiting())}))


def forked(what: Callable[[int], None], number: int) -> int:
    child = os.fork()
    if child == 0:
        what(number)
        os._exit(0)
    return child


if __name__ == "__main__":
    main()
