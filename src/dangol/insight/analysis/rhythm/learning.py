"""Everything that is learned of one line of business: the family judged, one taken, and what it foresees."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import timedelta
from typing import Any

import numpy as np
import numpy.typing as npt

from dangol.insight.analysis.estimators import BeyondNumbers
from dangol.insight.analysis.rhythm import tracking
from dangol.insight.analysis.rhythm.doubts import doubts
from dangol.insight.analysis.rhythm.history import History, Split
from dangol.insight.analysis.rhythm.judging import (
    FAMILY,
    Candidate,
    Fitted,
    Judged,
    errors,
    fitted,
    judged,
    predict,
    without_fit,
)
from dangol.insight.analysis.rhythm.picking import pick


@dataclass(frozen=True)
class Seen:
    """What is known of one line. known: as of the cut-off, None where nobody had bought by then; everything: as of the
    last day; bought: repeat purchases on each day since `span.first` of those who had bought by the cut-off.
    """

    line: str
    span: Split
    known: History | None
    everything: History
    bought: npt.NDArray[np.int64]


@dataclass(frozen=True)
class Learned:
    """What a page shows of the line, as plain values, and the purchases expected of each customer; NaN: unknown."""

    told: dict[str, Any]
    keys: npt.NDArray[np.int64]
    expected: npt.NDArray[np.float64]


def learned(seen: Seen, *, progress: Callable[[int], None]) -> Learned:
    """Judge the family on the period held back, take one, learn it anew from everything, and foresee as long a period.

    progress: is told how many models were fitted.
    """
    known, everything = seen.known, seen.everything
    told: dict[str, Any] = {
        "line": seen.line, "customers": len(everything), "known": len(known) if known else 0,
        "tried": [], "choice": None, "doubts": [],
    }  # fmt: skip
    nothing = Learned(told, everything.keys, np.full(len(everything), np.nan))
    if known is None:
        return nothing
    tried = _tried(known, seen.span, progress)
    while choice := pick(tried, known.held, known.previous):
        place = next(at for at, one in enumerate(tried) if one.candidate.name == choice.name)
        try:
            foreseen, expected = _foreseen(seen, known, tried[place])
        except BeyondNumbers as error:
            tried[place] = without_fit(FAMILY[place], str(error))
            continue
        told |= _judged(seen, known, tried, tried[place].candidate) | {"choice": asdict(choice), **foreseen}
        return Learned(told, everything.keys, expected)
    told |= _judged(seen, known, tried, None)
    return nothing


def _judged(seen: Seen, known: History, tried: list[Judged], chosen: Candidate | None) -> dict[str, Any]:
    found = doubts(known, *_since_its_first(seen, known), chosen)
    return {"tried": [asdict(one.candidate) for one in tried], "doubts": [asdict(one) for one in found]}


def _foreseen(seen: Seen, known: History, chosen: Judged) -> tuple[dict[str, Any], npt.NDArray[np.float64]]:
    """What the model says of the weeks held back and, learned anew, of those ahead, and the purchases expected of each.
    Raises BeyondNumbers.
    """
    assert chosen.fit is not None and chosen.predicted is not None  # as it was chosen
    everything, days = seen.everything, seen.span.days
    now = fitted(type(chosen.fit), everything, days)[0]
    # where everything together has no top, what was learned before the cut-off still holds
    now = now or Fitted(chosen.fit, predict(chosen.fit, everything, days))
    return {
        "actual": float(known.held.sum()),
        "naive": asdict(errors(known.previous, known.held)),
        "weeks": [asdict(one) for one in tracking.weeks(chosen.fit, known, seen.span, seen.bought)],
        "often": [asdict(one) for one in tracking.by_frequency(chosen.predicted, known)],
        "params": dict(now.fit.params_),
        "standard_errors": dict(now.fit.standard_errors_),
        "ahead": tracking.ahead(now.fit, everything, seen.span.weeks),
    }, now.predicted


def _since_its_first(seen: Seen, known: History) -> tuple[Split, npt.NDArray[np.int64]]:
    """The days of this line alone: it may be younger than the business."""
    first = seen.span.cut_off - timedelta(days=float(known.T.max()))
    return replace(seen.span, first=first), seen.bought[(first - seen.span.first).days :]


def _tried(known: History, span: Split, progress: Callable[[int], None]) -> list[Judged]:
    tried = []
    for place, model in enumerate(FAMILY):
        progress(place)
        tried.append(judged(model, known, span.days))
    progress(len(FAMILY))
    return tried
