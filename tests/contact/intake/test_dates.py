"""What people write for a moment."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dangol.contact.intake import dates

MOMENT = datetime(2026, 11, 22, 15, 5)


@pytest.fixture(scope="module")
def engine() -> Iterator[Any]:
    with duckdb.connect() as engine:
        for macro in dates.MACROS:
            engine.execute(macro)
        yield engine


def meant(
    engine: Any, text: str, *, order: str = "", short: str = "", shapes: bool = False, clock: str | None = None
) -> Any:
    """The moment read from a cell of a table `raw`, with or without the fast way by its shape."""
    engine.execute("CREATE OR REPLACE TEMP TABLE raw AS SELECT ? AS c0, ? AS c1", [text, clock])
    cell = "c0" if clock is None else dates.with_clock("c0", "c1")
    known = [shape for (shape,) in engine.execute(dates.shapes(cell)).fetchall()] if shapes else []
    moment = dates.moment(cell, zone="Asia/Seoul", order=order, short=short, shapes=known)
    return engine.execute(f"SELECT {dates.plausible('moment')} FROM (SELECT {moment} AS moment FROM raw)").fetchone()[0]


@pytest.mark.parametrize("shapes", [False, True])
class TestMoment:
    @pytest.mark.parametrize(
        "text",
        [
            "2026-11-22 15:05", "2026-11-22 15:05:00", "2026-11-22T15:05:00", "2026.11.22 15:05", "2026/11/22 3:05 PM",
            "2026. 11. 22. (일) 오후 3:05", "2026년 11월 22일 오후 3:05", "202611221505", "20261122150500",
            "2026-11-22T06:05:00Z", "2026-11-22T15:05:00+09:00", "2026-11-22 15:05:00 +0900", "2026-11-22 15:05:00.000",
            "22/11/2026 15:05", "11/22/2026 15:05", "46348.628472222",
            "2026년 11월 22일 15시 5분", "2026년11월22일15시05분", "2026-11-22 오후 3시 5분 0초",
            "2026.11.22(일) 15시05분",
        ],
    )  # fmt: skip
    def test_is_read_however_it_is_written(self, engine: Any, text: str, shapes: bool) -> None:
        assert meant(engine, text, shapes=shapes) == MOMENT

    @pytest.mark.parametrize(
        "text",
        ["", "abc", "2026-02-30", "2026-13-01", "26-11-22", "1026-11-22", "2026112", "03/04/2026", "11월 5일", "12000"],
    )
    def test_is_refused_when_it_says_none_or_two(self, engine: Any, text: str, shapes: bool) -> None:
        assert meant(engine, text, shapes=shapes) is None

    @pytest.mark.parametrize(("order", "month"), [("dmy", 4), ("mdy", 3)])
    def test_follows_the_order_the_file_shows(self, engine: Any, order: str, month: int, shapes: bool) -> None:
        assert meant(engine, "03/04/2026", order=order, shapes=shapes).month == month

    @pytest.mark.parametrize(
        "clock", ["15:05", "15:05:00", "1505", "150500", "오후 3:05", "오후 3시 5분", "15시5분", "0.628472222"]
    )
    def test_is_put_together_from_two_columns(self, engine: Any, clock: str, shapes: bool) -> None:
        assert meant(engine, "2026-11-22", clock=clock, shapes=shapes) == MOMENT
        assert meant(engine, "2026-11-22 00:00:00", clock=clock, shapes=shapes) == MOMENT


class TestShape:
    @given(st.datetimes(datetime(1970, 1, 1), datetime(2100, 12, 31)), st.sampled_from(["-", ".", "/"]))
    def test_gives_the_format_that_reads_it_back(self, moment: datetime, sign: str) -> None:
        text = moment.strftime(sign.join(("%Y", "%m", "%d")) + " %H:%M:%S")
        shape = "".join("9" if char.isdigit() else char for char in text)
        form = dates.format_of(shape, "")
        assert form is not None
        assert datetime.strptime(text, form) == moment.replace(microsecond=0)


class TestOrderShown:
    @pytest.mark.parametrize(
        ("texts", "order"),
        [
            (["03/04/2026", "22/11/2026"], "dmy"),
            (["03/04/2026", "11/22/2026 10:30"], "mdy"),
            (["03/04/2026", "05/06/2026"], ""),
            (["22/11/2026", "11/22/2026"], ""),
            (["2026-11-22"], ""),
        ],
    )
    def test_comes_from_the_dates_that_can_be_read_one_way(self, engine: Any, texts: list[str], order: str) -> None:
        engine.execute("CREATE OR REPLACE TEMP TABLE raw AS SELECT unnest(?) AS c0", [texts])
        assert engine.execute(dates.order_shown("c0")).fetchone()[0] == order


class TestYearsOfTwoFigures:
    @pytest.mark.parametrize(
        "text",
        [
            "26.11.22 15:05",
            "26-11-22 오후 3:05",
            "26/11/22 15:05:00",
            "26년 11월 22일 15:05",
            "26. 11. 22. (일) 오후 3:05",
        ],
    )
    @pytest.mark.parametrize("shapes", [False, True])
    def test_are_read_however_koreans_write_them(self, engine: Any, text: str, shapes: bool) -> None:
        assert meant(engine, text, short="ymd", shapes=shapes) == MOMENT

    @pytest.mark.parametrize(("short", "month"), [("dmy", 4), ("mdy", 3)])
    @pytest.mark.parametrize("shapes", [False, True])
    def test_follow_the_order_the_file_shows(self, engine: Any, short: str, month: int, shapes: bool) -> None:
        assert meant(engine, "03/04/26", short=short, shapes=shapes) == datetime(2026, month, 7 - month)

    @pytest.mark.parametrize("text", ["24.13.5", "24.2.30", "2.3.4", "24.3", "124.3.5"])
    def test_are_refused_where_there_is_no_such_day(self, engine: Any, text: str) -> None:
        assert meant(engine, text, short="ymd") is None

    @pytest.mark.parametrize(
        ("texts", "at_home", "elsewhere"),
        [
            (["24.3.5", "24.12.31"], "ymd", "ymd"),
            (["24.03.05"], "ymd", ""),  # three ways to read it, and all Koreans mean one
            (["24-03-05", "24-13-05"], "ymd", ""),  # a slip spoils nobody else's day
            (["30.12.11", "32.12.11"], "ymd", "dmy"),  # an end that lies far ahead
            (["12/1/10 8:26", "12/31/10 8:26"], "mdy", "mdy"),
            (["31/01/24", "01/02/24"], "dmy", "dmy"),
            (["31/01/24", "01/31/24"], "", ""),  # one so, one otherwise
            (["2026-11-22", "22/11/2026", ""], "", ""),
        ],
    )
    def test_show_their_order_in_the_file(self, engine: Any, texts: list[str], at_home: str, elsewhere: str) -> None:
        engine.execute("CREATE OR REPLACE TEMP TABLE raw AS SELECT unnest(?) AS c0", [texts])
        for korean, order in ((True, at_home), (False, elsewhere)):
            query = dates.short_order("c0", now="2026-11-28 10:00:00", korean=korean)
            assert engine.execute(query).fetchone()[0] == order
