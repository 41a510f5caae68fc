"""Numbers and marks as people read them."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from django.template import Context, Template
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from dangol.web.shell import charts, figures
from dangol.web.shell.balance import Balance
from dangol.web.shell.templatetags import shell

scores = st.floats(0, 100)


class TestBalance:
    @given(scores, scores, st.sampled_from([64, 128, 326, 620]))
    def test_stays_on_its_line(self, cv: float, ce: float, width: int) -> None:
        mark = Balance(width, 18, 8.0, 4.0, "II", cv, ce, (cv, 100.0), (0.0, ce))
        places = [mark.x_cv, mark.x_ce, mark.middle, *(end for stub in mark.stubs for end in (stub.x1, stub.x2))]
        assert all(place is not None and mark.margin <= place <= mark.end for place in places)

    @given(scores, scores)
    def test_keeps_the_order_of_both_sides(self, cv: float, ce: float) -> None:
        mark = Balance(620, 18, 8.0, 4.0, "II", cv, ce)
        assert mark.x_cv is not None
        assert mark.x_ce is not None
        assert (mark.x_cv - mark.x_ce) * (cv - ce) >= 0

    def test_leaves_out_what_is_unknown(self) -> None:
        with override("en"):
            drawn = _drawn("{% balance None 40 'unknown' %}")
        assert "circle" not in drawn
        assert "Value to the customer unknown, value to the company 40" in drawn

    def test_says_its_numbers_and_intervals(self) -> None:
        with override("ko"):
            drawn = _drawn("{% balance 12 91 'II' cv_low=6 cv_high=21 %}")
        assert "고객이 얻는 가치 12 (구간 6에서 21), 회사가 얻는 가치 91" in drawn

    def test_writes_its_coordinates_for_machines_in_every_language(self) -> None:
        with override("ko"):
            assert 'x1="1,' not in _drawn("{% balance_scale 12 91 'II' 15 %}")


class TestMoney:
    @pytest.mark.parametrize(
        ("minor", "language", "words"),
        [
            (1_311_234, "ko", "131만 원"),
            (1_311_234, "en", "₩1.31M"),
            (0, "ko", "0원"),
            (999, "ko", "999원"),
            (-42_380, "ko", "−4만 2,400원"),
            (None, "ko", "–"),
        ],
    )
    def test_about_keeps_three_digits(self, minor: float | None, language: str, words: str) -> None:
        with override(language):
            assert figures.money_about(minor) == words

    def test_about_leaves_out_cents(self, settings: Any) -> None:
        settings.DANGOL = dataclasses.replace(settings.DANGOL, currency="USD")
        with override("en"):
            assert figures.money_about(131_123) == "$1,310"
            assert figures.money(131_123) == "$1,311.23"

    def test_of_effects_has_its_sign(self) -> None:
        with override("ko"):
            assert figures.money_signed(4200) == "+4,200원"
            assert figures.money_signed(-4200) == "−4,200원"


class TestCounts:
    def test_of_people_have_their_word_in_korean(self) -> None:
        with override("ko"):
            assert figures.people(18_240) == "18,240명"
        with override("en"):
            assert figures.people(18_240) == "18,240"

    def test_below_zero_have_a_true_minus(self) -> None:
        assert figures.points_signed(-4.4) == "−4"
        assert figures.points_signed(4.6) == "+5"
        assert figures.decimals(-0.345) == "−0.34"


class TestInterval:
    @given(st.floats(-1e6, 1e6), st.floats(0, 1e6), st.floats(0, 1e6))
    def test_is_drawn_in_order_and_within_its_frame(self, low: float, a: float, b: float) -> None:
        drawn = shell.interval(low, low + a, low + a + b)
        assert 0 <= drawn["x1"] <= drawn["x"] <= drawn["x2"] <= 300

    def test_is_hollow_when_it_holds_zero(self) -> None:
        assert shell.interval(-5, 1, 7)["sure"] is False
        assert shell.interval(1, 3, 7)["sure"] is True


class TestShareBar:
    @given(st.dictionaries(st.sampled_from(["I", "II", "III", "unknown"]), st.integers(0, 10**6)))
    def test_shows_everybody_there_is(self, counts: dict[str, int]) -> None:
        drawn = shell.share_bar(counts)
        assert len(drawn["parts"]) == sum(count > 0 for count in counts.values())
        assert all(part["width"] >= 1.5 for part in drawn["parts"])
        assert sum(item["count"] for item in drawn["legend"]) == sum(counts.values())


class TestCharts:
    SPEC = {
        "data": {"values": [{"x": 1, "y": 2}]},
        "mark": {"type": "point", "color": "var(--r2)"},
        "encoding": {"x": {"field": "x", "type": "quantitative"}, "y": {"field": "y", "type": "quantitative"}},
        "config": {"axisX": {"tickCount": 3}},
    }

    def test_keep_their_colours_as_tokens_in_pages(self) -> None:
        spec = charts.themed(self.SPEC, "page")
        assert spec["mark"]["color"] == "var(--r2)"
        assert spec["config"]["axisX"]["tickCount"] == 3
        assert spec["config"]["axisX"]["tickSize"] == 4

    @pytest.mark.parametrize("mode", ["light", "dark"])
    def test_have_plain_colours_in_files(self, mode: charts.Mode) -> None:
        assert "var(" not in str(charts.themed(self.SPEC, mode))

    @pytest.mark.parametrize(("kind", "start"), [("png", b"\x89PNG"), ("svg", b"<svg"), ("pdf", b"%PDF")])
    def test_become_files(self, kind: str, start: bytes) -> None:
        content, _ = charts.file_of(self.SPEC, kind)
        assert content.startswith(start)

    def test_have_every_colour_of_the_tokens(self) -> None:
        from pathlib import Path

        tokens = (Path(charts.__file__).parent / "static/shell/tokens.css").read_text()
        for name, (light, dark) in charts.COLOURS.items():
            assert f"{name}: light-dark({light}, {dark})" in tokens


def _drawn(source: str) -> str:
    return Template("{% load shell %}" + source).render(Context())
