"""Keep whom a portfolio was taken over for: where they stand, where they are to be led, by what, who is held out."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from django.db import connection
from django.db.transaction import atomic

from dangol.insight.analysis.models import Run, Score
from dangol.insight.analysis.queries import latest_run
from dangol.insight.relationship.following.targets import targets
from dangol.insight.relationship.frozen_reference import standing_scales
from dangol.insight.relationship.models import Followed, Takeover
from dangol.insight.relationship.movement.yardstick import yardstick_of
from dangol.insight.relationship.positioning.moves import MOVES
from dangol.insight.relationship.positioning.names import ASK, KIND, PROGRAMME
from dangol.insight.relationship.positioning.people import Line, People, line_of, people_of
from dangol.insight.relationship.positioning.queries import Row, positioned
from dangol.lib import bulk
from dangol.lib.plain_rows import columns_of

type Ids = npt.NDArray[np.int64]


@atomic
def take_over(
    *, source_ref: str, programmes: Collection[str], drawn: Sequence[tuple[int, bool]], at: datetime
) -> Takeover | None:
    """Keep the recommendations that the newest portfolio made to these customers, once for each mark.

    drawn: (customer, treated); programmes: the codes acted on. None where there is nothing to follow: no portfolio, its
    valuation let go of, or nobody of them on the map.
    """
    run = latest_run(KIND)
    codes = set(programmes) - {ASK}
    valued = Run.objects.filter(pk=run.parameters["valuation"]).first() if run else None
    if run is None or valued is None or not codes:
        return None
    arms = dict(drawn)
    people = people_of(valued)
    who, chosen = _recommended(run, codes, people, arms)
    if not len(who):
        return None
    line, some = line_of(valued, standing_scales()), people.of(who)
    rows = {row.code: row for row in positioned(run).rows if row.code in codes}
    kept = Takeover.objects.create(
        source_ref=source_ref, portfolio=run, yardstick=yardstick_of(valued), at=at,
        programmes={code: _told(row, some.of(np.flatnonzero(chosen == code)), line) for code, row in rows.items()},
    )  # fmt: skip
    _write(kept, some, chosen, _treated(arms, some.ids), line.tolerance)
    return kept


def _treated(arms: Mapping[int, bool], ids: Ids) -> npt.NDArray[np.bool_]:
    whose, treated = np.fromiter(arms, np.int64, len(arms)), np.fromiter(arms.values(), np.bool_, len(arms))
    order = np.argsort(whose)
    found: npt.NDArray[np.bool_] = treated[order][np.searchsorted(whose[order], ids)]
    return found


def _recommended(
    run: Run, codes: Collection[str], people: People, arms: Mapping[int, bool]
) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.str_]]:
    """Places (in people) of those drawn whom one of the programmes was recommended to, and which."""
    rows = Score.objects.filter(run=run, name=PROGRAMME, text__in=codes).order_by("customer")
    ids, texts = columns_of(rows.values_list("customer", "text"), np.int64, np.str_)
    mine = np.isin(ids, np.fromiter(arms, np.int64)) & np.isin(ids, people.ids)
    ids, texts = ids[mine], texts[mine]
    at = np.searchsorted(people.ids, ids)
    placed = np.isin(people.region[at], list(MOVES)) & ~np.isnan(people["customer_value"][at])
    placed &= ~np.isnan(people["customer_equity"][at])
    return at[placed], texts[placed]


def _told(row: Row, people: People, line: Line) -> dict[str, Any]:
    return {"names": dict(row.names), "money_a_point": money_a_point(row, people, line)}


def money_a_point(row: Row, people: People, line: Line) -> float | None:
    """So much more money for each of these customers lifts their customer value by a point, by the portfolio's own way.

    Tried with the largest gain the programme was held possible to bring; None where that moves nobody.
    """
    expected = row.expected_customer
    tried = max(abs(expected.low), abs(expected.value), abs(expected.high))
    if not len(people) or tried <= 0:
        return None
    nothing = np.zeros(len(people))
    moved, _equity = line.moved(people, company=nothing, customer=nothing + tried)
    points = float(np.nanmean(moved - people["customer_value"]))
    return tried / points if points > 0 else None


def _write(
    kept: Takeover, people: People, codes: npt.NDArray[np.str_], treated: npt.NDArray[np.bool_], tolerance: float
) -> None:
    value, equity = people["customer_value"], people["customer_equity"]
    regions, at = np.unique(people.region, return_inverse=True)
    move = np.array([MOVES[region] for region in regions.tolist()], np.str_)[at]
    theirs, ours = targets(move, value, equity, tolerance=tolerance)
    rows = pa.table({
        "takeover_id": pa.array(np.full(len(people), kept.pk, np.int64)), "customer_id": pa.array(people.ids),
        "treated": pa.array(treated), "programme": pa.array(codes.tolist(), pa.string()),
        "move": pa.array(move.tolist(), pa.string()), "customer_value": pa.array(value),
        "customer_equity": pa.array(equity), "target_value": pa.array(theirs), "target_equity": pa.array(ours),
    })  # fmt: skip
    bulk.insert_table(connection, Followed._meta.db_table, rows)
