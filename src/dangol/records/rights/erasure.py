"""Forgetting a person: every registered table and place, in one transaction; what a law holds is kept apart."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from django.db import connection
from django.db.transaction import atomic
from django.utils.translation import gettext as _

from dangol.lib import bulk
from dangol.lib.errors import DangolError
from dangol.records.changes.actions import record_range, record_row
from dangol.records.customers import duties, keeping
from dangol.records.customers.duties import PersonalTable, Traces, Word
from dangol.records.customers.forgetting import hold_off
from dangol.records.customers.merged import whole
from dangol.records.customers.models import ContactPoint, Customer, Identity
from dangol.records.outbox.actions import withhold_waiting
from dangol.records.rights import chain, hold, letters, words
from dangol.records.rights.actions import CannotAnswer, refuse_closed, step
from dangol.records.rights.models import Destruction, Request, Step
from dangol.records.rights.queries import requests, still_open
from dangol.records.staff.models import User
from dangol.records.staff.scope import WHOLE

FORGOTTEN = "forgotten"


class NobodyThere(DangolError):
    """The person was forgotten already, or never was on record."""


@dataclass(frozen=True)
class Erased:
    """What went: rows by table, rows found in places without keys, messages kept back, records held by law."""

    tables: dict[str, int]
    places: dict[str, int]
    withheld: int
    held: int
    entry: Destruction


@dataclass(frozen=True)
class Planned:
    """What erasing would do to one table: how many rows, whether they go whole or are emptied, what stays and why."""

    label: Word
    rows: int
    deletes: bool
    stays: list[tuple[Word, list[Word]]] = field(default_factory=list)

    emptied: bool = True


def erase(customer_id: int, *, reason: str, by: User | None, at: datetime) -> Erased:
    """Forget a person: every registered eraser, identities cut, lake keys forgotten, one entry in the ledger.

    What a law makes us keep goes to the legal hold first. All of it happens or nothing; only the files in the home that
    held the person may be gone already when it fails. Raises NobodyThere.
    """
    kept: list[str] = []
    try:
        with atomic(durable=True):
            return _erased(customer_id, kept, reason=reason, by=by, at=at)
    except BaseException:
        hold.take_back(kept)
        raise


def erase_for(request: Request, *, by: User | None, at: datetime) -> tuple[Erased, letters.Letter]:
    """Do what the person demanded; the letter is made before and is kept nowhere: it bears their name.

    Raises CannotAnswer where nobody made sure who asks, NobodyThere.
    """
    if not refuse_closed(request, at=at).checked:
        raise CannotAnswer(_("First make sure who asks, and write down how."))
    letter = letters.done(request)
    reason = _("Demanded by the person (request %(number)s)") % {"number": request.pk}
    return erase(request.customer_id, reason=reason, by=by, at=at), letter


def plan(customer_id: int) -> list[Planned]:
    """What would go and what would stay, table by table; tables without a row of the person are left out."""
    found = []
    for table in duties.TABLES.values():
        rows = table.mine(customer_id).count()
        if rows:
            stays = [] if table.deletes else _stays(table)
            found.append(Planned(words.table(table), rows, table.deletes, stays, emptied=table.empties))
    return found


def traces_of(customer: Customer) -> Traces:
    """What the person is known by."""
    points = ContactPoint.objects.filter(customer=customer).values_list("value", flat=True)
    ids = Identity.objects.filter(customer=customer).values_list("external_id", flat=True)
    return Traces(
        customer.pk,
        names=frozenset({customer.full_name} - {""}),
        numbers=frozenset(one for one in ids if len(one) > 1),
        contacts=frozenset({*points, customer.address} - {""}),
    )


def _erased(customer_id: int, kept: list[str], *, reason: str, by: User | None, at: datetime) -> Erased:
    _overwrite_what_is_deleted()
    ids = _held(customer_id)
    person = Customer.objects.known().select_for_update().filter(pk=customer_id).first()
    if person is None:
        raise NobodyThere(_("There is nobody of this number, or the person was forgotten already."))
    # Whoever was merged into the person is the person: all of it goes, and each row by a mark of its own.
    people = [person, *Customer.objects.filter(pk__in=ids[1:]).order_by("pk")]
    traces, marks = _traces(people), {one.pk: chain.mark_of(one.lake_key) for one in people}
    identities = sorted(Identity.objects.filter(customer__in=ids).values_list("pk", flat=True))
    withheld = withhold_waiting(customer_id, reason=FORGOTTEN, at=at)
    kept += hold.keep(person, traces, at=at)
    counts = {
        name: sum(table.erase(one) for one in ids) for name, table in duties.TABLES.items() if table.erase is not None
    }
    Customer.objects.filter(pk__in=ids).update(erased_at=at)
    _tell_the_feed(people, identities, at=at)
    _close_requests(customer_id, by=by, at=at)
    places = {place.name: place.erase(traces) for place in duties.PLACES.values()}
    counts = {name: count for name, count in {**counts, **places}.items() if count}
    entry = chain.write(
        kind=Destruction.Kind.ERASURE, customer_number=customer_id, identity_numbers=identities,
        mark=marks[customer_id], tables=counts, reason=reason, by=by, at=at,
    )  # fmt: skip
    for one in ids[1:]:
        # A backup from before the merge knows them as somebody of their own.
        chain.write(
            kind=Destruction.Kind.ERASURE, customer_number=one, mark=marks[one], tables={}, reason=reason, by=by, at=at,
        )  # fmt: skip
    # The warehouse sees by this that versions before this one have to go.
    record_row(entry, at=at)
    return Erased(counts, {name: count for name, count in places.items() if count}, withheld, len(kept), entry)


def _held(customer_id: int) -> list[int]:
    """The person and everybody merged into them, held: also who was merged while a hold was waited for."""
    held: set[int] = set()
    while missing := set(ids := whole(customer_id)) - held:
        for one in sorted(missing):
            hold_off(one)
        held |= missing
    return ids


def _traces(people: list[Customer]) -> Traces:
    found = [traces_of(one) for one in people]
    return Traces(
        people[0].pk,
        names=frozenset().union(*(one.names for one in found)),
        numbers=frozenset().union(*(one.numbers for one in found)),
        contacts=frozenset().union(*(one.contacts for one in found)),
    )


def _close_requests(customer_id: int, *, by: User | None, at: datetime) -> None:
    """Whoever is forgotten waits for no other answer."""
    for request in still_open(requests(WHOLE)).filter(customer=customer_id):
        state = Step.State.DONE if request.kind == Request.Kind.ERASE else Step.State.WITHDRAWN
        step(request, state, note=_("The person was forgotten."), by=by, at=at)


def _tell_the_feed(people: list[Customer], identities: list[int], *, at: datetime) -> None:
    for person in people:
        record_row(person, at=at)
    for first, last in bulk.runs(identities):
        record_range(Identity, first_key=first, last_key=last, at=at)


def _overwrite_what_is_deleted() -> None:
    """SQLite leaves deleted bytes in its file unless told to overwrite them; PostgreSQL's vacuum takes them."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA secure_delete = ON")


def _stays(table: PersonalTable) -> list[tuple[Word, list[Word]]]:
    """Each reason with the columns that stay for it; no columns where the whole row does."""
    if table.erase is None:
        return [(table.why, [])]
    reasons: dict[str, tuple[Word, list[Word]]] = {}
    for column, why in table.kept.items():
        # A key to a row that is emptied itself tells nobody anything.
        if column not in duties.NEVER_TOLD and why is not keeping.KEY:
            named = reasons.setdefault(str(why), (why, []))[1]
            if (word := words.column(table, column)) not in named:
                named.append(word)
    return list(reasons.values())


def names_of(counts: dict[str, int]) -> Iterator[tuple[Word, int]]:
    """Counts of an entry with the tables' names in words; a table of another version as it was called."""
    for name, count in counts.items():
        table, place = duties.TABLES.get(name), duties.PLACES.get(name)
        yield (words.table(table) if table else place.label if place else words.RULES.get(name, name)), count
