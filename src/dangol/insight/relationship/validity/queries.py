"""What was found when somebody asked last whether the line holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from dangol.insight.analysis.models import Run
from dangol.insight.analysis.queries import latest_run
from dangol.insight.relationship.back_test.ratios import Span
from dangol.insight.relationship.summary import FOLLOWS_SPENDING
from dangol.insight.relationship.validity.foretelling import Foretold, Rule
from dangol.insight.relationship.validity.hazards import Added, Answer, Hazard, Hazards
from dangol.insight.relationship.validity.names import KIND
from dangol.insight.relationship.validity.sensitivity import Case, Drawn, Sensitivity
from dangol.insight.relationship.validity.side_by_side import Fifth, Share, SideBySide
from dangol.insight.relationship.validity.stability import Pair, Stability

type Kept = Mapping[str, Any]


@dataclass(frozen=True)
class Validity:
    """One run: the days it rests on and what it found; sensitivity is None where nobody is placed."""

    run: Run
    first: date
    cut_off: date
    until: date
    weeks: int
    foretold: Foretold
    stability: Stability
    sensitivity: Sensitivity | None

    @property
    def answer(self) -> Answer:
        """Whether those below the line leave more often than equity alone says."""
        return self.foretold.rule.hazards.answer

    @property
    def agrees(self) -> bool:
        """Whether the stricter rules of leaving give the same answer, as far as they give one."""
        return {one.hazards.answer for one in self.foretold.rules} - {Answer.OPEN} <= {self.answer}

    @property
    def follows_spending(self) -> bool:
        """Whether customer value was spending again, so that the line knew nothing of its own."""
        return self.foretold.spending is not None and self.foretold.spending >= FOLLOWS_SPENDING


def last_validity() -> Validity | None:
    """The newest finished run, or None where nobody has asked."""
    run = latest_run(KIND)
    return validity_of(run) if run else None


def validity_of(run: Run) -> Validity:
    """What a run of this kind keeps."""
    kept, told = run.parameters, run.summary
    return Validity(
        run=run,
        first=date.fromisoformat(told["first"]),
        cut_off=date.fromisoformat(kept["cut_off"]),
        until=date.fromisoformat(kept["until"]),
        weeks=int(kept["weeks"]),
        foretold=_foretold(told["foretold"]),
        stability=_stability(told["stability"]),
        sensitivity=_sensitivity(told["sensitivity"]) if told["sensitivity"] else None,
    )


def _foretold(kept: Kept) -> Foretold:
    rules = tuple(Rule(**{**one, "hazards": _hazards(one["hazards"])}) for one in kept["rules"])
    return Foretold(**{**kept, "rules": rules, "plain": _plain(kept["plain"])})


def _hazards(kept: Kept) -> Hazards:
    return Hazards(**{**kept, **{name: _added(kept[name]) for name in ("distance", "regions")}})


def _added(kept: Kept | None) -> Added | None:
    if kept is None:
        return None
    hazards = tuple(Hazard(**{**one, "ratio": Span(**one["ratio"])}) for one in kept["hazards"])
    return Added(**{**kept, "hazards": hazards})


def _plain(kept: Kept) -> SideBySide:
    fifths = (Fifth(**{**one, "below": _share(one["below"]), "fair": _share(one["fair"])}) for one in kept["fifths"])
    return SideBySide(tuple(fifths), _span(kept["ratio"]))


def _share(kept: Kept) -> Share:
    return Share(**{**kept, "share": _span(kept["share"])})


def _stability(kept: Kept) -> Stability:
    return Stability(tuple(map(_pair, kept["pairs"])), tuple(tuple(row) for row in kept["moves"]))


def _pair(kept: Kept) -> Pair:
    days = {name: date.fromisoformat(kept[name]) for name in ("since", "until")}
    return Pair(**{**kept, **days, "stayed": _span(kept["stayed"])})


def _sensitivity(kept: Kept) -> Sensitivity:
    cases = tuple(Case(**one) for one in kept["cases"])
    return Sensitivity(**{**kept, "parts": tuple(kept["parts"]), "cases": cases, "drawn": Drawn(**kept["drawn"])})


def _span(kept: Kept | None) -> Span | None:
    return Span(**kept) if kept else None
