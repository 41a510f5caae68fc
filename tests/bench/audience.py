"""The people of a demo's own campaign, as its home holds them: who they are and what they spent around it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import numpy as np

from dangol.decisions.campaigns.effects import window_of
from dangol.decisions.campaigns.models import Campaign
from dangol.decisions.campaigns.outcome import outcome_of
from dangol.insight.warehouse.queries import lake
from dangol.records.ledger.arms import Arm, arms_of, key_of
from dangol.records.ledger.models import Assignment


@dataclass(frozen=True)
class Audience:
    """Entries belong together; money in minor units, after and before over equal times."""

    campaign: Campaign
    since: datetime
    until: datetime
    external_ids: np.ndarray
    keys: list[str]
    after: np.ndarray
    before: np.ndarray

    def treated(self, salt: str) -> np.ndarray:
        """Who is treated under another name of the campaign, by the real rule."""
        arms = arms_of(self.keys, salt=salt, holdout_share=self.campaign.holdout_share)
        return np.array([arm is Arm.TREATED for arm in arms])


def audience_of(closes_at: datetime) -> Audience:
    """The home's one campaign, measured up to `closes_at`."""
    campaign = Campaign.objects.select_related("offer").get()
    assert campaign.launched_at is not None
    window = window_of(campaign, launched_at=campaign.launched_at, as_of=closes_at)
    people = Assignment.objects.filter(source_ref=campaign.source_ref).order_by("pk")
    names = ("identity__source", "identity__external_id", "identity__customer__lake_key")
    rows = list(people.values_list(*names))
    lake_keys, store = [row[2] for row in rows], lake()
    return Audience(
        campaign, window.since, window.until,
        external_ids=np.array([row[1] for row in rows], dtype=object),
        keys=[key_of(source, external_id) for source, external_id, _ in rows],
        after=outcome_of(store, lake_keys, since=window.since, until=window.until),
        before=outcome_of(store, lake_keys, since=window.before, until=window.since),
    )  # fmt: skip
