"""The readiness check by the API: how complete, valid and linked the data are, and what each gap costs."""

from datetime import datetime

from django.http import Http404, HttpRequest
from ninja import Router, Schema

from dangol.contact.intake import queries
from dangol.insight.analysis.readiness import report
from dangol.insight.analysis.readiness.report import Found
from dangol.lib.languages import speaks
from dangol.records.staff.roles import May
from dangol.web.api.doors import opened
from dangol.web.api.works import Work, told_of
from dangol.web.readiness import tasks, told
from dangol.web.start import work

router = Router(tags=["readiness"])


class ReadinessCheck(Schema):
    """One check: `gaps` of `rows` have the gap; `level` is good, look, mend or none; `money` of sales, minor units."""

    name: str
    part: str
    title: str
    level: str
    gaps: int
    rows: int
    money: int | None
    cost: str
    remedy: str


class ReadinessMonth(Schema):
    """The sales of one month, minor units; `named`: those that name a customer."""

    month: str
    sales: int
    amount: int
    named: int


class Readiness(Schema):
    """What was found when the data were last looked at. `twins` carry the name and number of another customer, too.

    `left_out`: rows of files that wait to be mended, now; they are in no other number.
    """

    as_of: datetime
    sentence: str
    ready: bool
    customers: int
    placed: int
    reachable: int
    twins: int
    left_out: int
    sales: int
    amount: int
    named_amount: int
    first_things: list[str]
    checks: list[ReadinessCheck]
    months: list[ReadinessMonth]


@opened(router, "GET", "/readiness", May.SEE_INVENTORY, response=Readiness, whole=True)
def get_readiness(request: HttpRequest) -> Readiness:
    """What was found when the data were last looked at; 404 where nobody has looked yet."""
    found = report.last_report()
    if found is None:
        raise Http404("readiness")
    return Readiness(
        as_of=found.as_of, sentence=told.verdict(found), ready=found.ready, customers=found.customers,
        placed=found.placed, reachable=found.reachable, twins=found.twins, left_out=queries.still_to_mend(),
        sales=found.sales, amount=found.amount,
        named_amount=found.named_amount, first_things=[one.check.name for one in found.first_things],
        checks=[_entry(one) for one in found.found], months=[ReadinessMonth(**vars(one)) for one in found.months],
    )  # fmt: skip


@opened(router, "POST", "/readiness/look", May.SEE_INVENTORY, response=Work, whole=True)
def look_at_readiness(request: HttpRequest) -> Work:
    """Look at everything anew, beside the pages."""
    work.start(tasks.KEY, tasks.look, speaks())
    return told_of(tasks.KEY)


@opened(router, "GET", "/readiness/look", May.SEE_INVENTORY, response=Work, whole=True)
def get_readiness_look(request: HttpRequest) -> Work:
    """How the looking stands."""
    return told_of(tasks.KEY)


def _entry(one: Found) -> ReadinessCheck:
    return ReadinessCheck(
        name=one.check.name, part=one.check.part.value, title=str(one.check.title), level=one.level.value,
        gaps=one.gaps, rows=one.rows, money=one.money, cost=str(one.check.cost), remedy=str(one.check.remedy),
    )  # fmt: skip
