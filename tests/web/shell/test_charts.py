"""Charts as files."""

from typing import Any

import pytest

from dangol.web.shell import charts


def picture(kind: str, *, said: str = "", axis: dict[str, Any] | None = None) -> bytes:
    scale = {"domain": [-10, 10], "nice": False}
    spec: dict[str, Any] = {
        "width": 200, "height": 40, "data": {"values": [{"x": -3}]}, "mark": "point",
        "title": {"text": "Change", "subtitle": [said]},
        "encoding": {"x": {"field": "x", "type": "quantitative", "scale": scale, "axis": axis or {}}},
    }  # fmt: skip
    return charts.file_of(spec, kind)[0]


class TestMinusInPictures:
    """Nanum lacks the minus sign; with it a whole line fell back to a wider font, and ran out of the picture."""

    def test_is_a_dash_of_the_same_font(self) -> None:
        assert picture("png", said="1,358 lost −₩7.65M") == picture("png", said="1,358 lost –₩7.65M")

    def test_is_one_at_the_axis_too(self) -> None:
        drawn = {"labelExpr": "replace(datum.label, '−', '–')"}
        assert picture("png") == picture("png", axis=drawn)

    @pytest.mark.parametrize("kind", ["png", "pdf"])
    def test_leaves_words_as_they_are(self, kind: str) -> None:
        assert picture(kind, said="less") != picture(kind, said="more")

    def test_stays_a_minus_where_the_reader_brings_the_font(self) -> None:
        assert "−₩7.65M" in picture("svg", said="1,358 lost −₩7.65M").decode()
