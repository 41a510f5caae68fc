"""Customers by the API: find and list, one with everything the card shows; entered, corrected, shown unmasked."""

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from ninja import Field, Query, Router, Schema

from dangol.insight.relationship.parts import explained_scores
from dangol.insight.relationship.queries import current_run
from dangol.lib.sealing import unseal
from dangol.records.customers import actions
from dangol.records.customers.columns import Asked, Wish
from dangol.records.customers.entering import LONGEST, Details, details_of, mark_of
from dangol.records.customers.models import ContactPoint, Correction, Customer, CustomerQuerySet
from dangol.records.customers.search import FoundBy
from dangol.records.customers.selecting import Selected, Selection
from dangol.records.staff.access.entries import Verb
from dangol.records.staff.on_behalf import NotMadeSure
from dangol.records.staff.roles import May
from dangol.web import clock
from dangol.web.api.doors import LARGEST, Number, Reason, Sent, WrongValues, opened, require, valid
from dangol.web.customers.behalf_form import BehalfForm
from dangol.web.customers.entry import unit_of
from dangol.web.customers.finding import found_people
from dangol.web.customers.person_form import PersonForm, initial, units_of
from dangol.web.customers.seen import lines, person_or_404
from dangol.web.shell.viewer import Viewer, viewer
from dangol.web.shell.words import Region

router = Router(tags=["customers"])


class CustomerLine(Schema):
    """One customer as a list shows them; names are masked for keys that do not hold `see_person`."""

    id: int
    name: str
    line: str
    unit: str
    place: str
    registered_at: datetime


class CustomerLines(Schema):
    """A part of a list; ask again with `after` = `next` for what follows, until `next` is null."""

    customers: list[CustomerLine]
    next: int | None


class FoundCustomer(CustomerLine):
    """One customer a text leads to: by what of theirs, and that number or address where it is one."""

    by: FoundBy
    matched: str


class FoundCustomers(Schema):
    """The likeliest first; `more` says that there are others."""

    customers: list[FoundCustomer]
    more: bool


class CustomerCount(Schema):
    customers: int


class CustomerContact(Schema):
    kind: str
    value: str


class CustomerScore(Schema):
    """One number of a customer's values: 0–100 or money in minor units, its interval, and where it came from."""

    name: str
    value: float | None
    low: float | None
    high: float | None
    provenance: str


class CustomerCard(CustomerLine):
    """One customer with how they are reached, by which medium (`source`) and campaign or event (`came_by`) they came
    and, for keys that hold `see_values`, what the relationship is worth.

    `seen` marks what is on record, for keys that correct it: sent with a correction, it is refused where somebody
    changed the customer meanwhile.
    """

    source: str
    came_by: str
    contacts: list[CustomerContact]
    identities: list[str]
    region: str | None
    values: list[CustomerScore]
    seen: str


class WantedCustomers(Sent):
    """What to list: a text to find (name, 초성, last four digits, number), or everybody; regions take `see_values`."""

    q: str = Field("", max_length=120)
    line: list[Annotated[str, Field(max_length=40)]] = Field([], max_length=50)
    region: list[Region] = Field([], max_length=4)


class WantedPeople(Sent):
    """Whom to find."""

    text: str = Field(max_length=120)
    limit: int = Field(20, ge=1, le=200)


class WantedPart(WantedCustomers):
    """The same, a part at a time in order of number."""

    after: int = Field(0, ge=0, le=LARGEST)
    limit: int = Field(50, ge=1, le=500)


def _text(name: str, most: int, told: str = "") -> Any:
    return Field(None, max_length=most, description=told or f"{name}; empty empties it, left out leaves it.")


class CustomerDetails(Sent):
    """What is written down of a customer, as on the page; what is left out stays as it is."""

    full_name: str | None = _text("Name", LONGEST["full_name"])
    mobile: str | None = _text("Mobile", 40)
    email: str | None = _text("E-mail", LONGEST["email"])
    birth_date: str | None = _text("Birth date, like 1990-03-01", 20)
    gender: str | None = _text("Gender", 20)
    address: str | None = _text("Address", LONGEST["address"])
    postcode: str | None = _text("Postcode", LONGEST["postcode"])
    place: str | None = _text("District", LONGEST["place"])
    line: str | None = _text("Line of business", LONGEST["line"])
    household: str | None = _text("Household code", LONGEST["household"])
    source: str | None = _text("How they came to us", LONGEST["source"])
    came_by: str | None = _text("Campaign, event or advertisement they came by", LONGEST["came_by"])
    entrance: str | None = _text("Code of the front door; kept sealed", LONGEST["entrance"])
    unit: str | None = _text("Code of the unit whose customer it is", 40)


class NewCustomer(CustomerDetails):
    """`number` (E- and eight signs of 0–9 A–Z without I, L, O, U), sent twice, makes one customer. `another`: somebody
    else, though the phone number is that of a customer who is here."""

    number: str = Field("", pattern=r"^(E-[0-9A-HJKMNP-TV-Z]{8})?$")
    another: bool = False


class CustomerCorrection(CustomerDetails):
    """What is right; `seen` is the mark of what was read before.

    Where somebody asked for it: on whose word (`told_by`), by which `way` it came, how it was made `sure` who asks, and
    `evidence` of it, as on the page.
    """

    seen: str = Field("", max_length=40)
    told_by: str = Field("", max_length=20)
    way: str = Field("", max_length=20)
    sure: str = Field("", max_length=20)
    evidence: str = Field("", max_length=200)


class CorrectionMade(Schema):
    """The correction that was made, which can be taken back; null where nothing is different."""

    correction: int | None
    fields: list[str]


class UnmaskReason(Sent):
    reason: Reason


class ShownText(Schema):
    text: str


@opened(router, "GET", "/customers", May.SEE_CUSTOMERS, response=CustomerLines, personal=True)
def list_customers(request: HttpRequest, wanted: Query[WantedPart]) -> CustomerLines:
    """Customers this key sees, by number; with `q` those a text leads to."""
    mine = viewer(request)
    among = _among(mine, wanted).select_related("unit").filter(pk__gt=wanted.after)
    rows = list(among.order_by("pk")[: wanted.limit + 1])
    shown = rows[: wanted.limit]
    mine.saw(row.pk for row in shown)
    following = shown[-1].pk if len(rows) > wanted.limit else None
    return CustomerLines(customers=[CustomerLine(**_person(row, mine)) for row in shown], next=following)


@opened(router, "GET", "/find", May.SEE_CUSTOMERS, response=FoundCustomers, personal=True)
def find_customers(request: HttpRequest, wanted: Query[WantedPeople]) -> FoundCustomers:
    """Customers a text leads to, the likeliest first: any part of a name, its 초성, the end of a phone number, a number
    of theirs, part of an e-mail address or an address; also typed with the wrong keyboard on.
    """
    mine = viewer(request)
    people, more = found_people(wanted.text, mine, limit=wanted.limit)
    mine.saw(one.customer.pk for one in people)
    return FoundCustomers(
        customers=[FoundCustomer(**_person(one.customer, mine), by=one.by, matched=one.told) for one in people],
        more=more,
    )


@opened(router, "GET", "/customers/count", May.SEE_CUSTOMERS, response=CustomerCount)
def count_customers(request: HttpRequest, wanted: Query[WantedCustomers]) -> CustomerCount:
    """How many there are, counted exactly."""
    return CustomerCount(customers=_among(viewer(request), wanted).count())


@opened(router, "GET", "/customers/{number}", May.SEE_CUSTOMERS, response=CustomerCard, personal=True)
def get_customer(request: HttpRequest, number: Number) -> CustomerCard:
    """One customer."""
    return _card(person_or_404(request, number), viewer(request))


@opened(router, "POST", "/customers", May.ENTER_CUSTOMERS, response=CustomerCard, personal=True)
def enter_customer(request: HttpRequest, told: NewCustomer) -> CustomerCard:
    """Write a customer down, for a unit this key sees; its own where none is said."""
    mine, user = viewer(request), viewer(request).user
    form = _form(told, mine, initial={"unit": user.unit.code if user.unit else ""})
    valid(form)
    made = actions.enter(
        form.details(), unit=unit_of(form, user), among=mine.customers, by=user, at=clock.now(), number=told.number,
        another=told.another,
    )  # fmt: skip
    mine.note(Verb.CHANGED, subjects=[made.pk])
    mine.saw([made.pk])
    return _card(made, mine)


@opened(router, "PATCH", "/customers/{number}", May.ENTER_CUSTOMERS, response=CorrectionMade, personal=True)
def correct_customer(request: HttpRequest, number: Number, told: CustomerCorrection) -> CorrectionMade:
    """Change what is written down of a customer; what it was is kept."""
    person, mine = person_or_404(request, number), viewer(request)
    code = person.unit.code if person.unit else ""
    form = _form(told, mine, initial=initial(details_of(person)) | {"unit": code})
    behalf = BehalfForm(told.dict())
    valid(form), valid(behalf)
    said = behalf.on_behalf()
    try:
        made = actions.correct(
            person, form.details(), unit=unit_of(form, mine.user, now=person.unit), by=mine.user, at=clock.now(),
            seen=told.seen, on_behalf=said,
        )  # fmt: skip
    except NotMadeSure:
        mine.note(Verb.REFUSED, on_behalf=said)
        raise
    if made is None:
        return CorrectionMade(correction=None, fields=[])
    mine.note(Verb.CHANGED, on_behalf=said)
    return CorrectionMade(correction=made.pk, fields=sorted(made.became))


@opened(router, "POST", "/customers/{number}/corrections/{correction}/undo", May.ENTER_CUSTOMERS,
        response=CorrectionMade, personal=True)  # fmt: skip
def undo_correction(request: HttpRequest, number: Number, correction: Number) -> CorrectionMade:
    """Put back what was there before a correction."""
    person, mine = person_or_404(request, number), viewer(request)
    one = get_object_or_404(Correction, pk=correction, customer=person)
    made = actions.undo_correction(one, by=mine.user, at=clock.now())
    mine.note(Verb.CHANGED)
    return CorrectionMade(correction=made.pk, fields=sorted(made.became))


@opened(router, "POST", "/customers/{number}/entrance", May.SEE_PERSON, response=ShownText, personal=True)
def show_entrance(request: HttpRequest, number: Number) -> ShownText:
    """The code of the front door, leaving a trace."""
    person, mine = person_or_404(request, number), viewer(request)
    text = unseal(person.entrance_sealed)
    if text:
        mine.note(Verb.UNMASKED, reason=_("The entrance code"), subjects=[person.pk])
    return ShownText(text=text)


@opened(router, "POST", "/customers/{number}/unmask", May.UNMASK, response=CustomerCard, personal=True)
def unmask_customer(request: HttpRequest, number: Number, told: UnmaskReason) -> CustomerCard:
    """One person as they are, once it was said what for."""
    person, mine = person_or_404(request, number), viewer(request)
    mine.note(Verb.UNMASKED, reason=told.reason, subjects=[person.pk])
    mine.unmasked.add(person.pk)
    return _card(person, mine)


def _among(mine: Viewer, wanted: WantedCustomers) -> CustomerQuerySet:
    if wanted.region:
        require(mine, May.SEE_VALUES)
    chosen = {"region": tuple(wanted.region), "line": tuple(dict.fromkeys(filter(None, wanted.line)))}
    wishes = tuple(Wish(name, values) for name, values in chosen.items() if values)
    return Selected(Selection(wishes, wanted.q.strip()), mine.scope, Asked(clock.as_of())).customers


def _form(told: CustomerDetails, mine: Viewer, *, initial: dict[str, str]) -> PersonForm:
    """The page's form with what was sent, over what stands there."""
    given = {
        name: value for name, value in told.dict().items() if name in CustomerDetails.model_fields and value is not None
    }
    data = {**initial, **given} | ({"no_entrance": "on"} if given.get("entrance") == "" else {})
    form = PersonForm(data, units=units_of(mine.scope, own=mine.user.unit), lines=lines(), initial=initial)
    if "unit" not in form.fields and data.get("unit", "") != initial["unit"]:
        raise WrongValues({"unit": _("This key enters customers of its own unit alone.")})
    return form


def _card(person: Customer, mine: Viewer) -> CustomerCard:
    return CustomerCard(
        **_person(person, mine),
        **_reach(person, mine),
        **_values(person, mine),
        seen=_seen(person, mine),
        source=person.source,
        came_by=person.came_by,
    )


def _person(row: Customer, mine: Viewer) -> dict[str, Any]:
    return {
        "id": row.pk, "name": mine.name(row), "line": row.line, "unit": row.unit.code if row.unit else "",
        "place": row.place, "registered_at": row.registered_at,
    }  # fmt: skip


def _reach(person: Customer, mine: Viewer) -> dict[str, Any]:
    points = ContactPoint.objects.filter(customer=person, valid_to=None).order_by("kind", "-valid_from")
    numbers = person.identities.order_by("pk").values_list("external_id", flat=True)
    return {
        "contacts": [
            CustomerContact(kind=one.kind, value=mine.contact(one.kind, one.value, of=person.pk)) for one in points
        ],
        "identities": [mine.number(number, of=person.pk) for number in numbers],
    }


def _values(person: Customer, mine: Viewer) -> dict[str, Any]:
    run = current_run() if mine.may(May.SEE_VALUES) else None
    if run is None:
        return {"region": None, "values": []}
    scores = explained_scores(person.pk, run)
    sides = [
        CustomerScore(name=name, value=score.value, low=score.low, high=score.high, provenance=score.provenance)
        for name, score in sorted(scores.items())
        if name != "region"
    ]
    return {"region": scores["region"].text if "region" in scores else None, "values": sides}


def _seen(person: Customer, mine: Viewer) -> str:
    """A mark is made of what stands there: whoever sees it masked must not be able to try names against it."""
    if not (mine.may(May.ENTER_CUSTOMERS) and mine.knows(person.pk)):
        return ""
    told: Details = details_of(person)
    return mark_of(told, person.unit.code if person.unit else "")
