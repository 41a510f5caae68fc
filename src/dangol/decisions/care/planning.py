"""Carry a programme out in person: for whom it brings most, some held out by lot, a task for each of the others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import IntegrityError
from django.db.models import Q, QuerySet
from django.db.transaction import atomic
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dangol.decisions.care.models import CarePlan, CareStep, CareTask, Kind
from dangol.insight.analysis.models import Run, Score
from dangol.insight.relationship.positioning.names import PROGRAMME
from dangol.insight.relationship.positioning.queries import Positioned, Row, last_positioned
from dangol.lib.errors import DangolError
from dangol.records.changes.actions import record_row
from dangol.records.customers.forgetting import hold_everybody
from dangol.records.customers.models import Customer
from dangol.records.customers.parties import no_consumers
from dangol.records.ledger.arms import Arm, arms_of, standing_for
from dangol.records.ledger.assignments import NewAssignment, NewWithholding, assign, withhold
from dangol.records.ledger.models import Assignment
from dangol.records.rights.queries import objecting
from dangol.records.staff.models import User
from dangol.records.staff.roles import May, bundle
from dangol.records.staff.scope import scope_of

MOST = 2_000  # customers of one plan: people do it
LONGEST_NAME = 120
SMALLEST_HOLDOUT, LARGEST_HOLDOUT = 0.01, 0.5
OBJECTED, HELPER = "objected", "helper"
BEST_FIRST = ("-value", "customer")


class CannotCare(DangolError):
    """The plan is not one that can be carried out; the message says what to change, and nothing was done."""


@dataclass(frozen=True)
class Wanted:
    """What is planned. count: customers, those held out among them; owners: the work is shared out evenly among them.

    cost: what each customer is given is worth, in minor units.
    """

    name: str
    programme: str
    kind: str
    count: int
    owners: Sequence[User]
    due_on: date
    holdout_share: float
    text: str = ""
    cost: int = 0


@dataclass(frozen=True)
class Left:
    """Whom a programme is still to be carried out for: `due`, ids of those for whom it brings most, the first MOST.

    waiting: how many there are in all; refused: how many are left out, who object or help the business.
    """

    row: Row
    portfolio: Positioned
    due: Sequence[int]
    waiting: int
    refused: int


def left_to_do(programme: str, *, on: date) -> Left | None:
    """Of the newest portfolio; None where it has no such programme, or one that is sent by a channel.

    Whoever was drawn for a plan of the programme that is still under way, held out or not, is not asked about again.
    """
    found = last_positioned()
    row = next((one for one in found.rows if one.code == programme), None) if found else None
    if found is None or row is None or row.channel:
        return None
    recommended = _recommended(programme, found.run, on=on)
    due = recommended.exclude(_left_out(on))
    first = due.order_by(*BEST_FIRST).values_list("customer", flat=True)[:MOST]
    return Left(row, found, list(first), due.count(), recommended.filter(_left_out(on)).count())


def _recommended(programme: str, portfolio: Run, *, on: date) -> QuerySet[Score]:
    """But for those drawn by this portfolio or for a plan that is not over, and for whom a task of it is still open."""
    plans = CarePlan.objects.filter(programme=programme)
    refs = [one.source_ref for one in plans.filter(Q(portfolio=portfolio) | Q(due_on__gte=on))]
    drawn = Assignment.objects.filter(source_ref__in=refs).values("identity__customer")
    tasks = CareTask.objects.filter(plan__in=plans, state=CareTask.State.OPEN).values("identity__customer")
    rows = Score.objects.filter(run=portfolio, name=PROGRAMME, text=programme, customer__in=Customer.objects.known())
    return rows.exclude(Q(customer__in=drawn) | Q(customer__in=tasks))


def _left_out(on: date) -> Q:
    return Q(customer__in=objecting()) | Q(customer__in=no_consumers(on=on))


@atomic
def plan_care(wanted: Wanted, *, by: User | None, at: datetime, today: date) -> CarePlan:
    """Draw who is held out, write a task for each of the others, and keep place and target of both arms.

    today: the shop's day. Raises CannotCare.
    """
    hold_everybody()
    left = left_to_do(wanted.programme, on=today)
    if left is None:
        raise CannotCare(_("This programme is not recommended to anybody, or a channel sends it. Ask what to do anew."))
    _check(wanted, left, today=today)
    chosen = list(left.due[: wanted.count])
    people = Customer.objects.filter(pk__in=chosen)
    standing, units = standing_for(people), dict(people.values_list("pk", "unit_id"))
    keys = [standing[one][1] for one in chosen if one in standing]
    who = [one for one in chosen if one in standing]
    arms = arms_of(keys, salt=wanted.name.strip(), holdout_share=wanted.holdout_share)
    treated = [one for one, arm in zip(who, arms, strict=True) if arm is Arm.TREATED]
    if not treated:
        raise CannotCare(_("Everybody would be held out. Take more customers, or hold out fewer."))
    shares = _shared_out(treated, units, wanted.owners)
    made = _written(wanted, left, by=by, at=at)
    assign(
        (
            NewAssignment(standing[one][0], made.source_ref, arm.value, made.name)
            for one, arm in zip(who, arms, strict=True)
        ),
        at=at,
    )
    _withhold(made, left, last=chosen[-1], on=today, at=at)
    _write_tasks(made, wanted, [(standing[one][0], shares[one]) for one in treated], by=by, at=at)
    # It reads values as arrays, which takes a second to load: pages that only show tasks need not wait.
    from dangol.insight.relationship.following.taking_over import take_over

    drawn = [(one, arm is Arm.TREATED) for one, arm in zip(who, arms, strict=True)]
    take_over(source_ref=made.source_ref, programmes=[made.programme], drawn=drawn, at=at)
    return made


def may_care(user: User) -> bool:
    """Whether tasks can be given to this member of staff."""
    return user.is_active and May.WRITE_NOTES in bundle(user.role)


def carers() -> list[User]:
    """Everybody to whom tasks can be given."""
    return [one for one in User.objects.filter(is_active=True).select_related("unit").order_by("pk") if may_care(one)]


def _check(wanted: Wanted, left: Left, *, today: date) -> None:
    name = wanted.name.strip()
    if not name or len(name) > LONGEST_NAME:
        raise CannotCare(_("Give it a name of at most %(most)s letters.") % {"most": LONGEST_NAME})
    if wanted.kind not in Kind.values:
        raise CannotCare(_("Choose what is done."))
    most = len(left.due)
    if not most:
        raise CannotCare(_("It is planned for everybody it is recommended to. Ask what to do anew."))
    if not 1 <= wanted.count <= most:
        raise CannotCare(_("Choose between 1 and %(most)s customers.") % {"most": f"{most:,}"})
    if not SMALLEST_HOLDOUT <= wanted.holdout_share <= LARGEST_HOLDOUT:
        raise CannotCare(_("Without a holdout nothing can be measured. Enter 1–50%."))
    if wanted.due_on < today:
        raise CannotCare(_("Choose the day by which it is to be done, today or later."))
    if wanted.cost < 0:
        raise CannotCare(_("A gift cannot cost less than nothing."))
    if not wanted.owners or not all(map(may_care, wanted.owners)):
        raise CannotCare(_("Choose who does it: somebody who works here and may write about customers."))


def _shared_out(treated: Sequence[int], units: Mapping[int, int | None], owners: Sequence[User]) -> dict[int, User]:
    """Each customer to whoever of those who see them has the fewest so far; the first of equals."""
    scopes = [(one, scope_of(one)) for one in owners]
    load = dict.fromkeys((one.pk for one in owners), 0)
    shares: dict[int, User] = {}
    for customer in treated:
        able = [one for one, scope in scopes if scope.units is None or units[customer] in scope.units]
        if able:
            shares[customer] = min(able, key=lambda one: load[one.pk])
            load[shares[customer].pk] += 1
    if unseen := len(treated) - len(shares):
        raise CannotCare(
            ngettext(
                "%(count)s customer is of a shop that nobody you chose sees. Choose somebody of it, too.",
                "%(count)s customers are of shops that nobody you chose sees. Choose somebody of these, too.",
                unseen,
            )
            % {"count": f"{unseen:,}"}
        )
    return shares


def _written(wanted: Wanted, left: Left, *, by: User | None, at: datetime) -> CarePlan:
    made = CarePlan(
        name=wanted.name.strip(), programme=wanted.programme, portfolio=left.portfolio.run, kind=wanted.kind,
        holdout_share=wanted.holdout_share, due_on=wanted.due_on, planned_by=by, planned_at=at,
    )  # fmt: skip
    try:
        with atomic():
            made.save(force_insert=True)
    except IntegrityError as error:
        raise CannotCare(
            _("There is care named “%(name)s” already. Choose another name.") % {"name": made.name}
        ) from error
    record_row(made, at=at)
    return made


def _withhold(made: CarePlan, left: Left, *, last: int, on: date, at: datetime) -> None:
    """Those who would have been chosen before the last one, were they not left out."""
    rows = Score.objects.filter(run=left.portfolio.run, name=PROGRAMME, text=made.programme)
    worth = rows.get(customer=last).value
    before = Q(value__gt=worth) | Q(value=worth, customer__lt=last)
    passed = _recommended(made.programme, left.portfolio.run, on=on).filter(_left_out(on), before)
    keys = list(passed.order_by(*BEST_FIRST).values_list("customer", flat=True)[:MOST])
    objects = set(objecting().filter(customer__in=keys))
    withhold(
        (
            NewWithholding(identity, made.source_ref, OBJECTED if customer in objects else HELPER)
            for customer, (identity, _name) in standing_for(Customer.objects.filter(pk__in=keys)).items()
        ),
        at=at,
    )


def _write_tasks(
    made: CarePlan, wanted: Wanted, shares: Sequence[tuple[int, User]], *, by: User | None, at: datetime
) -> None:
    told = {"plan": made, "kind": wanted.kind, "text": wanted.text, "cost": wanted.cost, "due_on": wanted.due_on}
    tasks = CareTask.objects.bulk_create(
        [CareTask(identity_id=identity, owner=owner, made_by=by, made_at=at, **told) for identity, owner in shares],
        batch_size=500,
    )
    CareStep.objects.bulk_create(
        [
            CareStep(task=one, kind=CareStep.Kind.GIVEN, owner=one.owner, due_on=one.due_on, by=by, at=at)
            for one in tasks
        ],
        batch_size=500,
    )
