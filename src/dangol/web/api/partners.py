"""Data of partners by the API: whose, which, on which ground, of how many people; and the end of an alliance."""

from datetime import date, datetime
from typing import Any

from django.db.models import Count
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Router, Schema

from dangol.contact.intake import alliance
from dangol.records.customers.models import PartnerSet
from dangol.records.staff.roles import May
from dangol.web import clock
from dangol.web.api.doors import Number, Reason, Sent, opened
from dangol.web.shell.viewer import viewer

router = Router(tags=["partners"])


class Partner(Schema):
    """One data set of a partner, and of how many people it tells something."""

    id: int
    partner: str
    dataset: str
    received_on: date
    purpose: str
    basis: str
    evidence: str
    told: list[str]
    people: int
    ended_at: datetime | None


class EndPartner(Sent):
    reason: Reason


@opened(router, "GET", "/partners", May.SEE_INVENTORY, response=list[Partner], whole=True)
def list_partners(request: HttpRequest) -> list[Partner]:
    """Every data set with its ground, the latest first."""
    found = PartnerSet.objects.annotate(people=Count("details")).order_by("-received_on", "-pk")
    return [_partner(one, one.people) for one in found]


@opened(router, "GET", "/partners/{number}", May.SEE_INVENTORY, response=Partner, whole=True)
def get_partner(request: HttpRequest, number: Number) -> Partner:
    """One data set."""
    one = get_object_or_404(PartnerSet, pk=number)
    return _partner(one, one.details.count())


@opened(router, "POST", "/partners/{number}/end", May.CHANGE_SETTINGS, response=Partner, whole=True)
def end_partner(request: HttpRequest, number: Number, told: EndPartner) -> Partner:
    """Take it off everybody at once; that stands in the destruction ledger."""
    one = get_object_or_404(PartnerSet, pk=number)
    alliance.end(one, reason=told.reason, by=viewer(request).user, at=clock.now())
    one.refresh_from_db()
    return _partner(one, one.details.count())


def _partner(one: PartnerSet, people: int) -> Partner:
    told: dict[str, Any] = {name: getattr(one, name) for name in Partner.model_fields if name not in {"id", "people"}}
    return Partner(id=one.pk, people=people, **told)
