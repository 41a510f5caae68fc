"""Who objects to being valued by a program is left out of the next valuation, and the region can be explained."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from dangol.insight.analysis.models import Score
from dangol.insight.relationship import queries
from dangol.insight.relationship.explained import region_explained
from dangol.records.customers.models import Customer
from dangol.records.permission.actions import withdraw_consent
from dangol.records.rights.erasure import erase
from tests.insight.relationship.world import TODAY, full_shop

pytestmark = [pytest.mark.store, pytest.mark.usefixtures("lake_folder"), pytest.mark.django_db(transaction=True)]


def test_leaves_out_who_objects_and_who_was_forgotten(settings: Any, tmp_path: Path) -> None:
    settings.DANGOL_HOME, settings.DANGOL_KEYS = tmp_path, tmp_path / "keys.json"
    shop = full_shop()
    shop.valued()
    told, objects, gone = (Customer.objects.get(full_name=f"손님{number}") for number in (0, 1, 2))
    assert region_explained(objects.pk)
    withdraw_consent(objects, purpose="automated", by=None, at=TODAY)
    erase(gone.pk, reason="test", by=None, at=TODAY)
    run = shop.valued()
    assert sum(queries.regions(run).values()) == Customer.objects.count() - 2 == 238
    assert not Score.objects.filter(run=run, customer__in=[objects, gone]).exists()
    assert any("do not want to be valued" in note for note in queries.notes(run))
    assert not any("no longer on record" in note for note in queries.notes(run))
    told_of = region_explained(told.pk)[0]
    assert told_of.subject == f"run:{run.pk}" and told_of.result and len(told_of.influence) > 5
    assert all(not line.startswith("None") for line in told_of.influence)
