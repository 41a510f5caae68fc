"""A finished telling of stages as the page shows it, and the course of one customer."""

from __future__ import annotations

from datetime import date, datetime

from dangol.insight.analysis.models import Run
from dangol.insight.relationship.stages.models import Reason, State, Step, Track
from dangol.insight.relationship.stages.names import KIND
from dangol.insight.relationship.stages.rules import StageRules
from dangol.records.customers.models import Customer

STAGES = {
    "counts": {"awareness": 40, "exploration": 30, "expansion": 20, "commitment": 8, "ended": 2},
    "moves": [["awareness", "awareness", 40], ["awareness", "exploration", 10], ["exploration", "exploration", 20],
              ["exploration", "expansion", 5], ["expansion", "expansion", 15], ["commitment", "commitment", 8],
              ["ended", "ended", 2]],
}  # fmt: skip
CYCLE = {
    "counts": {"new": 20, "kept": 25, "quiet": 10, "lost": 3, "won_back": 2},
    "moves": [["", "new", 10], ["new", "new", 10], ["kept", "kept", 25], ["kept", "quiet", 10], ["lost", "lost", 3],
              ["lost", "won_back", 2]],
}  # fmt: skip


def stages_run(at: datetime, person: Customer | None = None) -> Run:
    """Of a hundred customers; person: who bought in January, was lost and came back in August."""
    run = Run.objects.create(
        kind=KIND, as_of=at, started_at=at, finished_at=at, lake_version="v000001",
        parameters={**StageRules().as_parameters(), "by": None},
        summary={"stage": STAGES, "cycle": CYCLE, "customers": 100, "purchases": 300, "steps": 4,
                 "categories_known": True, "children": 0, "helpers": 0, "seconds": 1.0,
                 "written": {"new": 4, "changed": 0, "ended": 0, "gone": 0}},
    )  # fmt: skip
    if person is not None:
        began, lost, back = date(2026, 1, 5), date(2026, 6, 1), date(2026, 8, 3)
        steps = [
            (Track.CYCLE, State.NEW, began, lost, Reason.FIRST, 1, 0), (Track.CYCLE, State.LOST, lost, back,
             Reason.SILENT, 1, 147), (Track.CYCLE, State.WON_BACK, back, None, Reason.BACK, 1, 210),
            (Track.STAGE, State.EXPLORATION, began, None, Reason.FIRST, 1, 0),
        ]  # fmt: skip
        for track, state, since, until, reason, purchases, days in steps:
            Step.objects.create(
                run=run, customer=person, track=track, state=state, since=since, until=until, reason=reason,
                purchases=purchases, days=days,
            )  # fmt: skip
    return run
