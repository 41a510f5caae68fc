"""Campaigns stand in the warehouse under the mark that their assignments carry."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from dangol.insight.warehouse.refresh import refresh
from tests.decisions.campaigns.test_actions import AT, planned
from tests.insight.warehouse.reading_back import contents

pytestmark = pytest.mark.django_db


def test_each_is_one_row_with_channel_and_offer(settings: Any, tmp_path: Path) -> None:
    settings.DANGOL_LAKE = tmp_path / "lake"
    campaign = planned()
    refresh(at=AT)
    (row,) = contents(tmp_path / "lake")["campaigns"]
    assert row["campaign"] == campaign.source_ref
    assert (row["channel"], row["offer"]) == (campaign.channel, campaign.offer.code)
    assert row["launched_on"] is None
