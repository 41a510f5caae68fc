"""Whose customers somebody sees: everybody's, or those of one's own unit and what lies below it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet

import dangol.lib.among  # noqa: F401 -- the lookups
from dangol.lib.asked_again import asked_again
from dangol.records.staff.models import Unit
from dangol.records.staff.roles import Role

if TYPE_CHECKING:
    from dangol.records.staff.models import User


@dataclass(frozen=True)
class Scope:
    """`units` are ids and `codes` the codes of the units that are seen; both None where all customers are.

    Customers of no unit belong to head office and are seen with the whole scope alone.
    """

    units: frozenset[int] | None = None
    codes: frozenset[str] | None = None

    @property
    def whole(self) -> bool:
        """Whether nobody is left out."""
        return self.units is None

    def within(self, path: str, *, searched: bool = True) -> Q:
        """The condition on rows whose owner unit is reached by `path`; not `searched` where an order is walked."""
        lookup = "among" if searched else "among_unsearched"
        return Q() if self.units is None else Q(**{f"{path}__{lookup}": self.units})


WHOLE = Scope()
NOBODY = Scope(frozenset(), frozenset())


def scope_of(user: User) -> Scope:
    """What this member of staff sees: one query for those who do not see everything.

    The owner and whoever belongs to head office see all; a dealer without a unit sees nobody.
    """
    if not user.is_active:
        return NOBODY
    if user.role == Role.OWNER:
        return WHOLE
    if user.unit_id is None:
        return NOBODY if user.role == Role.DEALER else WHOLE
    units = {pk: (kind, parent, code) for pk, kind, parent, code in _units()}
    if units[user.unit_id][0] == Unit.Kind.HEAD_OFFICE and user.role != Role.DEALER:
        return WHOLE
    seen = below(user.unit_id, {pk: parent for pk, (_kind, parent, _code) in units.items()})
    return Scope(frozenset(seen), frozenset(units[pk][2] for pk in seen))


@asked_again
def _units() -> QuerySet[Unit, tuple[int, str, int | None, str]]:
    return Unit.objects.values_list("pk", "kind", "parent", "code")


def below(top: int, parents: dict[int, int | None]) -> set[int]:
    """The unit and everything under it, given each unit's parent."""
    children: dict[int, list[int]] = {}
    for pk, parent in parents.items():
        if parent is not None:
            children.setdefault(parent, []).append(pk)
    found, open_ = set[int](), [top]
    while open_:
        unit = open_.pop()
        if unit not in found:
            found.add(unit)
            open_ += children.get(unit, [])
    return found
