"""Duplicates by the API: who may be one person, merging and taking it back, who is never the same."""

from datetime import datetime
from typing import Annotated

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Field, Query, Router, Schema

from dangol.lib.languages import speaks
from dangol.records.customers import never_same
from dangol.records.customers.chosen_values import ALSO, CHOOSABLE
from dangol.records.customers.merged import whole
from dangol.records.customers.merging import merge, standing_merges, unmerge
from dangol.records.customers.models import ContactPoint, Customer, Merge, NeverSame
from dangol.records.staff.access.entries import Verb
from dangol.records.staff.roles import May
from dangol.web import clock
from dangol.web.api.doors import Number, Sent, WrongValues, opened, require
from dangol.web.api.works import Work, told_of
from dangol.web.customers.seen import person_or_404
from dangol.web.duplicates import queue, tasks
from dangol.web.duplicates.comparing import MOST
from dangol.web.shell.viewer import Viewer, viewer
from dangol.web.start import work

router = Router(tags=["duplicates"])
Numbers = Annotated[list[Number], Field(min_length=2, max_length=MOST)]


class LikeCustomer(Schema):
    """One of the customers who may be one person."""

    id: int
    name: str
    place: str


class AlikeIn(Schema):
    """Two of them, how sure it is, and how far what both say agrees: name, birth_date … → same, close, part, other."""

    left: int
    right: int
    probability: float
    agreed: dict[str, str]


class ProposedOne(Schema):
    """Customers who may be one person; `probability` is that of the two least alike."""

    id: int
    probability: float
    customers: list[LikeCustomer]
    pairs: list[AlikeIn]


class ProposedPeople(Schema):
    """What the newest search proposes and nobody has decided about, the surest first.

    `searched_at` is null before the first search.
    """

    searched_at: datetime | None
    waiting: int
    people: list[ProposedOne]


class WantedMerge(Sent):
    """Who stays, who goes into them, and whose value is taken of what: field → customer."""

    kept: Number
    others: Annotated[list[Number], Field(min_length=1, max_length=MOST - 1)]
    choices: dict[Annotated[str, Field(max_length=20)], Number] = {}


class MadeMerge(Schema):
    """One merge; `undone_at` is null while it stands."""

    id: int
    kept: int
    absorbed: list[int]
    at: datetime
    undone_at: datetime | None


class Merges(Schema):
    merges: list[MadeMerge]


class Apart(Sent):
    """Customers of whom no two are one person."""

    customers: Numbers


class SaidApart(Schema):
    """Somebody said that two customers are two people."""

    id: int
    left: int
    right: int
    at: datetime


class AllApart(Schema):
    apart: list[SaidApart]


class Taken(Schema):
    """Whether it was taken back now; false where that had been done."""

    done: bool


class WantedProposals(Sent):
    limit: int = Field(20, ge=1, le=20)


@opened(router, "GET", "/duplicates", May.ENTER_CUSTOMERS, response=ProposedPeople, personal=True)
def list_duplicates(request: HttpRequest, asked: Query[WantedProposals]) -> ProposedPeople:
    """Who may be one person, the most certain first. Nothing merges by itself."""
    mine = viewer(request)
    run = queue.newest(mine)
    if run is None:
        mine.saw(())
        return ProposedPeople(searched_at=None, waiting=0, people=[])
    listed = queue.page(run, mine)[: asked.limit]
    mine.saw(one.pk for proposal in listed for one in proposal.people)
    count = queue.waiting(run, mine)[: queue.UP_TO].count()
    return ProposedPeople(searched_at=run.finished_at, waiting=count, people=[_proposal(one, mine) for one in listed])


@opened(router, "POST", "/duplicates/search", May.ENTER_CUSTOMERS, response=Work)
def search_duplicates(request: HttpRequest) -> Work:
    """Search anew among the customers this key sees, beside the pages."""
    mine = viewer(request)
    work.start(tasks.key_of(mine.scope), tasks.search, mine.user.pk, speaks())
    return told_of(tasks.key_of(mine.scope))


@opened(router, "GET", "/duplicates/search", May.ENTER_CUSTOMERS, response=Work)
def get_duplicate_search(request: HttpRequest) -> Work:
    """How the search stands."""
    return told_of(tasks.key_of(viewer(request).scope))


@opened(router, "POST", "/merges", May.ENTER_CUSTOMERS, response=MadeMerge, personal=True)
def merge_customers(request: HttpRequest, told: WantedMerge) -> MadeMerge:
    """Let one customer stand for others: identities move, nothing of what happened is rewritten."""
    mine = viewer(request)
    require(mine, May.SEE_PERSON)
    known = {*CHOOSABLE, *ALSO, *ContactPoint.Kind.values}
    if strange := sorted(set(told.choices) - known):
        raise WrongValues({strange[0]: ", ".join(sorted(known))})
    people = [_seen(mine, number) for number in dict.fromkeys([told.kept, *told.others])]
    made = merge(people[0], people[1:], by=mine.user, at=clock.now(), choices=told.choices)
    queue.decided({one.pk for one in people}, at=clock.now())
    mine.note(Verb.CHANGED, subjects=[one.pk for one in people])
    return _merge(made)


@opened(router, "GET", "/customers/{number}/merges", May.ENTER_CUSTOMERS, response=Merges, personal=True)
def list_merges(request: HttpRequest, number: Number) -> Merges:
    """The merges by which a customer stands for others, the latest first."""
    person = person_or_404(request, number)
    return Merges(merges=[_merge(one) for one in standing_merges(whole(person.pk))])


@opened(router, "POST", "/merges/{merge_id}/undo", May.ENTER_CUSTOMERS, response=MadeMerge, personal=True)
def unmerge_customers(request: HttpRequest, merge_id: Number) -> MadeMerge:
    """Take a merge back: everything goes back to whom it belonged, with what happened meanwhile."""
    mine, made = viewer(request), get_object_or_404(Merge, pk=merge_id)
    require(mine, May.SEE_PERSON)
    _within(mine, [made.kept_id])
    ids = [made.kept_id, *made.absorbed.values_list("customer", flat=True)]
    unmerge(made, by=mine.user, at=clock.now())
    queue.reopened(set(ids))
    mine.note(Verb.CHANGED, subjects=ids)
    made.refresh_from_db()
    return _merge(made)


@opened(router, "POST", "/apart", May.ENTER_CUSTOMERS, response=AllApart, personal=True)
def keep_apart(request: HttpRequest, told: Apart) -> AllApart:
    """Say that customers are different people, however alike: they are not proposed again and cannot be merged."""
    mine = viewer(request)
    people = [_seen(mine, number) for number in dict.fromkeys(told.customers)]
    said = never_same.keep_apart([one.pk for one in people], by=mine.user, at=clock.now())
    queue.decided({one.pk for one in people}, at=clock.now())
    mine.note(Verb.CHANGED, subjects=[one.pk for one in people])
    return AllApart(apart=[_apart(one) for one in said])


@opened(router, "GET", "/customers/{number}/apart", May.ENTER_CUSTOMERS, response=AllApart, personal=True)
def list_apart(request: HttpRequest, number: Number) -> AllApart:
    """Whom somebody said this customer is not."""
    return AllApart(apart=[_apart(one) for one in never_same.standing(whole(person_or_404(request, number).pk))])


@opened(router, "POST", "/apart/{said_id}/undo", May.ENTER_CUSTOMERS, response=Taken, personal=True)
def undo_apart(request: HttpRequest, said_id: Number) -> Taken:
    """They may be one person after all."""
    mine, said = viewer(request), get_object_or_404(NeverSame, pk=said_id)
    ids = [said.left_id, said.right_id]
    _within(mine, ids)
    done = never_same.take_back(said, by=mine.user, at=clock.now())
    queue.reopened(set(ids))
    mine.note(Verb.CHANGED, subjects=ids)
    return Taken(done=done)


def _seen(mine: Viewer, number: int) -> Customer:
    found = mine.customers.filter(pk=number).first()
    if found is None:
        _refused(mine, [number])
    mine.saw([number])
    return found  # type: ignore[return-value]


def _within(mine: Viewer, ids: list[int]) -> None:
    if Customer.objects.filter(pk__in=ids).seen_by(mine.scope).count() < len(set(ids)):
        _refused(mine, ids)


def _refused(mine: Viewer, ids: list[int]) -> None:
    mine.note(Verb.REFUSED, subjects=list(Customer.objects.filter(pk__in=ids).values_list("pk", flat=True)))
    raise Http404(ids)


def _proposal(one: queue.Proposal, mine: Viewer) -> ProposedOne:
    seen = {person.pk for person in one.people}
    return ProposedOne(
        id=one.person.pk, probability=one.person.probability,
        customers=[LikeCustomer(id=each.pk, name=mine.name(each), place=each.place) for each in one.people],
        pairs=[
            AlikeIn(left=pair.left_id, right=pair.right_id, probability=pair.probability, agreed=pair.agreed)
            for pair in one.pairs if {pair.left_id, pair.right_id} <= seen
        ],
    )  # fmt: skip


def _merge(made: Merge) -> MadeMerge:
    absorbed = [one.customer_id for one in made.absorbed.all()]
    return MadeMerge(id=made.pk, kept=made.kept_id, absorbed=absorbed, at=made.at, undone_at=made.undone_at)


def _apart(said: NeverSame) -> SaidApart:
    return SaidApart(id=said.pk, left=said.left_id, right=said.right_id, at=said.at)
