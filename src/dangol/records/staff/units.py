"""Parts of the business as sources name them: taken in whole, or made when a code is first met."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from django.db import connection
from django.db.transaction import atomic

from dangol.lib import bulk
from dangol.lib.bulk import Counted
from dangol.records.changes.actions import record_row
from dangol.records.staff.models import Unit


class NewUnit(NamedTuple):
    """`parent` is the code of the unit above, None at the top."""

    code: str
    name: str
    kind: str
    parent: str | None = None


@atomic
def take_units(rows: Iterable[NewUnit], *, at: datetime) -> Counted:
    """Bring the units up to date by code; a parent may come in any order, and is made when it never comes."""
    bulk.lock(connection, Unit._meta.db_table)
    known = {unit.code: unit for unit in Unit.objects.all()}
    listed = list(rows)
    created, updated = 0, 0
    for row in listed:
        unit = known.get(row.code)
        if unit is None:
            known[row.code] = _saved(Unit(code=row.code, name=row.name or row.code, kind=row.kind), at=at)
            created += 1
        elif (unit.name, unit.kind) != (row.name or unit.name, row.kind):
            unit.name, unit.kind = row.name or unit.name, row.kind
            _saved(unit, at=at)
            updated += 1
    for row in listed:
        _place_below(known, row, at=at)
    return Counted(created, updated, len(listed) - created - updated)


def _place_below(known: dict[str, Unit], row: NewUnit, *, at: datetime) -> None:
    if row.parent is None:
        return
    if row.parent not in known:
        known[row.parent] = _saved(Unit(code=row.parent, name=row.parent, kind=Unit.Kind.HEAD_OFFICE), at=at)
    unit, parent = known[row.code], known[row.parent]
    if unit.parent_id != parent.pk:
        unit.parent = parent
        _saved(unit, at=at)


@atomic
def ensure_units(codes: Iterable[str], *, at: datetime) -> dict[str, int]:
    """The ids of the units with these codes; an unknown code becomes a shop of that name."""
    wanted = sorted(set(codes))
    ids = dict(Unit.objects.filter(code__in=wanted).values_list("code", "pk"))
    if len(ids) < len(wanted):  # two at once would make one twice
        bulk.lock(connection, Unit._meta.db_table)
        ids = dict(Unit.objects.filter(code__in=wanted).values_list("code", "pk"))
    for code in wanted:
        if code not in ids:
            ids[code] = _saved(Unit(code=code, name=code, kind=Unit.Kind.SHOP), at=at).pk
    return ids


def _saved(unit: Unit, *, at: datetime) -> Unit:
    new = unit.pk is None
    unit.save()
    record_row(unit, at=at, made=new)
    return unit
