"""What is bought together and what comes next by the API: patterns, whom each is for, lists to take away."""

from datetime import date, datetime
from typing import Literal

from django.http import Http404, HttpRequest, HttpResponseBase
from ninja import Field, Query, Router, Schema

from dangol.insight.analysis.baskets import whom
from dangol.insight.analysis.baskets.report import Part, Pattern, Report, last_report
from dangol.records.staff.roles import May
from dangol.web import clock
from dangol.web.api import taking
from dangol.web.api.doors import LARGEST, Sent, opened
from dangol.web.api.works import Work, told_of
from dangol.web.insight.baskets import tasks, views, words
from dangol.web.shell.viewer import viewer

router = Router(tags=["insight"])

type Name = Literal["together", "following"]


class BasketPattern(Schema):
    """Who has all of `because` has `product`, too (ids): `seen` of `of`, with 95 % intervals.

    `lift`: how many times as often as by chance; null where it hardly ever comes otherwise. `q`: the share of false
    ones among those at most so doubtful.
    """

    because: list[int]
    product: int
    names: list[str]
    seen: int
    of: int
    share: float
    share_low: float
    share_high: float
    lift: float | None
    lift_low: float
    lift_high: float | None
    q: float
    sentence: str


class BasketPart(Schema):
    """The patterns that hold, the strongest first, and how many were looked at, doubtful, or said nothing more."""

    among: int
    fewest: int
    looked_at: int
    often: int
    holding: int
    redundant: int
    left_out: list[str]
    patterns: list[BasketPattern]


class Baskets(Schema):
    """What was found when it was last looked for, on which data and by which settings."""

    run: int
    as_of: datetime
    since: date
    until: date
    lake_version: str
    asked_at: datetime
    window_days: int
    level: float
    together: BasketPart
    following: BasketPart | None


class WantedPattern(Sent):
    """One pattern of the last answer: its part, and where it stands there (the first is 0)."""

    part: Name
    place: int = Field(ge=0, le=LARGEST)


class Hearer(Schema):
    """A customer, the name as the key sees it."""

    customer: int
    name: str


class Hearers(Schema):
    """Who still buys the first and never had the second: how many, and the first hundred."""

    number: int
    customers: list[Hearer]


class TakeProposals(taking.Take):
    """Which pattern; without one the proposals for every customer."""

    which: WantedPattern | None = None


@opened(router, "GET", "/insight/baskets", May.SEE_VALUES, response=Baskets, whole=True)
def get_baskets(request: HttpRequest) -> Baskets:
    """What is bought together and what comes next; 404 where nobody has looked yet."""
    found = _found()
    following = None if found.following is None else _part("following", found.following)
    return Baskets(
        run=found.run.pk, as_of=found.run.as_of, since=found.since, until=found.until,
        lake_version=found.run.lake_version, asked_at=found.run.started_at,
        window_days=found.run.parameters["window"], level=found.run.parameters["level"],
        together=_part("together", found.together), following=following,
    )  # fmt: skip


@opened(router, "POST", "/insight/baskets/find", May.SEE_VALUES, response=Work, whole=True)
def find_baskets(request: HttpRequest) -> Work:
    """Look for everything anew, beside the pages."""
    views.ask(viewer(request))
    return told_of(tasks.KEY)


@opened(router, "GET", "/insight/baskets/find", May.SEE_VALUES, response=Work, whole=True)
def get_basket_finding(request: HttpRequest) -> Work:
    """How the looking stands."""
    return told_of(tasks.KEY)


@opened(router, "GET", "/insight/baskets/whom", May.SEE_VALUES, response=Hearers, whole=True, personal=True)
def list_hearers(request: HttpRequest, wanted: Query[WantedPattern]) -> Hearers:
    """Who should hear of one pattern."""
    mine, pattern = viewer(request), _pattern(wanted)
    ids = whom.hearers(pattern, as_of=clock.as_of())
    people = list(mine.customers.filter(pk__in=ids[:100]).order_by("pk"))
    mine.saw(person.pk for person in people)
    return Hearers(number=len(ids), customers=[Hearer(customer=one.pk, name=mine.name(one)) for one in people])


@opened(router, "POST", "/insight/baskets/file", May.EXPORT, response=str, whole=True, personal=True, file=True)
def take_proposals(request: HttpRequest, told: TakeProposals) -> HttpResponseBase:
    """What to propose to each customer, or who should hear of one pattern, as a file, with a reason."""
    if told.which is None:
        proposals = whom.proposals(_found(), as_of=clock.as_of())
    else:
        proposals = views.of_pattern(_pattern(told.which))
    return views.file(request, proposals, taking.form(told))


def _found() -> Report:
    found = last_report()
    if found is None:
        raise Http404("baskets")
    return found


def _pattern(wanted: WantedPattern) -> Pattern:
    part = _found().part(wanted.part)
    if part is None or wanted.place >= len(part.patterns):
        raise Http404("pattern")
    return part.patterns[wanted.place]


def _part(name: str, part: Part) -> BasketPart:
    names = words.product_names({product for one in part.patterns for product in one.products})
    return BasketPart(
        among=part.among, fewest=part.fewest, looked_at=part.looked_at, often=part.often, holding=part.holding,
        redundant=part.redundant, left_out=words.left_out(name, part),
        patterns=[_entry(name, one, names) for one in part.patterns],
    )  # fmt: skip


def _entry(name: str, one: Pattern, names: dict[int, str]) -> BasketPattern:
    return BasketPattern(
        because=list(one.because), product=one.product, names=[names[it] for it in (*one.because, one.product)],
        seen=one.seen, of=one.of, share=one.share, share_low=one.low, share_high=one.high, lift=one.lift,
        lift_low=one.lift_low, lift_high=one.lift_high, q=one.q, sentence=words.sentence(name, one),
    )  # fmt: skip
