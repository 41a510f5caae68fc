"""What was found last of how long contracts last."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from dangol.insight.analysis.contracts.names import KIND
from dangol.insight.analysis.contracts.picking import Choice
from dangol.insight.analysis.models import Run
from dangol.insight.analysis.queries import latest_run
from dangol.insight.analysis.survival import CalibrationGroup


@dataclass(frozen=True)
class Point:
    """The part still under contract after some whole months, with its 95 % interval; seen: contracts it rests on."""

    month: int
    stay: float
    low: float
    high: float
    seen: int


@dataclass(frozen=True)
class Lasting:
    """Contracts of all, a line or a plan. half: months after which half have ended, None where so many have not yet."""

    contracts: int
    ended: int
    points: Sequence[Point]
    half: float | None
    half_low: float | None
    half_high: float | None
    kind: str = ""  # line or plan
    name: str | int = ""

    def after(self, months: int) -> Point | None:
        """The point after so many months; None where the curve does not reach so far or does not stop there."""
        return next((one for one in self.points if one.month == months), None)


@dataclass(frozen=True)
class Tried:
    """One model on the time held back; problem: why it has no fit. `brier`: mean square error of the chance."""

    name: str
    problem: str
    brier: float | None
    concordance: float | None
    expected: float | None
    groups: Sequence[CalibrationGroup]


@dataclass(frozen=True)
class Test:
    """The time held back: customers who ran at its beginning, how many left in its months."""

    cut_off: date
    months: int
    customers: int
    left: int
    choice: Choice | None
    naive: Tried
    tried: Sequence[Tried]

    @property
    def taken(self) -> Tried | None:
        """What the model taken achieved."""
        return next((one for one in self.tried if self.choice and one.name == self.choice.name), None)


@dataclass(frozen=True)
class Ahead:
    """Of those that run: how many are expected to go on for so many months; told: whose end is on record already."""

    running: int
    told: int
    stay: Mapping[int, float]
    commitment: float


@dataclass(frozen=True)
class Found:
    """One run. wrong: subscriptions left out as they end before they begin; before: contracts begun before `since`,
    from when on ends are written down, counted from the age they had by then (`late`) or from their beginning.
    """

    run: Run
    until: date
    whole: Lasting
    parts: Sequence[Lasting]
    test: Test | None
    ahead: Ahead | None
    wrong: int
    since: date
    before: int
    late: bool


def last_found() -> Found | None:
    """The newest finished run, or None where nobody has asked."""
    run = latest_run(KIND)
    return found_of(run) if run else None


def found_of(run: Run) -> Found:
    """What a run of this kind keeps."""
    kept: dict[str, Any] = run.summary
    told_from = kept["told_from"]
    return Found(
        run, date.fromisoformat(run.parameters["until"]), _lasting(kept), [_lasting(one) for one in kept["parts"]],
        _test(kept["test"]) if kept["test"] else None, _ahead(kept["ahead"]) if kept["ahead"] else None,
        kept["wrong"], date.fromisoformat(told_from["day"]), told_from["before"], told_from["late"],
    )  # fmt: skip


def _lasting(kept: dict[str, Any]) -> Lasting:
    return Lasting(
        kept["contracts"], kept["ended"], [Point(**one) for one in kept["points"]], kept["half"], kept["half_low"],
        kept["half_high"], kept.get("kind", ""), kept.get("name", ""),
    )  # fmt: skip


def _test(kept: dict[str, Any]) -> Test:
    return Test(
        date.fromisoformat(kept["cut_off"]), kept["months"], kept["customers"], kept["left"],
        Choice(**kept["choice"]) if kept["choice"] else None, _tried(kept["naive"]),
        [_tried(one) for one in kept["tried"]],
    )  # fmt: skip


def _tried(kept: dict[str, Any]) -> Tried:
    return Tried(**{**kept, "groups": [CalibrationGroup(**one) for one in kept["groups"]]})


def _ahead(kept: dict[str, Any]) -> Ahead:
    return Ahead(**{**kept, "stay": {int(months): number for months, number in kept["stay"].items()}})
