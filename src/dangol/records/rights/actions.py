"""Taking in what people demand, and every step until it is answered."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db.transaction import atomic
from django.utils.translation import gettext as _

from dangol.lib.errors import DangolError
from dangol.lib.resident_numbers import masked
from dangol.records.changes.actions import record_row
from dangol.records.customers.forgetting import hold
from dangol.records.customers.models import Customer
from dangol.records.permission.asking import ChannelFacts
from dangol.records.rights import letters
from dangol.records.rights.due_dates import day_of, delayed_until, due_on
from dangol.records.rights.models import Request, Review, Step
from dangol.records.rights.queries import Standing, requests, standing
from dangol.records.staff.models import User
from dangol.records.staff.scope import WHOLE

SHORTEST_REASON = 4


class CannotAnswer(DangolError):
    """The request cannot take this step; the sentence says what is missing."""


@atomic
def take_in(
    customer: Customer,
    *,
    kind: str,
    way: str,
    asked_by: str = Request.By.SELF,
    wish: str = "",
    language: str = "ko",
    channels: Sequence[ChannelFacts] = (),
    by: User | None,
    at: datetime,
) -> Request:
    """Write down a demand and tell the person that it came in, by the first channel that reaches them.

    by: who of the staff took it in, None where the person did so on the web. Raises CannotAnswer.
    """
    if kind not in Request.Kind.values or way not in Request.Way.values or asked_by not in Request.By.values:
        raise CannotAnswer(_("Say what is demanded, on which way it came, and who asks."))
    if customer.erased_at is not None:
        raise CannotAnswer(_("This person was forgotten: there is nothing left to see, correct or stop."))
    hold(customer.pk)
    request = Request.objects.create(
        customer=customer, kind=kind, way=way, asked_by=asked_by, wish=masked(wish.strip()),
        language=language if language in letters.LANGUAGES else "ko", received_at=at,
        due_on=due_on(kind, received_at=at), taken_by=by,
    )  # fmt: skip
    record_row(request, at=at)
    letter = letters.received(request)
    step(request, Step.State.RECEIVED, letter=letter, channels=channels, by=by, at=at)
    return request


@atomic
def make_sure(request: Request, *, how: str, by: User | None, at: datetime) -> Step:
    """Write down how it was made sure that the person is who they say. Raises CannotAnswer."""
    refuse_closed(request, at=at)
    if len(how.strip()) < SHORTEST_REASON:
        raise CannotAnswer(
            _("Say how you made sure who asks: an identity card seen, a call back to the number on file.")
        )
    return step(request, Step.State.CHECKED, note=how, by=by, at=at)


@atomic
def put_off(
    request: Request, *, reason: str, channels: Sequence[ChannelFacts] = (), by: User | None, at: datetime
) -> Step:
    """Take the further time that the law gives, and tell the person why and until when.

    Raises CannotAnswer, CannotDelay.
    """
    found = refuse_closed(request, at=at)
    _refuse_short(reason)
    until = delayed_until(request.kind, found.due_on, delays=found.delays)
    letter = letters.delayed(request, reason=reason.strip(), until=until)
    return step(
        request, Step.State.DELAYED, note=reason, until=until, letter=letter, channels=channels, by=by, at=at
    )  # fmt: skip


@atomic
def refuse(
    request: Request, *, reason: str, channels: Sequence[ChannelFacts] = (), by: User | None, at: datetime
) -> Step:
    """Say no, with the reason and where the person can complain. Raises CannotAnswer."""
    refuse_closed(request, at=at)
    _refuse_short(reason)
    letter = letters.refused(request, reason=reason.strip())
    return step(request, Step.State.REFUSED, note=reason, letter=letter, channels=channels, by=by, at=at)


@atomic
def finish(
    request: Request,
    *,
    words: str = "",
    channels: Sequence[ChannelFacts] = (),
    by: User | None,
    at: datetime,
    sure: bool = True,
) -> Step:
    """Say that it is done and tell the person; `words` are added to the letter.

    sure: whether it must have been made sure who asks; a "stop" needs no proof. Raises CannotAnswer.
    """
    found = refuse_closed(request, at=at)
    if sure and not found.checked:
        raise CannotAnswer(_("First make sure who asks, and write down how."))
    letter = letters.done(request, words=words.strip())
    return step(request, Step.State.DONE, note=words, letter=letter, channels=channels, by=by, at=at)


@atomic
def withdraw(request: Request, *, note: str = "", by: User | None, at: datetime) -> Step:
    """Close a demand that the person took back. Raises CannotAnswer."""
    refuse_closed(request, at=at)
    return step(request, Step.State.WITHDRAWN, note=note, by=by, at=at)


@atomic
def review(
    customer: Customer,
    *,
    decision: str,
    subject: str,
    outcome: str,
    words: str,
    request: Request | None = None,
    by: User,
    at: datetime,
) -> Review:
    """Write down what a person found who looked again at a decision made without one. Raises CannotAnswer."""
    if outcome not in Review.Outcome.values:
        raise CannotAnswer(_("Say whether the decision stands or was made anew."))
    _refuse_short(words)
    made = Review.objects.create(
        customer=customer, request=request, decision=decision, subject=subject, outcome=outcome, words=masked(words),
        by=by, at=at,
    )  # fmt: skip
    record_row(made, at=at)
    return made


def refuse_closed(request: Request, *, at: datetime) -> Standing:
    """How the request stands. Raises CannotAnswer for one that has been answered."""
    found = standing(requests(WHOLE).get(pk=request.pk), on=day_of(at))
    if found.closed:
        raise CannotAnswer(_("This demand was answered already. Take in a new one."))
    return found


def step(
    request: Request,
    state: str,
    *,
    note: str = "",
    until: date | None = None,
    letter: letters.Letter | None = None,
    channels: Sequence[ChannelFacts] = (),
    by: User | None,
    at: datetime,
) -> Step:
    """Append a step; its letter leaves by the outbox where a channel reaches the person, else it is printed."""
    sent = letters.send(letter, request, state=state, channels=channels, at=at) if letter else ""
    made = Step.objects.create(
        request=request, state=state, note=masked(note.strip()), until=until, by=by, at=at, sent=sent,
        subject=letter.subject if letter else "", letter=letter.body if letter else "",
    )  # fmt: skip
    record_row(made, at=at)
    return made


def _refuse_short(reason: str) -> None:
    if len(reason.strip()) < SHORTEST_REASON:
        raise CannotAnswer(_("Write the reason as the person will read it."))
