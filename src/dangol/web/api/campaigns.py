"""Campaigns by the API: what was planned, whom it reached, what it changed."""

from datetime import datetime

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Router, Schema

from dangol.decisions.campaigns import queries
from dangol.decisions.campaigns.models import Campaign
from dangol.records.staff.roles import May
from dangol.web.api.customers import Number
from dangol.web.api.doors import Absent, Problem, opened

router = Router(tags=["campaigns"])


class Effect(Schema):
    """Treated less held out per customer assigned, minor units, with its 95 % interval."""

    estimator: str
    declared: bool
    effect: float
    ci_low: float
    ci_high: float
    treated: int
    held_out: int


class Planned(Schema):
    id: int
    name: str
    channel: str
    holdout_share: float
    weeks: int
    planned_at: datetime
    launched_at: datetime | None
    measured_at: datetime | None


class Told(Planned):
    """One campaign: counts of people, reasons of those withheld, and the effects as far as they are measured."""

    audience: int
    treated: int
    held_out: int
    sent: int
    waiting: int
    withheld: dict[str, int]
    effects: list[Effect]


@opened(router, "GET", "/campaigns", May.SEE_CAMPAIGNS, response=list[Planned], whole=True)
def list_campaigns(request: HttpRequest) -> list[Planned]:
    """Every campaign, the latest first."""
    return [Planned.from_orm(one) for one in Campaign.objects.order_by("-planned_at", "-pk")]


@opened(router, "GET", "/campaigns/{number}", May.SEE_CAMPAIGNS, response={200: Told, 404: Problem}, whole=True)
def get_campaign(request: HttpRequest, number: Number) -> Told:
    """One campaign."""
    one = Campaign.objects.filter(pk=number).first()
    if one is None:
        raise Absent(_("There is no campaign %(number)s.") % {"number": number})
    standing, result = queries.standing(one), queries.result(one)
    effects = [Effect.from_orm(row) for row in (result.declared, result.other) if row] if result else []
    return Told(
        **Planned.from_orm(one).dict(), audience=standing.audience, treated=standing.treated,
        held_out=standing.held_out, sent=standing.sent, waiting=standing.waiting, withheld=standing.withheld,
        effects=effects,
    )  # fmt: skip
