"""A process of its own: a file is taken in as the worker does, killed in every phase, and taken up again.

usage: killed_imports.py FOLDER, with DANGOL_HOME and DJANGO_SETTINGS_MODULE set. Prints a JSON list of what was found.
All work is done in children: what a kill leaves is looked at by a process that never read a file.
"""

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import django

django.setup()

from django.db import connection  # noqa: E402

from dangol.contact.intake import rejects  # noqa: E402
from dangol.contact.intake.kinds import transactions  # noqa: E402
from dangol.contact.intake.models import Batch, Wrote  # noqa: E402
from dangol.contact.intake.undoing import undo  # noqa: E402
from dangol.lib.progress import Progress  # noqa: E402
from dangol.records.customers.models import Customer  # noqa: E402
from dangol.records.ledger.models import OrderLine, Transaction  # noqa: E402
from dangol.web import clock  # noqa: E402
from dangol.web.imports import taking, tasks, uploads  # noqa: E402
from dangol.web.imports.columns import Taking  # noqa: E402
from dangol.web.start import work  # noqa: E402
from tests.killing import Stop, killed_while, stopping  # noqa: E402

ROWS = 900
COLUMNS = Taking({"customer": "고객번호", "time": "일자", "amount": "금액"})
PHASES = ("reading", "checking", "writing", "committed")


def main() -> None:
    """Kill in each phase, look, take up again, look, and take it back for the next."""
    from tests.stores import make_tables

    make_tables()
    transactions.PART = 100
    taking.bring_up_to_date = lambda **_: None  # type: ignore[assignment]  # nobody is valued here
    path = Path(sys.argv[1]) / "sales.csv"
    rows = "".join(f"A{row % 50},2026-10-{1 + row % 28:02d},{row}\n" for row in range(ROWS))
    path.write_text(f"고객번호,일자,금액\n{rows}A1,어제,5\n", encoding="utf-8")
    told = [_phase(path, phase, number) for number, phase in enumerate(PHASES)]
    print(json.dumps(told))


def _phase(path: Path, phase: str, number: int) -> dict[str, Any]:
    asked, token = clock.now().isoformat(), ""
    _in_a_child(lambda: (path.parent / "token").write_text(uploads.keep(path, at=clock.now())) and None)
    token = (path.parent / "token").read_text()
    key = f"import-{token}-{number}"
    work.begin(key)
    killed_while(lambda stop: _take(key, token, asked, phase, stop))
    killed = {**_seen(), "state": work.look(key).state}
    _in_a_child(lambda: _take(key, token, asked))
    done = {**_seen(), "state": work.look(key).state, "created": work.look(key).answer.get("created")}
    _in_a_child(lambda: undo(Batch.objects.latest("pk"), by=None, at=clock.now()) and None)
    return {"phase": phase, "killed": killed, "done": done, "undone": _seen()}


def _take(key: str, token: str, asked: str, phase: str = "", stop: Stop | None = None) -> None:
    if stop is not None and phase == "committed":
        rejects.write_file = stopping(rejects.write_file, stop)
    elif stop is not None:
        taking.actions.import_file = _stopping_in(phase, stop, taking.actions.import_file)
    tasks.take.func(key, token, "transactions", COLUMNS.plain, asked, 0, "en")


def _stopping_in(phase: str, stop: Stop, import_file: Callable[..., Batch]) -> Callable[..., Batch]:
    def stopped(*given: Any, progress: Progress, **more: Any) -> Batch:
        def tell(stage: str, done: int, total: int, /) -> None:
            progress(stage, done, total)
            if stage == phase and (phase != "writing" or done > ROWS / 3):
                stop()

        return import_file(*given, progress=tell, **more)

    return stopped


def _seen() -> dict[str, int]:
    connection.close()
    tables = {"lines": OrderLine, "receipts": Transaction, "customers": Customer}
    counts = {name: table.objects.count() for name, table in tables.items()}  # type: ignore[attr-defined]
    finished = Batch.objects.exclude(finished_at=None).filter(undoing=None).count()
    return {**counts, "batches": finished, "wrote": Wrote.objects.filter(batch__undoing=None).count()}


def _in_a_child(do: Callable[[], None]) -> None:
    connection.close()
    child = os.fork()
    if child == 0:
        try:
            do()
        finally:
            os._exit(0 if sys.exc_info()[0] is None else 1)
    _, status = os.waitpid(child, 0)
    assert status == 0, "the child failed"


main()
