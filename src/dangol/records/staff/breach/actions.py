"""Opening an incident, writing down what is known, whose data it was, and what was decided."""

from collections.abc import Iterable
from datetime import datetime
from typing import TypedDict, Unpack

from django.db import connection
from django.db.transaction import atomic
from django.utils.translation import gettext as _

from dangol.lib import bulk
from dangol.lib.errors import DangolError
from dangol.records.staff.breach.models import Affected, Decision, Finding, Incident
from dangol.records.staff.models import User

Kind = Decision.Kind
SAYS_WHY = (Kind.SPARED, Kind.NOTE, Kind.CLOSED)


class CannotOpen(DangolError):
    """An incident without a name, or one that somebody will become aware of."""


class CannotDecide(DangolError):
    """A decision without its reason, or about an incident that is closed."""


class Known(TypedDict, total=False):
    """What is known of an incident, as `Finding` keeps it."""

    intrusion: bool
    sensitive: bool
    items: str
    course: str
    advice: str
    measures: str
    contact: str


@atomic
def open_incident(
    name: str, *, standing: str, aware_at: datetime, by: User, at: datetime, law: str = "", **known: Unpack[Known]
) -> Incident:
    """Begin the clock of a leak, possible or certain. Raises CannotOpen."""
    if not name.strip():
        raise CannotOpen(_("Give the incident a name, such as what happened and when."))
    if aware_at > at:
        raise CannotOpen(_("You cannot become aware of it later than now."))
    made = Incident.objects.create(name=name.strip()[:120], aware_at=aware_at, opened_by=by, opened_at=at)
    Decision.objects.create(incident=made, kind=Kind.OPENED, by=by, at=at, law=law)
    record_finding(made, standing=standing, by=by, at=at, law=law, **known)
    return made


@atomic
def record_finding(
    incident: Incident, *, standing: str, by: User, at: datetime, law: str = "", **known: Unpack[Known]
) -> Finding:
    """Write down what is known now; what was known before stays. Raises CannotDecide."""
    _refuse_closed(incident)
    if standing not in Finding.Standing.values:
        raise CannotDecide(_("Say whether data leaked, may have leaked, or did not."))
    told = {key: value.strip() if isinstance(value, str) else value for key, value in known.items()}
    made = Finding.objects.create(incident=incident, standing=standing, by=by, at=at, **told)
    words = str(Finding.Standing(standing).label)
    Decision.objects.create(incident=incident, finding=made, kind=Kind.FOUND, text=words, by=by, at=at, law=law)
    return made


@atomic
def add_people(
    incident: Incident, customers: Iterable[int], *, how: str, text: str = "", by: User, at: datetime
) -> int:
    """Add people by their numbers, each once; how many are new. Raises CannotDecide."""
    _refuse_closed(incident)
    columns = ("incident_id", "customer", "how", "by_id", "at")
    rows = ((incident.pk, customer, how, by.pk, at) for customer in sorted(set(customers)))
    new = bulk.insert(connection, Affected._meta.db_table, columns, rows, skip_known=True)
    if new:
        Decision.objects.create(incident=incident, kind=Kind.PEOPLE, text=text, people=new, by=by, at=at)
    return new


@atomic
def decide(
    incident: Incident,
    kind: str,
    *,
    text: str = "",
    people: int | None = None,
    finding: Finding | None = None,
    law: str = "",
    by: User,
    at: datetime,
) -> Decision:
    """Write down what was done or decided. Raises CannotDecide."""
    _refuse_closed(incident)
    if kind in SAYS_WHY and not text.strip():
        raise CannotDecide(_("Write why."))
    return Decision.objects.create(
        incident=incident, kind=kind, text=text.strip(), people=people, finding=finding, law=law, by=by, at=at
    )


def _refuse_closed(incident: Incident) -> None:
    if incident.decisions.filter(kind=Kind.CLOSED).exists():
        raise CannotDecide(_("The incident is closed. Open a new one for what has come to light since."))
