"""What the answers of a wave allow to measure, and why not where they do not."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from dangol.insight.analysis.satisfaction.indices import KcsiWeights
from dangol.insight.analysis.surveys.drivers import drivers_of
from dangol.insight.analysis.surveys.figures import figures_of, groups_of
from dangol.insight.analysis.surveys.waves import Wave, waves
from tests.insight.analysis.surveys.sheets import DAY, QUESTIONS, a_wave, answer, invited, told

OVERALL, EXPECTED, IDEAL, RECOMMEND = list(QUESTIONS)[:4]


def wave_of(rows: list[dict[str, Any]], said: dict[str, str] | None = None, asked: int = 0) -> Wave:
    (wave,) = waves(told(rows), invited(range(1, asked + 1), DAY), said or {})
    return wave


class TestFigures:
    def test_are_told_with_respondents_and_response_rate(self) -> None:
        found = figures_of(wave_of(a_wave(100), asked=400), [])
        assert (found["respondents"], found["invited"], found["rate"]["value"]) == (100, 400, 25)
        acsi, nps = found["measures"]["acsi"], found["measures"]["nps"]
        assert 0 < acsi["low"] < acsi["value"] < acsi["high"] < 100
        assert acsi["respondents"] == 100
        assert nps["promoters"] + nps["passives"] + nps["detractors"] == 100

    def test_lack_what_was_not_asked_and_say_so(self) -> None:
        found = figures_of(wave_of(a_wave(100, leave_out=[IDEAL, RECOMMEND])), [])["measures"]
        assert found["acsi"] == {"missing": ["item:ideal"]}
        assert found["nps"] == {"missing": ["item:recommend"]}
        assert found["kcsi"] == {"missing": ["scale:overall", "item:repurchase"]}
        assert found["csat"] == {"missing": ["scale:overall"]}

    def test_are_not_told_of_fewer_than_ten_people(self) -> None:
        found = figures_of(wave_of(a_wave(9)), [])
        assert all(one == {"missing": ["few"]} for one in found["measures"].values())
        assert all("value" not in one for one in found["dimensions"].values())
        assert "value" in figures_of(wave_of(a_wave(10)), [])["measures"]["acsi"]

    def test_are_not_told_where_fewer_than_ten_answered_the_item(self) -> None:
        rows = a_wave(20, leave_out=[RECOMMEND]) + [answer(n, RECOMMEND, 9, low=0, high=10) for n in range(1, 10)]
        assert figures_of(wave_of(rows), [])["measures"]["nps"] == {"missing": ["few"]}

    def test_weigh_the_korean_type_by_the_weights_of_the_day(self) -> None:
        rows = [answer(n, "All in all?", 7 if n <= 5 else 1) for n in range(1, 21)]
        rows += [answer(n, "Would you buy again?", 1) for n in range(1, 21)]
        rows += [answer(n, "Kind", 1, dimension="care") for n in range(1, 21)]
        found = figures_of(wave_of(rows), [KcsiWeights(date(2026, 1, 1), 0.4, 0.4, 0.2)])["measures"]["kcsi"]
        assert (found["value"], found["weights"]) == (pytest.approx(10), [0.4, 0.4, 0.2])
        assert figures_of(wave_of(rows), [])["measures"]["kcsi"]["value"] == pytest.approx(7.5)

    def test_take_an_item_for_what_the_business_says(self) -> None:
        rows = [answer(n, "Q1", 5 if n <= 15 else 2, high=5) for n in range(1, 21)]
        assert figures_of(wave_of(rows, {"Q1": "overall"}), [])["measures"]["csat"]["value"] == pytest.approx(75)

    def test_of_dimensions_are_places_on_their_scales(self) -> None:
        rows = [answer(n, "Kind", 4, dimension="care") for n in range(1, 21)]
        rows += [answer(n, "Warm", 10, dimension="care", high=10) for n in range(1, 21)]
        found = figures_of(wave_of(rows), [])["dimensions"]["care"]
        assert (found["value"], found["items"]) == (pytest.approx(75), 2)

    def test_say_that_answers_do_not_fit_their_scale(self) -> None:
        rows = [answer(n, RECOMMEND, 7.5, low=0, high=10) for n in range(1, 21)]
        assert figures_of(wave_of(rows), [])["measures"]["nps"] == {"missing": ["broken"]}


class TestGroups:
    @pytest.mark.parametrize(
        ("sizes", "told"),
        [
            ({"D1": 20, "D2": 15, "D3": 12}, {"D1": 20, "D2": 15, "D3": 12}),
            ({"D1": 20, "D2": 9, "D3": 9}, {"D1": 20}),
            ({"D1": 20, "D2": 15, "D3": 5}, {"D1": 20}),  # told D2, too, the whole would give away the five of D3
            ({"D1": 31, "D2": 9}, {}),
            ({"D1": 20, "D2": 15, "": 3}, {"D1": 20}),  # nor may the three who belong to no dealer be worked out
        ],
    )
    def test_tell_nobody_of_fewer_than_ten_people_by_themselves_nor_by_the_rest(
        self, sizes: dict[str, int], told: dict[str, int]
    ) -> None:
        names = [name for name, people in sizes.items() for _ in range(people)]
        rows = [row | {"unit_code": names[row["customer_key"] - 1]} for row in a_wave(len(names))]
        found = groups_of(wave_of(rows), [])
        assert {name: one["respondents"] for name, one in found.get("unit_code", {}).items()} == told

    def test_are_none_where_all_are_of_one(self) -> None:
        assert groups_of(wave_of([row | {"line": "club"} for row in a_wave(40)]), []) == {}


class TestDrivers:
    def test_find_what_was_planted(self) -> None:
        found = drivers_of(wave_of(a_wave(400)))
        paths = {(one["from"], one["to"]): one for one in found["paths"]}
        one, two, three = (paths[name, "satisfaction"] for name in ("convenience", "trust", "care"))
        assert one["value"] > two["value"] > 0 and two["low"] > 0
        assert three["low"] < 0 < three["high"]
        assert found["map"][0]["name"] == "convenience"
        assert ("satisfaction", "loyalty") in paths

    def test_lead_to_commitment_where_nobody_was_asked_for_satisfaction(self) -> None:
        found = drivers_of(wave_of(a_wave(300, leave_out=[OVERALL, EXPECTED, IDEAL]), {RECOMMEND: "element"}))
        assert found["goal"] == "commitment"
        assert {one["to"] for one in found["paths"]} == {"commitment"}

    @pytest.mark.parametrize(
        ("rows", "why"),
        [
            (a_wave(99), "few"),
            (a_wave(200, leave_out=list(QUESTIONS)[:4]), "goal"),
            (a_wave(200, leave_out=list(QUESTIONS)[4:]), "elements"),
        ],
    )
    def test_are_none_where_the_answers_do_not_carry_them(self, rows: list[dict[str, Any]], why: str) -> None:
        assert drivers_of(wave_of(rows))["missing"] == why

    def test_leave_out_an_item_that_all_answered_alike(self) -> None:
        rows = a_wave(200) + [answer(n, "Clean", 7, dimension="care") for n in range(1, 201)]
        found = drivers_of(wave_of(rows))
        assert found["left_out"] == ["Clean"]
        assert "map" in found

    def test_name_an_item_that_is_asked_the_other_way_round(self) -> None:
        rows = a_wave(300)
        for row in rows:
            if row["item"] == "Opening hours suit me":
                row["score"] = 8 - row["score"]
        found = drivers_of(wave_of(rows))
        assert (found["missing"], found["against"]) == ("against", ["Opening hours suit me"])

    def test_are_of_those_who_answered_everything(self) -> None:
        rows = [row for row in a_wave(200) if row["customer_key"] > 50 or row["item"] != "They know me"]
        found = drivers_of(wave_of(rows))
        assert (found["complete"], found["respondents"]) == (150, 200)
