"""An axis of what is counted has whole ticks: there is no half customer.

Vega's `tickMinStep` leaves halves on axes that end at 1 or 2, so the number of ticks is bounded by the length of the
axis instead: as many as there are whole numbers, and no more than usual.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

type Spec = dict[str, Any]
type Rows = Sequence[Mapping[str, Any]]

MOST = {"x": 6, "y": 5}  # ticks, as the theme has them
ADDED = (None, "sum")  # aggregates that leave whole numbers whole


def with_whole_ticks(spec: Spec) -> Spec:
    """The spec with whole ticks on every axis whose numbers are all whole; views side by side are left as they are."""
    return _whole(spec, (), spec.get("datasets", {}), frozenset())


def _whole(spec: Spec, rows: Rows, named: Mapping[str, Rows], settled: frozenset[str]) -> Spec:
    mine, settled = _rows(spec, named) or rows, settled | _settled(spec)
    told = dict(spec)
    if "layer" in spec:
        told["layer"] = [_whole(one, mine, named, settled) for one in spec["layer"]]
    if "encoding" in spec:
        told["encoding"] = {
            channel: one if channel in settled else _ticked(channel, one, mine)
            for channel, one in spec["encoding"].items()
        }
    return told


def _settled(spec: Spec) -> frozenset[str]:
    """The axes whose ticks one of the layers, which share them, has set itself."""
    own = frozenset(channel for channel in MOST if _sets_ticks(spec.get("encoding", {}).get(channel)))
    return own.union(*(_settled(one) for one in spec.get("layer", ())))


def _sets_ticks(told: Any) -> bool:
    axis = told.get("axis") if isinstance(told, dict) else None
    return isinstance(axis, dict) and ("values" in axis or "tickCount" in axis)


def _rows(spec: Spec, named: Mapping[str, Rows]) -> Rows:
    data = spec.get("data") or {}
    found: Any = data.get("values") or named.get(data.get("name", ""), ())
    return found if isinstance(found, list) else ()


def _ticked(channel: str, told: Any, rows: Rows) -> Any:
    if channel not in MOST or not isinstance(told, dict) or not _counts(told, rows):
        return told
    axis = told.get("axis", {})
    if axis is None:
        return told
    ticks = {"expr": f"max(1, min({MOST[channel]}, floor(span(domain('{channel}')))))"}
    return {**told, "axis": {**{key: value for key, value in axis.items() if key != "tickMinStep"}, "tickCount": ticks}}


def _counts(told: Spec, rows: Rows) -> bool:
    """Whether all its numbers are whole, on a plain scale."""
    scale = told.get("scale") or {}
    if told.get("type") != "quantitative" or told.get("bin") or scale.get("type", "linear") != "linear":
        return False
    if (told.get("axis") or {}).get("tickMinStep") == 1 or told.get("aggregate") == "count":
        return True
    if told.get("aggregate") not in ADDED:
        return False
    field = told.get("field", "")
    values = [row[field] for row in rows if row.get(field) is not None]
    return bool(values) and all(isinstance(one, int) and not isinstance(one, bool) for one in values)
