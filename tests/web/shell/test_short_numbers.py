"""Large numbers along an axis are short as their reader says them, and nothing is 0 and no 0k."""

from __future__ import annotations

import re

import pytest
from django.utils.translation import override

from dangol.web.shell import charts
from dangol.web.shell.short_numbers import short_numbers


@pytest.mark.parametrize(
    ("language", "top", "told"),
    [
        ("ko", 60_000, ["0", "2만", "4만", "6만"]),
        ("en", 60_000, ["0", "20k", "40k", "60k"]),
        ("ko", 12_000, ["0", "4,000", "8,000", "1.2만"]),
        ("ko", 300_000_000, ["0", "1억", "2억", "3억"]),
        ("en", 3_000_000_000, ["0", "1B", "2B", "3B"]),
        ("en", 2, ["0", "1", "2"]),
    ],
)
def test_are_told_as_people_say_them(language: str, top: int, told: list[str]) -> None:
    with override(language):
        axis = {"title": None, "values": [top * place / (len(told) - 1) for place in range(len(told))]}
        y = {"field": "n", "type": "quantitative", "axis": {**axis, **short_numbers()}}
    data = {"values": [{"name": "a", "n": top}]}
    spec = {"data": data, "mark": "bar", "width": 300, "height": 240, "encoding": {"y": y}}
    drawn = charts.file_of(spec, "svg")[0].decode()
    assert re.findall(r">([\d.,]+[만억kMB]?)</text>", drawn) == told
