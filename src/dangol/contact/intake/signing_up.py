"""Signing up: what somebody wrote into the form waits until one of the staff takes it in or turns it away.

Taken in, it goes the way of everybody who is entered by hand. Of somebody who is here already nothing is changed: what
they agreed to is added, unless they answered since; that a box was left empty ends nothing. While nobody made sure that
the number is theirs, only the answers that membership needs count: anybody can type anybody's number.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from hashlib import blake2s
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.db.transaction import atomic
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from dangol.contact.intake.joining import Came
from dangol.contact.intake.models import SignUp, SignUpStep
from dangol.lib import bulk
from dangol.lib.errors import DangolError
from dangol.records.changes.actions import record_row
from dangol.records.customers.actions import enter
from dangol.records.customers.duties import Traces
from dangol.records.customers.entering import Details
from dangol.records.customers.models import Customer, CustomerQuerySet
from dangol.records.customers.queries import holders, holders_of_address
from dangol.records.permission.actions import NewAnswer, record_form
from dangol.records.permission.models import ConsentText, How
from dangol.records.permission.standing import Standing, standing
from dangol.records.staff.models import User
from dangol.records.staff.queries import refuse_closed_entry
from dangol.records.staff.scope import Scope

# How whoever took it in made sure that it is them, as the evidence of the answers says it.
CHECKED = {
    "": "number not checked, so what was optional does not count", "phone": "number called",
    "counter": "seen at the counter",
}  # fmt: skip
MOST_ALIKE = 5  # people shown who have the number or address already
State = SignUpStep.State


class Decided(DangolError):
    """Somebody took it in or turned it away meanwhile."""


class NotThem(DangolError):
    """Neither number nor address of the sign-up is that customer's."""


class Answer(NamedTuple):
    """What somebody said to one question of the form."""

    text: ConsentText
    channel: str
    granted: bool


def waiting(scope: Scope) -> QuerySet[SignUp]:
    """Those nobody decided about yet, the latest first."""
    return _left(scope, "", State.BACK).order_by("-pk")


def turned_away(scope: Scope) -> QuerySet[SignUp]:
    """Those turned away, the latest first."""
    return _left(scope, State.TURNED_AWAY).order_by("-pk")


def taken_in(scope: Scope) -> QuerySet[SignUp]:
    """Those taken in, the latest first."""
    return _seen(scope).filter(customer__isnull=False).order_by("-pk")


def answers_of(sign_up: SignUp, *, texts: Mapping[int, ConsentText] | None = None) -> list[Answer]:
    """What was answered, each with its text; texts: those of many, asked for at once."""
    if texts is None:
        texts = texts_of([sign_up])
    return [Answer(texts[text], channel, granted) for text, channel, granted in sign_up.answers if text in texts]


def texts_of(sign_ups: Iterable[SignUp]) -> dict[int, ConsentText]:
    """Every text that one of these answered, by its number: one question."""
    return ConsentText.objects.in_bulk({told[0] for one in sign_ups for told in one.answers})


def states_of(sign_ups: Iterable[SignUp]) -> dict[int, str]:
    """What became of each of these last, by its number; nothing of those nobody looked at: one question."""
    steps = SignUpStep.objects.filter(sign_up__in=[one.pk for one in sign_ups]).order_by("pk")
    return dict(steps.values_list("sign_up", "state"))


def details_of(told: SignUp) -> Details:
    """What was written, as it is written down of a customer."""
    return Details(
        full_name=told.full_name, mobile=told.mobile, email=told.email, birth_date=told.birth_date, gender=told.gender,
        postcode=told.postcode, source=told.medium, came_by=told.came_by,
    )  # fmt: skip


def alike(sign_up: SignUp, *, among: CustomerQuerySet) -> list[Customer]:
    """Those among these who have the phone number or e-mail address now, the longest known first."""
    found = set()
    if sign_up.mobile:
        found |= set(holders(sign_up.mobile, among=among).values_list("pk", flat=True)[:MOST_ALIKE])
    if sign_up.email:
        found |= set(holders_of_address(sign_up.email, among=among).values_list("pk", flat=True)[:MOST_ALIKE])
    return list(among.filter(pk__in=found).select_related("unit").order_by("registered_at", "pk")[:MOST_ALIKE])


@atomic
def sign_up(
    told: Details,
    answers: Sequence[Answer],
    *,
    came: Came,
    mark: str,
    receipt: str,
    language: str,
    place: str,
    at: datetime,
    of_age: int | None = None,
) -> SignUp:
    """Write down what somebody sent, made `fit` before. Nobody is looked up.

    The same form sent twice is one; sent again with something else in it, it is another. of_age: the age they ticked
    that they have reached.
    """
    content = {
        "full_name": told.full_name, "mobile": told.mobile, "email": told.email.lower(),
        "birth_date": told.birth_date, "gender": told.gender, "postcode": told.postcode, "medium": came.medium,
        "came_by": came.came_by, "unit_id": came.unit.pk if came.unit else None, "of_age": of_age,
        "answers": [[one.text.pk, one.channel, one.granted] for one in answers],
    }  # fmt: skip
    values = {**content, "receipt": receipt, "language": language, "place": place[:80], "at": at}
    made, new = SignUp.objects.get_or_create(mark=_marked(mark, content), defaults=values)
    if new:
        record_row(made, at=at)
    return made


@atomic
def take_in(
    sign_up: SignUp,
    *,
    who: Customer | None,
    another: bool = False,
    checked: str = "",
    among: CustomerQuerySet,
    by: User,
    at: datetime,
) -> Customer:
    """Make a customer of it, or add what was agreed to to the one it is.

    who: the customer it is, of those `alike`; None for somebody who is not here yet. another: whoever decides saw those
    who have the number, and says it is none of them. checked: how they made sure, a key of CHECKED; without it only
    what membership needs counts. Raises Decided, NotThem, AlreadyHere, EntryClosed and what recording a consent raises.
    """
    told = _held(sign_up, waits=True, by=by, at=at)
    if who is not None and who not in alike(told, among=among):
        raise NotThem(_("Neither number nor address of the sign-up is this customer’s. Look at the page again."))
    customer = who if who is not None else _entered(told, another=another, among=among, by=by, at=at)
    _record(told, customer, new=who is None, checked=checked if checked in CHECKED else "", by=by)
    told.customer = customer
    told.save(update_fields=["customer"])
    _step(told, State.TAKEN_IN, by=by, at=at)
    return customer


@atomic
def turn_away(sign_up: SignUp, *, by: User, at: datetime) -> None:
    """Leave it out; it goes with its term and can be brought back until then. Raises Decided, EntryClosed."""
    _step(_held(sign_up, waits=True, by=by, at=at), State.TURNED_AWAY, by=by, at=at)


@atomic
def bring_back(sign_up: SignUp, *, by: User, at: datetime) -> None:
    """Let one that was turned away wait again. Raises Decided, EntryClosed."""
    told = _held(sign_up, waits=False, by=by, at=at)
    if state_of(told) != State.TURNED_AWAY:
        raise Decided(_("This sign-up was decided meanwhile."))
    _step(told, State.BACK, by=by, at=at)


@atomic
def delete(sign_up: SignUp, *, by: User, at: datetime) -> None:
    """Delete one that nobody took in, because whoever sent it asked for it. Raises Decided, EntryClosed."""
    told = _held(sign_up, waits=False, by=by, at=at)
    if told.customer_id is not None:
        raise Decided(_("This sign-up was decided meanwhile."))
    told.delete()


def state_of(sign_up: SignUp) -> str:
    """What became of it last; "" for one nobody looked at."""
    return sign_up.steps.order_by("-pk").values_list("state", flat=True).first() or ""


def run_out(before: datetime) -> QuerySet[SignUp]:
    """Those nobody took in that came before a time, turned away or not."""
    return SignUp.objects.filter(customer=None, at__lt=before)


def let_go(before: datetime) -> int:
    """Delete them; how many."""
    found = list(run_out(before).values_list("pk", flat=True))
    SignUp.objects.filter(pk__in=found, customer=None).delete()
    return len(found)


def forget(traces: Traces) -> int:
    """Delete what waits under a number or address of somebody who is forgotten; how many."""
    reached = {one.lower() for one in traces.contacts}  # a number has no letters
    found = SignUp.objects.filter(Q(mobile__in=reached) | Q(email__in=reached), customer=None)
    return found.delete()[1].get(SignUp._meta.label, 0) if reached else 0


def _seen(scope: Scope) -> QuerySet[SignUp]:
    return SignUp.objects.seen_by(scope).select_related("unit", "customer")


def _left(scope: Scope, *states: str) -> QuerySet[SignUp]:
    """Those nobody took in, in one of these states: as many as come within their term, however many were taken in."""
    last = SignUpStep.objects.filter(sign_up=OuterRef("pk")).order_by("-pk").values("state")[:1]
    return (
        _seen(scope).filter(customer=None).annotate(state=Coalesce(Subquery(last), Value(""))).filter(state__in=states)
    )


def _held(sign_up: SignUp, *, waits: bool, by: User, at: datetime) -> SignUp:
    """The row as it stands, kept from others until we are done. Raises Decided where it waits no more, EntryClosed."""
    refuse_closed_entry(by, on=localdate(at))
    bulk.lock(connection, f"sign-up:{sign_up.pk}")
    told = SignUp.objects.filter(pk=sign_up.pk).first()
    if told is None or (waits and state_of(told) not in ("", State.BACK)):
        raise Decided(_("This sign-up was decided meanwhile."))
    return told


def _entered(told: SignUp, *, another: bool, among: CustomerQuerySet, by: User, at: datetime) -> Customer:
    return enter(details_of(told), unit=told.unit, among=among, by=by, at=at, another=another, registered_at=told.at)


def _record(told: SignUp, customer: Customer, *, new: bool, checked: str, by: User) -> None:
    """Write the answers that count down as given when the form was sent, with how they came to us."""
    before = Standing(()) if new else standing(customer)
    counts = [one for one in answers_of(told) if checked or one.text.required]
    answers = [one for one in counts if new or _adds(one, before, told.at)]
    age = f", said to be {told.of_age} or older" if told.of_age else ""
    evidence = f"sign-up form, receipt {told.receipt}{age}, {CHECKED[checked]}, taken in by user {by.pk}"
    said = [NewAnswer(one.text.purpose, one.granted, one.channel, one.text.recipient, one.text) for one in answers]
    record_form(customer, said, by=by, at=told.at, how=How.WEB, evidence=evidence, place=told.place)


def _adds(answer: Answer, before: Standing, at: datetime) -> bool:
    """Whether it says something new of somebody who is here: they agreed, and have not answered since."""
    text = answer.text
    last = before.last(text.purpose, channel=answer.channel, recipient=text.recipient)
    if not answer.granted or (last is not None and last.answered_at >= at):
        return False
    return last is None or not last.granted or last.text_id != text.pk


def _marked(mark: str, content: Mapping[str, Any]) -> str:
    """The mark of a form with just this in it."""
    written = json.dumps([mark, content], sort_keys=True, default=str)
    return blake2s(written.encode(), digest_size=20).hexdigest()


def _step(told: SignUp, state: str, *, by: User, at: datetime) -> None:
    record_row(SignUpStep.objects.create(sign_up=told, state=state, by=by, at=at), at=at)
