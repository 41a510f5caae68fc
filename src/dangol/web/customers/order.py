"""Who comes first on the list: read from the index of the scores, so that a million customers wait no longer than a
thousand.

The value of the score "region" is CV − CE, and regions are ranges of it. Going up from those who get least for what
they give is therefore region Ⅱ by value, then Ⅲ, then Ⅰ, then those not known: lanes one behind the other, each of
them a range of the index on (run, name, text, value).
"""

from collections.abc import Iterable

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery

from dangol.insight.analysis.models import Run, Score
from dangol.records.customers.models import Customer, CustomerQuerySet
from dangol.records.customers.queries import found
from dangol.records.staff.scope import Scope
from dangol.web.customers.criteria import Criteria

UPWARDS = ("II", "III", "I", "unknown")  # by CV − CE
FEW = 5_000

type Lane = QuerySet[Score, int] | QuerySet[Customer, int]


def selected(criteria: Criteria, run: Run | None, scope: Scope) -> CustomerQuerySet:
    """The customers asked for that lie within the scope, unordered."""
    customers = Customer.objects.known().seen_by(scope)
    if criteria.text:
        customers = customers.filter(pk__in=list(found(criteria.text, among=customers).values_list("pk", flat=True)))
    if criteria.lines:
        customers = customers.filter(line__in=criteria.lines)
    if criteria.regions:
        customers = customers.filter(_in_regions(criteria.regions, run))
    return customers


def count(criteria: Criteria, run: Run | None, scope: Scope, customers: CustomerQuerySet, *, up_to: int) -> int:
    """How many there are, counted no further than `up_to`; `customers` are those selected by the criteria."""
    if criteria.text or run is None or not criteria.regions:
        return customers.order_by()[:up_to].count()
    valued = _regions(run, criteria, scope).filter(text__in=criteria.regions)[:up_to].count()
    if "unknown" not in criteria.regions:
        return valued
    return min(valued + _unplaced(criteria, run, scope)[:up_to].count(), up_to)


def ids(
    criteria: Criteria,
    run: Run | None,
    scope: Scope,
    customers: CustomerQuerySet,
    *,
    number: int,
    start: int,
    length: int,
) -> list[int]:
    """The customers of one page, in order; `customers` are those selected by the criteria, `number` counts them."""
    # Few of one unit are put in order one by one: along an index of everybody one would look for them long.
    few = not scope.whole and number < FEW
    if criteria.text or run is None or criteria.sort == "name" or few:
        ordered = _by(criteria.sort if run else "name", customers, run)
        return list(ordered.values_list("pk", flat=True)[start : start + length])
    return _walked(_lanes(criteria, run, scope, customers), start=start, length=length)


def _walked(lanes: Iterable[Lane], *, start: int, length: int) -> list[int]:
    """A stretch of several lanes laid end to end; lanes behind it are not asked."""
    taken: list[int] = []
    for lane in lanes:
        part = list(lane[start : start + length - len(taken)])
        taken += part
        if len(taken) == length:
            break
        start = 0 if part else start - lane.count()
    return taken


def _lanes(criteria: Criteria, run: Run, scope: Scope, customers: CustomerQuerySet) -> Iterable[Lane]:
    if criteria.sort == "equity":
        worth = Score.objects.filter(scope.within("customer__unit", searched=False), run=run, name="equity", text="")
        worth = worth.filter(customer__line__in=criteria.lines) if criteria.lines else worth
        if criteria.regions:
            placed = Score.objects.filter(run=run, name="region", customer=OuterRef("customer"))
            worth = worth.filter(Exists(placed.filter(text__in=criteria.regions)))
        yield worth.order_by("-value", "id").values_list("customer_id", flat=True)
        without = ~Exists(Score.objects.filter(run=run, name="equity", customer=OuterRef("pk")))
        yield customers.filter(without).order_by("pk").values_list("pk", flat=True)
        return
    wanted = criteria.regions or UPWARDS
    for region in UPWARDS:
        if region in wanted:
            one = _regions(run, criteria, scope).filter(text=region)
            yield one.order_by("value", "id").values_list("customer_id", flat=True)
    if "unknown" in wanted:
        yield _unplaced(criteria, run, scope).order_by("pk").values_list("pk", flat=True)


def _regions(run: Run, criteria: Criteria, scope: Scope) -> QuerySet[Score]:
    placed = Score.objects.filter(scope.within("customer__unit", searched=False), run=run, name="region")
    return placed.filter(customer__line__in=criteria.lines) if criteria.lines else placed


def _unplaced(criteria: Criteria, run: Run, scope: Scope) -> CustomerQuerySet:
    """Those who came after the run; a run places everybody there is, so mostly nobody has to be looked for."""
    known = Customer.objects.known()
    if run.summary.get("customers") == known.count():
        return known.none()
    placed = Exists(Score.objects.filter(run=run, name="region", customer=OuterRef("pk")))
    customers = known.seen_by(scope)
    return (customers.filter(line__in=criteria.lines) if criteria.lines else customers).filter(~placed)


def _by(sort: str, customers: CustomerQuerySet, run: Run | None) -> QuerySet[Customer]:
    """Few customers, ordered one by one."""
    if run is None or sort == "name":
        return customers.order_by("full_name", "id")
    name = "equity" if sort == "equity" else "region"
    value = Subquery(Score.objects.filter(run=run, customer=OuterRef("pk"), name=name).values("value")[:1])
    rank = F("rank").desc(nulls_last=True) if sort == "equity" else F("rank").asc(nulls_last=True)
    return customers.annotate(rank=value).order_by(rank, "id")


def _in_regions(regions: tuple[str, ...], run: Run | None) -> Q:
    """In one of the regions; whom nobody has valued is unknown too."""
    placed = Score.objects.filter(run=run, customer=OuterRef("pk"), name="region")
    if "unknown" in regions:
        others = [region for region in UPWARDS if region not in regions]
        return ~Q(Exists(placed.filter(text__in=others)))
    return Q(Exists(placed.filter(text__in=regions)))
