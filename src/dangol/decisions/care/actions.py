"""Care tasks: write one down, say what became of it, take that back, hand it over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import F
from django.db.transaction import atomic
from django.utils.translation import gettext as _

from dangol.decisions.care import panels
from dangol.decisions.care.models import CareStep, CareTask, Kind, Panel, PanelStep
from dangol.decisions.care.planning import may_care
from dangol.lib.errors import DangolError
from dangol.lib.resident_numbers import masked
from dangol.records.catalog.models import Category
from dangol.records.customers.actions import own_identity
from dangol.records.customers.forgetting import hold
from dangol.records.customers.models import Customer
from dangol.records.ledger.contacts import Contact, unsay_contact, write_contact
from dangol.records.staff.models import User
from dangol.records.staff.queries import refuse_closed_entry
from dangol.records.staff.scope import scope_of
from dangol.records.voices.models import Feedback
from dangol.records.voices.taken_down import take_down, unsay

State, Step = CareTask.State, CareStep.Kind
ENDS = {Step.DONE: State.DONE, Step.DECLINED: State.DECLINED, Step.NOT_NEEDED: State.NOT_NEEDED}
OUTCOMES = (*ENDS, Step.NOT_REACHED)
LONGEST, LONGEST_TEXT = 1_000, 300
HEARD = (Feedback.Kind.SUGGESTION, Feedback.Kind.PRAISE, Feedback.Kind.COMPLAINT, Feedback.Kind.MONITOR)


class CannotTask(DangolError):
    """A task that cannot be so, or does not stand any more; the message says why."""


@dataclass(frozen=True)
class Outcome:
    """What became of a task. minutes: of the customer's own time. worth: what they were given, in minor units; None: as
    the task says. heard: as which kind of feedback the note is to be read, "" for none. panel: which one they join.
    """

    kind: str
    note: str = ""
    minutes: float = 0.0
    worth: int | None = None
    heard: str = ""
    panel: Panel | None = None


@atomic
def write_task(
    customer: Customer, *, kind: str, owner: User, due_on: date, by: User, at: datetime, today: date,
    text: str = "", cost: int = 0, about: Category | None = None,
) -> CareTask:  # fmt: skip
    """Write a single task down. today: the shop's day. Raises CannotTask, EntryClosed, ForgottenMeanwhile."""
    refuse_closed_entry(by, on=today)
    hold(customer.pk)
    if kind not in Kind.values:
        raise CannotTask(_("Choose what is done."))
    if cost < 0:
        raise CannotTask(_("A gift cannot cost less than nothing."))
    _refuse_day(due_on, today)
    _refuse_owner(owner, customer)
    made = CareTask.objects.create(
        identity=own_identity(customer, at=at), kind=kind, text=_plain(text, LONGEST_TEXT),
        cost=cost if kind == Kind.GIFT else 0, owner=owner, due_on=due_on, made_by=by, made_at=at, about=about,
    )  # fmt: skip
    made.steps.create(kind=Step.GIVEN, owner=owner, due_on=due_on, by=by, at=at)
    return made


@atomic
def settle(task: CareTask, told: Outcome, *, by: User, at: datetime, today: date) -> CareStep:
    """Say what became of an open task. What was done becomes a contact in the ledger, and what was said there feedback
    where that is wished for. Raises CannotTask, EntryClosed, ForgottenMeanwhile.
    """
    refuse_closed_entry(by, on=today)
    hold(task.identity.customer_id)
    if told.kind not in OUTCOMES:
        raise CannotTask(_("Say what became of it."))
    note = _plain(told.note, LONGEST)
    if told.heard and (told.heard not in HEARD or not note):
        raise CannotTask(_("Write down what was said, if it is to be read as feedback."))
    if told.minutes < 0 or (told.worth or 0) < 0:
        raise CannotTask(_("Minutes and worth cannot be less than nothing."))
    now = {"tries": F("tries") + 1} if told.kind == Step.NOT_REACHED else {"state": ENDS[Step(told.kind)]}
    if not CareTask.objects.filter(pk=task.pk, state=State.OPEN).update(**now):
        raise CannotTask(_("Somebody said already what became of it. Look at the page again."))
    step = task.steps.create(kind=told.kind, note=note, by=by, at=at)
    if told.kind == Step.DONE:
        write_contact(_contact(task, step, told, note), at=at)
    if told.kind == Step.DONE and told.heard:
        take_down(task.identity, kind=told.heard, text=note, ref=step.source_ref, at=at)
    if told.kind == Step.DONE and task.kind == Kind.PANEL and told.panel is not None:
        panels.step(
            told.panel, task.identity.customer, kind=PanelStep.Kind.JOINED, on=today, by=by, at=at, today=today,
            came_by=step,
        )  # fmt: skip
    return step


@atomic
def take_back(task: CareTask, *, by: User, at: datetime, today: date) -> CareStep:
    """Open an ended task again: the contact did not take place then, and goes. Raises CannotTask, EntryClosed."""
    refuse_closed_entry(by, on=today)
    hold(task.identity.customer_id)
    if not CareTask.objects.filter(pk=task.pk).exclude(state=State.OPEN).update(state=State.OPEN):
        raise CannotTask(_("This is open already. Look at the page again."))
    last = task.steps.filter(kind__in=list(ENDS)).order_by("-pk").first()
    if last is not None:
        unsay_contact(task.identity_id, last.source_ref, at=at)
        unsay(last.source_ref, at=at)
        panels.unsay_step(last)
    return task.steps.create(kind=Step.TAKEN_BACK, by=by, at=at)


@atomic
def hand_over(task: CareTask, *, owner: User, due_on: date | None, by: User, at: datetime, today: date) -> CareStep:
    """Give an open task to somebody else, or to be done by another day. Raises CannotTask, EntryClosed."""
    refuse_closed_entry(by, on=today)
    if due_on is not None and due_on != task.due_on:
        _refuse_day(due_on, today)
    _refuse_owner(owner, task.identity.customer)
    day = due_on or task.due_on
    if not CareTask.objects.filter(pk=task.pk, state=State.OPEN).update(owner=owner, due_on=day):
        raise CannotTask(_("Somebody said already what became of it. Look at the page again."))
    return task.steps.create(kind=Step.GIVEN, owner=owner, due_on=day, by=by, at=at)


def _contact(task: CareTask, step: CareStep, told: Outcome, note: str) -> Contact:
    worth = task.cost if told.worth is None else told.worth
    words = " — ".join(filter(None, (task.about.name if task.about else "", note)))
    kind = Kind(task.kind)
    return Contact(
        identity_id=task.identity_id, source_ref=step.source_ref, kind=kind.contact, direction=kind.direction,
        touchpoint="phone" if kind == Kind.CALL else "", text=words, minutes=told.minutes,
        worth=worth if kind == Kind.GIFT else 0,
    )  # fmt: skip


def _refuse_day(due_on: date, today: date) -> None:
    if due_on < today:
        raise CannotTask(_("Choose the day by which it is to be done, today or later."))


def _refuse_owner(owner: User, customer: Customer) -> None:
    if not may_care(owner):
        raise CannotTask(_("Choose who does it: somebody who works here and may write about customers."))
    if not Customer.objects.known().seen_by(scope_of(owner)).filter(pk=customer.pk).exists():
        raise CannotTask(_("%(name)s does not see this customer. Choose somebody who does.") % {"name": owner})


def _plain(text: str, longest: int) -> str:
    words = masked(text.replace("\r\n", "\n").replace("\0", "").strip())
    if len(words) > longest:
        raise CannotTask(_("Say it in at most %(most)s letters.") % {"most": f"{longest:,}"})
    return words
