"""One page of the customer list, in a fixed number of queries however many rows it has."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, F, Max, OuterRef, Q, QuerySet, Subquery

from dangol.insight.analysis.models import Run, Score
from dangol.insight.analysis.queries import scores
from dangol.records.customers.models import Customer
from dangol.records.customers.queries import found
from dangol.records.ledger.models import Transaction
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


def selected(criteria: Criteria, run: Run | None) -> QuerySet[Customer]:
    """The customers asked for, unordered."""
    customers = Customer.objects.all()
    if criteria.text:
        customers = customers.filter(pk__in=list(found(criteria.text).values_list("pk", flat=True)))
    if criteria.lines:
        customers = customers.filter(line__in=criteria.lines)
    if criteria.regions:
        customers = customers.filter(_in_regions(criteria.regions, run))
    return customers


def page(criteria: Criteria, run: Run | None) -> Page:
    """The page asked for."""
    customers = selected(criteria, run)
    count = customers.order_by()[: COUNTED + 1].count()
    start = (criteria.page - 1) * ROWS
    ids = list(_ordered(customers, criteria.sort, run).values_list("pk", flat=True)[start : start + ROWS])
    return Page(rows(ids, run), criteria, min(count, COUNTED), count > COUNTED)


def rows(ids: list[int], run: Run | None) -> list[Row]:
    """These customers, in this order, with what the list shows of them."""
    customers = Customer.objects.select_related("unit").in_bulk(ids)
    by_customer: dict[int, dict[str, Score]] = defaultdict(dict)
    if run is not None:
        for score in scores(run, names=SHOWN).filter(customer__in=ids):
            by_customer[score.customer_id][score.name] = score
    bought = last_purchases(ids)
    return [Row(customers[pk], by_customer[pk], bought.get(pk)) for pk in ids if pk in customers]


def last_purchases(ids: list[int]) -> dict[int, datetime]:
    """The time of each customer's last purchase; who never bought is not in it."""
    sales = Transaction.objects.filter(identity__customer__in=ids, amount__gt=0)
    return dict(sales.values_list("identity__customer").annotate(Max("at")))


def _ordered(customers: QuerySet[Customer], sort: str, run: Run | None) -> QuerySet[Customer]:
    if run is None or sort == "name":
        return customers.order_by("full_name", "id")
    if sort == "equity":
        return customers.annotate(rank=_score(run, "equity")).order_by(F("rank").desc(nulls_last=True), "id")
    # The value of the region is CV − CE: lowest where the customer gets least for what they give.
    return customers.annotate(rank=_score(run, "region")).order_by(F("rank").asc(nulls_last=True), "id")


def _score(run: Run, name: str) -> Subquery:
    return Subquery(Score.objects.filter(run=run, customer=OuterRef("pk"), name=name).values("value")[:1])


def _in_regions(regions: tuple[str, ...], run: Run | None) -> Q:
    """In one of the regions; whom nobody has valued is unknown too."""
    placed = Score.objects.filter(run=run, customer=OuterRef("pk"), name="region")
    if "unknown" in regions:
        others = [region for region in ("I", "II", "III") if region not in regions]
        return ~Q(Exists(placed.filter(text__in=others)))
    return Q(Exists(placed.filter(text__in=regions)))
