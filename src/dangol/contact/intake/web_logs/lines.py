"""Lines of Apache and Nginx logs (common, combined, and combined with a browser's mark behind) as columns.

What a line is, LINE says. Nearly all of them are cut at their quotation marks and spaces instead, which is several
times cheaper and is done where nothing else can be meant; the others alone are held against the pattern.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

_QUOTED = r'"(?:[^"\\]|\\.)*"'
_KEPT = r'"(?P<{name}>(?:[^"\\]|\\.)*)"'
LINE = (
    r"^(?:(?:[^\s:]+|\[[^\s\]]+\]):\d+ )?(?P<host>\S+) \S+ "
    r"(?P<user>\"[^\"]*\"|(?:[^\s\"]|\\\")+(?: (?:[^\[\s\"]|\\\")+)*) "
    r"\[(?P<day>\d{2}/[A-Z][a-z]{2}/\d{4}):(?P<clock>\d{2}:\d{2}:\d{2}) (?P<zone>[+-]\d{4})\] "
    + _KEPT.format(name="request")
    + r" (?P<status>\d{3}) (?:\d+|-)"
    + f"(?: {_QUOTED} {_KEPT.format(name='agent')}(?: {_KEPT.format(name='mark')})?)?"
    + r"(?:\s.*)?$"
)
REQUEST = r"^(?P<method>[A-Z]+) (?:https?://[^/\s]+)?(?P<path>/[^?#\s]*)(?:[?](?P<query>\S*))?(?: HTTP/[\d.]+)?$"
PARTS = ("host", "user", "day", "clock", "zone", "request", "status", "agent", "mark")
NOTHING = ("-", '"-"', "")
# A line cut at its quotation marks: how many pieces it has without programs, with them, and with a browser's mark.
COMMON, COMBINED, MARKED = 3, 7, 9
_TIME, _ZONE = r"^\[\d{2}/[A-Z][a-z]{2}/\d{4}:\d{2}:\d{2}:\d{2}$", r"^[+-]\d{4}\]$"
_STATUS, _STATUS_AND_MORE = r"^ \d{3} (?:\d+|-) $", r"^ \d{3} (?:\d+|-)(?: .*)?$"
_UNSURE = b"\\\t\f\r"  # hides a quotation mark, or is a space of another kind

type Texts = pa.StringArray
type Numbers = npt.NDArray[np.int64]
type Truths = npt.NDArray[np.bool_]
type Parts = dict[str, Texts]


def parsed(lines: Texts, rows: Numbers) -> pa.Table:
    """A table of those of the lines that can be read: row, moment (seconds since 1970), and texts.

    rows: the number of each line. A text is "" where there is none; a request that is none has
    neither method nor path.
    """
    sure, parts = by_marks(lines)
    found = _told(parts, rows[sure])
    if sure.all():
        return found
    read, parts = by_pattern(lines.filter(pa.array(~sure)))
    found = pa.concat_tables([found, _told(parts, rows[~sure][read])])
    return found.take(pa.array(np.argsort(found["row"].to_numpy(), kind="stable"))).combine_chunks()


def by_pattern(lines: Texts) -> tuple[Truths, Parts]:
    """Which of these are lines of a log, and the parts of those."""
    found = pc.extract_regex(lines, LINE)
    sound = pc.is_valid(found)
    found = found.filter(sound)
    return np.asarray(sound), {name: pc.struct_field(found, name) for name in PARTS}


def by_marks(lines: Texts) -> tuple[Truths, Parts]:
    """Which of the lines can be cut at their quotation marks and spaces, and nothing else can be meant; their parts."""
    quoted = _Cut(lines, '"')
    head, status = _Cut(quoted.piece(0), " "), quoted.piece(2)
    time, zone = head.piece(3), head.piece(4)
    marked, combined = quoted.count == MARKED, np.isin(quoted.count, (COMBINED, MARKED))
    sure = (combined | (quoted.count == COMMON)) & (head.count == 6) & _plain(lines)
    for place in range(3):
        sure &= pc.binary_length(head.piece(place)).to_numpy(zero_copy_only=False) > 0
    sure &= _like(time, _TIME) & _like(zone, _ZONE)
    sure &= _like(status, _STATUS) | (~combined & _like(status, _STATUS_AND_MORE))
    space = pc.equal(quoted.piece(4), " ").to_numpy(zero_copy_only=False)
    sure &= ~combined | (space & _nothing_more(quoted.piece(6)))
    if marked.any():
        space = pc.equal(quoted.piece(6), " ").to_numpy(zero_copy_only=False)
        sure &= ~marked | (space & _nothing_more(quoted.piece(8)))
    parts = {
        "host": head.piece(0), "user": head.piece(2), "day": pc.utf8_slice_codeunits(time, 1, 12),
        "clock": pc.utf8_slice_codeunits(time, 13), "zone": pc.utf8_slice_codeunits(zone, 0, 5),
        "request": quoted.piece(1), "status": pc.utf8_slice_codeunits(status, 1, 4), "agent": quoted.piece(5),
        "mark": quoted.piece(7),
    }  # fmt: skip
    return sure, parts if sure.all() else {name: part.filter(pa.array(sure)) for name, part in parts.items()}


class _Cut:
    """Texts cut at a sign: how many pieces each has, and the pieces of one place."""

    def __init__(self, texts: Texts, sign: str) -> None:
        cut = pc.split_pattern(texts, sign)
        offsets = cut.offsets.to_numpy()
        self._pieces, self._begins, self.count = cut.values, offsets[:-1], np.diff(offsets)

    def piece(self, place: int) -> Texts:
        """What stands at a place of each text, "" where it has no such place."""
        missing = self.count <= place
        if not missing.any():
            return self._pieces.take(pa.array(self._begins + place))
        return pc.fill_null(self._pieces.take(pa.array(self._begins + place, mask=missing)), "")


def _plain(lines: Texts) -> Truths | np.bool_:
    """Which lines have none of the signs that need the pattern. Most blocks of lines have none at all."""
    letters = lines.buffers()[2]
    held = letters.to_pybytes() if letters is not None else b""
    if not any(sign in held for sign in _UNSURE):
        return np.True_
    return ~_like(lines, r"[\\\t\f\r]")


def _nothing_more(texts: Texts) -> Truths:
    """Where a line ends, or goes on behind a space."""
    ends: Truths = pc.or_(pc.equal(texts, ""), pc.starts_with(texts, " ")).to_numpy(zero_copy_only=False)
    return ends


def _like(texts: Texts, pattern: str) -> Truths:
    found: Truths = pc.match_substring_regex(texts, pattern).to_numpy(zero_copy_only=False)
    return found


def _told(parts: Parts, rows: Numbers) -> pa.Table:
    """The parts as they are asked for; each request and each program that is written is looked at once."""
    moment, known = _seconds(parts["day"], parts["clock"], parts["zone"])
    requests = parts["request"].dictionary_encode()
    asked = pc.extract_regex(requests.dictionary, REQUEST)
    told = {"host": parts["host"], "status": parts["status"]}
    for name in ("method", "path", "query"):
        told[name] = pc.fill_null(pc.struct_field(asked, name), "").take(requests.indices)
    for name in ("user", "agent", "mark"):
        told[name] = pc.if_else(pc.is_in(parts[name], pa.array(NOTHING)), "", parts[name])
    found = pa.table({"row": pa.array(rows), "moment": pa.array(moment), **told})
    return found if known.all() else found.filter(pa.array(known))


def _seconds(days: Texts, clocks: Texts, zones: Texts) -> tuple[Numbers, Truths]:
    """Seconds since 1970, and whether such a moment exists: few days and offsets are read once each."""
    day, offset = _each(days, _day), _each(zones, _offset)
    figures = np.array(clocks.cast(pa.binary()).cast(pa.binary(8)).to_numpy(zero_copy_only=False), "S8")
    figures = figures.view(np.uint8).reshape(-1, 8).astype(np.int64) - ord("0")
    hours, minutes, seconds = (figures[:, at] * 10 + figures[:, at + 1] for at in (0, 3, 6))
    known = (day >= 0) & (hours < 24) & (minutes < 60) & (seconds < 61)
    return day + hours * 3600 + minutes * 60 + seconds - offset, known


def _each(texts: Texts, meant: Callable[[str], int]) -> Numbers:
    coded = texts.dictionary_encode()
    values = np.array([meant(one) for one in coded.dictionary.to_pylist()], np.int64)
    found: Numbers = values[coded.indices.to_numpy(zero_copy_only=False)]
    return found


def _day(written: str) -> int:
    try:
        return int(datetime.strptime(written, "%d/%b/%Y").replace(tzinfo=UTC).timestamp())
    except ValueError:
        return -1


def _offset(written: str) -> int:
    seconds = int(written[1:3]) * 3600 + int(written[3:5]) * 60
    return -seconds if written[0] == "-" else seconds
