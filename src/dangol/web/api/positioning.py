"""What to do, by the API: the last portfolio, asking with a budget, the catalogue of programmes."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _
from ninja import Field, Router, Schema

from dangol.contact.delivery.queries import channels
from dangol.insight.relationship.models import Programme
from dangol.insight.relationship.positioning.catalogue import (
    BadProgramme,
    Terms,
    programme,
    programmes,
    terms_of,
    write_programme,
)
from dangol.insight.relationship.positioning.queries import Sum, last_positioned
from dangol.lib.languages import speaks
from dangol.records.staff.roles import May
from dangol.web import clock
from dangol.web.api.doors import Sent, WrongValues, opened
from dangol.web.api.works import Work, told_of
from dangol.web.relationship.positioning import tasks, words
from dangol.web.relationship.positioning.views import fresh_code
from dangol.web.shell.viewer import viewer
from dangol.web.start import work

router = Router(tags=["relationship"])
MOST = 10**14


class MoneyAYear(Schema):
    """Minor units a year with their 95 % interval."""

    value: float
    low: float
    high: float


class RecommendedProgramme(Schema):
    """One programme: whom it is recommended for, by move (A_B, C_D, up), what it costs and both sides gain. `could`:
    whom it could move; `source`, `customer_source`: whether the gain of either side is stated or learned."""

    code: str
    name: str
    bond: str
    channel: str
    customers: int
    could: int
    moves: dict[str, int]
    cost: int
    company: MoneyAYear
    customer: MoneyAYear
    source: str
    customer_source: str


class Recommended(Schema):
    """The last portfolio. `net`: what both sides gain less the cost; `gap`: at most so much better could it be;
    unfairness: mean points outside the band; `ask`: customers whose place an answer would tell; `wait`: those who
    bought too little to be placed; money in minor units; `use_worth`: what one use is worth, null where values are
    money."""

    run: int
    as_of: datetime
    headline: str
    doubts: list[str]
    budget: int
    use_worth: int | None
    cost: int
    customers: int
    company: MoneyAYear
    customer: MoneyAYear
    net: float
    gap: float
    unfairness_before: float | None
    unfairness_after: float | None
    ask: int
    wait: int
    objected: int
    withheld: dict[str, dict[str, int]]
    programmes: list[RecommendedProgramme]


class Budget(Sent):
    """How much may be spent, minor units; where values are counted in uses what one is worth, too."""

    budget: int = Field(ge=0, le=MOST)
    use_worth: int | None = Field(None, ge=1, le=MOST)


class ProgrammeTerms(Sent):
    """A programme: names, bond, what it costs and brings for each customer in a year (minor units), and why."""

    name_ko: str = Field(min_length=1, max_length=120)
    name_en: str = Field(min_length=1, max_length=120)
    bond: Literal["transactional", "care"]
    cost: int = Field(ge=0, le=MOST)
    company: int = Field(ge=-MOST, le=MOST)
    company_low: int = Field(ge=-MOST, le=MOST)
    company_high: int = Field(ge=-MOST, le=MOST)
    customer: int = Field(ge=-MOST, le=MOST)
    customer_low: int = Field(ge=-MOST, le=MOST)
    customer_high: int = Field(ge=-MOST, le=MOST)
    assumption: str = Field(min_length=1, max_length=300)
    offer: str = Field("", max_length=40)
    channel: str = Field("", max_length=40)
    in_use: bool = True


class KeptProgramme(Schema):
    """A programme as it stands, since when, written by whom (null: there from the beginning)."""

    code: str
    name_ko: str
    name_en: str
    bond: str
    cost: int
    company: int
    company_low: int
    company_high: int
    customer: int
    customer_low: int
    customer_high: int
    assumption: str
    offer: str
    channel: str
    in_use: bool
    by: int | None
    at: datetime


@opened(router, "GET", "/positioning", May.SEE_VALUES, response=Recommended, whole=True)
def get_positioning(request: HttpRequest) -> Recommended:
    """What was recommended last; 404 where nobody has asked yet."""
    found = last_positioned()
    if found is None:
        raise Http404("positioning")
    return Recommended(
        run=found.run.pk, as_of=found.run.as_of, headline=words.headline(found), doubts=words.doubts(found),
        budget=found.budget, use_worth=found.use_worth, cost=found.cost, customers=found.customers,
        company=_money(found.company), customer=_money(found.customer), net=found.net, gap=found.gap,
        unfairness_before=found.before, unfairness_after=found.after, ask=found.ask,
        wait=found.wait, objected=found.objected,
        withheld={channel: dict(reasons) for channel, reasons in found.withheld.items()},
        programmes=[
            RecommendedProgramme(
                code=row.code, name=row.name, bond=row.bond, channel=row.channel, customers=row.customers,
                could=row.could, moves=dict(row.moves), cost=row.cost, company=_money(row.company),
                customer=_money(row.customer), source=row.expected_company.source,
                customer_source=row.expected_customer.source,
            )
            for row in found.rows
        ],
    )  # fmt: skip


@opened(router, "POST", "/positioning/ask", May.SEE_VALUES, response=Work, whole=True)
def ask_positioning(request: HttpRequest, told: Budget) -> Work:
    """Ask what to do within a budget, beside the pages."""
    work.start(tasks.KEY, tasks.ask, told.budget, viewer(request).user.pk, speaks(), told.use_worth)
    return told_of(tasks.KEY)


@opened(router, "GET", "/positioning/ask", May.SEE_VALUES, response=Work, whole=True)
def get_positioning_work(request: HttpRequest) -> Work:
    """How the choosing stands."""
    return told_of(tasks.KEY)


@opened(router, "GET", "/programmes", May.SEE_VALUES, response=list[KeptProgramme], whole=True)
def list_programmes(request: HttpRequest) -> list[KeptProgramme]:
    """The catalogue, programmes no longer in use too."""
    return [_kept(one) for one in programmes(all_of_them=True)]


@opened(router, "POST", "/programmes", May.RUN_CAMPAIGNS, response=KeptProgramme, whole=True)
def add_programme(request: HttpRequest, told: ProgrammeTerms) -> KeptProgramme:
    """Add a programme to the catalogue."""
    return _written(request, fresh_code(), told)


@opened(router, "POST", "/programmes/{code}", May.RUN_CAMPAIGNS, response=KeptProgramme, whole=True)
def change_programme(request: HttpRequest, code: str, told: ProgrammeTerms) -> KeptProgramme:
    """Change a programme: a new version, the old one stays on record."""
    if programme(code) is None:
        raise Http404(code)
    return _written(request, code, told)


def _written(request: HttpRequest, code: str, told: ProgrammeTerms) -> KeptProgramme:
    known = channels()
    if told.channel and told.channel not in known:
        raise WrongValues({"channel": _("Choose one of these: %(choices)s.") % {"choices": ", ".join(known)}})
    try:
        terms = Terms(**told.model_dump())
        return _kept(write_programme(code=code, terms=terms, by=viewer(request).user, at=clock.as_of()))
    except BadProgramme as problem:
        raise WrongValues({"programme": str(problem)}) from problem


def _kept(one: Programme) -> KeptProgramme:
    terms = terms_of(one)
    told = {name: getattr(terms, name) for name in Terms.__dataclass_fields__}
    return KeptProgramme(code=one.code, by=one.by.pk if one.by else None, at=one.at, **told)


def _money(one: Sum) -> MoneyAYear:
    return MoneyAYear(value=one.value, low=one.low, high=one.high)
