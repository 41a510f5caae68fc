"""Lines of a web log cut at their marks mean what the pattern says, line by line, in plain Python."""

import re
from calendar import timegm
from datetime import datetime

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from dangol.contact.intake.web_logs.lines import LINE, NOTHING, REQUEST, by_marks, parsed
from dangol.contact.intake.web_logs.reading import _texts

type Told = tuple[int | str, ...]

WORDS = st.sampled_from(
    [
        "-",
        "",
        "a",
        "kim",
        "a b",
        'o\\"b',
        '"',
        "[",
        "]",
        "\\",
        "\t",
        "한글",
        "::1",
        "shop.example:443",
        "200",
        " ",
        "x y",
    ]
)
MONTHS = st.sampled_from(["Jan", "Feb", "Nov", "Foo", "nov"])
BRACKETS = st.builds(
    "[{:02d}/{}/{}:{:02d}:{:02d}:{:02d} {}]".format, st.integers(0, 32), MONTHS, st.integers(1969, 2027),
    st.integers(0, 25), st.integers(0, 61), st.integers(0, 61), st.sampled_from(["+0000", "-0330", "+0900", "0900"]),
)  # fmt: skip
REQUESTS = st.sampled_from(
    [
        "GET / HTTP/1.1",
        "GET /a?b=c HTTP/2.0",
        "POST /x",
        "GET http://shop.example/p?q#f HTTP/1.0",
        "\\x16\\x03",
        "-",
        "get /",
    ]
)
NEARLY = st.builds(
    "{}{} {} {} {} {}{}{}{}{}".format, st.sampled_from(["", "shop.example:443 ", "x:1 "]), WORDS, WORDS, WORDS,
    BRACKETS,
    st.builds('"{}"'.format, st.one_of(REQUESTS, WORDS)), st.sampled_from([" 200 512", " 404 -", " 20 1", "  200 5"]),
    st.one_of(st.just(""), st.builds(' "{}" "{}"'.format, WORDS, WORDS)),
    st.one_of(st.just(""), st.builds(' "{}"'.format, WORDS)), st.sampled_from(["", " ", " 0.01", "x", ' "-"']),
)  # fmt: skip
LINES = st.lists(st.one_of(NEARLY, st.text('abc "[]\\-', max_size=30)), max_size=12)
_LINE, _REQUEST = re.compile(LINE, re.ASCII), re.compile(REQUEST, re.ASCII)


def one_by_one(lines: list[str]) -> list[Told]:
    """The same, one line after the other."""
    found: list[Told] = []
    for row, text in enumerate(lines, 1):
        if not (match := _LINE.match(text)):
            continue
        told = {name: part or "" for name, part in match.groupdict().items()}
        hours, minutes, seconds = (int(one) for one in told["clock"].split(":"))
        try:
            day = timegm(datetime.strptime(told["day"], "%d/%b/%Y").timetuple())
        except ValueError:
            continue
        if day < 0 or hours > 23 or minutes > 59 or seconds > 60:
            continue
        away = int(told["zone"][1:3]) * 3600 + int(told["zone"][3:]) * 60
        moment = day + hours * 3600 + minutes * 60 + seconds + (away if told["zone"][0] == "-" else -away)
        asked = _REQUEST.match(told["request"])
        method, path, query = (part or "" for part in asked.groups()) if asked else ("", "", "")
        user, agent, mark = ("" if told[name] in NOTHING else told[name] for name in ("user", "agent", "mark"))
        found.append((row, moment, told["host"], told["status"], method, path, query, user, agent, mark))
    return found


@given(lines=LINES)
def test_lines_cut_at_their_marks_are_those_of_the_pattern(lines: list[str]) -> None:
    hits = parsed(pa.array(lines, pa.string()), np.arange(1, len(lines) + 1))
    assert [tuple(one.values()) for one in hits.to_pylist()] == one_by_one(lines)


def test_usual_lines_are_all_cut_at_their_marks() -> None:
    start = '192.0.2.7 - kim [20/Nov/2026:03:00:00 +0000] "GET /a HTTP/1.1" 200 512'
    usual = [
        start,
        f"{start} 0.3",
        f'{start} "-" "Mozilla/5.0 (X11)"',
        f'{start} "/b" "-" "c1"',
        f'{start} "" "" "c" 7',
    ]
    sure, parts = by_marks(pa.array(usual))
    assert sure.all()
    assert parts["mark"].to_pylist() == ["", "", "", "c1", "c"]


@given(
    block=st.lists(st.sampled_from([b"a", b"\r", b"\0", b"\x1a", b"\xea\xb0\x80", b"\xff", b"\n", b"\r\n"])).map(
        b"".join
    )
)
def test_a_block_is_cut_into_lines_as_python_cuts_it(block: bytes) -> None:
    text = re.sub(rb"[\0\x1a]", b"", block).decode("utf-8", "replace")
    assert _texts(block).to_pylist() == [one.rstrip("\r") for one in text.split("\n")]
