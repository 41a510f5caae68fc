"""The relationship by the API: the map in numbers, a part of it picked, one customer's values explained."""

from datetime import datetime
from typing import Literal

from django.http import Http404, HttpRequest, HttpResponseBase, QueryDict
from django.utils.translation import gettext as _
from ninja import Field, Query, Router, Schema

from dangol.contact.delivery.parcel import Channel
from dangol.contact.delivery.queries import channels
from dangol.insight.analysis.models import Run
from dangol.insight.relationship import queries as relationship
from dangol.insight.relationship.card import Part
from dangol.insight.relationship.counted_in import MONEY, USES, is_by_use
from dangol.records.staff.roles import May
from dangol.web import clock
from dangol.web.api import taking
from dangol.web.api.doors import Number, Sent, WrongValues, opened
from dangol.web.campaigns.choice import Choice, unreadable
from dangol.web.customers import profile
from dangol.web.customers.seen import person_or_404
from dangol.web.relationship import findings, pictures
from dangol.web.relationship.picked import picked, sendable
from dangol.web.relationship.views import taken
from dangol.web.shell.viewer import Viewer, viewer
from dangol.web.shell.words import Region

router = Router(tags=["relationship"])


class MoneySum(Schema):
    """Money in minor units with its 95 % interval; uses, where the valuation counted in them."""

    value: float
    low: float
    high: float


class LineOfBusiness(Schema):
    """Where a line of business stands."""

    customers: int
    customer_value: float | None
    customer_equity: float | None
    region: str


class ModelOfLine(Schema):
    """Which model of purchases the values of a line come from, since when and why; line "": of all customers."""

    line: str
    customers: int
    model: str
    since: str
    why: str


class UsesSum(Schema):
    """Uses of the last 365 days of everybody; classes: borrowed from by each who borrowed, in the mean."""

    uses: float
    loans: float
    visits: float
    questions: float
    classes: float


class RelationshipMap(Schema):
    """The last valuation: customers by region, lines of business, the sum of equities, what to know about it.

    counted_in: money, or uses where nothing is sold; used: null in money.
    """

    run: int
    as_of: datetime
    counted_in: str
    finding: str
    regions: dict[str, int]
    groups: dict[str, LineOfBusiness]
    equity: MoneySum
    used: UsesSum | None
    parts_known: int
    parts_missing: list[str]
    notes: list[str]
    models: list[ModelOfLine]


class MapPoint(Schema):
    """One customer on the map, the name as the key sees it."""

    customer: int
    name: str
    line: str
    customer_value: float
    customer_equity: float
    region: str


class PickedPart(Schema):
    """The picked part in numbers, and whom of them advertising by a channel reaches; withheld by reason."""

    customers: int
    regions: dict[str, int]
    customer_value: float | None
    customer_equity: float | None
    equity: MoneySum
    may_send: int
    withheld: dict[str, int]
    farthest: list[MapPoint]


class PartOfMap(Sent):
    """Regions, lines of business, a rectangle of the map or a shape drawn on it (company~customer of each corner, such
    as 50~0_100~0_100~50), programmes recommended, stages of the relationship and states of its life cycle, frequent
    users; empty and full mean all.
    """

    region: list[Region] = Field([], max_length=4)
    line: list[str] = Field([], max_length=50)
    ce_low: float = Field(0, ge=0, le=100)
    ce_high: float = Field(100, ge=0, le=100)
    cv_low: float = Field(0, ge=0, le=100)
    cv_high: float = Field(100, ge=0, le=100)
    programme: list[str] = Field([], max_length=50)
    lasso: str = Field("", max_length=1000)
    stage: list[str] = Field([], max_length=10)
    cycle: list[str] = Field([], max_length=10)
    frequent_user: Literal["", "yes"] = ""

    def choice(self) -> Choice:
        """As the page reads it from its address."""
        query = QueryDict(mutable=True)
        for name, value in self.model_dump(include=set(PartOfMap.model_fields)).items():
            query.setlist(name, value if isinstance(value, list) else [str(value)])
        if problem := unreadable(query):
            raise WrongValues({"lasso": problem})
        return Choice.read(query)


class WantedPartOfMap(PartOfMap):
    """The same and a channel."""

    channel: str = Field(max_length=40)


class TakeMap(taking.Take):
    """Why, and which part of the map; empty for all of it."""

    which: PartOfMap = PartOfMap.model_validate({})


class ExplainedPart(Schema):
    """One part of a value: what, how much, how sure, and where it came from."""

    name: str
    label: str
    unit: str
    sign: str
    value: float | None
    low: float | None
    high: float | None
    rank: float | None
    provenance: str
    told: str
    made_of: str


class CustomerValues(Schema):
    """Both sides of one customer; `parts` of the first three make the customer's side, the others the company's."""

    as_of: datetime
    region: str
    heading: str
    distance: float | None
    parts_known: int
    customer_value: ExplainedPart
    customer_equity: ExplainedPart
    customer_parts: list[ExplainedPart]
    company_parts: list[ExplainedPart]


@opened(router, "GET", "/map", May.SEE_VALUES, response=RelationshipMap, whole=True)
def get_map(request: HttpRequest) -> RelationshipMap:
    """The last valuation in numbers."""
    run = _run()
    regions, groups, known = relationship.regions(run), relationship.groups(run), findings.known(run)
    lines = {line: {name: group[name] for name in LineOfBusiness.model_fields} for line, group in groups.items()}
    return RelationshipMap(
        run=run.pk, as_of=run.as_of, counted_in=USES if is_by_use(run) else MONEY,
        finding=findings.finding(groups, regions), regions=regions,
        used=UsesSum(**run.summary["used"]) if is_by_use(run) else None,
        groups={line: LineOfBusiness(**told) for line, told in lines.items()},
        equity=_total(relationship.equity_total(run)), parts_known=known.parts, parts_missing=known.missing,
        notes=relationship.notes(run),
        models=[
            ModelOfLine(line=one.line, customers=one.customers, model=one.title, since=one.since, why=one.why)
            for one in relationship.models(run)
        ],
    )  # fmt: skip


@opened(router, "GET", "/map/picked", May.SEE_VALUES, response=PickedPart, whole=True, personal=True)
def pick_on_map(request: HttpRequest, wanted: Query[WantedPartOfMap]) -> PickedPart:
    """A part of the map: who they are, what they are worth, whom of them a message may reach."""
    mine, run = viewer(request), _run()
    choice, channel, at = wanted.choice(), channel_of(wanted.channel), clock.as_of()
    found, sent = picked(choice, run=run, at=at), sendable(choice, run=run, channel=channel, at=at)
    mine.saw(point.id for point in found.farthest)
    return PickedPart(
        customers=found.customers, regions=found.regions, customer_value=found.customer_value,
        customer_equity=found.customer_equity, equity=_total(found.equity), may_send=sent.may_send,
        withheld=sent.withheld, farthest=[_point(one, mine) for one in found.farthest],
    )  # fmt: skip


@opened(router, "POST", "/map/file", May.EXPORT, response=str, whole=True, personal=True, file=True)
def take_map(request: HttpRequest, told: TakeMap) -> HttpResponseBase:
    """The customers on the map, or the picked, as a file, with a reason."""
    return taken(request, _run(), told.which.choice(), taking.form(told))


@opened(router, "GET", "/customers/{number}/values", May.SEE_VALUES, response=CustomerValues, personal=True)
def explain_values(request: HttpRequest, number: Number) -> CustomerValues:
    """Both values of one customer, part by part, and how they came about."""
    person, run = person_or_404(request, number), _run()
    found = profile.values(person, run)
    assert found is not None  # there is a run
    card = found.card
    return CustomerValues(
        as_of=run.as_of, region=card.region, heading=str(found.heading), distance=card.distance,
        parts_known=card.parts_known, customer_value=_explained(card.customer_value, ""),
        customer_equity=_explained(card.customer_equity, ""),
        customer_parts=[_explained(line.part, line.made_of) for line in found.customer_lines],
        company_parts=[_explained(line.part, line.made_of) for line in found.company_lines],
    )  # fmt: skip


def channel_of(name: str) -> Channel:
    """The installed channel of this name. Raises WrongValues."""
    known = channels()
    if name not in known:
        raise WrongValues({"channel": _("Choose one of these: %(choices)s.") % {"choices": ", ".join(known)}})
    return known[name]


def _run() -> Run:
    """The newest valuation that tells anything."""
    run = relationship.current_run()
    if run is None or not pictures.drawable(run):
        raise Http404("run")
    return run


def _total(one: relationship.Total) -> MoneySum:
    return MoneySum(value=one.value, low=one.low, high=one.high)


def _point(one: relationship.Point, mine: Viewer) -> MapPoint:
    return MapPoint(
        customer=one.id, name=mine.name_text(one.name), line=one.line, customer_value=one.customer_value,
        customer_equity=one.customer_equity, region=one.region,
    )  # fmt: skip


def _explained(one: Part, made_of: str) -> ExplainedPart:
    return ExplainedPart(
        name=one.name, label=one.label, unit=one.unit, sign=one.sign, value=one.value, low=one.low, high=one.high,
        rank=one.rank, provenance=one.provenance, told=one.told, made_of=made_of,
    )  # fmt: skip
