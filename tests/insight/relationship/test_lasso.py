"""A part of the map drawn by hand: what is no shape, and who stands inside."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pytest
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from dangol.insight.analysis.models import Run, Score
from dangol.insight.relationship import lasso
from dangol.insight.relationship.lasso import Corners, NoLasso
from dangol.records.customers.models import Customer

NOW = datetime(2026, 11, 22, tzinfo=UTC)
points = st.integers(0, 1000).map(lambda tenth: tenth / 10)
OUTLINES: dict[str, Corners] = {
    "a dent": ((20, 20), (80, 20), (60, 50), (80, 80), (20, 80), (40, 50)),
    "loops that cross": ((10, 10), (90, 90), (90, 10), (10, 90)),
    "a star": ((50, 100), (79, 9), (2, 65), (98, 65), (21, 9)),
    "many corners": tuple((50 + 40 * np.cos(at), 50 + 40 * np.sin(at)) for at in np.linspace(0, 6.2, lasso.MOST)),
}


class TestText:
    @settings(max_examples=40)
    @given(st.lists(st.tuples(points, points), min_size=lasso.FEWEST, max_size=9))
    def test_comes_back_as_it_was_written(self, outline: list[tuple[float, float]]) -> None:
        assert lasso.read(lasso.written(tuple(outline))) == tuple(outline)

    @pytest.mark.parametrize(
        ("text", "told"),
        [
            ("", "3 to 64 corners"), ("1~2_3~4", "3 to 64 corners"), ("_".join(["1~2"] * 65), "3 to 64 corners"),
            ("1~2_3~4_5", "“5” is no corner"), ("1~2_3~4_x~6", "“x~6” is no corner"),
            ("1~2_3~4_5~101", "“5~101” is no corner"), ("1~2_3~4_nan~6", "“nan~6” is no corner"),
            ("1~2_3~4_5~6~7", "“5~6~7” is no corner"), ("1~2_3~4_5~1e999", "“5~1e999” is no corner"),
        ],
    )  # fmt: skip
    def test_says_what_is_no_shape(self, text: str, told: str) -> None:
        with translation.override("en"), pytest.raises(NoLasso, match=told):
            lasso.read(text)


@pytest.mark.store
@pytest.mark.django_db
class TestInside:
    def test_holds_whom_a_way_to_the_right_crosses_out_an_odd_number_of_times(self) -> None:
        spots = np.random.default_rng(7).uniform(0, 100, (60, 2)).round(2)
        run, people = placed(spots)
        for name, outline in OUTLINES.items():
            found = set(lasso.inside(run, outline).values_list("pk", flat=True))
            wanted = {one.pk for one, spot in zip(people, spots.tolist(), strict=True) if crossed(spot, outline)}
            assert found == wanted, name
            assert 0 < len(wanted) < 60, name

    def test_holds_those_at_the_edge_of_the_map_where_it_reaches_there(self) -> None:
        run, people = placed(np.array([[100.0, 0.0], [100.0, 100.0], [50.0, 0.0], [0.0, 100.0]]))
        found = lasso.inside(run, lasso.read("40~0_100~0_100~50_40~50"))
        assert set(found.values_list("pk", flat=True)) == {people[0].pk, people[2].pk}

    def test_follows_the_drawn_slopes_of_shapes_that_touch_the_lower_edge_of_the_map(self) -> None:
        chance = np.random.default_rng(11)
        spots = np.vstack([[[5.0, 4.5], [20.0, 19.5], [50.0, 0.0]], chance.uniform(0, 100, (60, 2)).round(2)])
        spots = np.vstack([spots, np.column_stack([spots[:, 0], chance.uniform(0, 2, len(spots)).round(2)])])
        run, people = placed(spots)
        outlines: list[Corners] = [((0, 0), (100, 0), (100, 100)), ((0, 0), (40, 0), (50, 60), (60, 0), (100, 100))]
        for _number in range(6):
            drawn = chance.uniform(0, 100, (6, 2)).round(1)
            drawn[chance.permutation(6)[:3], 1] = 0
            outlines.append(tuple((x, y) for x, y in drawn.tolist()))
        for outline in outlines:
            found = set(lasso.inside(run, outline).values_list("pk", flat=True))
            wanted = {one.pk for one, spot in zip(people, spots.tolist(), strict=True) if crossed(spot, outline)}
            assert found == wanted, outline
            assert 0 < len(wanted) < len(people), outline

    def test_holds_nobody_in_a_line_and_nobody_unplaced(self) -> None:
        run, people = placed(np.array([[50.0, 50.0], [60.0, 40.0]]))
        Score.objects.filter(customer=people[1], name="customer_value").delete()
        assert not lasso.inside(run, lasso.read("20~20_80~80_50~50")).exists()
        assert not lasso.inside(run, lasso.read("50~20_50~80_50~50")).exists()
        assert lasso.inside(run, lasso.read("0~0_100~0_100~100_0~100")).get() == people[0]


def placed(spots: np.ndarray) -> tuple[Run, list[Customer]]:
    """Customers at these places (company, customer) by one run."""
    run = Run.objects.create(kind="relationship", as_of=NOW, started_at=NOW, finished_at=NOW)
    people = [Customer.objects.create(full_name=f"Nr {number}", registered_at=NOW) for number in range(len(spots))]
    Score.objects.bulk_create(
        Score(run=run, customer=one, name=name, value=value, provenance="estimated")
        for one, spot in zip(people, spots.tolist(), strict=True)
        for name, value in zip(("customer_equity", "customer_value"), spot, strict=True)
    )
    return run, people


def crossed(spot: list[float], outline: Corners) -> bool:
    """The same by another way: to the right instead of down, side by side."""
    x, y = spot
    inside = False
    for (a, b), (c, d) in zip(outline, [*outline[1:], outline[0]], strict=True):
        if (b > y) != (d > y) and x < (c - a) * (y - b) / (d - b) + a:
            inside = not inside
    return inside
