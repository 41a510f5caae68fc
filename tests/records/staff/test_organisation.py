"""The organisation as people arrange it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import IntegrityError
from django.db.transaction import atomic
from django.utils.translation import override
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from dangol.records.changes.models import Change
from dangol.records.staff import organisation
from dangol.records.staff.models import Unit
from dangol.records.staff.queries import tree
from dangol.records.staff.roles import Role
from dangol.records.staff.scope import below, scope_of
from tests.records.staff.office import AT, office, staff

pytestmark = [pytest.mark.django_db, pytest.mark.store]


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Refusals in the words of the code."""
    with override("en"):
        yield


class TestAdd:
    def test_gives_a_code_where_none_is_told_and_tells_the_feed(self) -> None:
        units, before = office(), Change.objects.count()
        made = [organisation.add_unit(name="새 매장", kind="shop", parent=units["R1"], at=AT) for _ in range(3)]
        assert [one.code for one in made] == ["unit-1", "unit-2", "unit-3"]
        assert Change.objects.count() == before + 3

    @pytest.mark.parametrize(("name", "kind", "code"), [(" ", "shop", ""), ("x", "castle", ""), ("x", "shop", "D1")])
    def test_refuses_no_name_no_such_kind_and_a_code_that_is_there(self, name: str, kind: str, code: str) -> None:
        office()
        with pytest.raises(organisation.CannotPlace):
            organisation.add_unit(name=name, kind=kind, parent=None, code=code, at=AT)


class TestMove:
    def test_changes_who_sees_its_customers(self) -> None:
        units = office()
        organisation.move_unit(units["D1"], parent=units["R2"], at=AT)
        assert scope_of(staff(Role.MARKETER, "R1")).codes == {"R1", "D2", "S1"}
        assert scope_of(staff(Role.MARKETER, "R2")).codes == {"R2", "D1", "D3"}

    @pytest.mark.parametrize("onto", ["HQ", "R1", "D1"])
    def test_never_makes_a_unit_part_of_itself(self, onto: str) -> None:
        units = office()
        with pytest.raises(organisation.CannotPlace, match="itself"):
            organisation.move_unit(units["HQ"], parent=units[onto], at=AT)
        assert Unit.objects.get(code="HQ").parent is None

    def test_is_held_by_the_database_as_far_as_one_row_can_tell(self) -> None:
        unit = office()["D1"]
        with pytest.raises(IntegrityError), atomic():
            Unit.objects.filter(pk=unit.pk).update(parent=unit)


class TestTree:
    def test_shows_every_unit_below_the_one_it_is_part_of(self) -> None:
        office()
        assert [(one.unit.code, one.depth) for one in tree()] == [
            ("HQ", 0), ("R1", 1), ("D1", 2), ("D2", 2), ("S1", 2), ("R2", 1), ("D3", 2),
        ]  # fmt: skip


class TestCircles(TestCase):
    @settings(max_examples=50)
    @given(st.lists(st.tuples(st.integers(0, 6), st.none() | st.integers(0, 6)), max_size=15))
    def test_never_close_whatever_is_moved_where(self, moves: list[tuple[int, int | None]]) -> None:
        units = list(office(contracts=False).values())
        for which, onto in moves:
            unit = Unit.objects.get(pk=units[which].pk)
            parent = None if onto is None else Unit.objects.get(pk=units[onto].pk)
            try:
                organisation.move_unit(unit, parent=parent, at=AT)
            except organisation.CannotPlace:
                assert parent is not None
        parents = dict(Unit.objects.values_list("pk", "parent_id"))
        for pk, parent_id in parents.items():
            assert parent_id not in below(pk, parents)
        assert len(tree()) == len(units)
