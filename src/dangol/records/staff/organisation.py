"""The organisation as people arrange it: units are made, named, and moved; none is ever part of itself."""

from datetime import datetime

from django.db import connection
from django.db.transaction import atomic
from django.utils.translation import gettext as _

from dangol.lib import bulk
from dangol.lib.errors import DangolError
from dangol.records.changes.actions import record_row
from dangol.records.staff.models import Unit
from dangol.records.staff.scope import below


class CannotPlace(DangolError):
    """A unit that cannot be made, or cannot stand where it is put."""


@atomic
def add_unit(*, name: str, kind: str, parent: Unit | None, code: str = "", at: datetime) -> Unit:
    """Make a unit below another; without a code it gets one. Raises CannotPlace."""
    bulk.lock(connection, Unit._meta.db_table)  # two at once would choose one code
    name, code = _named(name), code.strip()
    if kind not in Unit.Kind.values:
        raise CannotPlace(_("Choose what kind of unit it is."))
    if code and Unit.objects.filter(code=code).exists():
        raise CannotPlace(_("There is a unit with the code “%(code)s” already.") % {"code": code})
    return _saved(Unit(code=code[:40] or _free_code(), name=name, kind=kind, parent=parent), at=at)


@atomic
def rename_unit(unit: Unit, *, name: str, at: datetime) -> Unit:
    """Give a unit another name; its code stays, since files name it by that. Raises CannotPlace."""
    unit.name = _named(name)
    return _saved(unit, at=at)


@atomic
def move_unit(unit: Unit, *, parent: Unit | None, at: datetime) -> Unit:
    """Put a unit, with all below it, under another one; at the top without one. Raises CannotPlace.

    Whoever works above sees its customers from now on; whoever worked above before no longer does.
    """
    # Two moves at once could close a circle that neither closes alone: all units are held until this one is done.
    parents = {one.pk: one.parent_id for one in Unit.objects.select_for_update().order_by("pk")}
    if parent is not None and parent.pk in below(unit.pk, parents):
        raise CannotPlace(_("%(unit)s cannot be part of itself or of a unit below it.") % {"unit": unit.name})
    unit.parent = parent
    return _saved(unit, at=at)


def _named(name: str) -> str:
    if not name.strip():
        raise CannotPlace(_("Give the unit a name."))
    return name.strip()[:120]


def _free_code() -> str:
    taken = set(Unit.objects.filter(code__startswith="unit-").values_list("code", flat=True))
    return next(code for number in range(1, len(taken) + 2) if (code := f"unit-{number}") not in taken)


def _saved(unit: Unit, *, at: datetime) -> Unit:
    unit.save()
    record_row(unit, at=at)
    return unit
