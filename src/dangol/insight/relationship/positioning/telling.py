"""What a portfolio comes to, as plain values: for whom, at what cost, what both sides gain, how unfairness shrinks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from dangol.insight.relationship.fair_line import FAIR, MORE_TO_OFFER, SHORT_CHANGED, UNKNOWN
from dangol.insight.relationship.models import Programme
from dangol.insight.relationship.positioning.learning import Shift
from dangol.insight.relationship.positioning.moves import MOVES, Moves, Option
from dangol.insight.relationship.positioning.people import Line, People
from dangol.insight.relationship.positioning.portfolio import NONE, Portfolio

type Array = npt.NDArray[np.float64]


def summary(
    people: People,
    line: Line,
    rows: Sequence[Programme],
    options: Sequence[Option],
    possible: Moves,
    found: Portfolio,
) -> dict[str, Any]:
    """The summary of a run; money in minor units a year."""
    told = list(_programmes(people, rows, options, possible, found))
    before, after = _unfairness(people, line, possible, found)
    regions = people.region
    return {
        "programmes": told,
        "customers": int((found.chosen != NONE).sum()),
        "off_line": {name: int((regions == name).sum()) for name in (MORE_TO_OFFER, SHORT_CHANGED)},
        "in_balance": int((regions == FAIR).sum()),
        "ask": int(people.unasked.sum()),
        "wait": int(people.waiting.sum()),
        "cost": found.cost,
        "company": _together([one["company"] for one in told]),
        "customer": _together([one["customer"] for one in told]),
        "net": found.gain,
        "price": found.price,
        "gap": found.gap,
        "unfairness": {"before": before, "after": after},
        "unseen": int((line.unseen(people) & (found.chosen != NONE)).sum()),
    }


def _programmes(
    people: People, rows: Sequence[Programme], options: Sequence[Option], possible: Moves, found: Portfolio
) -> Iterator[dict[str, Any]]:
    """One row a programme, in the order of the catalogue, those nobody gets too."""
    for at, (row, option) in enumerate(zip(rows, options, strict=True)):
        who = found.chosen == at
        number = int(who.sum())
        yield {
            "code": row.code,
            "name_ko": row.name_ko,
            "name_en": row.name_en,
            "bond": row.bond,
            "channel": row.channel,
            "version": row.pk,
            "customers": number,
            "could": int(possible.allowed[:, at].sum()),
            "moves": {move: int((who & (people.region == region)).sum()) for region, move in MOVES.items()},
            "cost": number * option.cost,
            "company": _times(option.expected.company, possible.company[who, at]),
            "customer": _times(option.expected.customer, possible.customer[who, at]),
            "expected": {
                "company": option.expected.company.as_json(), "customer": option.expected.customer.as_json(),
            },
        }  # fmt: skip


def _times(shift: Shift, gained: npt.NDArray[np.float32]) -> dict[str, float]:
    """A sum of one shift over customers: they share its error, so the interval grows with the sum.

    Of a shift of nothing it cannot be seen how it differs by customer; each counts as the average then.
    """
    total = float(gained.sum(dtype=np.float64))
    times = total / shift.value if shift.value else float(len(gained))
    low, high = sorted((shift.low * times, shift.high * times))
    return {"value": total, "low": low, "high": high}


def _together(sums: Sequence[dict[str, float]]) -> dict[str, float]:
    """The sum over programmes, whose errors have nothing to do with one another."""
    value = sum(one["value"] for one in sums)
    reach = float(np.sqrt(sum(((one["high"] - one["low"]) / 2) ** 2 for one in sums)))
    return {"value": value, "low": value - reach, "high": value + reach}


def _unfairness(people: People, line: Line, possible: Moves, found: Portfolio) -> tuple[float | None, float | None]:
    """Mean points outside the band of those who are placed, before and after what is expected; None: nobody is."""
    placed = people.region != UNKNOWN
    if not placed.any():
        return None, None
    some = np.flatnonzero(found.chosen != NONE)
    company, customer = np.zeros(len(people)), np.zeros(len(people))
    company[some] = possible.company[some, found.chosen[some]]
    customer[some] = possible.customer[some, found.chosen[some]]
    company[line.unseen(people)] = 0  # of both gains only one could be placed: they are left where they are
    before = line.unfairness(people["customer_value"], people["customer_equity"])
    after = line.unfairness(*line.moved(people, company=company, customer=customer))
    return float(np.nanmean(before[placed])), float(np.nanmean(after[placed]))
