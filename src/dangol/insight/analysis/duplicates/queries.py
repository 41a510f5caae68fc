"""Read what the newest run proposes: whom it takes for one person, how alike they are, whom it took apart."""

from __future__ import annotations

from collections.abc import Collection
from hashlib import sha256

from django.db import connection
from django.db.models import Q, QuerySet

from dangol.insight.analysis.models import LikePair, ProposedPerson, Run
from dangol.insight.analysis.queries import latest_run
from dangol.lib import bulk
from dangol.records.customers.models import Identity
from dangol.records.customers.schemes import EVERYWHERE, UNSPOKEN
from dangol.records.staff.scope import Scope

KIND = "duplicates"


def kind_of(scope: Scope) -> str:
    """What runs over the customers of this scope are called: those who see a part have proposals of their own."""
    if scope.units is None:
        return KIND
    return f"{KIND}:{sha256(repr(sorted(scope.units)).encode()).hexdigest()[:24]}"


def latest_duplicates(scope: Scope) -> Run | None:
    """The newest finished search of these customers; for a part of them, that over everybody where it has none."""
    return latest_run(kind_of(scope)) or latest_run(KIND)


def proposals(run: Run) -> QuerySet[ProposedPerson]:
    """The people this run proposes and nobody has decided about, the surest first."""
    return ProposedPerson.objects.filter(run=run, settled_at=None).order_by("-probability", "pk")


def pairs_within(person: ProposedPerson) -> QuerySet[LikePair]:
    """Every two customers of the proposed person, the most alike first."""
    return LikePair.objects.filter(person=person).order_by("-probability", "pk")


def cut_from(run: Run, customer_ids: Collection[int]) -> QuerySet[LikePair]:
    """Pairs alike enough of which one is among these customers, that were taken apart: bridges, and why."""
    touching = Q(left__in=customer_ids) | Q(right__in=customer_ids)
    return LikePair.objects.filter(touching, run=run, person=None).order_by("-probability", "pk")


def external_ids(customer_ids: Collection[int]) -> dict[int, str]:
    """What a source calls each of these customers: by their first number that is theirs alone, else by our own."""
    found = {one: str(one) for one in customer_ids}
    rows = bulk.rows_by(
        connection, Identity._meta.db_table, "customer_id", sorted(customer_ids), ["id", "scheme", "external_id"]
    )
    rows.sort(key=lambda row: (row[2] in {*EVERYWHERE, *UNSPOKEN}, row[1]), reverse=True)
    found |= {owner: external for owner, _id, _scheme, external in rows}
    return found
