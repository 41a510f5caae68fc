"""Expectations by the API: the best customers below with reasons, and the excluded who complain."""

from datetime import datetime

from django.http import Http404, HttpRequest
from ninja import Router, Schema

from dangol.insight.relationship.expectation.queries import Expectation, best_below, last_expectation
from dangol.records.staff.roles import May
from dangol.web.api.doors import opened
from dangol.web.relationship.expectation import words
from dangol.web.relationship.expectation.views import SHOWN
from dangol.web.shell.viewer import viewer

router = Router(tags=["relationship"])


class UnmetCustomer(Schema):
    """One of the best customers below expectation; gap of the scale's length, null where it was not measured.

    how: asked (against what was expected) or former (against earlier answers); counted: shortfalls of the last days.
    """

    customer: int
    name: str
    equity: float
    gap: float | None
    how: str
    counted: dict[str, int]
    reasons: list[str]


class ExcludedGroup(Schema):
    """How often those of a group complained after a campaign; `more` against those who got it, 95 % intervals."""

    group: str
    times: int
    complained: int
    share: float
    low: float
    high: float
    more: float | None
    more_low: float | None
    more_high: float | None
    surely_more: bool


class Expectations(Schema):
    """What the newest valuation found; counts: customers in each state, and how gaps were measured; left_out: customers
    who complained after being left out, null in a valuation that did not count them.
    """

    run: int
    as_of: datetime
    finding: str
    share: float
    counts: dict[str, int]
    customers: list[UnmetCustomer]
    excluded: list[ExcludedGroup]
    upset: str
    left_out: int | None


@opened(router, "GET", "/expectation", May.SEE_VALUES, response=Expectations, whole=True, personal=True)
def get_expectation(request: HttpRequest) -> Expectations:
    """The best customers who get less than they expect, and those left out who complain."""
    found = last_expectation()
    if found is None:
        raise Http404("run")
    return Expectations(
        run=found.run.pk, as_of=found.run.as_of, finding=words.finding(found), share=found.share, counts=found.counts,
        customers=_customers(request, found), upset=words.upset(found), left_out=found.left_out,
        excluded=[
            ExcludedGroup(**{name: getattr(one, name) for name in ExcludedGroup.model_fields}) for one in found.excluded
        ],
    )  # fmt: skip


def _customers(request: HttpRequest, found: Expectation) -> list[UnmetCustomer]:
    mine, listed = viewer(request), best_below(found.run, limit=SHOWN)
    mine.saw(one.customer.pk for one in listed)
    return [
        UnmetCustomer(
            customer=one.customer.pk, name=mine.name(one.customer), equity=one.equity, gap=one.gap, how=one.how,
            counted=one.counted, reasons=words.reasons(one),
        )
        for one in listed
    ]  # fmt: skip
