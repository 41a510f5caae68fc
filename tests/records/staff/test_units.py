"""Parts of the business as sources name them."""

from datetime import UTC, datetime

import pytest

from dangol.lib.bulk import Counted
from dangol.records.changes.models import Change
from dangol.records.staff.models import Unit
from dangol.records.staff.units import NewUnit, ensure_units, take_units

AT = datetime(2026, 11, 22, 3, tzinfo=UTC)

pytestmark = pytest.mark.django_db


class TestTakeUnits:
    def test_places_units_below_parents_in_any_order(self) -> None:
        rows = [
            NewUnit("d1", "강남", "dealer", "hq"),
            NewUnit("hq", "본사", "head_office"),
            NewUnit("d2", "", "dealer", "x"),
        ]
        assert take_units(rows, at=AT) == Counted(created=3)
        assert Unit.objects.get(code="d1").parent == Unit.objects.get(code="hq")
        assert (Unit.objects.get(code="d2").name, Unit.objects.get(code="x").kind) == ("d2", "head_office")

    def test_changes_only_what_is_new(self) -> None:
        take_units([NewUnit("d1", "강남", "dealer")], at=AT)
        changes = Change.objects.count()
        assert take_units([NewUnit("d1", "", "dealer")], at=AT) == Counted(unchanged=1)
        assert Change.objects.count() == changes
        assert take_units([NewUnit("d1", "서초", "dealer")], at=AT) == Counted(updated=1)


class TestEnsureUnits:
    def test_makes_shops_of_unknown_codes(self) -> None:
        ids = ensure_units(["s1", "s2", "s1"], at=AT)
        assert ensure_units(["s2"], at=AT) == {"s2": ids["s2"]}
        assert set(Unit.objects.values_list("kind", flat=True)) == {"shop"}
