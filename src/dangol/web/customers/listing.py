"""One page of the customer list, in a fixed number of queries however many rows it has."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max

from dangol.insight.analysis.models import Run, Score
from dangol.insight.analysis.queries import scores
from dangol.records.customers.models import Customer
from dangol.records.ledger.models import Transaction
from dangol.records.staff.scope import Scope
from dangol.web.customers import order
from dangol.web.customers.criteria import Criteria

ROWS = 50
COUNTED = 10_000  # above it a count is told as "10,000+" and made good in a second request
SHOWN = ("region", "customer_value", "customer_equity", "equity")


@dataclass(frozen=True)
class Row:
    """One customer as the list shows them."""

    customer: Customer
    scores: dict[str, Score]
    last_purchase: datetime | None

    @property
    def region(self) -> str:
        score = self.scores.get("region")
        return score.text if score else "unknown"


@dataclass(frozen=True)
class Page:
    """Rows of one page; `count` is exact up to COUNTED, and `more` says that there are others beyond it."""

    rows: list[Row]
    criteria: Criteria
    count: int
    more: bool

    @property
    def first(self) -> int:
        return (self.criteria.page - 1) * ROWS + 1 if self.rows else 0

    @property
    def last(self) -> int:
        return self.first + len(self.rows) - 1 if self.rows else 0

    @property
    def previous(self) -> str:
        return self.criteria.address(page=self.criteria.page - 1) if self.criteria.page > 1 else ""

    @property
    def next(self) -> str:
        return self.criteria.address(page=self.criteria.page + 1) if self.last < self.count else ""


def page(criteria: Criteria, run: Run | None, scope: Scope) -> Page:
    """The page asked for, of the customers within the scope."""
    customers = order.selected(criteria, run, scope)
    number = order.count(criteria, run, scope, customers, up_to=COUNTED + 1)
    start = (criteria.page - 1) * ROWS
    ids = order.ids(criteria, run, scope, customers, number=number, start=start, length=ROWS)
    return Page(rows(ids, run), criteria, min(number, COUNTED), number > COUNTED)


def rows(ids: list[int], run: Run | None) -> list[Row]:
    """These customers, in this order, with what the list shows of them."""
    customers = Customer.objects.select_related("unit").in_bulk(ids)
    return rows_of([customers[pk] for pk in ids if pk in customers], run)


def rows_of(customers: list[Customer], run: Run | None) -> list[Row]:
    """Each of these with what the list shows of them."""
    ids = [customer.pk for customer in customers]
    by_customer: dict[int, dict[str, Score]] = defaultdict(dict)
    if run is not None:
        for score in scores(run, names=SHOWN).filter(customer__in=ids):
            by_customer[score.customer_id][score.name] = score
    bought = last_purchases(ids)
    return [Row(customer, by_customer[customer.pk], bought.get(customer.pk)) for customer in customers]


def last_purchases(ids: list[int]) -> dict[int, datetime]:
    """The time of each customer's last purchase; who never bought is not in it."""
    sales = Transaction.objects.filter(identity__customer__in=ids, amount__gt=0)
    return dict(sales.values_list("identity__customer").annotate(Max("at")))
