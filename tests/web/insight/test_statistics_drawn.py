"""Pictures of Statistics as they are drawn."""

import pytest
from django.utils.translation import override

from dangol.web.insight.statistics import drawing
from dangol.web.shell import charts


def test_months_stand_below_a_line_by_their_numbers_in_whatever_language_it_is_read() -> None:
    rows = [{"month": f"2026-{month:02}-01", "value": month, "told": ""} for month in range(1, 13)]
    drawn, _kind = charts.file_of(drawing.forecast(rows, "순매출"), "svg", width=620)
    assert b"2026-04" in drawn and b"April" not in drawn


@pytest.mark.parametrize(("size", "ko", "en"), [(250_000_000.0, "2.5억", "250M"), (0.5, ">0.5<", ">0.5<")])
def test_numbers_along_a_line_are_said_as_their_reader_says_them(size: float, ko: str, en: str) -> None:
    rows = [{"month": f"2026-{month:02}-01", "value": size * month, "told": ""} for month in range(1, 3)]
    for language, said in (("ko", ko), ("en", en)):
        with override(language):
            drawn, _kind = charts.file_of(drawing.forecast(rows, "sales"), "svg", width=620)
        assert said in drawn.decode()
        assert "250,000,000" not in drawn.decode() and "500m" not in drawn.decode()
