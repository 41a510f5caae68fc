"""Whom we know, counted: how many customers are identified, how much is sold to nobody in particular, and how many can
be reached by each way. Counted whole, set by set, and kept as a run: the page only reads.

Whether advertising may go now is asked of the one rule (`permitted`), so no number here says otherwise than the page of
the person.
"""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum
from django.db.transaction import atomic

from dangol.insight.analysis.models import Run
from dangol.insight.analysis.queries import latest_run
from dangol.insight.relationship.identified import IDENTIFIED, STATES, states
from dangol.lib.progress import Progress, silent
from dangol.records.customers.columns import COLUMNS, Asked
from dangol.records.customers.models import Customer
from dangol.records.ledger.models import Transaction
from dangol.records.ledger.taken_back import stands
from dangol.records.permission.answered_columns import EVERY
from dangol.records.permission.asking import ADVERTISING, ChannelFacts
from dangol.records.permission.policy import home_pack
from dangol.records.permission.queries import permitted
from dangol.records.permission.reached_columns import AGREED, REFUSED, WAYS, answer_name

KIND = "whom_we_know"
MOST_PLACES = 20  # channels and shops each


@dataclass(frozen=True)
class Place:
    """What was sold by one channel of sale, or in one shop (by its code); `unnamed`: to nobody. Minor units.

    several: how many of them are put together in it, those for which there is no room of their own.
    """

    code: str
    sales: int
    amount: int
    unnamed_sales: int
    unnamed_amount: int
    several: int = 1

    @property
    def share(self) -> float | None:
        """The part of revenue without a customer; None where nothing was earned."""
        return self.unnamed_amount / self.amount if self.amount > 0 else None


@dataclass(frozen=True)
class Way:
    """One medium: how many have an address for it, agreed, refused, were never asked, are not to be contacted by it.

    needs: the kind of contact point, "" where none is needed. channel: the installed one that goes this way, "" where
    there is none; then nobody can say how many it may write to (`now`), or for which reasons not (`why`).
    """

    medium: str
    needs: str
    blocked: int
    addressed: int | None = None
    agreed: int | None = None
    refused: int | None = None
    never_asked: int | None = None
    channel: str = ""
    now: int | None = None
    why: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Known:
    """Everything counted, as of a time. `places`: by channel of sale; `shops`: by shop."""

    as_of: datetime
    customers: int
    states: dict[str, int]
    whole: Place
    places: tuple[Place, ...]
    shops: tuple[Place, ...]
    ways: tuple[Way, ...]

    @property
    def identified(self) -> int:
        return self.states[IDENTIFIED]


def count(channels: Iterable[ChannelFacts], *, at: datetime, progress: Progress = silent) -> Known:
    """Count everybody as they stand and keep it: a fixed number of questions a channel, however many there are."""
    carriers = list(channels)
    media = list(dict.fromkeys([*WAYS, *(facts.called for facts in carriers)]))
    steps = len(media) + 2
    progress("counting", 0, steps)
    told: dict[str, Any] = _people()
    progress("counting", 1, steps)
    told |= _sales(at)
    told["ways"] = []
    for done, medium in enumerate(media, 2):
        progress("counting", done, steps)
        told["ways"].append(asdict(_way(medium, carriers, told["customers"], at)))
    with atomic():
        Run.objects.filter(kind=KIND).delete()  # the last word counts
        Run.objects.create(kind=KIND, as_of=at, started_at=at, finished_at=at, summary=told)
    progress("counting", steps, steps)
    return _known(at, told)


def last_count() -> Known | None:
    """What was counted last; None where nobody has counted yet."""
    run = latest_run(KIND)
    return _known(run.as_of, run.summary) if run is not None else None


def _people() -> dict[str, Any]:
    rows = states(Customer.objects.known()).values("state_now").order_by().annotate(n=Count("pk"))
    found = dict.fromkeys(STATES, 0) | {row["state_now"]: row["n"] for row in rows}
    return {"states": found, "customers": sum(found.values())}


def _sales(at: datetime) -> dict[str, Any]:
    """What was sold and not taken back, by channel and shop."""
    nobody = Q(identity=None)
    rows = (
        Transaction.objects.filter(stands(), at__lte=at)
        .order_by()
        .values("channel", "unit__code")
        .annotate(
            sales=Count("pk"), money=Sum("amount"), unnamed_sales=Count("pk", filter=nobody),
            unnamed_money=Sum("amount", filter=nobody, default=0),
        )
        .values_list("channel", "unit__code", "sales", "money", "unnamed_sales", "unnamed_money")
    )  # fmt: skip
    listed = [(channel, shop or "", numbers) for channel, shop, *numbers in rows]
    return {
        "whole": _together(("", numbers) for _channel, _shop, numbers in listed),
        "places": _cut(_together((channel, numbers) for channel, _shop, numbers in listed)),
        "shops": _cut(_together((shop, numbers) for _channel, shop, numbers in listed)),
    }


def _together(rows: Iterable[tuple[str, list[int]]]) -> list[list[Any]]:
    """What stands under one code put together, those with the most revenue without a customer first."""
    found: dict[str, list[int]] = {}
    for code, numbers in rows:
        found[code] = [sum(pair) for pair in zip(found.get(code, [0] * len(numbers)), numbers, strict=True)]
    return sorted(([code, *numbers] for code, numbers in found.items()), key=lambda one: (-one[4], -one[2], one[0]))


def _cut(rows: list[list[Any]]) -> list[list[Any]]:
    """The first of them, and the rest put together in one more, so that nothing is missing from the sum."""
    rest = rows[MOST_PLACES:]
    if len(rest) < 2:
        return rows
    return [
        *rows[:MOST_PLACES],
        ["", *(sum(column) for column in zip(*(row[1:] for row in rest), strict=True)), len(rest)],
    ]


def _way(medium: str, carriers: Sequence[ChannelFacts], everybody: int, at: datetime) -> Way:
    carrier = next((facts for facts in carriers if facts.called == medium), None)
    needs = WAYS.get(medium) or (carrier.needs if carrier else "") or ""
    now, why = _permitted(carrier, at) if carrier else (None, {})
    blocked = _owners("blocked", at, medium_blocked__in=[EVERY, medium])
    if medium not in WAYS:
        addressed = _owners("contact", at, kind=needs) if needs else None
        return Way(medium, needs, blocked, addressed, channel=carrier.name if carrier else "", now=now, why=why)
    agreed, refused = (_owners(answer_name(medium), at, answer_said=said) for said in (AGREED, REFUSED))
    return Way(
        medium, needs, blocked, _owners("contact", at, kind=needs), agreed, refused, everybody - agreed - refused,
        carrier.name if carrier else "", now, why,
    )  # fmt: skip


def _owners(column: str, at: datetime, **wanted: Any) -> int:
    """How many customers a column tells this of, as the list says it."""
    mine = COLUMNS[column]
    among = {f"{mine.owner}__erased_at": None, f"{mine.owner}__merged_into": None}
    found: QuerySet[Any] = mine.rows(Asked(at)).filter(**wanted, **among)
    return found.order_by().values(mine.owner).distinct().count()


def _permitted(carrier: ChannelFacts, at: datetime) -> tuple[int, dict[str, int]]:
    """How many may be written to now, and how many not for which reason."""
    asked = permitted(Customer.objects.known(), channel=carrier, kind=ADVERTISING, at=at, pack=home_pack(at))
    rows = asked.values("withheld").order_by().annotate(n=Count("pk"))
    told = {row["withheld"]: row["n"] for row in rows}
    return told.pop("", 0), dict(sorted(told.items(), key=lambda one: -one[1]))


def _known(at: datetime, told: dict[str, Any]) -> Known:
    places, shops, whole = ([Place(*row) for row in told[name]] for name in ("places", "shops", "whole"))
    return Known(
        at, told["customers"], told["states"], whole[0] if whole else Place("", 0, 0, 0, 0), tuple(places),
        tuple(shops), tuple(Way(**row) for row in told["ways"]),
    )  # fmt: skip
