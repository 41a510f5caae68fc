"""One of many keys, told to the database as one value."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from dangol.records.customers.models import Customer
from dangol.records.staff.models import Unit
from tests.records.staff.office import AT, office


@pytest.mark.store
class TestAmong(TestCase):
    @given(st.sets(st.integers(0, 8), max_size=8))
    def test_finds_what_in_finds(self, picked: set[int]) -> None:
        units = list(office().values())
        Customer.objects.bulk_create(Customer(full_name=unit.code, unit=unit, registered_at=AT) for unit in units)
        keys = {units[number].pk for number in picked if number < len(units)} | {10**9}
        wanted = set(Customer.objects.filter(unit__in=keys).values_list("full_name", flat=True))
        for lookup in ("unit__among", "unit__among_unsearched"):
            assert set(Customer.objects.filter(**{lookup: keys}).values_list("full_name", flat=True)) == wanted

    def test_takes_thousands_of_keys(self) -> None:
        assert not Customer.objects.filter(unit__among=range(100_000)).exists()

    def test_works_along_a_chain_of_keys(self) -> None:
        units = office()
        assert set(Unit.objects.filter(parent__among=[units["HQ"].pk]).values_list("code", flat=True)) == {"R1", "R2"}
