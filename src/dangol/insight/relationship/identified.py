"""Whom we know: an identified customer is one of whom we can tell who they are, what they bought and what they like.

The rule, and all of it:

- *who*: a name, and at least one number that leads to them (of a customer, a member, a card, a till, a phone …; not the
  mark a browser carries) or a way to reach them that stands (a mobile number, an e-mail or postal address);
- *purchases*: at least one that was paid for and not taken back, or a loan, in a library;
- *tastes*: a purchase that names its product, a loan that names its class, or a topic they said they want to hear of.
  One product is enough: whoever has had the same milk for ten years has told a taste. What they answered in surveys is
  not asked, since it tells how content they are, not what they like.

Whoever lacks something has a state of its own; a sale that names nobody is in nobody's state: it is an anonymous sale
(`whom_we_know`). Identified since: the moment at which the last of the three came true. *Who* dates from the day they
were registered, or from the moment a name was brought later; the other two from the first that was bought and told.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import (
    Case,
    CharField,
    Count,
    Exists,
    F,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce
from django.db.models.lookups import Exact
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from dangol.records.customers import columns
from dangol.records.customers.columns import Asked, Column, Kind, Rows, Watched
from dangol.records.customers.models import ContactPoint, Customer, Identity
from dangol.records.customers.schemes import UNSPOKEN
from dangol.records.ledger.models import Loan, OrderLine, Transaction
from dangol.records.permission.models import TopicChoice

IDENTIFIED, NO_TASTES, NOT_WHO, NAME_ONLY, NUMBER_ONLY = (
    "identified",
    "no_tastes",
    "not_who",
    "name_only",
    "number_only",
)
STATES: dict[str, str | Promise] = {
    IDENTIFIED: _("Identified"),
    NO_TASTES: _("Buys, tastes not known"),
    NOT_WHO: _("Buys, name unknown"),
    NAME_ONLY: _("Known by name only"),
    NUMBER_ONLY: _("Known by a number only"),
}
type Person = OuterRef | int

NOTHING: dict[str, Any] = {"since": None, "number": 0, "told": None}
PAID = Q(amount__gt=0, reverses=None, reversed_by=None)
WATCHED: Watched = {
    Customer: "pk", Identity: "customer", ContactPoint: "customer", Transaction: "identity__customer",
    OrderLine: "transaction__identity__customer", Loan: "identity__customer", TopicChoice: "customer",
}  # fmt: skip


@dataclass(frozen=True)
class Standing:
    """How far one customer is identified, and by what. `since`: None where it is not so, or not told exactly.

    numbers, ways: what leads to them, and where they can be reached (asked only of those without a number). first_sale:
    of all that is on record, taken back or not.
    """

    state: str
    since: datetime | None
    named: bool
    numbers: int
    ways: int
    purchases: int
    loans: int
    products: int
    categories: int
    topics: int
    first_sale: datetime | None


class StateColumn(Column):
    """Everybody on record is in one of the states: nothing to leave out."""

    @property
    def filled(self) -> Q:
        return Q()


def register() -> None:
    """Take the state into what lists can show."""
    columns.register(
        StateColumn("identified", _("How far we know them"), Kind.CHOICE, _rows, "state_now", "id",
                    words=lambda: STATES, sorts=False, watched=WATCHED, item="full_name"),
    )  # fmt: skip


def states(customers: "QuerySet[Customer]") -> "QuerySet[Any, Any]":
    """The customers, each with the state it is in (`state_now`): one question, however many."""
    told: QuerySet[Any, Any] = customers.annotate(state_now=_state())
    return told


def standing(customer: Customer, *, numbers: int, named_at: datetime | None = None) -> Standing:
    """How far this customer is identified: two queries, and more for those alone of whom less is known.

    numbers: how many lead to them, which whoever shows the person has read. named_at: when a name was brought to
    somebody who was on record without one; None: they came with it.
    """
    sold = Transaction.objects.filter(identity__customer=customer).aggregate(
        first=Min("at"), paid=Min("at", filter=PAID), number=Count("pk", filter=PAID)
    )
    told = _told(customer.pk).aggregate(
        since=Min("at"), products=Count("product", distinct=True), categories=Count("product__category", distinct=True)
    )
    ways, lent, topics = NOTHING, NOTHING, NOTHING
    if not numbers:
        ways = _ways(customer.pk).aggregate(since=Min("valid_from"), number=Count("pk"))
    if not (sold["number"] and told["products"]):
        lent = _lent(customer.pk).aggregate(
            since=Min("at"), number=Count("pk"), told=Min("at", filter=~Q(item_class=""))
        )
        topics = _wanted(customer.pk).aggregate(since=Min("answered_at"), number=Count("topic", distinct=True))
    who = max(filter(None, (named_at or customer.registered_at, ways["since"])))
    bought = _earliest(sold["paid"], lent["since"])
    tastes = _earliest(told["since"], lent["told"], topics["since"])
    named = bool(customer.full_name)
    state = state_of(who=named and bool(numbers or ways["number"]), named=named, bought=bought, tastes=tastes)
    since = max(filter(None, (who, bought, tastes))) if state == IDENTIFIED else None
    return Standing(
        state, since, named, numbers, ways["number"], sold["number"], lent["number"], told["products"],
        told["categories"], topics["number"], sold["first"],
    )  # fmt: skip


def state_of(*, who: bool, named: bool, bought: object, tastes: object) -> str:
    """The rule for one person; `_state` says the same of everybody in SQL."""
    if bought:
        return NOT_WHO if not who else IDENTIFIED if tastes else NO_TASTES
    return NAME_ONLY if named else NUMBER_ONLY


def _rows(_asked: Asked) -> Rows:
    return states(Customer.objects.known())


def _state() -> Case:
    """Each question asked once: most customers need three."""
    person = OuterRef("pk")
    named, bought = ~Q(full_name=""), Exists(_bought(person)) | Exists(_lent(person))
    reached = Exists(_numbers(person)) | Exists(_ways(person))
    told = Exists(_told(person)) | Exists(_lent(person).exclude(item_class="")) | Exists(_wanted(person))
    tastes = _either(told, Value(IDENTIFIED), Value(NO_TASTES))
    buys = _either(named & Q(reached), tastes, Value(NOT_WHO))
    return _either(bought, buys, _either(named, Value(NAME_ONLY), Value(NUMBER_ONLY)))


def _either(condition: Any, then: Combinable, otherwise: Combinable) -> Case:
    return Case(When(condition, then=then), default=otherwise, output_field=CharField())


def _numbers(person: Person) -> "QuerySet[Identity]":
    return Identity.objects.filter(customer=person).exclude(scheme__in=UNSPOKEN)


def _ways(person: Person) -> "QuerySet[ContactPoint]":
    return ContactPoint.objects.filter(customer=person, valid_to=None).exclude(value="")


def _bought(person: Person) -> "QuerySet[Transaction]":
    return Transaction.objects.filter(
        _no_reversal("reverses"), identity__customer=person, amount__gt=0, reversed_by=None
    )


def _told(person: Person) -> "QuerySet[OrderLine]":
    return OrderLine.objects.filter(
        _no_reversal("transaction__reverses"), transaction__identity__customer=person, transaction__amount__gt=0,
        transaction__reversed_by=None, product__isnull=False, amount__gt=0,
    )  # fmt: skip


def _no_reversal(key: str) -> Exact:
    # Not "is null": a store would look through all that are no reversals first, which is nearly everything.
    return Exact(Coalesce(F(key), 0), 0)


def _lent(person: Person) -> "QuerySet[Loan]":
    return Loan.objects.filter(identity__customer=person)


def _wanted(person: Person) -> "QuerySet[TopicChoice]":
    return TopicChoice.objects.filter(customer=person, wanted=True)


def _earliest(*moments: datetime | None) -> datetime | None:
    return min((moment for moment in moments if moment is not None), default=None)
