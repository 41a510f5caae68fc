"""Pictures of Statistics as they are drawn."""

from dangol.web.insight.statistics import drawing
from dangol.web.shell import charts


def test_months_stand_below_a_line_by_their_numbers_in_whatever_language_it_is_read() -> None:
    rows = [{"month": f"2026-{month:02}-01", "value": month, "told": ""} for month in range(1, 13)]
    drawn, _kind = charts.file_of(drawing.forecast(rows, "순매출"), "svg", width=620)
    assert b"2026-04" in drawn and b"April" not in drawn
