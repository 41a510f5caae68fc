"""Whom the newest search takes for one person and nobody has decided about, the most certain first."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from dangol.insight.analysis.duplicates.actions import settle
from dangol.insight.analysis.duplicates.queries import cut_from, latest_duplicates, proposals
from dangol.insight.analysis.models import LikePair, ProposedPerson, Run
from dangol.records.customers.merged import roots_of
from dangol.records.customers.models import Customer
from dangol.web.shell.viewer import Viewer

SHOWN = 20
UP_TO = 10_000
BRIDGES = 6


@dataclass(frozen=True)
class Proposal:
    """Customers who may be one: those among them whom the viewer sees and who still stand for themselves."""

    person: ProposedPerson
    people: list[Customer]
    pairs: list[LikePair]

    @property
    def percent(self) -> int:
        """How sure it is; never written as certain."""
        return min(int(self.person.probability * 100), 99)


@dataclass(frozen=True)
class Bridge:
    """Somebody who is alike and was taken apart, and why."""

    customer: Customer
    why: str
    probability: float


def newest(mine: Viewer) -> Run | None:
    """The search whose proposals the viewer sees."""
    return latest_duplicates(mine.scope)


def waiting(run: Run, mine: Viewer) -> QuerySet[ProposedPerson]:
    """What is proposed of customers the viewer sees."""
    found = proposals(run)
    if mine.scope.whole:
        return found
    seen = mine.customers.values("pk")
    return found.filter(Exists(LikePair.objects.filter(person=OuterRef("pk"), left__in=seen, right__in=seen)))


def page(run: Run, mine: Viewer) -> list[Proposal]:
    """The first proposals: four questions. One of whom nobody is left to be decided about is left out."""
    return read(list(waiting(run, mine)[: SHOWN * 2]), mine)[:SHOWN]


def one(run: Run, number: int, mine: Viewer) -> Proposal | None:
    """One proposal, if there is anything to decide."""
    return next(iter(read(list(waiting(run, mine).filter(pk=number)), mine)), None)


def read(people: list[ProposedPerson], mine: Viewer) -> list[Proposal]:
    """The proposals with their customers."""
    pairs = defaultdict[int, list[LikePair]](list)
    for pair in LikePair.objects.filter(person__in=people).order_by("-probability", "pk"):
        pairs[pair.person_id or 0].append(pair)
    ids = {pk for found in pairs.values() for pair in found for pk in (pair.left_id, pair.right_id)}
    roots = roots_of(ids)
    seen = mine.customers.select_related("unit", "household").in_bulk(set(roots.values()))
    found = []
    for person in people:
        members = {roots[pk] for pair in pairs[person.pk] for pk in (pair.left_id, pair.right_id)} & seen.keys()
        if len(members) > 1:
            found.append(Proposal(person, [seen[pk] for pk in sorted(members)], pairs[person.pk]))
    return found


def bridges(run: Run, proposal: Proposal, mine: Viewer) -> list[Bridge]:
    """Who is alike to one of them and was taken apart: two questions, however many they are."""
    ids = {one.pk for one in proposal.people}
    alike: dict[int, LikePair] = {}
    for pair in cut_from(run, ids)[: BRIDGES * 3]:
        alike.setdefault(pair.right_id if pair.left_id in ids else pair.left_id, pair)
    seen = mine.customers.in_bulk(alike.keys() - ids)
    found = [
        Bridge(seen[pk], str(pair.get_cut_display()), pair.probability) for pk, pair in alike.items() if pk in seen
    ]
    mine.saw(bridge.customer.pk for bridge in found[:BRIDGES])
    return found[:BRIDGES]


def decided(customer_ids: set[int], *, at: datetime) -> None:
    """Take off the queue what is decided: proposals of whom two or more of these are, and nothing is left to say."""
    pairs = LikePair.objects.filter(left__in=customer_ids, right__in=customer_ids, person__isnull=False)
    for person in ProposedPerson.objects.filter(pk__in=pairs.values("person"), settled_at=None):
        listed = LikePair.objects.filter(person=person).values_list("left_id", "right_id")
        members = {pk for pair in listed for pk in pair}
        if members <= customer_ids or len(set(roots_of(members).values())) < 2:
            settle(person, at=at)


def reopened(customer_ids: set[int]) -> None:
    """Put back on the queue what was decided about these customers: the decision was taken back."""
    pairs = LikePair.objects.filter(Q(left__in=customer_ids) & Q(right__in=customer_ids), person__isnull=False).values(
        "person"
    )
    ProposedPerson.objects.filter(pk__in=pairs).update(settled_at=None)
