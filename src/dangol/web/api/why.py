"""Why a customer's values are what they are, by the API: the steps with their numbers and the rows they come from."""

from __future__ import annotations

from datetime import date, datetime

from django.http import Http404, HttpRequest
from ninja import Router, Schema

from dangol.insight.relationship.counted_in import MONEY, USES, is_by_use
from dangol.insight.relationship.queries import current_run
from dangol.insight.relationship.why import placing
from dangol.insight.relationship.why.ours import CompanySide
from dangol.insight.relationship.why.queries import moments, why
from dangol.insight.relationship.why.rows import Row
from dangol.insight.relationship.why.theirs import Counted, Ranked
from dangol.records.staff.roles import May
from dangol.web.api.doors import Number, opened
from dangol.web.customers.seen import person_or_404
from dangol.web.shell.viewer import Viewer, viewer

router = Router(tags=["relationship"])


class Place(Schema):
    """rank = 100 (below + equal ÷ 2) ÷ among, on the reference frozen at a time; exact: counted, not read between."""

    rank: float
    below: float
    equal: float
    among: int
    exact: bool
    frozen_at: datetime


class RowOfValue(Schema):
    """One row: its day, its kind, which one it is, what it adds in minor units, and the minutes that money is of.

    Where uses are counted, what a row costs the customer is minutes itself.
    """

    day: date
    kind: str
    text: str
    money: float
    minutes: float | None


class AnswerOfValue(Schema):
    """One answer and its place 0–1 on its scale."""

    day: date
    dimension: str
    score: float
    scale_min: float
    scale_max: float
    place: float | None


class PartOfValue(Schema):
    """A part of the value to the customer: share × enters = adds; made of rows or of answers.

    shown: as it was kept; again: as today's rows come to it, null where it is estimated or unknown.
    """

    name: str
    rank: float | None
    low: float | None
    high: float | None
    provenance: str
    place: Place | None
    share: float
    enters: float
    adds: float
    shown: float | None
    again: float | None
    agrees: bool
    rows: list[RowOfValue]
    answers: list[AnswerOfValue]


class DayOfPurchases(Schema):
    """A day and what was sold on it, returns taken off; a purchase where that is above 0. Where uses are counted, how
    many there were.
    """

    day: date
    net: int


class UsesOfTheYear(Schema):
    """What was used in the last 365 days; classes: those borrowed from, by their first figure in KDC."""

    uses: int
    loans: int
    visits: int
    questions: int
    days: int
    classes: list[str]


class UsesOfDay(Schema):
    """Uses of one day and kind: loan, visit or question; of a loan the class, never the title."""

    day: date
    kind: str
    item_class: str
    number: int


class CompanySteps(Schema):
    """equity = potential × commitment; every number between the days of purchase and it, in minor units and days.

    year, uses: where nothing is sold, alone; then a purchase is a day with a use and money is how many there were.
    """

    rank: float | None
    place: Place | None
    equity: float | None
    equity_low: float | None
    equity_high: float | None
    potential: float | None
    commitment: float | None
    model: str
    rhythm: dict[str, float]
    spend: dict[str, float]
    x: int | None
    t_x: int | None
    T: int | None
    mean_spend: float | None
    expected_spend: float | None
    margin: float | None
    purchases_if_staying: float | None
    purchases_expected: float | None
    equity_again: float | None
    agrees: bool
    days: list[DayOfPurchases]
    year: UsesOfTheYear | None
    uses: list[UsesOfDay]


class Moment(Schema):
    """The values of one valuation."""

    run: int
    as_of: datetime
    customer_value: float | None
    customer_equity: float | None
    equity: float | None
    region: str
    estimated: bool
    by_use: bool


class ValueSteps(Schema):
    """Both values taken apart; `agrees`: worked out again from today's records they come to what is shown."""

    run: int
    as_of: datetime
    agrees: bool
    days_on_record: int | None
    counted_in: str
    settings: dict[str, float | str]
    region: str
    distance: float | None
    customer_value: float | None
    mean: float | None
    place: Place | None
    parts: list[PartOfValue]
    company: CompanySteps
    history: list[Moment]


@opened(router, "GET", "/customers/{number}/values/steps", May.SEE_VALUES, response=ValueSteps, personal=True)
def explain_value_steps(request: HttpRequest, number: Number) -> ValueSteps:
    """Both values of one customer step by step, down to the rows on record, and how they moved."""
    person, run = person_or_404(request, number), current_run()
    if run is None:
        raise Http404("run")
    found = why(person.pk, run, line=person.line)
    return ValueSteps(
        run=run.pk, as_of=run.as_of, agrees=found.agrees, days_on_record=run.summary.get("days"),
        counted_in=USES if is_by_use(run) else MONEY, settings=found.settings.as_parameters(),
        region=found.region, distance=found.distance,
        customer_value=found.customer.rank, mean=found.customer.mean, place=_place(found.customer.place),
        parts=[_part(part, viewer(request), person.pk) for part in found.customer.parts],
        company=_company(found.company),
        history=[Moment(**vars(one)) for one in moments(person.pk)],
    )  # fmt: skip


def _place(place: placing.Place | None) -> Place | None:
    return Place(**{name: getattr(place, name) for name in Place.model_fields}) if place else None


def _part(part: Ranked, mine: Viewer, customer: int) -> PartOfValue:
    made = part.made
    rows = made.rows if isinstance(made, Counted) else ()
    answers = () if isinstance(made, Counted) else tuple(one for kind in made.dimensions for one in kind.answers)
    return PartOfValue(
        name=part.name, rank=part.rank, low=part.low, high=part.high, provenance=part.provenance,
        place=_place(part.place), share=part.share, enters=part.enters, adds=part.adds, shown=made.shown,
        again=made.value, agrees=part.agrees, rows=[_row(row, mine, customer) for row in rows],
        answers=[
            AnswerOfValue(
                day=one.day, dimension=one.dimension, score=one.score, scale_min=one.scale_min,
                scale_max=one.scale_max, place=one.place,
            )
            for one in answers
        ],
    )  # fmt: skip


def _row(row: Row, mine: Viewer, customer: int) -> RowOfValue:
    """The number of a receipt as this key sees such numbers."""
    coded = row.kind in {"gift", "contact"} or not row.text
    text = row.text if coded else mine.number(row.text, of=customer)
    return RowOfValue(day=row.day, kind=row.kind, text=text, money=row.money, minutes=row.minutes)


def _company(side: CompanySide) -> CompanySteps:
    bought, model, formula = side.bought, side.model, side.formula
    some = bool(bought.purchases)
    return CompanySteps(
        rank=side.rank.value, place=_place(side.place), equity=side.equity.value, equity_low=side.equity.low,
        equity_high=side.equity.high, potential=side.potential.value, commitment=side.commitment.value,
        model=model.title if model else "", rhythm=model.rhythm if model else {}, spend=model.spend if model else {},
        x=bought.x if some else None, t_x=bought.t_x if some else None, T=bought.T if some else None,
        mean_spend=bought.mean_spend if some else None, expected_spend=formula.expected_spend if formula else None,
        margin=formula.margin if formula else None, purchases_if_staying=formula.if_alive if formula else None,
        purchases_expected=formula.expected if formula else None, equity_again=formula.equity if formula else None,
        agrees=side.agrees, days=[DayOfPurchases(day=day, net=net) for day, net in bought.days],
        year=UsesOfTheYear(**vars(side.year)) if side.year else None,
        uses=[UsesOfDay(**vars(one)) for one in bought.uses],
    )  # fmt: skip
