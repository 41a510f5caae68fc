"""Before a campaign is sent: which groups come off worse, beyond chance and beyond the floor, and that it was seen."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dangol.decisions.campaigns.fair_groups import ATTRIBUTES, FEWEST, Cells, treatment
from dangol.decisions.campaigns.fair_treatment import could_be_chosen, fair_treatment
from dangol.decisions.campaigns.fairness_seen import NotSeen, refuse_unseen, see
from dangol.decisions.campaigns.models import Campaign, FairnessSeen
from dangol.insight.analysis.models import Run
from dangol.records.customers.models import Customer
from dangol.records.permission.actions import withdraw_consent
from tests.people import AT, SMS, contacted, people, valued
from tests.web.business import campaign

BIRTH = date(AT.year - 35, 1, 1)
values = st.tuples(*(st.sampled_from(["", "a", "b", "c", "d"]) for _ in ATTRIBUTES))


@st.composite
def plans(draw: st.DrawFn) -> tuple[Cells, Cells]:
    everybody = draw(st.dictionaries(values, st.integers(1, 60), min_size=1, max_size=12))
    return everybody, {cell: draw(st.integers(0, number)) for cell, number in everybody.items()}


def districts(**about: tuple[int, int]) -> tuple[Cells, Cells]:
    """How many live in each district and how many of them are chosen."""
    cells = {place: ("", place, "", "", "") for place in about}
    return (
        {cells[place]: people for place, (people, _) in about.items()},
        {cells[place]: chosen for place, (_, chosen) in about.items()},
    )


class TestGroups:
    def test_come_off_worse_below_four_fifths_and_beyond_chance(self) -> None:
        found = treatment(*districts(north=(1000, 500), south=(1000, 250)), {})
        assert [(one.by, one.value) for one in found.worse] == [("place", "south")]
        assert found.worse[0].ratio == pytest.approx(0.25 / 0.375)

    def test_do_not_where_chance_alone_may_do_it(self) -> None:
        found = treatment(*districts(north=(1000, 500), south=(12, 4)), {})
        (south,) = (one for one in found.groups if one.value == "south")
        assert south.ratio is not None
        assert south.ratio < 0.8
        assert found.worse == ()

    def test_do_not_above_the_floor_however_sure_it_is(self) -> None:
        told = districts(north=(100_000, 50_000), south=(100_000, 45_000))
        assert treatment(*told, {}).worse == ()
        assert [one.value for one in treatment(*told, {}, floor=0.96).worse] == ["south"]

    def test_fewer_than_ten_are_told_together_and_never_alone(self) -> None:
        found = treatment(*districts(north=(100, 50), south=(80, 40), east=(6, 0), west=(7, 7)), {})
        assert {(one.value, one.people, one.several) for one in found.groups} == {
            ("north", 100, 1), ("south", 80, 1), ("", 13, 2),
        }  # fmt: skip

    def test_one_small_group_takes_the_next_smallest_with_it_so_that_none_can_be_subtracted(self) -> None:
        found = treatment(*districts(north=(100, 50), south=(80, 40), east=(6, 0)), {})
        assert {(one.value, one.people, one.several) for one in found.groups} == {("north", 100, 1), ("", 86, 2)}

    def test_all_alike_are_no_groups(self) -> None:
        assert treatment(*districts(north=(100, 50)), {}).groups == ()
        assert treatment({}, {}, {}).groups == ()

    def test_unknown_is_a_group_of_its_own(self) -> None:
        everybody = {("", "", "f", "", ""): 200, ("", "", "", "", ""): 200}
        found = treatment(everybody, {("", "", "f", "", ""): 200}, {})
        assert [(one.by, one.value) for one in found.worse] == [("gender", "")]

    @given(plans())
    def test_are_never_small_and_each_attribute_adds_up(self, plan: tuple[Cells, Cells]) -> None:
        found = treatment(*plan, {})
        for attribute in ATTRIBUTES:
            mine = found.by(attribute)
            assert all(one.people >= FEWEST for one in mine)
            assert sum(one.people for one in mine) in {0, found.people}
            assert sum(one.chosen for one in mine) in {0, found.chosen}

    @given(plans())
    def test_nobody_comes_off_worse_where_all_are_chosen_or_none(self, plan: tuple[Cells, Cells]) -> None:
        everybody, _ = plan
        assert treatment(everybody, everybody, {}).worse == ()
        assert treatment(everybody, {}, {}).worse == ()

    @given(plans())
    def test_who_comes_off_worse_gets_less_than_everybody(self, plan: tuple[Cells, Cells]) -> None:
        found = treatment(*plan, {})
        assert all(one.share < found.share for one in found.worse)


@pytest.mark.django_db
class TestPlan:
    def two_towns(self, **about: Any) -> Run:
        """Sixty from Jongno are picked, sixty from Mapo are not."""
        everybody = people(60, place="Jongno", **about) + people(60, place="Mapo", **about)
        return valued(everybody, regions=["II"] * 60 + ["III"] * 60)

    def told(self, run: Run) -> dict[tuple[str, str], tuple[int, int]]:
        found = fair_treatment({"region": ["II"]}, run=run, channel=SMS, at=AT)
        return {(one.by, one.value): (one.people, one.chosen) for one in found.groups}

    def test_is_told_by_district(self) -> None:
        run = self.two_towns()
        assert self.told(run) == {("place", "Jongno"): (60, 60), ("place", "Mapo"): (60, 0)}
        found = fair_treatment({"region": ["II"]}, run=run, channel=SMS, at=AT)
        assert [one.value for one in found.worse] == ["Mapo"]

    def test_who_may_not_be_sent_it_is_not_treated(self) -> None:
        run = valued(people(30, gender="f") + people(30, gender="m", consent=None))
        assert self.told(run) == {("gender", "f"): (30, 30), ("gender", "m"): (30, 0)}

    def test_is_told_by_age_and_by_the_further_detail_that_tells_the_grade(self) -> None:
        run = valued(
            people(20, birth_date=BIRTH, attributes={"grade": "gold"})
            + people(20, birth_date=AT.date().replace(year=AT.year - 70), attributes={"grade": "blue"})
            + people(20, attributes={"grade": 3})
        )
        assert self.told(run) == {
            ("age", "30-39"): (20, 20), ("age", "70+"): (20, 20), ("age", ""): (20, 20),
            ("grade", "gold"): (20, 20), ("grade", "blue"): (20, 20), ("grade", "3"): (20, 20),
        }  # fmt: skip

    def test_the_age_turns_on_the_birthday(self) -> None:
        day = AT.date()
        run = valued(
            people(20, birth_date=day.replace(year=day.year - 30))
            + people(20, birth_date=day.replace(year=day.year - 30) + timedelta(days=1))
        )
        assert set(self.told(run)) == {("age", "30-39"), ("age", "20-29")}

    def test_children_and_those_who_object_are_in_no_group(self) -> None:
        run = self.two_towns()
        child, objector = Customer.objects.filter(place="Mapo")[:2]
        Customer.objects.filter(pk=child.pk).update(birth_date=date(AT.year - 6, 1, 1))
        withdraw_consent(objector, purpose="automated", by=None, at=AT)
        assert could_be_chosen(AT).count() == 118
        assert self.told(run)[("place", "Mapo")] == (58, 0)

    def test_complaints_of_the_year_before_stand_beside_each_group(self) -> None:
        run = self.two_towns()
        upset = Customer.objects.filter(place="Mapo")[:3]
        for one in upset:
            contacted(one, at=AT - timedelta(days=30), kind="complaint", direction="in")
            contacted(one, at=AT - timedelta(days=20), kind="complaint", direction="in")
        contacted(Customer.objects.filter(place="Jongno")[0], at=AT - timedelta(days=400), kind="complaint")
        found = fair_treatment({"region": ["II"]}, run=run, channel=SMS, at=AT)
        assert {one.value: one.complained for one in found.groups} == {"Mapo": 3, "Jongno": 0}

    def test_the_floor_is_the_homes(self, settings: Any) -> None:
        run = valued(people(200, place="Jongno") + people(200, place="Mapo"), regions=["II"] * 280 + ["III"] * 120)
        found = fair_treatment({"region": ["II"]}, run=run, channel=SMS, at=AT)
        assert [one.value for one in found.worse] == ["Mapo"]
        settings.DANGOL = replace(settings.DANGOL, fair_floor=0.5)
        assert fair_treatment({"region": ["II"]}, run=run, channel=SMS, at=AT).worse == ()


@pytest.mark.django_db
class TestSeen:
    def planned(self) -> tuple[Campaign, Any]:
        run = TestPlan().two_towns()
        one = campaign(launched=False)
        return one, fair_treatment(one.segment.rule, run=run, channel=SMS, at=AT)

    def test_it_is_refused_until_somebody_saw_it_and_that_is_kept(self) -> None:
        one, found = self.planned()
        assert found.worse
        with pytest.raises(NotSeen):
            refuse_unseen(one, found)
        see(one, found, by=None, at=AT)
        refuse_unseen(one, found)
        kept = FairnessSeen.objects.get()
        assert kept.at == AT
        assert [group["value"] for group in kept.found["groups"]] == ["Mapo"]

    def test_what_was_not_there_then_has_to_be_seen_again(self) -> None:
        one, found = self.planned()
        see(one, found, by=None, at=AT)
        more = treatment(*districts(Jongno=(60, 60), Mapo=(60, 0), Seocho=(60, 0)), {})
        fewer = treatment(*districts(Jongno=(60, 60), Mapo=(50, 0)), {})
        for other in (more, fewer):
            with pytest.raises(NotSeen):
                refuse_unseen(one, other)

    def test_where_all_fare_alike_there_is_nothing_to_see(self) -> None:
        one, _ = self.planned()
        alike = treatment(*districts(Jongno=(60, 30), Mapo=(60, 30)), {})
        assert see(one, alike, by=None, at=AT) is None
        refuse_unseen(one, alike)
