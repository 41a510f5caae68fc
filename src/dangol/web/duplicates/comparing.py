"""Customers side by side: what each says, where they differ, and which of it stays when they become one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Count, Max, Q, Sum
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from dangol.insight.analysis.duplicates.agreement import HOW, How
from dangol.insight.analysis.models import LikePair
from dangol.records.customers.models import ContactPoint, Customer, Identity
from dangol.records.customers.schemes import UNSPOKEN
from dangol.records.ledger.models import Transaction
from dangol.records.permission.models import Purpose, Suppression
from dangol.records.permission.standing import standings
from dangol.records.rights.codes import ORIGINS
from dangol.web import clock
from dangol.web.customers.consent_forms import media
from dangol.web.customers.verdicts import medium
from dangol.web.duplicates.differing import Piece, pieces
from dangol.web.shell.templatetags.shell import line_name
from dangol.web.shell.viewer import Viewer

type Word = str | Promise

# What can be chosen → what it is called, and what the search calls it.
FIELDS: dict[str, tuple[Word, str]] = {
    "full_name": (_("Name"), "name"),
    "birth_date": (_("Date of birth"), "birth_date"),
    "gender": (_("Gender"), "gender"),
    "mobile": (_("Mobile number"), "phone"),
    "email": (_("E-mail"), "email"),
    "address": (_("Address"), "address"),
    "occupation": (_("Occupation"), "occupation"),
    "household": (_("Household"), ""),
    "line": (_("Line of business"), ""),
    "unit": (_("Shop or dealer"), ""),
    "source": (_("How they came"), ""),
}
MOST = 6  # customers side by side


@dataclass(frozen=True)
class Cell:
    """What one customer says of one thing; `stays` marks what is proposed to stay."""

    customer: int
    pieces: list[Piece]
    stays: bool = False

    @property
    def empty(self) -> bool:
        return not self.pieces


@dataclass(frozen=True)
class Line:
    """One thing of all of them; `how` says how far they agree, `choice` whether there is one to make."""

    field: str
    label: Word
    cells: list[Cell]
    how: Word = ""
    css: str = ""
    choice: bool = False


@dataclass(frozen=True)
class Facts:
    """What a customer brings along, whatever is chosen."""

    numbers: list[tuple[Word, str]] = field(default_factory=list)
    purchases: int = 0
    amount: int = 0
    last: datetime | None = None
    # The ways of reaching them, by what the gate would say of each.
    refused: frozenset[str] = frozenset()
    agreed: frozenset[str] = frozenset()

    @property
    def refused_ways(self) -> str:
        """In words; "" for all of them."""
        return _ways(self.refused)

    @property
    def agreed_ways(self) -> str:
        """In words; "" for all of them."""
        return _ways(self.agreed)


@dataclass(frozen=True)
class Compared:
    """Customers side by side, the one who is proposed to stay first."""

    people: list[Customer]
    lines: list[Line]
    facts: list[Facts]
    probability: float | None = None

    @property
    def ids(self) -> str:
        """Their numbers, as an address carries them."""
        return ".".join(str(one.pk) for one in self.people)

    @property
    def purchases(self) -> int:
        return sum(one.purchases for one in self.facts)

    @property
    def amount(self) -> int:
        return sum(one.amount for one in self.facts)

    @property
    def refuses(self) -> bool:
        """Whether nothing goes to the one customer: what one of them refused no other agrees to."""
        refused = {way for one in self.facts for way in one.refused}
        return bool(refused) and all(one.agreed <= refused for one in self.facts)


def compared(people: Sequence[Customer], mine: Viewer, *, pairs: Sequence[LikePair] = ()) -> Compared:
    """Put them side by side: five questions, however many there are. Whoever bought most is proposed to stay."""
    facts = _facts(people, mine)
    ordered = sorted(people, key=lambda one: (-facts[one.pk].purchases, one.registered_at, one.pk))[:MOST]
    mine.saw(one.pk for one in ordered)
    told, newest = _told(ordered, mine)
    agreed = _agreed(ordered, pairs)
    lines = [
        _line(name, label, ordered, told, newest.get(name), agreed.get(compared_as, ""))
        for name, (label, compared_as) in FIELDS.items()
    ]
    sure = min((pair.probability for pair in pairs), default=None)
    return Compared(ordered, [line for line in lines if line is not None], [facts[one.pk] for one in ordered], sure)


def _line(
    name: str,
    label: Word,
    people: Sequence[Customer],
    told: Mapping[int, Mapping[str, str]],
    newest: int | None,
    how: str,
) -> Line | None:
    values = [told[one.pk].get(name, "") for one in people]
    if not any(values):
        return None
    first = next(place for place, value in enumerate(values) if value)
    stays = next((place for place, one in enumerate(people) if one.pk == newest), first)
    cells = [
        Cell(one.pk, pieces(value, values[first] if place != first else _other(values, first)), stays=place == stays)
        for place, (one, value) in enumerate(zip(people, values, strict=True))
    ]
    differing = len(set(filter(None, values))) > 1
    if len([value for value in values if value]) < 2:
        how = ""
    elif not how:
        how = How.OTHER if differing else How.SAME
    return Line(name, label, cells, HOW.get(how, ""), str(how), choice=differing)


def _other(values: Sequence[str], first: int) -> str:
    """What the first is compared with: the first that is not the same."""
    return next((value for value in values if value and value != values[first]), "")


def _told(people: Sequence[Customer], mine: Viewer) -> tuple[dict[int, dict[str, str]], dict[str, int]]:
    """What each says, as the viewer sees it, and whose number or address of each kind is the newest."""
    told = {one.pk: _of_row(one, mine) for one in people}
    newest: dict[str, int] = {}
    points = ContactPoint.objects.filter(customer__in=told, valid_to=None, kind__in=["mobile", "email"])
    for point in points.order_by("valid_from", "pk"):
        told[point.customer_id][point.kind] = mine.contact(point.kind, point.value, of=point.customer_id)
        newest[point.kind] = point.customer_id
    # A district alone gives way to an address.
    if (full := next((one.pk for one in people if one.address), None)) is not None:
        newest["address"] = full
    return told, newest


def _of_row(one: Customer, mine: Viewer) -> dict[str, str]:
    address = mine.contact("address", one.address, of=one.pk) if one.address else one.place
    return {
        "full_name": mine.name(one) if one.full_name else "",
        "birth_date": date_format(one.birth_date, "Y-m-d") if one.birth_date and mine.knows(one.pk) else "",
        "gender": str(one.get_gender_display()) if one.gender else "",
        "address": " ".join(filter(None, [f"({one.postcode})" if one.postcode else "", address])),
        "occupation": one.occupation if mine.knows(one.pk) else "",
        "household": str(one.household or ""), "line": str(line_name(one.line)) if one.line else "",
        "unit": str(one.unit or ""),
        "source": " · ".join(filter(None, [str(ORIGINS.get(one.source, one.source)), one.came_by])),
    }  # fmt: skip


def _agreed(people: Sequence[Customer], pairs: Sequence[LikePair]) -> dict[str, str]:
    """How the first two agree, as the search saw it."""
    ids = {one.pk for one in people[:2]}
    found: dict[str, str] = next((pair.agreed for pair in pairs if {pair.left_id, pair.right_id} == ids), {})
    return dict(found)


def _facts(people: Sequence[Customer], mine: Viewer) -> dict[int, Facts]:
    ids = [one.pk for one in people]
    numbers = defaultdict[int, list[tuple[Word, str]]](list)
    for identity in Identity.objects.filter(customer__in=ids).exclude(scheme__in=UNSPOKEN).order_by("pk"):
        number = mine.number(identity.external_id, of=identity.customer_id)
        numbers[identity.customer_id].append((identity.get_scheme_display(), number))
    sales = Transaction.objects.filter(identity__customer__in=ids).values_list("identity__customer")
    bought = {row[0]: row[1:] for row in sales.annotate(n=Count("pk"), amount=Sum("amount"), last=Max("at"))}
    found: dict[int, Facts] = {}
    for pk, (refused, agreed) in _said(ids).items():
        purchases, amount, last = bought.get(pk, (0, 0, None))
        found[pk] = Facts(numbers[pk], purchases, amount, last, refused, agreed)
    return found


def _said(ids: Sequence[int]) -> dict[int, tuple[frozenset[str], frozenset[str]]]:
    """By which ways each refuses advertising and by which they agree, as permission has it."""
    ways, blocked = media(), defaultdict[int, set[str]](set)
    stand = Suppression.objects.filter(Q(until=None) | Q(until__gt=clock.now()), customer__in=ids, lifted_at=None)
    for customer, channel in stand.values_list("customer_id", "channel"):
        blocked[customer].add(channel)
    found: dict[int, tuple[frozenset[str], frozenset[str]]] = {}
    for pk, standing in standings(ids).items():
        spoken_of = {*ways, *standing.channels(Purpose.MARKETING), *blocked[pk]} - {""}
        last = {way: standing.last(Purpose.MARKETING, channel=way) for way in spoken_of}
        stopped = spoken_of if "" in blocked[pk] else blocked[pk] & spoken_of
        refused = stopped | {way for way, answer in last.items() if answer is not None and not answer.granted}
        found[pk] = frozenset(refused), frozenset(way for way, answer in last.items() if answer is not None) - refused
    return found


def _ways(ways: frozenset[str]) -> str:
    return "" if ways >= set(media()) else ", ".join(sorted(medium(way) for way in ways))
