"""The first looks of a demo: its pages have something to show when it is opened for the first time."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from dangol.insight.analysis.models import Run
from dangol.insight.relationship.models import Programme, Snapshot
from dangol.web.start import first_looks
from dangol.web.start.first_looks import look_around
from dangol.web.start.rounds import Hands
from tests.insight.relationship.world import TODAY, full_shop

pytestmark = [pytest.mark.django_db, pytest.mark.store]
LOOKS = ["back_test", "core", "positioning"]


@pytest.fixture
def shop(tmp_path: Path, settings: Any) -> None:
    """A valued shop whose clock stands on the day of its valuation."""
    settings.DANGOL_LAKE, settings.DANGOL_HOME = tmp_path / "lake", tmp_path
    settings.DANGOL = replace(settings.DANGOL, as_of=TODAY, time_zone="Asia/Seoul", currency="KRW")
    full_shop(customers=80).valued()


def looks() -> list[str]:
    return sorted(Run.objects.filter(kind__in=LOOKS, finished_at__isnull=False).values_list("kind", flat=True))


def test_are_had_once(shop: None) -> None:
    for _time in range(2):
        look_around("dairy", hands=Hands(None))
        assert looks() == LOOKS
        assert Snapshot.objects.count() == first_looks.MONTHS
    assert Programme.objects.exists()


def test_go_on_where_they_were_killed(shop: None, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as killed:
        killed.setattr(first_looks, "choose", lambda *_, **__: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            look_around("dairy", hands=Hands(None))
    assert looks() == ["back_test", "core"]
    look_around("dairy", hands=Hands(None))
    assert looks() == LOOKS
