"""Who will come back, by the API: how good the forecast was, whom it concerns, and why."""

from datetime import date, datetime

from django.http import Http404, HttpRequest
from ninja import Router, Schema

from dangol.insight.analysis.leaving import queries
from dangol.insight.analysis.leaving.amounts import amount, label
from dangol.insight.analysis.leaving.settings import CHOICES
from dangol.insight.analysis.prediction.quality import Quality
from dangol.lib.errors import WrongUse
from dangol.lib.languages import speaks
from dangol.records.staff.roles import May
from dangol.web.api.back_test import Interval
from dangol.web.api.doors import Sent, opened
from dangol.web.api.works import Work, told_of
from dangol.web.insight.leaving import tasks, words
from dangol.web.shell.viewer import viewer
from dangol.web.start import work

router = Router(tags=["insight"])
SHOWN = 50


class Part(Schema):
    """Customers of the period held back of whom about the same was said, and the share that bought."""

    customers: int
    said: float
    share: float
    low: float
    high: float


class Tested(Schema):
    """How good one way of learning was on the period held back: skill over saying the same of everybody, AUC, Brier."""

    customers: int
    happened: int
    said: float
    brier: Interval
    skill: Interval
    auc: Interval
    parts: list[Part]


class Step(Schema):
    """A place of the tree: the condition that leads there, how many were there, the share that bought."""

    depth: int
    told: str
    customers: int
    share: float
    leaf: bool


class Why(Schema):
    """What moves a chance: the thing, what is known of it, by how much the chance differs from the middle's."""

    thing: str
    told: str
    change: float


class Risky(Schema):
    """One customer, the name as the key sees it; `at_stake` in minor units."""

    customer: int
    name: str
    chance: float
    at_stake: float
    way: list[str]
    why: list[Why]


class Review(Schema):
    """An earlier forecast whose days are over: what it said and what came."""

    run: int
    day: date
    days: int
    customers: int
    said: float
    share: float
    low: float
    high: float
    off: bool
    worthless: bool


class Leaving(Schema):
    """The last forecast: who buys again within `days`; `people` are those with the most at stake."""

    run: int
    as_of: datetime
    lake: str
    days: int
    finding: str
    warnings: list[str]
    customers: int
    likely_to_return: float
    at_stake: float
    chosen: str
    why_chosen: str
    tested: dict[str, Tested]
    tree: list[Step]
    reviews: list[Review]
    people: list[Risky]


class LeavingAsked(Sent):
    """Within how many days: 14, 30, 60, 90 or 180."""

    days: int = 30


@opened(router, "GET", "/insight/leaving", May.SEE_VALUES, response=Leaving, whole=True, personal=True)
def get_leaving(request: HttpRequest) -> Leaving:
    """Who is likely to buy again, how good that was foreseen before, and why; 404 where nobody has asked yet."""
    found = queries.foretold()
    if found is None:
        raise Http404("leaving")
    mine = viewer(request)
    people = queries.at_risk(found, among=mine.customers, most=SHOWN)
    mine.saw(one.customer.pk for one in people)
    told = found.told
    return Leaving(
        run=found.run.pk, as_of=found.run.as_of, lake=found.run.lake_version, days=found.days,
        finding=words.finding(found), warnings=words.warnings(found), customers=told["customers"],
        likely_to_return=told["likely_to_return"], at_stake=told["at_stake"], chosen=found.chosen,
        why_chosen=words.why_chosen(found), tested={name: _tested(one) for name, one in found.qualities.items()},
        tree=[
            Step(depth=node.depth, told=words.condition(node.step) if node.step else "", customers=node.customers,
                 share=node.share if node.chance is None else node.chance, leaf=node.leaf)
            for node in found.tree
        ],
        reviews=[Review(**{name: one[name] for name in Review.model_fields}) for one in found.reviews],
        people=[
            Risky(
                customer=one.customer.pk, name=mine.name(one.customer), chance=one.chance, at_stake=one.at_stake,
                way=[words.condition(step) for step in one.path],
                why=[Why(thing=why.thing, told=f"{label(why.thing)}: {amount(why.thing, why.fact)}",
                         change=why.change) for why in one.reasons],
            )
            for one in people
        ],
    )  # fmt: skip


@opened(router, "POST", "/insight/leaving/look", May.SEE_VALUES, response=Work, whole=True)
def look_at_leaving(request: HttpRequest, asked: LeavingAsked) -> Work:
    """Learn, judge and foretell anew, beside the pages."""
    if asked.days not in CHOICES:
        raise WrongUse(words.bad_days(asked.days))
    work.start(tasks.KEY, tasks.look, asked.days, viewer(request).user.pk, speaks())
    return told_of(tasks.KEY)


@opened(router, "GET", "/insight/leaving/look", May.SEE_VALUES, response=Work, whole=True)
def get_leaving_look(request: HttpRequest) -> Work:
    """How the work stands."""
    return told_of(tasks.KEY)


def _tested(one: Quality) -> Tested:
    spans = {name: Interval(**vars(getattr(one, name))) for name in ("brier", "skill", "auc")}
    return Tested(
        customers=one.customers, happened=one.happened, said=one.said, parts=[Part(**vars(part)) for part in one.bins],
        **spans,
    )  # fmt: skip
