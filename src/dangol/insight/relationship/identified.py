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
    Min,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models.expressions import Combinable
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from dangol.lib.asked_again import asked_again
from dangol.records.customers.models import ContactPoint, Customer, Identity
from dangol.records.customers.schemes import UNSPOKEN
from dangol.records.ledger.models import Loan, OrderLine, Transaction
from dangol.records.ledger.taken_back import stands
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

NOTHING: dict[str, Any] = {
    "first": None, "paid": None, "since": None, "told": None, "number": 0, "products": 0, "categories": 0,
}  # fmt: skip
PAID = stands() & Q(amount__gt=0)


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


def states(customers: "QuerySet[Customer]") -> "QuerySet[Any, Any]":
    """The customers, each with the state it is in (`state_now`): one question, however many."""
    told: QuerySet[Any, Any] = customers.annotate(state_now=_state())
    return told


def standing(customer: Customer, *, numbers: int, named_at: datetime | None = None) -> Standing:
    """How far this customer is identified: two queries, and more for those alone of whom less is known.

    numbers: how many lead to them, which whoever shows the person has read. named_at: when a name was brought to
    somebody who was on record without one; None: they came with it.
    """
    sold, told = _of(_sales_of(customer.pk)), _of(_tastes_of(customer.pk))
    ways, lent, topics = NOTHING, NOTHING, NOTHING
    if not numbers:
        ways = _of(_ways_to(customer.pk))
    if not (sold["number"] and told["products"]):
        lent, topics = _of(_loans_of(customer.pk)), _of(_topics_of(customer.pk))
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


def _of(rows: list[Any]) -> dict[str, Any]:
    """What was counted; of whom there is nothing there is no row."""
    return rows[0] if rows else NOTHING


@asked_again
def _sales_of(customer: Any) -> "QuerySet[Any, Any]":
    mine = Transaction.objects.filter(identity__customer=customer).values("identity__customer")
    return mine.annotate(first=Min("at"), paid=Min("at", filter=PAID), number=Count("pk", filter=PAID)).order_by()


@asked_again
def _tastes_of(customer: Any) -> "QuerySet[Any, Any]":
    products, categories = Count("product", distinct=True), Count("product__category", distinct=True)
    mine = _told(customer).values("transaction__identity__customer")
    return mine.annotate(since=Min("at"), products=products, categories=categories).order_by()


@asked_again
def _ways_to(customer: Any) -> "QuerySet[Any, Any]":
    return _ways(customer).values("customer").annotate(since=Min("valid_from"), number=Count("pk")).order_by()


@asked_again
def _loans_of(customer: Any) -> "QuerySet[Any, Any]":
    told = Min("at", filter=~Q(item_class=""))
    mine = _lent(customer).values("identity__customer")
    return mine.annotate(since=Min("at"), number=Count("pk"), told=told).order_by()


@asked_again
def _topics_of(customer: Any) -> "QuerySet[Any, Any]":
    number = Count("topic", distinct=True)
    return _wanted(customer).values("customer").annotate(since=Min("answered_at"), number=number).order_by()


def state_of(*, who: bool, named: bool, bought: object, tastes: object) -> str:
    """The rule for one person; `_state` says the same of everybody in SQL."""
    if bought:
        return NOT_WHO if not who else IDENTIFIED if tastes else NO_TASTES
    return NAME_ONLY if named else NUMBER_ONLY


def _state() -> Case:
    """Each question asked once: most customers need three."""
    person = OuterRef("pk")
    named = ~Q(full_name="")
    bought = Exists(sales().filter(identity__customer=person)) | Exists(_lent(person))
    reached = Exists(numbers().filter(customer=person)) | Exists(_ways(person))
    lent = Exists(telling_loans().filter(identity__customer=person))
    told = Exists(_told(person)) | lent | Exists(_wanted(person))
    tastes = _either(told, Value(IDENTIFIED), Value(NO_TASTES))
    buys = _either(named & Q(reached), tastes, Value(NOT_WHO))
    return _either(bought, buys, _either(named, Value(NAME_ONLY), Value(NUMBER_ONLY)))


def _either(condition: Any, then: Combinable, otherwise: Combinable) -> Case:
    return Case(When(condition, then=then), default=otherwise, output_field=CharField())


def numbers() -> "QuerySet[Identity]":
    """What leads to somebody."""
    return Identity.objects.exclude(scheme__in=UNSPOKEN)


def ways() -> "QuerySet[ContactPoint]":
    """Where somebody can be reached."""
    return ContactPoint.objects.filter(valid_to=None).exclude(value="")


def sales() -> "QuerySet[Transaction]":
    """What was bought."""
    return Transaction.objects.filter(PAID)


def telling_lines() -> "QuerySet[OrderLine]":
    """What was bought and tells a taste."""
    return OrderLine.objects.filter(
        stands("transaction__"), transaction__amount__gt=0, product__isnull=False, amount__gt=0
    )


def telling_loans() -> "QuerySet[Loan]":
    """What was lent and tells a taste."""
    return Loan.objects.exclude(item_class="")


def wanted_topics() -> "QuerySet[TopicChoice]":
    """What somebody said they want to hear of."""
    return TopicChoice.objects.filter(wanted=True)


def _ways(person: Person) -> "QuerySet[ContactPoint]":
    return ways().filter(customer=person)


def _told(person: Person) -> "QuerySet[OrderLine]":
    return telling_lines().filter(transaction__identity__customer=person)


def _lent(person: Person) -> "QuerySet[Loan]":
    return Loan.objects.filter(identity__customer=person)


def _wanted(person: Person) -> "QuerySet[TopicChoice]":
    return wanted_topics().filter(customer=person)


def _earliest(*moments: datetime | None) -> datetime | None:
    return min((moment for moment in moments if moment is not None), default=None)
