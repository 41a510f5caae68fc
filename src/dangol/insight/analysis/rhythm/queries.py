"""What was chosen last, and how good it was."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from dangol.insight.analysis.models import Run
from dangol.insight.analysis.queries import latest_run
from dangol.insight.analysis.rhythm.doubts import Doubt
from dangol.insight.analysis.rhythm.judging import Candidate, Errors
from dangol.insight.analysis.rhythm.picking import Choice
from dangol.insight.analysis.rhythm.tracking import Often, Week

KIND = "rhythm"
SCORE = "expected_purchases"


@dataclass(frozen=True)
class Line:
    """One line of business; without a choice nothing could be learned of it. Errors and means: purchases by customer.

    customers: who bought by the last day; known: who had by the cut-off; actual: purchases in the period held back;
    naive: the errors of "the same as in the period before"; ahead: expected purchases within 1, 2, … weeks.
    """

    line: str
    customers: int
    known: int
    tried: Sequence[Candidate]
    doubts: Sequence[Doubt]
    choice: Choice | None = None
    actual: float = 0.0
    naive: Errors | None = None
    weeks: Sequence[Week] = ()
    often: Sequence[Often] = ()
    ahead: Sequence[float] = ()

    @property
    def chosen(self) -> Candidate | None:
        """The model taken."""
        return next((one for one in self.tried if self.choice and one.name == self.choice.name), None)


@dataclass(frozen=True)
class Rhythm:
    """One run: the days it rests on and what it found of each line, the largest first."""

    run: Run
    first: date
    cut_off: date
    until: date
    weeks: int
    lines: Sequence[Line]

    def of(self, line: str) -> Line | None:
        """One line by name; the first where it has none of that name."""
        return next((one for one in self.lines if one.line == line), next(iter(self.lines), None))


def last_rhythm() -> Rhythm | None:
    """The newest finished run, or None where nobody has asked."""
    run = latest_run(KIND)
    return rhythm_of(run) if run else None


def rhythm_of(run: Run) -> Rhythm:
    """What a run of this kind keeps."""
    kept = run.parameters
    lines = sorted(map(_line, run.summary["lines"]), key=lambda one: -one.customers)
    first, cut_off, until = map(date.fromisoformat, (run.summary["first"], kept["cut_off"], kept["until"]))
    return Rhythm(run, first, cut_off, until, int(kept["weeks"]), lines)


def _line(kept: dict[str, Any]) -> Line:
    return Line(
        line=kept["line"],
        customers=kept["customers"],
        known=kept["known"],
        tried=[_candidate(one) for one in kept["tried"]],
        doubts=[Doubt(one["code"], tuple(one["numbers"])) for one in kept["doubts"]],
        choice=Choice(**{**kept["choice"], "tied": tuple(kept["choice"]["tied"])}) if kept["choice"] else None,
        actual=kept.get("actual", 0.0),
        naive=Errors(**kept["naive"]) if kept.get("naive") else None,
        weeks=[Week(**one) for one in kept.get("weeks", ())],
        often=[Often(**one) for one in kept.get("often", ())],
        ahead=kept.get("ahead", ()),
    )


def _candidate(kept: dict[str, Any]) -> Candidate:
    return Candidate(**{**kept, "errors": Errors(**kept["errors"]) if kept["errors"] else None})
