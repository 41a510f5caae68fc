"""Children for whom no guardian agreed are left out of the valuation, and come in with the agreement."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from dangol.insight.analysis.models import Score
from dangol.insight.relationship import queries
from dangol.records.customers.models import Customer
from dangol.records.permission.guardians import record_guardian
from tests.insight.relationship.world import TODAY, full_shop

pytestmark = [pytest.mark.store, pytest.mark.usefixtures("lake_folder"), pytest.mark.django_db(transaction=True)]


def test_are_left_out_until_a_guardian_agrees(settings: Any, tmp_path: Path) -> None:
    settings.DANGOL_KEYS = tmp_path / "keys.json"
    shop = full_shop()
    alone, guarded = (Customer.objects.get(full_name=f"손님{number}") for number in (0, 1))
    Customer.objects.filter(pk__in=[alone.pk, guarded.pk]).update(birth_date=date(TODAY.year - 5, 1, 1))
    guarded.refresh_from_db()
    record_guardian(
        guarded, granted=True, method="phone", name="김엄마", contact="+8210", evidence="call 7", by=None, at=TODAY
    )
    run = shop.valued()
    assert not Score.objects.filter(run=run, customer=alone).exists()
    assert Score.objects.filter(run=run, customer=guarded).exists()
    assert sum(queries.regions(run).values()) == Customer.objects.count() - 1
    notes = queries.notes(run)
    assert any("children whose guardian" in note for note in notes)
    assert not any("no longer on record" in note or "do not want" in note for note in notes)
