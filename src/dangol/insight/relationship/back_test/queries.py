"""What was found when values were tested last."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from dangol.insight.analysis.models import Run
from dangol.insight.analysis.queries import latest_run
from dangol.insight.relationship import notes as kept_notes
from dangol.insight.relationship.back_test.calibration_line import Line
from dangol.insight.relationship.back_test.chances import ChanceGroup, Chances
from dangol.insight.relationship.back_test.commitments import Commitments, Tenth
from dangol.insight.relationship.back_test.money import Money, MoneyTenth, Off
from dangol.insight.relationship.back_test.names import KIND
from dangol.insight.relationship.back_test.outcome import Outcome
from dangol.insight.relationship.back_test.ratios import Span
from dangol.insight.relationship.counted_in import is_by_use

type Kept = Mapping[str, Any]


@dataclass(frozen=True)
class BackTest:
    """One run: the days it rests on, what it found of all, and of each line of business, the largest first.

    picked: models other than the BG/NBD, which Insight took by weeks that may be the same.
    """

    run: Run
    first: date
    cut_off: date
    until: date
    weeks: int
    all: Outcome
    lines: Sequence[Outcome]
    notes: Sequence[str]
    picked: Sequence[str] = ()

    @property
    def several(self) -> bool:
        """Whether there is more than one line."""
        return len(self.lines) > 1

    def of(self, line: str | None) -> Outcome:
        """One line by name; all of them where none of that name is asked for."""
        named = (one for one in self.lines if self.several and one.line == line)
        return next(named, self.all)


def last_back_test() -> BackTest | None:
    """The newest finished run, or None where nobody has asked."""
    run = latest_run(KIND)
    return back_test_of(run) if run else None


def back_test_of(run: Run) -> BackTest:
    """What a run of this kind keeps."""
    kept, told = run.parameters, run.summary
    return BackTest(
        run=run,
        first=date.fromisoformat(told["first"]),
        cut_off=date.fromisoformat(kept["cut_off"]),
        until=date.fromisoformat(kept["until"]),
        weeks=int(kept["weeks"]),
        all=_outcome(told["all"]),
        lines=sorted(map(_outcome, told["lines"]), key=lambda one: -one.customers),
        notes=[kept_notes.from_json(one).told(by_use=is_by_use(run)) for one in told["notes"]],
        picked=told.get("picked", []),
    )


def _outcome(kept: Kept) -> Outcome:
    chance, commitment, money = kept["chance"], kept["commitment"], kept["money"]
    return Outcome(
        line=kept["line"],
        customers=kept["customers"],
        foretold=kept["foretold"],
        bought=kept["bought"],
        chance=_chances(chance) if chance else None,
        commitment=_commitments(commitment) if commitment else None,
        money=_money(money) if money else None,
    )


def _chances(kept: Kept) -> Chances:
    line = kept["line"]
    spans = {name: _span(kept[name]) for name in ("over_before", "over_own", "ratio")}
    groups = tuple(ChanceGroup(**one) for one in kept["groups"])
    told = Line(**{**line, "slope": Span(**line["slope"]), "intercept": Span(**line["intercept"])}) if line else None
    return Chances(**{**kept, **spans, "line": told, "groups": groups})


def _commitments(kept: Kept) -> Commitments:
    spans = {name: _span(kept[name]) for name in ("realised", "ratio")}
    tenths = tuple(Tenth(**{**one, "realised": _span(one["realised"])}) for one in kept["tenths"])
    return Commitments(**{**kept, **spans, "tenths": tenths})


def _money(kept: Kept) -> Money:
    spans = {name: _span(kept[name]) for name in ("ratio", "order", "order_before", "gain")}
    errors = {name: Off(**kept[name]) for name in ("errors", "errors_before")}
    return Money(**{**kept, **spans, **errors, "tenths": tuple(MoneyTenth(**one) for one in kept["tenths"])})


def _span(kept: Kept | None) -> Span | None:
    return Span(**kept) if kept else None
