"""Whose customers somebody sees."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dangol.records.customers.models import Customer
from dangol.records.staff.models import Unit, User
from dangol.records.staff.roles import BUNDLES, May, Role
from dangol.records.staff.scope import below, scope_of
from tests.records.staff.office import AT, office, staff


@pytest.mark.store
@pytest.mark.django_db
class TestScope:
    def test_of_the_owner_and_of_head_office_is_everybody(self) -> None:
        office()
        assert scope_of(staff(Role.OWNER)).whole
        assert scope_of(staff(Role.MARKETER, "HQ")).whole
        assert scope_of(staff(Role.AGENT)).whole

    def test_of_a_region_is_what_lies_below_it(self) -> None:
        units = office()
        scope = scope_of(staff(Role.MARKETER, "R1"))
        assert scope.codes == {"R1", "D1", "D2", "S1"}
        assert scope.units == {units[code].pk for code in scope.codes}

    def test_of_a_dealer_is_their_own_unit(self) -> None:
        office()
        assert scope_of(staff(Role.DEALER, "D1")).codes == {"D1"}

    def test_of_a_dealer_without_a_unit_or_in_head_office_is_not_everybody(self) -> None:
        office()
        assert scope_of(staff(Role.DEALER)).units == frozenset()
        assert not scope_of(staff(Role.DEALER, "HQ")).whole

    def test_of_somebody_who_left_is_nobody(self) -> None:
        office()
        left = staff(Role.MARKETER, "HQ")
        left.is_active = False
        assert scope_of(left).units == frozenset()
        assert not left.may(May.SEE_CUSTOMERS)

    def test_keeps_the_neighbours_customers_away(self) -> None:
        units = office()
        for code in ("D1", "D2", "D3", None):
            Customer.objects.create(full_name=code or "HQ", unit=units[code] if code else None, registered_at=AT)

        def seen(user: User) -> set[str]:
            return set(Customer.objects.seen_by(scope_of(user)).values_list("full_name", flat=True))

        assert seen(staff(Role.DEALER, "D1")) == {"D1"}
        assert seen(staff(Role.MARKETER, "R1")) == {"D1", "D2"}
        assert seen(staff(Role.OWNER)) == {"D1", "D2", "D3", "HQ"}


class TestTree:
    @given(st.lists(st.integers(0, 30), min_size=1, max_size=30))
    def test_holds_the_unit_and_its_descendants_even_where_it_bites_its_tail(self, links: list[int]) -> None:
        parents: dict[int, int | None] = {unit: link if link < len(links) else None for unit, link in enumerate(links)}
        found = below(0, parents)
        assert 0 in found
        for unit in found - {0}:
            assert parents[unit] in found
        assert not {unit for unit, parent in parents.items() if parent in found} - found


class TestRoles:
    def test_has_a_bundle_for_each(self) -> None:
        assert set(BUNDLES) == set(Role.values)

    def test_gives_the_archive_of_the_law_to_one_role_alone(self) -> None:
        assert [role for role, bundle in BUNDLES.items() if May.SEE_LEGAL_HOLD in bundle] == [Role.AUDITOR]

    def test_unmasks_only_for_those_who_work_with_people_or_check_on_them(self) -> None:
        assert {role for role, bundle in BUNDLES.items() if May.SEE_PERSON in bundle} == {
            Role.OWNER, Role.AGENT, Role.DEALER,
        }  # fmt: skip


@pytest.mark.django_db
def test_a_customer_of_no_unit_belongs_to_head_office() -> None:
    office()
    Customer.objects.create(full_name="nobody's", registered_at=AT)
    assert not Customer.objects.seen_by(scope_of(staff(Role.MARKETER, "R1"))).exists()


@pytest.mark.django_db
def test_one_business_has_one_owner() -> None:
    assert Unit.objects.count() == 0
    staff(Role.OWNER)
    with pytest.raises(Exception, match=r"UNIQUE|unique"):
        User.objects.create(username="second", role=Role.OWNER)
