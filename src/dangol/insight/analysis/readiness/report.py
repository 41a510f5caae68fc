"""Looking at everything once, set by set, and keeping what was found as a run: the page only reads."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import (
    Case,
    Count,
    Exists,
    IntegerField,
    Max,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Sum,
    Value,
    When,
)
from django.db.transaction import atomic
from django.utils.timezone import localtime

from dangol.insight.analysis.models import Run
from dangol.insight.analysis.queries import latest_run
from dangol.insight.analysis.readiness.checks import CHECKS, NAMED, Check, Level
from dangol.lib.months import latest_months
from dangol.lib.progress import Progress, silent
from dangol.records.customers.models import ContactPoint, Customer
from dangol.records.ledger.models import Transaction
from dangol.records.ledger.taken_back import stands

KIND = "readiness"
MONTHS = 24
EXAMPLES = 3
WEIGHTS = {Level.MEND: 2, Level.LOOK: 1}


@dataclass(frozen=True)
class Found:
    """What one check found: `gaps` of `rows`; where they are sales, `money` of `whole` are those with a gap worth."""

    check: Check
    gaps: int
    rows: int
    money: int | None = None
    whole: int | None = None

    @property
    def share(self) -> float:
        return self.gaps / self.rows if self.rows else 0.0

    @property
    def money_share(self) -> float | None:
        """The part of what was sold that the rows with a gap are worth; None where nothing was, or nobody counted."""
        return self.money / self.whole if self.money is not None and self.whole and self.whole > 0 else None

    @property
    def level(self) -> Level:
        """How grave it is: by rows or by money, whichever is more. Few large sales can be most of a business."""
        return self.check.level(max(self.share, self.money_share or 0.0), self.rows)


@dataclass(frozen=True)
class Month:
    """The sales of one month, to be set beside the books; `named` is the part that names a customer. Minor units."""

    month: str
    sales: int
    amount: int
    named: int


@dataclass(frozen=True)
class Report:
    """Everything that was found, as of a time.

    `twins` customers carry the name and the number of another one, too. `placed` customers stand on the map if
    everybody is valued now; `reachable` can be written to as far as numbers and addresses go. `months`: the latest,
    months without sales in between included.
    """

    as_of: datetime
    found: tuple[Found, ...]
    customers: int
    placed: int
    reachable: int
    twins: int
    sales: int
    amount: int
    named_amount: int
    since: datetime | None
    until: datetime | None
    months: tuple[Month, ...]

    @property
    def first_things(self) -> list[Found]:
        """What to mend first: the gravest, those that keep people off the map before others; three at most."""
        pressing = [one for one in self.found if one.level in WEIGHTS]
        return sorted(pressing, key=lambda one: (-WEIGHTS[one.level], CHECKS.index(one.check)))[:3]

    @property
    def ready(self) -> bool:
        """Whether nothing has to be mended before one starts."""
        return self.sales > 0 and all(one.level is not Level.MEND for one in self.found)

    @property
    def named_share(self) -> float | None:
        """The part of revenue that names a customer."""
        return self.named_amount / self.amount if self.amount > 0 else None

    @property
    def silent_months(self) -> list[str]:
        """Months between the first and the last in which nothing was sold."""
        return [one.month for one in self.months if not one.sales]


def look(*, at: datetime, progress: Progress = silent) -> Report:
    """Look at everything as it stands and keep the report: a fixed number of questions, however many rows."""
    day = localtime(at).date()
    tables = list(dict.fromkeys(check.among for check in CHECKS))
    told: dict[str, Any] = {"found": {}}
    for done, table in enumerate(tables):
        progress("looking", done, len(tables) + 1)
        mine = [check for check in CHECKS if check.among is table]
        asked: dict[str, Any] = {}
        for check in mine:
            asked[f"rows_{check.name}"] = Count("pk", filter=check.only) if check.only else Count("pk")
            asked[f"gaps_{check.name}"] = Count("pk", filter=check.only & check.gap(day))
            if table is Transaction:
                asked[f"money_{check.name}"] = Sum("amount", filter=check.only & check.gap(day), default=0)
                asked[f"whole_{check.name}"] = Sum("amount", filter=check.only or None, default=0)
        counted = _rows(table).aggregate(**asked)
        for check in mine:
            names = ("gaps", "rows", "money", "whole")
            told["found"][check.name] = [counted.get(f"{name}_{check.name}") for name in names]
    progress("looking", len(tables), len(tables) + 1)
    told |= _people(day_limit=at) | _sales(at)
    with atomic():
        Run.objects.filter(kind=KIND).delete()  # the last word counts: an older one tells of data that are gone
        Run.objects.create(kind=KIND, as_of=at, started_at=at, finished_at=at, summary=told)
    progress("looking", len(tables) + 1, len(tables) + 1)
    return _report(at, told)


def last_report() -> Report | None:
    """What was found when it was last looked at."""
    run = latest_run(KIND)
    return _report(run.as_of, run.summary) if run is not None else None


def examples(name: str, *, at: datetime, among: "QuerySet[Customer]") -> list[tuple[Customer | None, Any]]:
    """A few rows with the gap, each with the customer it belongs to (None: nobody), of those one may see."""
    check = NAMED[name]
    gap = check.only & check.gap(localtime(at).date())
    if check.among is Customer:
        people = list(among.filter(gap).order_by("pk")[:EXAMPLES])
        return [(person, person) for person in people]
    if check.among is ContactPoint:
        points = _rows(ContactPoint).filter(gap, customer__in=among).select_related("customer")
        return [(point.customer, point) for point in points.order_by("pk")[:EXAMPLES]]
    owner = "identity" if check.among is Transaction else "transaction__identity"
    mine = Q(**{f"{owner}__customer__in": among}) | Q(**{owner: None})
    rows = _rows(check.among).filter(gap & mine).select_related(f"{owner}__customer").order_by("pk")[:EXAMPLES]
    return [(_owner(row), row) for row in rows]


def _owner(row: Any) -> Customer | None:
    sale = row if isinstance(row, Transaction) else row.transaction
    return sale.identity.customer if sale.identity is not None else None


def _rows(table: Any) -> "QuerySet[Any]":
    if table is Customer:
        return Customer.objects.known()
    if table is ContactPoint:
        return ContactPoint.objects.filter(customer__erased_at=None, customer__merged_into=None)
    rows: QuerySet[Any] = table._default_manager.all()
    return rows


def _people(*, day_limit: datetime) -> dict[str, int]:
    known = Customer.objects.known()
    bought = Exists(Transaction.objects.filter(identity__customer=OuterRef("pk"), at__lte=day_limit))
    reached = Exists(
        ContactPoint.objects.filter(
            Q(kind="email") | Q(kind="mobile", value__startswith="+"), customer=OuterRef("pk"), valid_to=None
        )
    )
    counted = known.aggregate(
        customers=Count("pk"), placed=Count("pk", filter=Q(bought)), reachable=Count("pk", filter=Q(reached))
    )
    numbers = _rows(ContactPoint).filter(kind="mobile", valid_to=None).exclude(customer__full_name="")
    another = numbers.filter(value=OuterRef("value"), customer__full_name=OuterRef("customer__full_name"))
    twins = numbers.filter(Exists(another.exclude(customer=OuterRef("customer"))))
    return counted | {"twins": twins.values("customer").distinct().count()}


def _sales(at: datetime) -> dict[str, Any]:
    """Sums over what was sold and not reversed, and by month in shop time."""
    sales = Transaction.objects.filter(stands(), at__lte=at)
    named = Sum("amount", filter=~Q(identity=None), default=0)
    whole = sales.aggregate(
        sales=Count("pk"), named_amount=named, since=Min("at"), until=Max("at"), money=Sum("amount", default=0)
    )
    months = _by_month(sales, whole["since"], whole["until"], named) if whole["sales"] else []
    times = {name: whole[name].isoformat() if whole[name] else None for name in ("since", "until")}
    return {**whole, **times, "amount": whole.pop("money"), "months": months}


def _by_month(sales: "QuerySet[Any, Any]", since: datetime, until: datetime, named: Sum) -> list[list[Any]]:
    """The latest months in order, those without sales in between told as such.

    Told apart by when each begins: what month a moment lies in is worked out in Python for SQLite, sale by sale.
    """
    begins = latest_months(localtime(since), localtime(until), most=MONTHS)
    cases = [When(at__gte=begun, then=Value(place)) for place, begun in reversed(list(enumerate(begins)))]
    rows = (
        sales.filter(at__gte=begins[0])
        .annotate(month=Case(*cases, output_field=IntegerField()))
        .values("month")
        .annotate(number=Count("pk"), money=Sum("amount"), named=named)
        .order_by()
    )
    told = {row["month"]: [row["number"], row["money"], row["named"]] for row in rows}
    return [[f"{begun:%Y-%m}", *told.get(place, [0, 0, 0])] for place, begun in enumerate(begins)]


def _report(at: datetime, told: dict[str, Any]) -> Report:
    found = (Found(check, *told["found"][check.name]) for check in CHECKS if check.name in told["found"])
    plain = ("customers", "placed", "reachable", "twins", "sales", "amount", "named_amount")
    return Report(
        as_of=at, found=tuple(found), months=tuple(Month(*row) for row in told["months"]),
        since=_moment(told["since"]), until=_moment(told["until"]), **{name: told[name] for name in plain},
    )  # fmt: skip


def _moment(written: str | None) -> datetime | None:
    return datetime.fromisoformat(written) if written else None
