"""Launching a campaign writes down which items of the inventory it took."""

from __future__ import annotations

import pytest

from dangol.decisions.campaigns.actions import launch
from dangol.decisions.campaigns.used_items import OF_PERSON, chosen_by, written_with
from dangol.decisions.segments.fields import FIELDS as RULES
from dangol.records.customers.fields import FIELDS
from dangol.records.customers.models import FieldUse
from tests.decisions.campaigns.test_actions import planned
from tests.people import AT, SMS, people, valued


class TestChosenBy:
    def test_names_items_of_the_inventory_for_every_field_of_a_rule(self) -> None:
        assert set(chosen_by({name: [] for name in RULES})) <= set(FIELDS)

    def test_takes_every_value_for_what_was_worked_out(self) -> None:
        assert chosen_by({"region": ["II"], "customer_value": [0, 1], "place": ["마포구"]}) == ["score", "place"]

    def test_takes_the_course_for_both_of_its_tracks(self) -> None:
        assert chosen_by({"stage": ["expansion"], "cycle": ["quiet"]}) == ["stage"]


class TestWrittenWith:
    def test_names_what_is_said_and_where_it_goes(self) -> None:
        text = "{{이름}}님 {{ 지점 }} {{혜택}} {{name}}"
        assert list(written_with(text, "mobile")) == ["full_name", "unit", "mobile"]
        assert list(written_with("안녕하세요", None)) == []

    def test_names_items_of_the_inventory(self) -> None:
        assert {item for items in OF_PERSON.values() for item in items} <= set(FIELDS)


@pytest.mark.django_db
@pytest.mark.store
def test_a_launch_leaves_its_uses() -> None:
    valued(people(30))
    launch(planned(), channel=SMS, by=None, at=AT)
    assert set(FieldUse.objects.values_list("name", "use")) == {
        ("score", "choice"), ("full_name", "writing"), ("mobile", "writing"),
    }  # fmt: skip
