"""What campaigns with a holdout cost for each customer whom they brought: measured, apart from what is attributed."""

from __future__ import annotations

from dataclasses import dataclass

from dangol.decisions.campaigns.effects import buyers
from dangol.decisions.campaigns.models import Campaign
from dangol.decisions.campaigns.queries import launched, result
from dangol.decisions.campaigns.queries import standing as stands
from dangol.insight.analysis.acquiring import Brought, brought
from dangol.records.ledger.costs import campaigns_spent_on, spent_on
from dangol.records.ledger.models import Assignment
from dangol.web.campaigns import results

MOST = 10


@dataclass(frozen=True)
class Measured:
    """One campaign: what it cost, offers and entered costs, and whom it brought, None where nothing can be told yet."""

    campaign: Campaign
    cost: int
    complete: bool
    brought: Brought | None


def measured() -> list[Measured]:
    """The campaigns on which costs were entered, those launched last first."""
    return [_measured(one) for one in launched(called=campaigns_spent_on())[:MOST]]


def _measured(campaign: Campaign) -> Measured:
    found = result(campaign)
    if found is None:
        return Measured(campaign, spent_on(campaign.source_ref, campaign.name), False, None)
    cost = round(results.account(campaign, found.declared, stands(campaign).sent).cost)
    _since, until, complete = results.window(found)
    sound = bool(found.run.summary.get("sample_ratio_sound", True))
    if not (until and complete and sound):
        return Measured(campaign, cost, complete and sound, None)
    effect, bought = found.declared, buyers(campaign, until)
    told = brought(
        cost, treated=effect.treated, bought=bought.get(Assignment.Arm.TREATED, 0), held_out=effect.held_out,
        bought_held_out=bought.get(Assignment.Arm.HELD_OUT, 0),
    )  # fmt: skip
    return Measured(campaign, cost, True, told)
