"""Lines of Apache and Nginx logs (common, combined, and combined with a browser's mark behind) as columns."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

_QUOTED = r'"(?P<{name}>(?:[^"\\]|\\.)*)"'
LINE = (
    r"^(?:\S+:\d+ )?(?P<host>\S+) \S+ (?P<user>\"[^\"]*\"|\S+(?: [^\[\s]+)*) "
    r"\[(?P<day>\d{2}/[A-Z][a-z]{2}/\d{4}):(?P<clock>\d{2}:\d{2}:\d{2}) (?P<zone>[+-]\d{4})\] "
    + _QUOTED.format(name="request")
    + r" (?P<status>\d{3}) (?:\d+|-)"
    + f"(?: {_QUOTED.format(name='referrer')} {_QUOTED.format(name='agent')}(?: {_QUOTED.format(name='mark')})?)?"
    + r"(?:\s.*)?$"
)
REQUEST = r"^(?P<method>[A-Z]+) (?:https?://[^/\s]+)?(?P<path>/[^?#\s]*)(?:[?](?P<query>\S*))?(?: HTTP/[\d.]+)?$"
NOTHING = ("-", '"-"', "")
DAYS = 86_400

type Texts = pa.StringArray
type Seconds = npt.NDArray[np.int64]


def parsed(lines: Texts, rows: npt.NDArray[np.int64]) -> pa.Table:
    """A table of those of the lines that can be read: row, moment (seconds since 1970), and texts.

    rows: the number of each line. A text is "" where there is none; a request that is none has
    neither method nor path.
    """
    found = pc.extract_regex(lines, LINE)
    sound = pc.is_valid(found)
    found, rows = found.filter(sound), rows[np.asarray(sound)]
    told = {name: pc.struct_field(found, name) for name in ("host", "user", "referrer", "agent", "mark", "status")}
    moment, known = _seconds(*(pc.struct_field(found, name) for name in ("day", "clock", "zone")))
    asked = pc.extract_regex(pc.struct_field(found, "request"), REQUEST)
    told |= {name: pc.fill_null(pc.struct_field(asked, name), "") for name in ("method", "path", "query")}
    for name in ("user", "referrer", "agent", "mark"):
        told[name] = pc.if_else(pc.is_in(told[name], pa.array(NOTHING)), "", told[name])
    return pa.table({"row": pa.array(rows), "moment": pa.array(moment), **told}).filter(pa.array(known))


def _seconds(days: Texts, clocks: Texts, zones: Texts) -> tuple[Seconds, npt.NDArray[np.bool_]]:
    """Seconds since 1970, and whether such a moment exists: few days, offsets and clocks are read once each."""
    day, offset = _each(days, _day), _each(zones, _offset)
    parts = [pc.cast(pc.utf8_slice_codeunits(clocks, at, at + 2), pa.int64()).to_numpy(zero_copy_only=False)
             for at in (0, 3, 6)]  # fmt: skip
    clock = parts[0] * 3600 + parts[1] * 60 + parts[2]
    known = (day >= 0) & (parts[0] < 24) & (parts[1] < 60) & (parts[2] < 61)
    return day + clock - offset, known


def _each(texts: Texts, meant: Callable[[str], int]) -> Seconds:
    coded = texts.dictionary_encode()
    values = np.array([meant(one) for one in coded.dictionary.to_pylist()], np.int64)
    found: Seconds = values[coded.indices.to_numpy(zero_copy_only=False)]
    return found


def _day(written: str) -> int:
    try:
        return int(datetime.strptime(written, "%d/%b/%Y").replace(tzinfo=UTC).timestamp())
    except ValueError:
        return -1


def _offset(written: str) -> int:
    seconds = int(written[1:3]) * 3600 + int(written[3:5]) * 60
    return -seconds if written[0] == "-" else seconds
