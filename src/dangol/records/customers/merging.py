"""Customers who are one person become one, because somebody said so; and two again, exactly as they were.

Identities move, what happened stays where it is: the ledger points to identities. The other rows of the person (numbers
and addresses, answers, roles …) stand with whoever is kept and remember whose they were (moving.py). A customer who was
merged is a row that points to the kept one: it is found by nobody, valued by nobody and written to by nobody.

Merges lie on one another like branches of a tree and can be taken back in any order: taking one back cuts a branch off,
and everything that belongs to the customers of the branch goes with it.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Protocol

from django.apps import apps
from django.db import models
from django.db.transaction import atomic
from django.utils.translation import gettext as _

from dangol.lib.errors import DangolError
from dangol.records.changes.actions import record_row
from dangol.records.customers import moving, search_index, settled_points
from dangol.records.customers.chosen_values import ALSO, CHOOSABLE, Change, put, taken_back, values_chosen
from dangol.records.customers.forgetting import hold_off
from dangol.records.customers.meanwhile import Said, newest_of, next_above
from dangol.records.customers.merged import root_of, whole
from dangol.records.customers.models import Absorbed, Belonging, ContactPoint, Customer, Merge, NeverSame
from dangol.records.staff.models import User
from dangol.records.staff.scope import Scope, scope_of


class CannotMerge(DangolError):
    """These customers are not to become one."""


class TwoPeople(CannotMerge):
    """Somebody said that two of them are two people."""


class CannotUnmerge(DangolError):
    """The merge cannot be taken back."""


class Strictness(Protocol):
    """What a room above adds, so that of two answers of one person the stricter counts; `tables` hold the answers."""

    tables: Sequence[type[models.Model]]

    def settle(self, people: Sequence[int], *, by: User | None, at: datetime) -> list[models.Model]:
        """Before the rows move: the rows it wrote for the first of the people, who is kept."""

    def part(self, released: Sequence[int], *, said: Said, at: datetime) -> None:
        """After they moved back: what was refused meanwhile is refused by each."""


STRICTNESS: list[Strictness] = []
# Whether somebody of this birth date is too young to be somebody who is of age: said by the room that knows the law.
CHILD: list[Callable[[date, datetime], bool]] = []


@atomic
def merge(
    kept: Customer,
    others: Iterable[Customer],
    *,
    by: User | None,
    at: datetime,
    choices: Mapping[str, int] | None = None,
) -> Merge:
    """Let `kept` stand for the others, too; by None: nobody whose rows are limited (a program of the home).

    choices: field (of CHOOSABLE, or a kind of contact point) → the customer whose value is taken; a field without a
    choice keeps what the kept one has, or takes what another has where there is none. Raises CannotMerge, TwoPeople.
    """
    ids = list(dict.fromkeys([kept.pk, *(one.pk for one in others)]))
    people = _held(ids)
    refuse(people, by=by, at=at)
    first, rest = people[0], people[1:]
    chosen = dict(choices or {})
    _refuse_choices(chosen, people)
    newest = newest_of(table for rule in STRICTNESS for table in rule.tables)
    made = [row for rule in STRICTNESS for row in rule.settle(ids, by=by, at=at)]
    changes = values_chosen(first, rest, chosen)
    put(first, changes)
    merged = Merge.objects.create(
        kept=first, by=by, at=at, changes={name: list(change) for name, change in changes.items()},
        chosen=_points_chosen(chosen), made=[[row._meta.label, row.pk] for row in made], newest=newest,
    )  # fmt: skip
    Absorbed.objects.bulk_create(Absorbed(merge=merged, customer=one) for one in rest)
    for one in rest:
        one.merged_into = first
        one.save(update_fields=["merged_into"])
    moving.park([one.pk for one in rest], at=at)
    _settle(first.pk, at=at)
    _tell(people, at=at)
    return merged


@atomic
def unmerge(merge: Merge, *, by: User | None, at: datetime) -> Merge:
    """Take a merge back: everything goes back to whom it belonged, with what happened by their identities meanwhile.

    What was written of the kept customer meanwhile stays with them, and a refusal counts for everybody they stood for.
    Raises CannotUnmerge.
    """
    hold_off(merge.kept_id)  # from here on nobody else merges or forgets: who stands for whom is read after it
    merge = Merge.objects.select_for_update().get(pk=merge.pk)
    released = list(merge.absorbed.filter(until=None).values_list("customer", flat=True))
    root = root_of(merge.kept_id)
    people = _held(whole(root), known=False, cannot=CannotUnmerge)
    _refuse_unmerge(merge, released, people, by=by)
    kept = next(one for one in people if one.pk == merge.kept_id)
    _take_changes_back(kept, merge)
    Customer.objects.filter(pk__in=released).update(merged_into=None)
    merge.absorbed.filter(until=None).update(until=at)
    merge.undone_by, merge.undone_at = by, at
    merge.save(update_fields=["undone_by", "undone_at"])
    _take_made_back(merge)
    for one in released:
        moving.scatter(whole(one), at=at)
    moving.unpark(released, at=at)
    for one in [*released, root]:
        _settle(one, at=at)
    said = Said(merge)
    for rule in STRICTNESS:
        rule.part(released, said=said, at=at)
    _empty(merge)
    _tell(Customer.objects.filter(pk__in=[one.pk for one in people]), at=at)
    return merge


def refuse(people: Sequence[Customer], *, by: User | None, at: datetime) -> None:
    """Say why these may not become one. Raises CannotMerge, TwoPeople."""
    if len(people) < 2:
        raise CannotMerge(_("It takes two customers to merge. Choose another one."))
    if by is not None:
        _refuse_scope(people, scope_of(by))
    if len({one.kind for one in people}) > 1:
        raise CannotMerge(_("A person and an organisation are never one. Make the person a contact of it instead."))
    if two := never_the_same([one.pk for one in people]):
        names = {one.pk: str(one) for one in people}
        raise TwoPeople(
            _("Somebody said that %(left)s and %(right)s are two people. Take that back first, if it was wrong.")
            % {"left": names[two[0]], "right": names[two[1]]}
        )
    young = {is_child(one.birth_date, at) for one in people if one.birth_date is not None for is_child in CHILD}
    if len(young) > 1:
        raise CannotMerge(
            _("One of them is a child and another is not, so they are two people. Check the dates of birth.")
        )


def never_the_same(customer_ids: Iterable[int]) -> tuple[int, int] | None:
    """The first two of these customers of whom somebody said that they, or those they stand for, are two people."""
    stands = {one: root for root in customer_ids for one in whole(root)}
    said = NeverSame.objects.filter(left__in=stands, right__in=stands, ended_at=None).order_by("pk")
    for left, right in said.values_list("left", "right"):
        if stands[left] != stands[right]:
            return stands[left], stands[right]
    return None


def standing_merges(nodes: Sequence[int]) -> list[Merge]:
    """The merges by which a customer stands for others, the latest first; `nodes`: the customer and those others."""
    if len(nodes) < 2:
        return []
    found = Merge.objects.filter(kept__in=nodes, undone_at=None).order_by("-at", "-pk")
    return list(found.select_related("by", "kept").prefetch_related("absorbed__customer"))


def _held(ids: Sequence[int], *, known: bool = True, cannot: type[DangolError] = CannotMerge) -> list[Customer]:
    """The customers, locked, in this order; nobody is forgotten and no import writes of them meanwhile."""
    for one in sorted(ids):
        hold_off(one)
    rows = Customer.objects.known() if known else Customer.objects.filter(erased_at=None)
    found = {one.pk: one for one in rows.select_for_update().filter(pk__in=ids).order_by("pk")}
    if len(found) < len(ids):
        raise cannot(_("One of these customers is no longer there. Look them up again."))
    return [found[one] for one in ids]


def _refuse_scope(people: Sequence[Customer], scope: Scope) -> None:
    if scope.whole:
        return
    seen = Customer.objects.filter(pk__in=[one.pk for one in people]).seen_by(scope).count()
    if seen < len(people):
        raise CannotMerge(_("One of these customers is not yours to see, so you cannot merge them."))
    if len({one.unit_id for one in people}) > 1:
        raise CannotMerge(_("These customers belong to different units. Ask somebody who sees all customers."))


def _refuse_choices(choices: Mapping[str, int], people: Sequence[Customer]) -> None:
    known = {*CHOOSABLE, *ALSO, *ContactPoint.Kind.values}
    ids = {one.pk for one in people}
    for field, customer in choices.items():
        if field not in known or customer not in ids:
            raise CannotMerge(
                _("There is no “%(field)s” of customer %(number)s to choose.") % {"field": field, "number": customer}
            )


def _refuse_unmerge(merge: Merge, released: list[int], people: list[Customer], *, by: User | None) -> None:
    if merge.undone_at is not None or not released:
        raise CannotUnmerge(_("This merge was taken back already."))
    if by is None or (scope := scope_of(by)).whole:
        return
    seen = Customer.objects.filter(pk__in=[one.pk for one in people]).seen_by(scope).count()
    if seen < len(people) or len({one.unit_id for one in people}) > 1:
        raise CannotUnmerge(_("These customers belong to different units. Ask somebody who sees all customers."))


def _points_chosen(choices: Mapping[str, int]) -> dict[str, str]:
    """The number or address that is used of each kind: the newest of whoever was chosen."""
    found = {}
    for kind in ContactPoint.Kind.values:
        if kind in choices:
            points = ContactPoint.objects.filter(customer=choices[kind], kind=kind, valid_to=None)
            if (newest := points.order_by("-valid_from", "-pk").first()) is not None:
                found[kind] = newest.value
    return found


def _settle(root: int, *, at: datetime) -> None:
    """Let everything of the tree stand with its root, as far as nothing of the kind stands there."""
    nodes = whole(root)
    if len(nodes) > 1:
        moving.gather(root, nodes[1:], at=at)
    settled_points.settle(nodes, at=at)


def _take_changes_back(kept: Customer, merge: Merge) -> None:
    """Put back what the merge changed of the kept one's row, unless it was corrected since."""
    later = Merge.objects.filter(kept=kept, undone_at=None, pk__gt=merge.pk).order_by("pk")
    put(kept, taken_back(kept, {name: Change(*pair) for name, pair in merge.changes.items()}, list(later)))


def _take_made_back(merge: Merge) -> None:
    """Delete what the merge wrote; where a later one found it and so wrote nothing of its own, it is that one's now."""
    if merge.made and (heir := next_above(merge)) is not None:
        heir.made = [*heir.made, *merge.made]
        heir.save(update_fields=["made"])
        return
    for label, pk in merge.made:
        apps.get_model(label)._default_manager.filter(pk=pk).delete()
        Belonging.objects.filter(table=label, row=pk).delete()


def _empty(merge: Merge) -> None:
    """It is of the kept one alone and tells of those who are others again."""
    merge.changes, merge.chosen, merge.made, merge.newest = {}, {}, [], {}
    merge.save(update_fields=["changes", "chosen", "made", "newest"])


def _tell(people: Iterable[Customer], *, at: datetime) -> None:
    listed = list(people)
    for one in listed:
        record_row(one, at=at)
    search_index.index([one.pk for one in listed])
