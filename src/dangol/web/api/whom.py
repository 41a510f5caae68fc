"""Whom we know, by the API: who is identified, what is sold to nobody on record, who can be reached by which way."""

from dataclasses import asdict
from datetime import datetime

from django.http import Http404, HttpRequest
from ninja import Router, Schema

from dangol.insight.relationship import whom_we_know
from dangol.insight.relationship.whom_we_know import Place
from dangol.lib.languages import speaks
from dangol.records.staff.roles import May
from dangol.web.api.doors import opened
from dangol.web.api.works import Work, told_of
from dangol.web.customers import whom_tasks
from dangol.web.start import work

router = Router(tags=["customers"])


class SoldTo(Schema):
    """Sales of one channel or shop, and those of them that name nobody. Minor units.

    several: how many channels or shops the last, without a code, puts together; else 1.
    """

    code: str
    sales: int
    amount: int
    unnamed_sales: int
    unnamed_amount: int
    several: int


class Reached(Schema):
    """One way of reaching people. `now`: how many may get advertising by it now, null where no channel goes this way;
    `why_not`: how many may not, by reason.
    """

    medium: str
    channel: str
    addressed: int | None
    agreed: int | None
    refused: int | None
    never_asked: int | None
    blocked: int
    now: int | None
    why_not: dict[str, int]


class WhomWeKnow(Schema):
    """What was counted last. `states`: customers by how far they are known, as the filter `identified` has them."""

    as_of: datetime
    customers: int
    identified: int
    states: dict[str, int]
    sales: SoldTo
    channels: list[SoldTo]
    shops: list[SoldTo]
    ways: list[Reached]


@opened(router, "GET", "/whom-we-know", May.SEE_INVENTORY, response=WhomWeKnow, whole=True)
def get_whom_we_know(request: HttpRequest) -> WhomWeKnow:
    """What was counted last; 404 where nobody has counted yet."""
    found = whom_we_know.last_count()
    if found is None:
        raise Http404("whom-we-know")
    return WhomWeKnow(
        as_of=found.as_of, customers=found.customers, identified=found.identified, states=found.states,
        sales=_sold(found.whole), channels=[_sold(one) for one in found.places],
        shops=[_sold(one) for one in found.shops],
        ways=[Reached(why_not=one.why, **{name: getattr(one, name) for name in TOLD}) for one in found.ways],
    )  # fmt: skip


@opened(router, "POST", "/whom-we-know/count", May.SEE_INVENTORY, response=Work, whole=True)
def count_whom_we_know(request: HttpRequest) -> Work:
    """Count everybody anew, beside the pages."""
    work.start(whom_tasks.KEY, whom_tasks.count, speaks())
    return told_of(whom_tasks.KEY)


@opened(router, "GET", "/whom-we-know/count", May.SEE_INVENTORY, response=Work, whole=True)
def get_whom_we_know_count(request: HttpRequest) -> Work:
    """How the counting stands."""
    return told_of(whom_tasks.KEY)


TOLD = ("medium", "channel", "addressed", "agreed", "refused", "never_asked", "blocked", "now")


def _sold(one: Place) -> SoldTo:
    return SoldTo(**asdict(one))
