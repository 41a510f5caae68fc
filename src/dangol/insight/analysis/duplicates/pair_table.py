"""A likeness is of two people: each is told of it, and it goes when either is forgotten."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from dangol.insight.analysis.models import LikePair, ProposedPerson
from dangol.records.customers.duties import Deletion, Merging, PersonalTable
from dangol.records.customers.merged import whole


@dataclass(frozen=True)
class PairTable(PersonalTable):
    """A personal table whose rows are of the one or of the other."""

    def mine(self, customer_id: int) -> QuerySet[Any]:
        """Every pair the person is one of, or whoever was merged into them."""
        mine = whole(customer_id)
        return LikePair.objects.filter(Q(left__in=mine) | Q(right__in=mine)).order_by("pk")


class BothSides(Deletion):
    """Deletes a pair whichever of the two goes, and a proposal that has nobody left to be proposed."""

    def __call__(self, customer_id: int) -> int:
        pairs = LikePair.objects.filter(_of(customer_id))
        people = list(pairs.exclude(person=None).values_list("person", flat=True).distinct())
        gone = pairs.delete()[0]
        ProposedPerson.objects.filter(pk__in=people, pairs=None).delete()
        ProposedPerson.objects.filter(pk__in=people).update(size=F("size") - 1)
        return gone


def pair_table() -> PersonalTable:
    """How likenesses are exported and erased: the other person is not told of."""
    return PairTable(
        LikePair, "left", BothSides(LikePair, "left"),
        label=_("Rows that may be you as well"),
        words={"probability": _("How likely"), "agreed": _("What is alike"), "cut": _("Why it is not you")},
        hidden=frozenset({"left", "right", "person"}), merging=Merging.STAYS,
    )  # fmt: skip


def _of(customer_id: int) -> Q:
    return Q(left=customer_id) | Q(right=customer_id)
