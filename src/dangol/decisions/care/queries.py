"""Which tasks there are, whose, how many press; where plans stand, and whom their marks mean."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Q, QuerySet

from dangol.decisions.care.models import CarePlan, CareTask
from dangol.lib.asked_again import asked_again
from dangol.records.customers.models import Customer
from dangol.records.ledger.models import Assignment
from dangol.records.staff.models import User
from dangol.records.staff.scope import Scope

REF = "care:"
_NUMBER = re.compile(r"care:([1-9][0-9]{0,17})")


@dataclass(frozen=True)
class Standing:
    """Where a plan stands. states: tasks by state; held_out: customers."""

    plan: CarePlan
    states: Counter[str]
    held_out: int

    @property
    def tasks(self) -> int:
        """All of its tasks."""
        return self.states.total()

    @property
    def open(self) -> int:
        """Those still to be done."""
        return self.states[CareTask.State.OPEN]

    @property
    def done(self) -> int:
        """Those done."""
        return self.states[CareTask.State.DONE]


def tasks_seen(scope: Scope) -> QuerySet[CareTask]:
    """The tasks for customers somebody sees, those to be done first on top."""
    known = CareTask.objects.filter(scope.within("identity__customer__unit"), identity__customer__erased_at=None)
    return known.select_related("identity__customer__unit", "owner", "plan", "about").order_by("due_on", "pk")


def pressing(user: User, scope: Scope, *, today: date) -> tuple[int, int]:
    """How many open tasks somebody has, and how many of them are overdue."""
    mine = tasks_seen(scope).filter(owner=user, state=CareTask.State.OPEN)
    found = mine.order_by().aggregate(n=Count("pk"), late=Count("pk", filter=Q(due_on__lt=today)))
    return found["n"], found["late"]


def open_of(customer_id: int) -> list[CareTask]:
    """A customer's open tasks, the first due on top."""
    return _open_of(customer_id)


def plans() -> list[Standing]:
    """Every plan, the newest first: three questions."""
    found = list(CarePlan.objects.select_related("planned_by").order_by("-pk"))
    states: dict[int, Counter[str]] = {}
    for plan, state, number in CareTask.objects.exclude(plan=None).values_list("plan", "state").annotate(n=Count("pk")):
        states.setdefault(plan or 0, Counter())[state] += number
    refs = [one.source_ref for one in found]
    held = Assignment.objects.filter(source_ref__in=refs, arm=Assignment.Arm.HELD_OUT)
    held_out = dict(held.values_list("source_ref").annotate(n=Count("pk")))
    return [Standing(one, states.get(one.pk, Counter()), held_out.get(one.source_ref, 0)) for one in found]


def by_mark(marks: Iterable[str]) -> dict[str, CarePlan]:
    """The plans behind these marks of the ledger: one question."""
    numbers = [int(found[1]) for one in set(marks) if (found := _NUMBER.fullmatch(one))]
    return {one.source_ref: one for one in CarePlan.objects.filter(pk__in=numbers)} if numbers else {}


def drawn_for(customer_id: int) -> Sequence[tuple[CarePlan, Assignment]]:
    """The plans somebody was drawn for, the newest first."""
    rows = list(Assignment.objects.filter(identity__customer=customer_id, source_ref__startswith=REF).order_by("-pk"))
    plans = by_mark(one.source_ref for one in rows)
    return [(plans[one.source_ref], one) for one in rows if one.source_ref in plans]


def people_of(tasks: Iterable[CareTask]) -> QuerySet[Customer]:
    """The customers these tasks are for."""
    return Customer.objects.filter(pk__in={one.identity.customer_id for one in tasks})


@asked_again
def _open_of(customer: Any) -> QuerySet[CareTask]:
    mine = CareTask.objects.filter(identity__customer=customer, state=CareTask.State.OPEN)
    return mine.select_related("owner", "plan").order_by("due_on", "pk")
