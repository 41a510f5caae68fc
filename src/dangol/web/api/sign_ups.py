"""Who signed up by themselves, by the API: taking them in and turning them away; the form they used."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Annotated, Literal

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Field, Query, Router, Schema

from dangol.contact.intake import joining, signing_up
from dangol.contact.intake.models import SignUp, SignUpDoor, SignUpSource, SignUpStep
from dangol.records.permission.models import ConsentText
from dangol.records.staff.roles import May
from dangol.web import clock
from dangol.web.api.doors import LARGEST, Done, Number, Sent, opened
from dangol.web.customers.sign_up_form import Way, give_way, set_form
from dangol.web.customers.sign_ups import DELETED, decide, decided, listed, looked, sign_up_or_404
from dangol.web.shell.viewer import Viewer, viewer

router = Router(tags=["sign-ups"])


class TheAnswer(Schema):
    """What somebody said to one text on one medium ("" where it is not asked by medium)."""

    text: str
    channel: str
    granted: bool


class TheSignUp(Schema):
    """What somebody wrote into the form; `alike` are customers this key sees who have the number or address already."""

    id: int
    receipt: str
    at: datetime
    full_name: str
    mobile: str
    email: str
    birth_date: date | None
    gender: str
    postcode: str
    medium: str
    came_by: str
    unit: str
    of_age: int | None
    state: str
    customer: int | None
    answers: list[TheAnswer]
    alike: list[int]


class TakeIn(Sent):
    """`customer`: whom of those alike it is; `another`: it is none of them; `checked`: how it was made sure, which
    stands with the evidence of the answers; without it only what membership needs counts, and no advertising.
    """

    customer: Number | None = None
    another: bool = False
    checked: Literal["", "phone", "counter"] = ""


class TakenIn(Schema):
    customer: int


class TheWay(Schema):
    """A way to the form with an address of its own: by which medium and campaign people come who use it."""

    address: str
    medium: str
    came_by: str


class TheForm(Schema):
    """Whether the form is open, what it asks beside name and number, what it could ask, and the ways that lead there.

    Behind each address, `unit` says to whose customers it leads.
    """

    is_open: bool
    asks: list[str]
    askable: list[str]
    address: str
    ways: list[TheWay]


class MakeWay(Sent):
    medium: Annotated[str, Field(max_length=40)]
    came_by: Annotated[str, Field(max_length=200)] = ""


class SetForm(Sent):
    is_open: bool
    asks: Annotated[list[str], Field(max_length=20)] = []


@opened(router, "GET", "/sign-ups", May.ENTER_CUSTOMERS, response=list[TheSignUp], personal=True)
def list_sign_ups(
    request: HttpRequest,
    show: Annotated[str, Query(pattern="^(waiting|taken|turned)$")] = "waiting",
    before: Annotated[int, Query(ge=0, le=LARGEST)] = 0,
) -> list[TheSignUp]:
    """Those who wait, or were taken in or turned away, the latest first: at most 100; ask again with `before` = the
    last `id` for those before them.
    """
    mine = viewer(request)
    rows = listed(mine, show, before=before)
    looked(mine, rows)
    texts, states = signing_up.texts_of(rows), signing_up.states_of(rows)
    return [_told(mine, one, texts=texts, state=states.get(one.pk, "")) for one in rows]


@opened(router, "GET", "/sign-ups/{number}", May.ENTER_CUSTOMERS, response=TheSignUp, personal=True)
def get_sign_up(request: HttpRequest, number: Number) -> TheSignUp:
    """One of them, with the customers who have the number or address already."""
    one, mine = sign_up_or_404(request, number), viewer(request)
    state = signing_up.state_of(one)
    waits = state in ("", SignUpStep.State.BACK)
    alike = signing_up.alike(one, among=mine.customers) if waits else []
    looked(mine, [one], people=alike)
    return _told(mine, one, texts=signing_up.texts_of([one]), state=state, alike=[person.pk for person in alike])


@opened(router, "POST", "/sign-ups/{number}/take-in", May.ENTER_CUSTOMERS, response=TakenIn, personal=True)
def take_in_sign_up(request: HttpRequest, number: Number, told: TakeIn) -> TakenIn:
    """Make a customer of it, or add what was agreed to to the one it is."""
    one, mine = sign_up_or_404(request, number), viewer(request)
    who = get_object_or_404(mine.customers, pk=told.customer) if told.customer is not None else None
    made = signing_up.take_in(
        one, who=who, another=told.another, checked=told.checked, among=mine.customers, by=mine.user, at=clock.now()
    )
    decided(mine, one, SignUpStep.State.TAKEN_IN, subjects=[made.pk])
    return TakenIn(customer=made.pk)


@opened(router, "POST", "/sign-ups/{number}/turn-away", May.ENTER_CUSTOMERS, response=Done, personal=True)
def turn_away_sign_up(request: HttpRequest, number: Number) -> Done:
    """Leave it out, until it is brought back or its term ends."""
    decide(viewer(request), sign_up_or_404(request, number), SignUpStep.State.TURNED_AWAY)
    return Done()


@opened(router, "POST", "/sign-ups/{number}/back", May.ENTER_CUSTOMERS, response=Done, personal=True)
def bring_sign_up_back(request: HttpRequest, number: Number) -> Done:
    """Let one that was turned away wait again."""
    decide(viewer(request), sign_up_or_404(request, number), SignUpStep.State.BACK)
    return Done()


@opened(router, "DELETE", "/sign-ups/{number}", May.ENTER_CUSTOMERS, response=Done, personal=True)
def delete_sign_up(request: HttpRequest, number: Number) -> Done:
    """Delete it at once, because whoever sent it asked for it."""
    decide(viewer(request), sign_up_or_404(request, number), DELETED)
    return Done()


@opened(router, "GET", "/sign-up-form", May.CHANGE_SETTINGS, response=TheForm, whole=True)
def get_sign_up_form(request: HttpRequest) -> TheForm:
    """Whether the form is open, and what it asks."""
    return _form(joining.door())


@opened(router, "PUT", "/sign-up-form", May.CHANGE_SETTINGS, response=TheForm, whole=True)
def set_sign_up_form(request: HttpRequest, told: SetForm) -> TheForm:
    """Open or shut the form, with what it asks; what it may not ask is left out."""
    return _form(set_form(viewer(request), is_open=told.is_open, asks=told.asks))


@opened(router, "POST", "/sign-up-form/ways", May.CHANGE_SETTINGS, response=TheWay, whole=True)
def make_way_to_sign_up(request: HttpRequest, told: MakeWay) -> TheWay:
    """Give a medium and campaign an address of its own; the one there is, where there is one."""
    return _way(give_way(viewer(request), medium=told.medium, came_by=told.came_by))


def _way(made: SignUpSource) -> TheWay:
    return TheWay(address=Way(source=made.code).link, medium=made.medium, came_by=made.came_by)


def _form(door: SignUpDoor | None) -> TheForm:
    return TheForm(
        is_open=bool(door and door.is_open), asks=door.asks if door else [],
        askable=[one.name for one in joining.askable()], address=Way().link,
        ways=[_way(one) for one in joining.ways()],
    )  # fmt: skip


def _told(
    mine: Viewer, one: SignUp, *, texts: Mapping[int, ConsentText], state: str, alike: Sequence[int] = ()
) -> TheSignUp:
    return TheSignUp(
        id=one.pk, receipt=one.receipt, at=one.at, full_name=mine.name_text(one.full_name),
        mobile=mine.contact("mobile", one.mobile) if one.mobile else "",
        email=mine.contact("email", one.email) if one.email else "", birth_date=one.birth_date, gender=one.gender,
        postcode=one.postcode, medium=one.medium, came_by=one.came_by, unit=one.unit.code if one.unit else "",
        of_age=one.of_age, state=state, customer=one.customer_id, alike=list(alike),
        answers=[TheAnswer(text=said.text.label, channel=said.channel, granted=said.granted)
                 for said in signing_up.answers_of(one, texts=texts)],
    )  # fmt: skip
