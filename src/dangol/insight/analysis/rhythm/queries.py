"""What was chosen last, and how good it was."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import sqrt
from typing import Any

from dangol.insight.analysis.intervals import NORMAL_975
from dangol.insight.analysis.models import Run
from dangol.insight.analysis.queries import latest_run
from dangol.insight.analysis.rhythm.doubts import Doubt
from dangol.insight.analysis.rhythm.judging import Candidate, Errors
from dangol.insight.analysis.rhythm.names import CHECK, KIND
from dangol.insight.analysis.rhythm.picking import Choice
from dangol.insight.analysis.rhythm.tracking import Often, Week


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

    def reach(self, lines: Sequence[Line], weeks: int) -> float:
        """How far purchases within some weeks may lie from what is expected by chance alone (95 %), the model being
        right: the error of one customer on the weeks held back, for the share of them, customers independent.
        """
        variance = sum(one.customers * one.chosen.errors.rmse**2 for one in lines if one.chosen and one.chosen.errors)
        return NORMAL_975 * sqrt(variance * weeks / self.weeks)

    def of(self, line: str) -> Line | None:
        """One line by name; the first where it has none of that name."""
        return next((one for one in self.lines if one.line == line), next(iter(self.lines), None))


@dataclass(frozen=True)
class Foreseen:
    """Purchases within the first `weeks` after a run, as it expected them and as they came.

    low, high: the 95 % interval of chance, the model being right; drifts: outside it, and farther off than the model
    was on the weeks held back.
    """

    of: int  # the run
    weeks: int
    expected: float
    low: float
    high: float
    actual: int
    drifts: bool

    @property
    def share(self) -> float:
        """How far off, as a share of what was expected: below 0 where less came."""
        return self.actual / self.expected - 1 if self.expected else 0.0


def last_check() -> Foreseen | None:
    """How the newest predictions that can be held against what happened turned out; None before the first."""
    run = latest_run(CHECK)
    return Foreseen(**run.summary) if run else None


def asked_again(check: Foreseen) -> bool:
    """Whether there is an answer newer than the one that was looked back on."""
    run = latest_run(KIND)
    return run is not None and run.pk > check.of


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
