"""A process of its own: a file comes by itself, who takes it in is killed in every phase, and the next one goes on.

With DANGOL_HOME and DJANGO_SETTINGS_MODULE set. Prints a JSON list of what was found. The worker's part is done here as
it does it: what a killed one left running is asked for again, and then the oldest task is done.
"""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import django

django.setup()

import duckdb  # noqa: E402, F401 -- once for all children
import pandas  # noqa: E402, F401
import pyarrow.csv  # noqa: E402
import pyarrow.parquet  # noqa: E402, F401
from django.db import connection  # noqa: E402
from django.tasks import TaskResultStatus  # noqa: E402
from django_tasks_db.models import DBTaskResult  # noqa: E402

from dangol.contact.intake import actions, profiles, regular  # noqa: E402
from dangol.contact.intake.kinds import transactions  # noqa: E402
from dangol.contact.intake.models import Batch, Profile  # noqa: E402
from dangol.lib.progress import Progress  # noqa: E402
from dangol.records.ledger.models import OrderLine  # noqa: E402
from dangol.records.staff.models import User  # noqa: E402
from dangol.web.imports import incoming  # noqa: E402
from tests.killing import Stop, killed_while, stopping  # noqa: E402

ROWS = 120
AT = datetime(2026, 11, 25, 3, tzinfo=UTC)
PHASES = ("claimed", "held", "writing", "committed")


def main() -> None:
    """Kill in each phase, look what is there, go on, and look again."""
    from tests.stores import make_tables

    make_tables()
    transactions.PART = 50
    incoming.bring_up_to_date = lambda **_: None  # type: ignore[assignment]  # nobody is valued here
    owner = User.objects.create(username="owner", role=User.Role.OWNER)
    mapping = {"customer": "고객번호", "time": "일자", "amount": "금액"}
    till = profiles.save("till", kind="transactions", headings=[*mapping.values()], mapping=mapping, by=owner, at=AT)
    regular.switch_on(till, rhythm="", language="ko", by=owner, at=AT)
    print(json.dumps([_phase(till, phase, number) for number, phase in enumerate(PHASES)]))


def _phase(till: Profile, phase: str, number: int) -> dict[str, Any]:
    rows = "".join(f"A{row % 50},2026-{number + 1:02d}-{1 + row % 28:02d},{row}\n" for row in range(ROWS))
    (regular.folder_of(till) / "sales.csv").write_text(f"고객번호,일자,금액\n{rows}", encoding="utf-8")
    at = AT + timedelta(days=number)
    killed_while(lambda stop: _serve(at, phase, stop))
    killed = {"lines": _lines(), "files": _files()}
    killed_while(lambda stop: (_serve(at + timedelta(hours=1)), stop())[1])
    batches = Batch.objects.filter(problem="").exclude(finished_at=None).count()
    done = {"lines": _lines(), "files": _files(), "batches": batches, "open": regular.claimed().count()}
    return {"phase": phase, "killed": killed, "done": done}


def _serve(at: datetime, phase: str = "", stop: Stop = lambda: None) -> None:
    """Do what a served home does: take up what was left running, look twice, work."""
    DBTaskResult.objects.filter(status=TaskResultStatus.RUNNING).update(status=TaskResultStatus.READY)
    incoming.look(at=at)
    incoming.look(at=at + timedelta(minutes=1))
    if phase == "claimed":
        stop()
    elif phase == "held":
        regular.hold = stopping(regular.hold, stop)
    elif phase == "committed":
        regular.let_go = stopping(lambda *_: None, stop)
    elif phase:
        actions.import_file = _stopping_in(phase, stop)
    for told in DBTaskResult.objects.ready():
        DBTaskResult.objects.filter(pk=told.pk).update(status=TaskResultStatus.RUNNING)
        incoming.take_regular.func(*told.args_kwargs["args"])
        DBTaskResult.objects.filter(pk=told.pk).update(status=TaskResultStatus.SUCCESSFUL)


def _stopping_in(phase: str, stop: Stop) -> Any:
    import_file = actions.import_file

    def stopped(*given: Any, **more: Any) -> Batch:
        def tell(stage: str, done: int, total: int, /) -> None:
            if stage == phase and (phase != "writing" or done > ROWS / 3):
                stop()

        progress: Progress = tell
        return import_file(*given, **more, progress=progress)

    return stopped


def _lines() -> int:
    connection.close()
    return OrderLine.objects.count()


def _files() -> int:
    return sum(path.is_file() for path in regular.place().rglob("*"))


main()
