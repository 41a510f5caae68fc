"""What is counted is drawn with whole ticks, however few there are; what is measured keeps its own."""

from __future__ import annotations

import re
from typing import Any

import pytest

from dangol.web.shell import charts


def labels(spec: dict[str, Any]) -> list[float]:
    """The numbers along the axis that has them."""
    drawn = charts.file_of({"height": 240, "width": 400, **spec}, "svg")[0].decode()
    told = re.findall(r">(−?[\d,.]+)</text>", drawn)
    return [float(one.replace(",", "").replace("−", "-")) for one in told]


def bars(tops: list[Any], *, across: bool = False, **axis: Any) -> dict[str, Any]:
    """Bars as high as these."""
    value = {"field": "n", "type": "quantitative", **axis}
    name = {"field": "name", "type": "ordinal"}
    values = [{"name": chr(97 + place), "n": top} for place, top in enumerate(tops)]
    return {
        "data": {"values": values}, "mark": "bar",
        "encoding": {"x": value, "y": name} if across else {"x": name, "y": value},
    }  # fmt: skip


@pytest.mark.parametrize("across", [False, True])
@pytest.mark.parametrize("top", [1, 2, 3, 4, 7, 13, 250, 12_345])
def test_a_count_has_whole_ticks_from_one_customer_on(top: int, across: bool) -> None:
    told = labels(bars([0, top], across=across))
    assert len(told) >= 2
    assert all(one == int(one) for one in told)
    assert len(set(told)) == len(told)


def test_a_count_in_layers_over_shared_data_has_them_too() -> None:
    one = bars([1, 0])
    layered = {"data": one["data"], "layer": [{"mark": "bar", "encoding": one["encoding"]}]}
    assert labels(layered) == [0, 1]


def test_a_count_of_rows_has_them_too() -> None:
    one = bars([1, 1])
    one["encoding"]["y"] = {"aggregate": "count", "type": "quantitative"}
    assert labels(one) == [0, 1]


def test_bars_on_top_of_each_other_have_them_too() -> None:
    one = bars([1, 1])
    one["encoding"]["x"] = {"value": 0}
    one["encoding"]["color"] = {"field": "name", "type": "nominal", "legend": None}
    assert labels(one) == [0, 1, 2]


def test_what_is_measured_keeps_its_own() -> None:
    assert labels(bars([0.25, 1.0])) == [0, 0.2, 0.4, 0.6, 0.8, 1]


def test_nothing_at_all_is_drawn_without_complaint() -> None:
    assert labels(bars([])) == [0]


@pytest.mark.parametrize("axis", [None, {"values": [0, 2]}, {"tickCount": 2}])
def test_what_an_axis_says_itself_stands(axis: dict[str, Any] | None) -> None:
    spec = bars([2], axis=axis)
    assert charts.themed(spec, "page")["encoding"] == spec["encoding"]


def test_the_picture_given_stays_as_it_was() -> None:
    spec = bars([2], axis={"title": "Customers", "tickMinStep": 1})
    charts.themed(spec, "page")
    assert spec["encoding"]["y"]["axis"] == {"title": "Customers", "tickMinStep": 1}


def test_ticks_that_one_layer_sets_are_those_of_all() -> None:
    one = bars([1, 250])
    own = {"field": "n", "type": "quantitative", "axis": {"tickCount": 3}}
    beside = {**one["encoding"], "y": own}
    layered = {"data": one["data"], "layer": [{"mark": "bar", "encoding": one["encoding"]},
                                              {"mark": "point", "encoding": beside}]}  # fmt: skip
    told = charts.themed(layered, "page")
    assert ["tickCount" in layer["encoding"]["y"].get("axis", {}) for layer in told["layer"]] == [False, True]
